/// Settings as they were read, with what is worth telling about them.
package struct Settings<Group: SettingsGroup>: Sendable {
    package let values: Group
    /// Key, value without secrets, and source, in the order of declaration: for the log at start.
    package let found: [FoundSetting]
    /// Everything that must never be printed, already known to the redactor.
    package let secrets: [Secret]

    /// Reads `group` from `sources`.
    ///
    /// - Throws: ``RuntimeError`` with every problem, one a line, each naming the key, its environment variable and what is expected.
    package static func read(
        _ group: Group.Type = Group.self, from sources: SettingsSources, redactor: Redactor? = nil
    ) throws(RuntimeError) -> Settings {
        let collector = SettingsCollector(sources: sources)
        let values = Group(SettingsReader(collector))
        for secret in collector.secrets { redactor?.register(secret) }
        guard collector.problems.isEmpty else {
            throw RuntimeError(.settings, collector.problems.joined(separator: "\n"))
        }
        return Settings(values: values, found: collector.found, secrets: collector.secrets)
    }

    /// The settings that a group declares, read or not.
    package static func declarations(_ group: Group.Type = Group.self) -> [SettingDeclaration] {
        let collector = SettingsCollector(sources: .none)
        _ = Group(SettingsReader(collector))
        return collector.declarations
    }

    /// What is wrong with the declarations themselves: one key or variable declared twice with different meanings.
    package static func conflicts(_ group: Group.Type = Group.self) -> [String] {
        let collector = SettingsCollector(sources: .none)
        _ = Group(SettingsReader(collector))
        return collector.problems
    }
}

package struct FoundSetting: Sendable, Hashable {
    package var key: String
    /// Without secrets.
    package var text: String
    /// `the environment`, the file's name, or `default`.
    package var origin: String
}

/// The table of settings in `docs/settings.md`.
package enum SettingsTable {
    package static func markdown(_ declarations: [SettingDeclaration]) -> String {
        let rows = declarations.map { setting in
            let standard: String =
                switch setting.presence {
                case .required: "**required**"
                case .optional: "–"
                case .standard(let text): text.isEmpty ? "empty" : "`\(text)`"
                }
            let meaning = setting.isSecret ? "\(setting.meaning) *Secret.*" : setting.meaning
            return "| `\(setting.key)` | `\(setting.variable)` | \(setting.expected) | \(standard) | \(meaning) |"
        }
        return (["| Setting | Environment variable | Form | Default | Meaning |", "|---|---|---|---|---|"] + rows)
            .joined(separator: "\n")
    }
}
