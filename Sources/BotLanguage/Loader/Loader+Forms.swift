import CEL
import Contracts

extension Loader {
    func readForm(_ name: String, _ node: Node) -> Form? {
        guard let fields = fields(of: node, .form) else { return nil }
        let parameters = formSignatures[name] ?? []
        var scope = Scope(base).adding(parameters)
        var formFields: [FormField] = []
        let entries = declarations(fields["fields"], "a field")
        if entries.isEmpty, !fields.hasUnknown { report("a form has at least one field", at: fields["fields"] ?? node) }
        for entry in entries {
            checkFree(entry.name, at: entry.key)
            if parameters.contains(where: { $0.name == entry.name }) {
                report("'\(entry.name)' is an argument of the form already", at: entry.key)
            }
            guard let field = readFormField(entry.name, entry.node, scope) else {
                scope.add(entry.name, .dyn)
                continue
            }
            if let record = field.each?.record { scope = scope.adding(record.record) }
            scope.add(entry.name, field.value.cel)
            scope.limit(entry.name, to: extent(of: field.value, field.each == nil ? field.bounds : .none))
            formFields.append(field)
        }
        checkWayOut(formFields, fields["cancel"])
        let done = fields["done"].map { steps($0, scope) } ?? []
        if fields["done"] == nil, !fields.hasUnknown {
            report("the form doesn't say what to do with the answers", at: node, suggestion: "add 'done'")
        }
        return Form(
            name: name, parameters: parameters, roles: fields["role"].map(roleConditions) ?? [], fields: formFields, done: done,
            cancel: cancel(fields["cancel"], scope), back: back(fields["back"]),
            position: position(node))
    }

    private func cancel(_ node: Node?, _ scope: Scope) -> Form.Cancel {
        guard let node else { return .command }
        switch node.text {
        case "false", "no", "off": return .none
        case "true", "yes", "on": return .command
        default: return template(node, Scope(base), "a label", limit: Limits.label).map(Form.Cancel.button) ?? .command
        }
    }

    /// - Parameter isRound: whether it is asked for each element of a list, so that its answer can't be left out.
    func readFormField(_ name: String, _ node: Node, _ scope: Scope, isRound: Bool = false) -> FormField? {
        guard let fields = fields(of: node, .formField) else { return nil }
        if fields["each"] != nil, !isRound { return readRounds(name, node, fields, scope) }
        if !isRound, let key = fields.key("fields") {
            report("'fields' goes with 'each'", at: key)
            return nil
        }
        guard let askNode = fields["ask"] ?? missing("ask", in: fields) else { return nil }
        guard var (type, bounds) = fieldType(fields) else { return nil }
        if let own = self.bounds(fields, type.type) {
            bounds.minimum = own.minimum ?? bounds.minimum
            bounds.maximum = own.maximum ?? bounds.maximum
        }
        // What may be left out is null then.
        if !isRound, fields["skip"] != nil || fields["null_on"] != nil || fields["when"] != nil { type.isNullable = true }
        let parse = parseMode(fields["parse"])
        let ask = conditionalText(askNode, scope, "a question", limit: Limits.text, parse)
        let choices = choices(fields, type, bounds, scope)
        checkAnswerable(type.type, hasChoices: fields["choices"] != nil, fields)
        checkMarkup(fields["ask"], parse)
        guard let ask else { return nil }
        return FormField(
            name: name, type: type, bounds: bounds, ask: ask, parseMode: parse,
            retry: fields["retry"].flatMap { template($0, scope, "a text", limit: Limits.text) },
            skip: fields["skip"].flatMap { template($0, scope, "a label", limit: Limits.label) },
            share: fields["share"].flatMap { share($0, type.type, fields, scope) },
            nullOn: fields["null_on"].flatMap { text($0, "'null_on'") },
            condition: fields["when"].flatMap { expression($0, scope, expecting: .bool) }, choices: choices, position: position(node),
            columns: fields["columns"].flatMap { whole($0, in: 1...Limits.buttonsInRow, "'columns'") } ?? 2,
            isClosed: isClosed(type.type))
    }

    /// From `type`, or copied by `like: meals.kcal`.
    private func fieldType(_ fields: Fields) -> (ValueType, Bounds)? {
        if fields["type"] != nil, let like = fields.key("like") { report("a field has 'type' or 'like', not both", at: like) }
        guard let like = fields["like"] else {
            guard let node = fields["type"] else { return (ValueType(.string), Bounds(minimum: 1)) }
            return valueType(node).map { ($0, .none) }
        }
        guard let text = text(like, "'like'") else { return nil }
        let parts = text.split(separator: ".").map(String.init)
        guard parts.count == 2, let collection = collections[parts[0]] else {
            report(
                "'like' names a field of data: 'collection.field'", at: like,
                suggestion: parts.first.flatMap { didYouMean($0, collectionNames) })
            return nil
        }
        guard let field = collection[parts[1]] else {
            report(
                "'\(parts[0])' has no field '\(parts[1])'", at: like, suggestion: didYouMean(parts[1], collection.fields.map(\.name)),
                code: .unknownName)
            return nil
        }
        var bounds = field.bounds
        if field.type.type == .string, bounds.minimum == nil { bounds.minimum = 1 }
        return (field.type, bounds)
    }

