import Glibc

extension Definition {
    /// Reads and checks a definition, and that the files which it sends lie beside it.
    ///
    /// - Parameters:
    ///   - path: of `bot.yaml`; messages call the file so.
    ///   - folder: where the files lie that the bot sends; nil: beside the definition.
    ///   - withTests: whether `tests.yaml` beside the definition is read as well, where there is one.
    /// - Throws: everything that is wrong with it; also that it can't be read or isn't UTF-8.
    public init(file path: String, assets folder: String? = nil, withTests: Bool = false) throws(DefinitionError) {
        self = try Definition(yaml: try Self.text(ofFile: path), file: path, assets: folder, withTests: withTests)
    }

    /// Checks a definition that was read already.
    ///
    /// - Parameters:
    ///   - path: where it was read; messages call it so.
    ///   - folder: where the files lie that the bot sends; nil: beside the definition.
    public init(yaml: String, file path: String, assets folder: String?, withTests: Bool = false) throws(DefinitionError) {
        let own = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let folder = folder.map { "\($0)/" } ?? own
        let testFile = own + "tests.yaml"
        var tests: (yaml: String, name: String)?
        if withTests, access(testFile, F_OK) == 0 { tests = (try DefinitionFile.text(testFile), testFile) }
        self = try Loader.load(
            yaml, file: path, hasAsset: { access(folder + $0, R_OK) == 0 }, readAsset: { DefinitionFile.bytes(folder + $0) }, tests: tests)
    }

    /// The same from a text, with the files of its folder.
    package init(yaml: String, file: String, asset: @escaping (String) -> [UInt8]?) throws(DefinitionError) {
        self = try Loader.load(yaml, file: file, hasAsset: { asset($0) != nil }, readAsset: asset)
    }

    /// What stands in a definition's file, unchecked.
    ///
    /// - Throws: that it can't be read, is too large, or isn't UTF-8.
    public static func text(ofFile path: String) throws(DefinitionError) -> String { try DefinitionFile.text(path) }
}

enum DefinitionFile {
    enum Reading {
        case success([UInt8])
        case failure(Diagnostic)
    }

    static func text(_ path: String) throws(DefinitionError) -> String {
        let bytes: [UInt8]
        switch read(path) {
        case .success(let found): bytes = found
        case .failure(let problem): throw DefinitionError(diagnostics: [problem])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DefinitionError(diagnostics: [notUTF8(bytes, path)])
        }
        return text
    }

    static func read(_ path: String) -> Reading {
        func failed() -> Reading {
            .failure(
                Diagnostic(
                    .unreadable, message: "can't be read: \(String(cString: strerror(errno)))",
                    position: SourcePosition(file: path, line: 1, column: 1))
            )
        }
        guard let file = fopen(path, "rb") else { return failed() }
        defer { fclose(file) }
        // One byte more than is allowed tells that it is too large, however large it is.
        var bytes = [UInt8](repeating: 0, count: YAMLLimits.size + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else { return failed() }
        guard count <= YAMLLimits.size else {
            return .failure(
                Diagnostic(
                    .tooLarge, message: "the file has more than \(YAMLLimits.size) bytes, which is all that is allowed",
                    position: SourcePosition(file: path, line: 1, column: 1)))
        }
        return .success(Array(bytes[..<count]))
    }

    /// A file of the bot's folder, or the beginning of one that is too large; nil when it can't be read.
    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: CSVTable.maximumSize + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        return ferror(file) == 0 ? Array(bytes[..<count]) : nil
    }

    static func notUTF8(_ bytes: [UInt8], _ path: String) -> Diagnostic {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return Diagnostic(
                .encoding, message: "the file is UTF-16", position: SourcePosition(file: path, line: 1, column: 1),
                suggestion: "save it as UTF-8")
        }
        var line = String.UnicodeScalarView()
        var number = 1
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        while case .valid(let encoded) = parser.parseScalar(from: &rest) {
            let scalar = Unicode.UTF8.decode(encoded)
            if scalar == "\n" {
                number += 1
                line = String.UnicodeScalarView()
            } else {
                line.append(scalar)
            }
        }
        return Diagnostic(
            .encoding, message: "this character is not UTF-8", position: SourcePosition(file: path, line: number, column: line.count + 1),
            suggestion: "save the file as UTF-8", line: String(line))
    }
}
