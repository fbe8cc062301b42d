package import JSON

/// A command as the argument parser describes it (ToolInfo, version 0).
package struct CommandHelp: Sendable, Hashable {
    package struct Argument: Sendable, Hashable {
        /// `-f, --follow`, with the name of the value; for a positional one `<processes> …`.
        package var signature: String
        package var text: String
        package var isPositional: Bool
        package var isOptional: Bool
        package var isRepeating: Bool
        package var values: [String]
        package var defaultValue: String?
    }

    package var name: String
    package var abstract: String
    /// Without the examples.
    package var discussion: [String]
    /// The lines below `Example:` or `Examples:`.
    package var examples: [String]
    package var arguments: [Argument]
    package var subcommands: [CommandHelp]

    package init(_ json: JSON) {
        name = json["commandName"]?.string ?? ""
        abstract = json["abstract"]?.string ?? ""
        let lines = (json["discussion"]?.string ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = lines.firstIndex { $0 == "Example:" || $0 == "Examples:" } ?? lines.endIndex
        discussion = Array(lines[..<start])
        examples = lines[start...].dropFirst().map { $0.hasPrefix("  ") ? String($0.dropFirst(2)) : $0 }
        arguments = (json["arguments"]?.array ?? []).compactMap(Argument.init).filter { !Self.common.contains($0.signature) }
        subcommands = (json["subcommands"]?.array ?? []).filter { $0["shouldDisplay"]?.bool ?? true }.map { CommandHelp($0) }
            .filter { $0.name != "help" }
    }

    /// What every command has is told once.
    private static let common: Set<String> = ["-h, --help", "--version"]

    /// Itself and all below it, each with the words it is called by.
    package func walk(_ path: [String] = []) -> [(path: [String], command: CommandHelp)] {
        let here = path + [name]
        return [(here, self)] + subcommands.flatMap { $0.walk(here) }
    }
}

extension CommandHelp.Argument {
    /// Nil for one that is hidden.
    fileprivate init?(_ json: JSON) {
        guard json["shouldDisplay"]?.bool ?? true else { return nil }
        let kind = json["kind"]?.string
        let value = json["valueName"]?.string ?? "value"
        isRepeating = json["isRepeating"]?.bool ?? false
        isOptional = json["isOptional"]?.bool ?? false
        isPositional = kind == "positional"
        text = json["abstract"]?.string ?? ""
        values = (json["allValues"]?.array ?? json["allValueStrings"]?.array ?? []).compactMap(\.string)
        defaultValue = json["defaultValue"]?.string
        if isPositional {
            signature = "<\(value)>" + (isRepeating ? " …" : "")
        } else {
            let names = (json["names"]?.array ?? []).map { name in
                (name["kind"]?.string == "long" ? "--" : "-") + (name["name"]?.string ?? "")
            }.sorted { $0.count < $1.count }
            signature = names.joined(separator: ", ") + (kind == "option" ? " <\(value)>" : "")
        }
    }
}
