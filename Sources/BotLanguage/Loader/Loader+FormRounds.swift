import CEL
import Contracts

// Questions for each element of a list, and what goes with questions of some kinds.
extension Loader {
    /// `each: d in days` with a question of its own, or with `fields`.
    func readRounds(_ name: String, _ node: Node, _ fields: Fields, _ scope: Scope) -> FormField? {
        var inner = scope
        guard let range = fields["each"], let (variable, values) = valueRange(range, &inner) else { return nil }
        guard let element = roundElement(values, range) else { return nil }
        guard let parts = fields["fields"] else { return readPlainRounds(name, node, fields, inner, variable, values, element) }
        for key in Self.keysOfQuestions where fields[key] != nil {
            report("'\(key)' goes with one question, here are several", at: fields.key(key) ?? node, suggestion: "put it into 'fields'")
        }
        var questions: [FormField] = []
        let entries = declarations(parts, "a field")
        if entries.isEmpty { report("'fields' has no questions", at: parts) }
        let condition = fields["when"].flatMap { expression($0, inner, expecting: .bool) }
        for entry in entries {
            checkFree(entry.name, at: entry.key)
            if entry.name == variable { report("'\(variable)' is the element of 'each' already", at: entry.key) }
            for key in ["each", "fields"] {
                if let deeper = entry.node.mapping?.first(where: { $0.key.text == key }) {
                    report("'\(key)' can't stand within 'each'", at: deeper.key, suggestion: "ask in another field, with a list of its own")
                }
            }
            guard let question = readFormField(entry.name, entry.node, inner) else {
                inner.add(entry.name, .dyn)
                continue
            }
            if question.type.type.refersToRows {
                report("a record can't refer to a row", at: entry.key, suggestion: "ask for it in a field of its own, or for its name")
            }
            inner.add(entry.name, question.type.cel)
            questions.append(question)
        }
        let record = RecordType(questions.map { RecordType.Part(name: $0.name, type: $0.type) })
        return FormField(
            name: name, type: ValueType(.record(record)), bounds: .none,
            each: FormEach(variable: variable, values: values, element: element, parts: questions, record: record),
            ask: ConditionalText(cases: []), parseMode: .none, condition: condition, position: position(node), columns: 1, isClosed: false)
    }

    private func readPlainRounds(
        _ name: String, _ node: Node, _ fields: Fields, _ scope: Scope, _ variable: String, _ values: Expression, _ element: ValueType
    ) -> FormField? {
        for key in ["skip", "null_on"] {
            if let node = fields.key(key) {
                report(
                    "an element of a list can't be null", at: node,
                    suggestion: "write 'fields: {answer: {ask: …, \(key): …}}', whose parts may be"
                )
            }
        }
        guard var field = readFormField(name, node, scope, isRound: true) else { return nil }
        if field.type.isNullable { report("an element of a list can't be null", at: fields["type"] ?? fields["like"] ?? node) }
        field.type.isNullable = false
        field.each = FormEach(variable: variable, values: values, element: element, parts: [], record: nil)
        return field
    }

    /// What the conversation keeps of each element.
    private func roundElement(_ values: Expression, _ node: Node) -> ValueType? {
        guard case .list(let element) = values.type else {
            // Of nothing, or of what has been reported.
            report("this list's elements have no type", at: node, suggestion: "ask of a list of names, numbers or rows")
            return nil
        }
        guard let type = ValueType(element, collections: Set(collectionNames)), !type.isNullable else {
            report("a conversation can't keep a \(element)", at: node, suggestion: "go through names, numbers or rows")
            return nil
        }
        return type
    }

    private static let keysOfQuestions = [
        "ask", "type", "like", "min", "max", "choices", "columns", "retry", "skip", "null_on", "parse", "share",
    ]

    // MARK: Keys of forms and questions

    func back(_ node: Node?) -> Form.Back {
        guard let node else { return .none }
        switch node.text {
        case "false", "no", "off": return .none
        case "true", "yes", "on": return .command
        default: return template(node, Scope(base), "a label", limit: Limits.label).map(Form.Back.button) ?? .none
        }
    }

    /// `share`: a button that sends the person's own contact or location.
    func share(_ node: Node, _ type: FieldType, _ fields: Fields, _ scope: Scope) -> Template? {
        guard case .record(let record) = type, record == RecordType.contact || record == RecordType.location else {
            report("only a contact or a location can be shared", at: fields.key("share") ?? node, suggestion: "leave out 'share'")
            return nil
        }
        if let choices = fields.key("choices") { report("a question has 'share' or 'choices', not both", at: choices) }
        return template(node, scope, "a label", limit: Limits.label)
    }
}
