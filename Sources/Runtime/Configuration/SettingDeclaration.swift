/// What is known of a setting without reading it: a row of the table in `docs/settings.md`.
package struct SettingDeclaration: Sendable, Hashable {
    /// As in a file: `amqp.url`.
    package var key: String
    /// What it must be, as in "must be a duration such as `30s`".
    package var expected: String
    package var presence: Presence
    package var isSecret: Bool
    /// What it does, with the unit where the form doesn't say it.
    package var meaning: String

    package enum Presence: Sendable, Hashable {
        case required
        /// Has no default: the meaning says what happens without it.
        case optional
        /// As it would be written.
        case standard(String)
    }

    package var variable: String { SettingDeclaration.variable(for: key) }

    package static let variablePrefix = "SWITCHBOARD_"

    /// The environment variable of a key: `bot.demo.token` is `SWITCHBOARD_BOT_DEMO_TOKEN`.
    package static func variable(for key: String) -> String {
        variablePrefix
            + String(
                key.uppercased().map { character in
                    // The angle brackets of a documented family, `bot.<name>.token`, stay readable.
                    character.isASCII && (character.isLetter || character.isNumber) || "<>".contains(character) ? character : "_"
                })
    }
}

/// Settings that belong together, read as one value.
///
/// Its initializer is the declaration: every setting is named there once, with its form, default and meaning, and the table in
/// `docs/settings.md`, the error messages, the reading and the dump all come from that.
///
/// ```swift
/// struct PollingSettings: SettingsGroup {
///     let timeout: Duration
///     init(_ settings: SettingsReader) {
///         timeout = settings.value("polling.timeout", .duration, default: .seconds(50), "How long Telegram may hold a request.")
///     }
/// }
/// ```
///
/// The initializer must only read: it also runs to make the table, and with placeholders when something is missing.
package protocol SettingsGroup: Sendable {
    init(_ settings: SettingsReader)
}

/// For a process without settings of its own.
package struct NoSettings: SettingsGroup {
    package init(_ settings: SettingsReader) {}
}

/// Two groups read as one.
package struct SettingsPair<First: SettingsGroup, Second: SettingsGroup>: SettingsGroup {
    package let first: First
    package let second: Second

    package init(_ settings: SettingsReader) {
        first = First(settings)
        second = Second(settings)
    }
}
