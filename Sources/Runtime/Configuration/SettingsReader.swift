/// Reads settings and remembers what was declared, what was found, and everything that is wrong.
///
/// Handed to the initializers of ``SettingsGroup``s. With ``SettingsSources/none`` it finds nothing and reports nothing: that is
/// how the table of all settings is made.
package struct SettingsReader {
    private let collector: SettingsCollector
    /// `bot.demo.` inside a family; empty at the top.
    private let prefix: String

    init(_ collector: SettingsCollector, prefix: String = "") {
        self.collector = collector
        self.prefix = prefix
    }

    /// A setting with a default.
    package func value<Value>(_ key: String, _ form: SettingForm<Value>, default standard: Value, _ meaning: String) -> Value {
        find(key, form, .standard(form.format(standard)), meaning) ?? standard
    }

    /// A setting that must be given.
    package func required<Value>(_ key: String, _ form: SettingForm<Value>, _ meaning: String) -> Value {
        find(key, form, .required, meaning) ?? form.placeholder
    }

    /// A setting that may be absent; `meaning` says what nil does.
    package func optional<Value>(_ key: String, _ form: SettingForm<Value>, _ meaning: String) -> Value? {
        find(key, form, .optional, meaning)
    }

    /// Settings below a key whose names are known later.
    ///
    /// - Parameters:
    ///   - name: stands for them in the documentation: `key`.
    ///   - expected: what they must be.
    package func open(_ key: String, each name: String, _ expected: String, _ meaning: String) -> OpenSettings {
        collector.declare(
            SettingDeclaration(
                key: "\(prefix)\(key).<\(name)>", expected: expected, presence: .optional, isSecret: false, meaning: meaning))
        return OpenSettings(prefix: "\(prefix)\(key).", sources: collector.sources)
    }

    /// Refuses a combination that the forms alone can't: `why` completes "amqp.url (SWITCHBOARD_AMQP_URL) …".
    package func reject(_ key: String, _ why: String) {
        collector.problem(prefix + key, why)
    }

    package func group<Group: SettingsGroup>(_ type: Group.Type = Group.self) -> Group { Group(self) }

    /// A family: a setting that lists names, and settings of each name under `<prefix>.<name>.`
    ///
    /// ```swift
    /// bots = settings.family("bots", each: "bot", "Names of the bots that run here.") { name, settings in
    ///     BotSettings(name: name, token: settings.required("token", .secret, "From @BotFather."))
    /// }
    /// ```
    /// - Parameter each: `body` gets a reader below `<each>.<name>`: its `token` is `bot.demo.token`.
    package func family<Member>(
        _ key: String, each: String, _ meaning: String, body: (_ name: String, _ settings: SettingsReader) -> Member
    ) -> [Member] {
        let names = value(key, .list(of: .memberName), default: [], meaning)
        guard !collector.isDeclaring else {
            _ = body("<name>", SettingsReader(collector, prefix: "\(prefix)\(each).<name>."))
            return []
        }
        var variables: [String: String] = [:]
        return names.map { name in
            let place = SettingDeclaration.variable(for: name)
            if let twin = variables.updateValue(name, forKey: place) {
                reject(key, "names `\(twin)` and `\(name)`, which can't be told apart in environment variables")
            }
            return body(name, SettingsReader(collector, prefix: "\(prefix)\(each).\(name)."))
        }
    }

    private func find<Value>(
        _ key: String, _ form: SettingForm<Value>, _ presence: SettingDeclaration.Presence, _ meaning: String
    ) -> Value? {
        let declaration = SettingDeclaration(
            key: prefix + key, expected: form.expected, presence: presence, isSecret: form.secrets != nil, meaning: meaning)
        return collector.find(declaration, form)
    }
}

extension SettingForm where Value == String {
    /// A name that is part of keys and environment variables.
    package static var memberName: Self {
        Self(
            expected: "a name of small letters, digits, `_` and `-` that begins with a letter", placeholder: "",
            scalar: { text in
                guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return nil }
                let allowed = text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
                return allowed ? text : nil
            }, format: { $0 })
    }
}

/// What all readers of one reading share.
final class SettingsCollector {
    private(set) var declarations: [SettingDeclaration] = []
    private(set) var problems: [String] = []
    private(set) var found: [FoundSetting] = []
    private(set) var secrets: [Secret] = []
    private var places: [String: SettingDeclaration] = [:]
    let sources: SettingsSources

    init(sources: SettingsSources) { self.sources = sources }

    /// Remembers what isn't read here.
    func declare(_ declaration: SettingDeclaration) {
        if isDeclaring, places.updateValue(declaration, forKey: declaration.variable) == nil { declarations.append(declaration) }
    }

    var isDeclaring: Bool { sources.isEmpty }

    func problem(_ key: String, _ why: String) {
        guard !isDeclaring else { return }
        let problem = "\(key) (\(SettingDeclaration.variable(for: key))) \(why)"
        // Two groups may read one setting; saying it once is enough.
        if !problems.contains(problem) { problems.append(problem) }
    }

    func find<Value>(_ declaration: SettingDeclaration, _ form: SettingForm<Value>) -> Value? {
        // Groups may share a setting, if they mean the same by it.
        if let known = places.updateValue(declaration, forKey: declaration.variable) {
            if known != declaration {
                problems.append("\(declaration.key) and \(known.key) are declared differently for \(declaration.variable)")
            }
        } else {
            declarations.append(declaration)
        }
        guard !isDeclaring else { return nil }
        guard let (text, origin) = sources.lookup(declaration.key) else {
            if declaration.presence == .required {
                problem(declaration.key, "is missing; it must be \(declaration.expected). \(declaration.meaning)")
            }
            note(declaration, text: declaration.presence.shown, origin: "default")
            return nil
        }
        guard let value = form.parse(text) else {
            problem(declaration.key, "must be \(declaration.expected); \(origin) has \(quoted(text, isSecret: declaration.isSecret))")
            return nil
        }
        secrets += form.secrets?(value) ?? []
        note(declaration, text: form.format(value), origin: origin)
        return value
    }

    private func note(_ declaration: SettingDeclaration, text: String, origin: String) {
        guard !found.contains(where: { $0.key == declaration.key }) else { return }
        found.append(FoundSetting(key: declaration.key, text: text, origin: origin))
    }

    private func quoted(_ text: SettingText, isSecret: Bool) -> String {
        if isSecret { return "another text, not shown because it may hold a secret" }
        return switch text {
        case .text(let text): "`\(text.prefix(80))`"
        case .list(let parts): "a list of \(parts.count)"
        }
    }
}

extension SettingDeclaration.Presence {
    fileprivate var shown: String {
        if case .standard(let text) = self { text } else { "not set" }
    }
}
