import CEL
import Contracts

extension Loader {
    /// Rows of buttons: each element of the list is a row, or a single button that makes its own.
    func buttonRows(_ node: Node?, _ scope: Scope, _ keyboard: Screen.KeyboardKind) -> [ButtonRow] {
        guard let node, !node.isEmpty else { return [] }
        guard let rows = node.sequence else {
            report("'buttons' is a list of rows", at: node, suggestion: "write '- {label: …}'")
            return []
        }
        let result = rows.map { row in
            if row.elements.count > Limits.buttonsInRow { report("a row has \(Limits.buttonsInRow) buttons at most", at: row) }
            return ButtonRow(buttons: row.elements.compactMap { readButton($0, scope, keyboard, inList: false) })
        }
        if rows.reduce(0, { $0 + $1.elements.count }) > Limits.buttons {
            report("a message has \(Limits.buttons) buttons at most", at: node)
        }
        return result
    }

    func readButton(_ node: Node, _ scope: Scope, _ keyboard: Screen.KeyboardKind, inList: Bool) -> Button? {
        guard let fields = fields(of: node, .button) else { return nil }
        var inner = scope
        let each = fields["each"].flatMap { buttonEach($0, fields["columns"], &inner) }
        if inList, let key = fields.key("each") { report("a list's button is shown for each row already", at: key) }
        if fields["each"] == nil, let key = fields.key("columns") { report("'columns' goes with 'each'", at: key) }
        guard let labelNode = fields["label"] ?? missing("label", in: fields) else { return nil }
        let access = access(fields, inner)
        // It is there, and can be tapped, only when the condition holds.
        inner = inner.knowing(access.condition, true)
        let label = template(labelNode, inner, "a label", limit: Limits.label)
        let action = buttonAction(fields, inner, keyboard)
        if let each, let eachNode = fields["each"], !access.isOpen || isSteps(action), case .list(let element) = each.values.type,
            ValueType(element, collections: Set(collectionNames), records: queryRecords) == nil
        {
            report("a button can't remember a \(element)", at: eachNode, suggestion: "go through names, numbers or rows")
        }
        if let name = fields["name"] { _ = text(name, "a button's name").map { checkName($0, "a button", at: name) } }
        guard let label, let action else { return nil }
        // The name of a button that has a handler is the handler's, and many may bear it.
        let name = if case .handle = action { label.source } else { fields["name"]?.text }
        return Button(
            identity: name ?? label.source, label: label, each: each, access: access, action: action,
            position: position(node))
    }

    private func isSteps(_ action: Button.Action?) -> Bool {
        if case .steps? = action { true } else { false }
    }

    private func buttonEach(_ node: Node, _ columns: Node?, _ scope: inout Scope) -> Button.Each? {
        guard let (variable, values) = valueRange(node, &scope) else { return nil }
        return Button.Each(
            variable: variable, values: values, columns: columns.flatMap { whole($0, in: 1...Limits.buttonsInRow, "'columns'") } ?? 1)
    }

    /// `x in list-expression`; adds the variable to the scope.
    func valueRange(_ node: Node, _ scope: inout Scope) -> (variable: String, values: Expression)? {
        guard let text = text(node, "'variable in list'") else { return nil }
        guard let (variable, rest, offset) = Self.split(text) else {
            report("write 'x in list'", at: node)
            return nil
        }
        guard checkName(variable, "a variable", at: node) else { return nil }
        checkFree(variable, at: node)
        guard let values = expression(rest, in: node, offset: offset, scope) else {
            scope.add(variable, .dyn)
            return nil
        }
        switch values.type {
        case .list(let element):
            let extent = extent(of: values, scope).element
            scope.add(variable, element)
            scope.limit(variable, to: extent)
        case .dyn: scope.add(variable, .dyn)
        default:
            report("'each' goes through a list, this is \(values.type)", in: node, offset, rest.utf8.count, nil)
            scope.add(variable, .dyn)
            return nil
        }
        return (variable, values)
    }

