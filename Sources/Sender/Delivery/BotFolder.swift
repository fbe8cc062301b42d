import FoundationEssentials

/// Where the files lie that a bot sends.
package struct BotFolder: Sendable {
    private let path: String

    package init(path: String) { self.path = path }

    /// The path of the file `name`, which came with a message; nil when there is no such file inside the folder.
    package func file(_ name: String) -> String? {
        // Control characters have no place in the form that carries the file's name.
        guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains(".."),
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        let file = "\(path)/\(name)"
        var isFolder = false
        let manager = FileManager.default
        guard manager.fileExists(atPath: file, isDirectory: &isFolder), !isFolder, manager.isReadableFile(atPath: file) else { return nil }
        return file
    }
}
