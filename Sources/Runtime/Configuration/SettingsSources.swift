import Configuration
import SystemPackage

/// Where settings come from: the environment first, then the file named by `SWITCHBOARD_CONFIG`, then the defaults in the code.
package struct SettingsSources: Sendable {
    /// Names a YAML file; JSON, being YAML, is read as well.
    package static let fileVariable = "SWITCHBOARD_CONFIG"

    private struct Source: Sendable {
        var name: String
        var snapshot: any ConfigSnapshot
    }

    private var sources: [Source]

    /// Nothing: readers only declare.
    static let none = SettingsSources(sources: [])

    private init(sources: [Source]) { self.sources = sources }

    /// - Parameters:
    ///   - environment: An empty variable counts as not set, so that `VARIABLE=` in a compose file leaves the default alone.
    ///   - file: The text of a YAML or JSON file.
    package init(environment: [String: String], file: (name: String, text: String)? = nil) throws(RuntimeError) {
        let prefix = SettingDeclaration.variablePrefix
        let variables = environment.filter { $0.key.hasPrefix(prefix) && !$0.value.isEmpty }
            .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
        sources = [
            Source(
                name: "the environment",
                snapshot: EnvironmentVariablesProvider(environmentVariables: Dictionary(variables) { first, _ in first }).snapshot())
        ]
        guard let file else { return }
        do {
            let bytes = Array(file.text.utf8)
            let snapshot = try YAMLSnapshot(data: bytes.span.bytes, providerName: file.name, parsingOptions: .default)
            sources.append(Source(name: file.name, snapshot: snapshot))
        } catch {
            // Only where and what: below it the parser shows the text itself, which may hold a secret, and the error keeps all of it.
            let reason = String(describing: error).prefix { $0 != "\n" }
            throw RuntimeError(.settingsFile, "\(file.name) is not a YAML mapping of settings: \(reason)")
        }
    }

    /// The environment of this process and the file it names.
    package static func process(environment: [String: String]) throws(RuntimeError) -> SettingsSources {
        guard let path = environment[fileVariable], !path.isEmpty else { return try SettingsSources(environment: environment) }
        let text: String
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            text = try file.closeAfter { try readAll(file) }
        } catch {
            throw RuntimeError(.settingsFile, "\(fileVariable) names `\(path)`, which can't be read: \(error)", cause: error)
        }
        return try SettingsSources(environment: environment, file: (path, text))
    }

    var isEmpty: Bool { sources.isEmpty }

    /// What the first source that has `key` has for it.
    func lookup(_ key: String) -> (text: SettingText, origin: String)? {
        let path = AbsoluteConfigKey(ConfigKey(key))
        for source in sources {
            // A source throws when it has something of another type under the key: a list where a text was asked for.
            if let result = try? source.snapshot.value(forKey: path, type: .string), let value = result.value,
                case .string(let text) = value.content, !text.isEmpty
            {
                return (.text(text), source.name)
            }
            if let result = try? source.snapshot.value(forKey: path, type: .stringArray), let value = result.value,
                case .stringArray(let parts) = value.content, !parts.isEmpty
            {
                return (.list(parts), source.name)
            }
        }
        return nil
    }
}

/// More than any sensible configuration; keeps a wrong path such as `/dev/zero` from filling the memory.
private let largestFile = 1 << 20

private func readAll(_ file: FileDescriptor) throws -> String {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 16_384)
    while true {
        let count = try part.withUnsafeMutableBytes { try file.read(into: $0) }
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += part[..<count]
        guard bytes.count <= largestFile else { throw Errno.fileTooLarge }
    }
}
