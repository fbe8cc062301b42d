public import BotLanguage
package import CEL

/// What a bot's owner has set, as its definition wants it.
public struct BotConfig: Sendable {
    /// What expressions see as `config`.
    package let value: CELValue
    /// Texts that must never be shown or logged.
    public let secrets: [String]

    /// How a setting is given: in an environment variable one text, in a file also a list.
    public enum Text: Sendable, Hashable {
        case text(String)
        case list([String])
    }

    /// - Parameters:
    ///   - variable: how messages call the place where a setting is looked for.
    ///   - given: what is set under a name; nil: nothing.
    /// - Throws: everything that is missing or can't be read.
    public init(
        _ definition: Definition, variable: (String) -> String = { $0 }, given: (String) -> Text?
    ) throws(ConfigError) {
        var values: [String: CELValue] = [:]
        var secrets: [String] = []
        var problems: [String] = []
        for setting in definition.config {
            let place = "bot '\(definition.bot)': config '\(setting.name)' (\(variable(setting.name)))"
            guard let text = given(setting.name) else {
                if setting.isRequired { problems.append("\(place) is missing; it must be \(Self.expected(setting, definition))") }
                values[setting.name] = setting.standard ?? .null
                continue
            }
            guard let value = Self.value(text, setting.type.type, definition) else {
                // What was given may be a secret in the wrong place.
                problems.append("\(place) must be \(Self.expected(setting, definition))")
                continue
            }
            if setting.isSecret, case .string(let secret) = value {
                secrets.append(secret)
                values[setting.name] = SecretText.value(secret)
            } else {
                values[setting.name] = value
            }
        }
        guard problems.isEmpty else { throw ConfigError(problems: problems) }
        self.init(definition, values, secrets)
    }

    /// Defaults alone; what has none is absent.
    package init(defaultsOf definition: Definition) {
        var values: [String: CELValue] = [:]
        for setting in definition.config where !setting.isRequired { values[setting.name] = setting.standard ?? .null }
        self.init(definition, values, [])
    }

    private init(_ definition: Definition, _ values: [String: CELValue], _ secrets: [String]) {
        // In the order in which the record is declared.
        let names = definition.config.map(\.name).sorted().filter { values[$0] != nil }
        let shape = CELObject.Shape(type: "config", fields: names)
        value = .object(CELObject(shape: shape, values: names.map { values[$0] ?? .null }))
        self.secrets = secrets
    }

    private static func value(_ text: Text, _ type: FieldType, _ definition: Definition) -> CELValue? {
        switch (type, text) {
        case (.list(let element), .list(let parts)): return list(parts, element, definition)
        case (.list(let element), .text(let text)):
            return list(text.split(separator: ",", omittingEmptySubsequences: true).map(String.init), element, definition)
        case (.enumeration(let name), .text(let text)):
            let member = text.filter { !$0.isWhitespace }
            return definition.enums[name]?.members.contains(member) ?? false ? .string(member) : nil
        case (_, .text(let text)): return try? AnswerParser.parse(text, as: type, bounds: .none)
        case (_, .list): return nil
        }
    }

    private static func list(_ parts: [String], _ element: FieldType, _ definition: Definition) -> CELValue? {
        var values: [CELValue] = []
        for part in parts {
            guard let value = value(.text(part), element, definition) else { return nil }
            values.append(value)
        }
        return .list(values)
    }

    private static func expected(_ setting: ConfigSetting, _ definition: Definition) -> String {
        setting.isSecret ? "a secret text" : expected(setting.type.type, definition)
    }

    private static func expected(_ type: FieldType, _ definition: Definition) -> String {
        switch type {
        case .string: "a text"
        case .int: "a whole number"
        case .number: "a number such as 1.5"
        case .money: "an amount such as 12.50"
        case .bool: "yes or no"
        case .date: "a day such as 2026-01-31"
        case .time: "a time of day such as 09:30"
        case .timestamp: "a moment such as '2026-01-31 09:30', in UTC"
        case .duration: "a duration such as 1h30m"
        case .enumeration(let name): "one of \((definition.enums[name]?.members ?? []).joined(separator: ", "))"
        case .list(let element): "a list, separated by commas, each \(expected(element, definition))"
        case .reference, .record: type.description
        }
    }
}

/// Settings that are missing or can't be read: the bot can't run.
public struct ConfigError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Each names the bot, the key and its place, and says what it must be; none says what it is.
    public var problems: [String]

    public var description: String { problems.joined(separator: "\n") }
}
