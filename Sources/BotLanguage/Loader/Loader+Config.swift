import CEL

// `config`: what the bot's owner sets.
extension Loader {
    /// The record that expressions see as `config`.
    static let configRecord = "config"

    /// Names and types; defaults need an environment.
    func declareConfig(_ node: Node?) {
        var variables: [String: String] = [:]
        for entry in declarations(node, "a setting") {
            // One that is wrong is known all the same, so that what uses it isn't reported as well.
            configTypes[entry.name] = .dyn
            if let twin = variables.updateValue(entry.name, forKey: entry.name.lowercased()) {
                report("'\(twin)' and '\(entry.name)' can't be told apart in environment variables", at: entry.key)
            }
            guard let draft = configDraft(entry.name, entry.node) else { continue }
            configDrafts.append(draft)
            configTypes[entry.name] = draft.setting.cel
        }
    }

    var configRecords: [CELRecord] {
        guard !configTypes.isEmpty else { return [] }
        let fields = configTypes.sorted { $0.key < $1.key }.map { CELRecord.Field($0.key, $0.value) }
        return [CELRecord(name: Self.configRecord, fields: fields)]
    }

    /// What expressions see everywhere.
    var configVariables: [String: CELType] { configTypes.isEmpty ? [:] : ["config": .object(Self.configRecord)] }

    private func configDraft(_ name: String, _ node: Node) -> (setting: ConfigSetting, default: Node?)? {
        if node.text != nil {
            guard let type = valueType(node), isSetting(type.type, at: node) else { return nil }
            return (ConfigSetting(name: name, type: type, isSecret: false, standard: nil), nil)
        }
        guard let fields = fields(of: node, .config), let typeNode = fields["type"] ?? missing("type", in: fields),
            let type = valueType(typeNode), isSetting(type.type, at: typeNode)
        else { return nil }
        let isSecret = fields["secret"].map { flag($0, "'secret'") } ?? false
        if isSecret, type.type != .string {
            report("a secret is a string", at: typeNode)
            return nil
        }
        if isSecret, let key = fields.key("default") {
            report("a secret has no default: it would stand in the definition", at: key)
            return nil
        }
        return (ConfigSetting(name: name, type: type, isSecret: isSecret, standard: nil), fields["default"])
    }

    private func isSetting(_ type: FieldType, at node: Node) -> Bool {
        switch type {
        case .list(let element):
            if case .list = element { break }
            return isSetting(element, at: node)
        case .reference, .record: break
        default: return true
        }
        report(
            "a setting can't be \(type.description)", at: node,
            suggestion: "it may be a text, a number, a day, a time, an enum, or a list of these")
        return false
    }

    func readConfig() {
        for draft in configDrafts {
            guard let node = draft.default else {
                config.append(draft.setting)
                continue
            }
            guard let value = expression(node, Scope(environment), expecting: draft.setting.type.cel) else { continue }
            guard let constant = value.program.constant else {
                report("the default of a setting is a constant", at: node)
                continue
            }
            config.append(
                ConfigSetting(name: draft.setting.name, type: draft.setting.type, isSecret: false, standard: constant))
        }
    }
}