    /// Enums and rows can't be typed in freely; rows need choices to choose from.
    private func isClosed(_ type: FieldType) -> Bool {
        switch type {
        case .enumeration, .reference, .bool: true
        default: false
        }
    }

    private func checkAnswerable(_ type: FieldType, hasChoices: Bool, _ fields: Fields) {
        switch type {
        case .reference(let name) where !hasChoices:
            report("nobody can type in a row of '\(name)'", at: fields.node, suggestion: "add 'choices'")
        case .list: report("a list can't be asked for", at: fields["type"] ?? fields["like"] ?? fields.node)
        case .record(let record) where record.builtInName == nil || record == .chat:
            report("a record can't be asked for", at: fields["type"] ?? fields["like"] ?? fields.node, suggestion: "ask for its parts")
        default: break
        }
    }

    private func choices(_ fields: Fields, _ type: ValueType, _ bounds: Bounds, _ scope: Scope) -> FormField.Choices? {
        guard let node = fields["choices"] else { return nil }
        if node.mapping != nil { return eachChoice(node, type, scope) }
        guard let items = node.sequence else {
            report("'choices' is a list of values, or '{each: x in …, label: …}'", at: node)
            return nil
        }
        if items.isEmpty || items.count > Limits.buttons {
            report("a question has 1 to \(Limits.buttons) choices", at: node)
            return nil
        }
        var result: [(value: CELValue, label: Template)] = []
        func add(_ value: CELValue, _ label: Template, at node: Node) {
            // What somebody types is compared with the labels.
            if result.contains(where: { $0.label.source.lowercased() == label.source.lowercased() }) {
                report(
                    "two choices are called '\(label.source.prefix(40))'", at: node,
                    suggestion: "remove one of them, or give it another 'label'")
            }
            result.append((value, label))
        }
        for item in items {
            guard item.mapping != nil else {
                if let value = plainChoice(item, type.type, bounds), let label = template(item, scope, "a label", limit: Limits.label) {
                    add(value, label, at: item)
                }
                continue
            }
            guard let parts = self.fields(of: item, .choice), let valueNode = parts["value"] ?? missing("value", in: parts),
                let value = plainChoice(valueNode, type.type, bounds),
                let label = template(parts["label"] ?? valueNode, scope, "a label", limit: Limits.label)
            else { continue }
            add(value, label, at: parts["label"] ?? valueNode)
        }
        return .fixed(result)
    }

    /// A choice's value as a person would type it.
    private func plainChoice(_ node: Node, _ type: FieldType, _ bounds: Bounds) -> CELValue? {
        guard let text = text(node, "a choice") else { return nil }
        if case .enumeration(let name) = type {
            guard let members = enums[name]?.members, members.contains(text) else {
                report(
                    "'\(text)' is no member of '\(name)'", at: node, suggestion: enums[name].flatMap { didYouMean(text, $0.members) },
                    code: .unknownName)
                return nil
            }
            return .string(text)
        }
        do throws(AnswerError) { return try AnswerParser.parse(text, as: type, bounds: bounds) } catch {
            switch error {
            case .malformed: report("'\(text.prefix(40))' is no \(type.description)", at: node)
            case .tooSmall: report("'\(text.prefix(40))' is below the question's 'min'", at: node)
            case .tooLarge: report("'\(text.prefix(40))' is beyond the question's 'max'", at: node)
            }
            return nil
        }
    }

    private func eachChoice(_ node: Node, _ type: ValueType, _ scope: Scope) -> FormField.Choices? {
        guard let fields = fields(of: node, .choices), let each = fields["each"] ?? missing("each", in: fields),
            let labelNode = fields["label"] ?? missing("label", in: fields)
        else { return nil }
        var inner = scope
        guard let (variable, values) = valueRange(each, &inner) else { return nil }
        let label = template(labelNode, inner, "a label", limit: Limits.label)
        let wanted = type.type.cel
        let value =
            fields["value"].map { expression($0, inner, expecting: wanted) }
            ?? expression(variable, in: each, offset: 0, inner, expecting: wanted)
        guard let label, let value else { return nil }
        return .each(variable: variable, values: values, label: label, value: value)
    }
}