    private func buttonAction(_ fields: Fields, _ scope: Scope, _ keyboard: Screen.KeyboardKind) -> Button.Action? {
        let given = Construct.buttonActions.filter { fields[$0] != nil }
        guard given.count <= 1 else {
            report("a button does one thing: '\(given[0])' or '\(given[1])'", at: fields.key(given[1]) ?? fields.node)
            return nil
        }
        if given.isEmpty, let target = handled(fields, scope) { return target.map(Button.Action.handle) }
        if fields["with"] != nil, given.first != "go", given.first != "call", let key = fields.key("with") {
            report("'with' goes with 'go' or 'call', or with the 'name' of a handler's button", at: key)
        }
        guard let action = given.first, let node = fields[action] else {
            if keyboard == .reply { return .text }
            if !fields.hasUnknown {
                let hint = fields["name"]?.text.flatMap { didYouMean($0, buttonSignatures.keys) }
                report("the button does nothing", at: fields.node, suggestion: hint ?? "add 'go', 'call', 'back', 'do' or 'url'")
            }
            return nil
        }
        if keyboard == .reply, action == "url" || action == "copy" {
            report("a button of a reply keyboard can't have '\(action)'", at: fields.key(action) ?? node)
            return nil
        }
        switch action {
        case "go": return target(node, fields["with"], scope, .screen).map(Button.Action.go)
        case "call": return target(node, fields["with"], scope, .form).map(Button.Action.call)
        case "back":
            if !flag(node, "'back'") { report("leave 'back' out instead", at: node) }
            return .back
        case "do": return .steps(steps(node, scope))
        case "url": return template(node, scope, "a URL", limit: 2_048).flatMap { checkURL($0, node) ? .url($0) : nil }
        case "copy": return template(node, scope, "a text to copy", limit: 256).map(Button.Action.copy)
        default:
            guard keyboard == .reply else {
                report(
                    "only a button of a reply keyboard can ask for a contact or location", at: node,
                    suggestion: "add 'keyboard: reply' to the screen")
                return nil
            }
            return word(node, "'request'", of: ["contact", "location", "poll"]).flatMap(ReplyButton.Request.init).map(Button.Action.request)
        }
    }

    private func checkURL(_ template: Template, _ node: Node) -> Bool {
        guard case .text(let start)? = template.parts.first else { return true }
        let schemes = ["https://", "http://", "tg://"]
        if schemes.contains(where: { start.hasPrefix($0) || (template.constant == nil && $0.hasPrefix(start)) }) { return true }
        report("a URL begins with 'https://', 'http://' or 'tg://'", at: node)
        return false
    }

    enum TargetKind: String { case screen, form }

    /// The name of a screen or form with arguments that fit it.
    func target(_ node: Node, _ with: Node?, _ scope: Scope, _ kind: TargetKind) -> Target? {
        guard let name = text(node, "the name of a \(kind.rawValue)") else { return nil }
        let (own, other, word) = kind == .screen ? (screenSignatures, formSignatures, "call") : (formSignatures, screenSignatures, "go")
        guard let parameters = own[name] else {
            let isOther = other[name] != nil
            report(
                isOther ? "'\(name)' is a \(kind == .screen ? "form" : "screen")" : "there is no \(kind.rawValue) '\(name.prefix(60))'",
                at: node,
                suggestion: isOther ? "use '\(word)'" : didYouMean(name, own.keys), code: .unknownName)
            return nil
        }
        guard let arguments = arguments(with, for: parameters, of: name, at: node, scope) else { return nil }
        return Target(name: name, arguments: arguments, position: position(node))
    }

    func arguments(_ with: Node?, for parameters: [Parameter], of name: String, at node: Node, _ scope: Scope, key: String = "with")
        -> [Binding]?
    {
        var result: [Binding] = []
        var isValid = true
        var given: Set<String> = []
        if let with, with.mapping == nil {
            report("'\(key)' is a mapping of arguments", at: with)
            return nil
        }
        for entry in with?.mapping ?? [] {
            guard let key = entry.key.text else { continue }
            given.insert(key)
            guard let parameter = parameters.first(where: { $0.name == key }) else {
                let hint =
                    didYouMean(key, parameters.map(\.name))
                    ?? (parameters.isEmpty ? "it takes none" : "it takes \(list(parameters.map(\.name)))")
                report("'\(name)' has no argument '\(key)'", at: entry.key, suggestion: hint, code: .unknownName)
                isValid = false
                continue
            }
            if let value = value(entry.value, scope, for: parameter.type) {
                result.append(Binding(name: key, value: value))
            } else {
                isValid = false
            }
        }
        let missing = parameters.filter { !$0.isOptional && !given.contains($0.name) }
        if !missing.isEmpty {
            report("'\(name)' needs \(list(missing.map(\.name)))", at: node, suggestion: "add '\(key): {\(missing[0].name): …}'")
            isValid = false
        }
        return isValid ? result : nil
    }

    /// Buttons that must be found again when they are tapped need different names.
    func checkIdentities(_ rows: [ButtonRow], _ list: ListView?) {
        var seen: Set<String> = []
        for button in rows.flatMap(\.buttons) + [list?.button].compactMap({ $0 }) {
            if seen.insert(button.identity).inserted { continue }
            if case .url = button.action { continue }
            report(
                "two buttons of this screen are called '\(button.identity.prefix(40))'",
                at: Mark(line: button.position.line, column: button.position.column), length: 1, suggestion: "give one of them a 'name'")
        }
    }
}
