package import BotLanguage
package import BotStore
package import Contracts
import Glibc

/// Where a bot's definition lies, with the files that it sends.
package struct BotFolder: Sendable, Hashable {
    package var bot: BotName
    /// The path of the definition.
    package var definition: String
    package var folder: String

    package init(bot: BotName, definition: String, folder: String) {
        self.bot = bot
        self.definition = definition
        self.folder = folder
    }

    /// As it lies there now, read and checked.
    ///
    /// - Throws: everything that is wrong with the definition.
    package func read() throws(DefinitionError) -> (content: DefinitionContent, definition: Definition) {
        let text = try Definition.text(ofFile: definition)
        return (DefinitionContent(text: text, files: files()), try Definition(yaml: text, file: definition, assets: folder))
    }

    /// Changes when the definition was saved; nil while it can't be read.
    package var stamp: FileStamp? { FileStamp(definition) }

    private static let maximumFiles = 1_000

    /// What lies in the folder apart from definitions and tests, each with a hash of what it holds.
    func files() -> [String: String] {
        var result: [String: String] = [:]
        var open = [""]
        while let place = open.popLast() {
            guard let directory = opendir(folder + "/" + place) else { continue }
            defer { closedir(directory) }
            while let entry = readdir(directory), result.count < Self.maximumFiles {
                let name = withUnsafePointer(to: entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
                }
                guard !name.hasPrefix("."), !name.hasSuffix(".yaml"), !name.hasSuffix(".yml") else { continue }
                let path = place.isEmpty ? name : place + "/" + name
                var status = stat()
                // Links may lead anywhere, also round in a circle.
                guard lstat(folder + "/" + path, &status) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: if path.split(separator: "/").count < 8 { open.append(path) }
                case S_IFREG: result[path] = Self.hash(folder + "/" + path, status)
                default: continue
                }
            }
        }
        return result
    }

    /// FNV-1a over size and content: it tells a change, and needn't withstand an attacker, who could change the definition as well.
    private static func hash(_ path: String, _ status: stat) -> String? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var hash = StableHash.of(String(status.st_size))
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&bytes, 1, bytes.count, file)
            guard count > 0 else { break }
            for byte in bytes[..<count] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

/// When a file was written last, and which one it is: editors put a new file in the place of the old one.
package struct FileStamp: Sendable, Hashable {
    private var seconds: Int
    private var nanoseconds: Int
    private var inode: UInt64
    private var size: Int

    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
    }
}
