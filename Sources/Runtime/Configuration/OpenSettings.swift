/// Settings whose names are decided elsewhere, such as by the definition of a bot: read when somebody knows them.
package struct OpenSettings: Sendable {
    private let prefix: String
    private let sources: SettingsSources

    init(prefix: String, sources: SettingsSources) {
        self.prefix = prefix
        self.sources = sources
    }

    /// None are there.
    package static let none = OpenSettings(prefix: "", sources: .none)

    /// What is given under a name, which in a file may have capital letters; nil: nothing.
    package func text(_ name: String) -> SettingText? {
        (sources.lookup(prefix + name.lowercased()) ?? sources.lookup(prefix + name))?.text
    }

    /// Where it is looked for first.
    package func variable(_ name: String) -> String { SettingDeclaration.variable(for: prefix + name) }
}
