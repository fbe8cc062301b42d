import CEL
import Contracts

// Who takes part in a test, and the rows that it begins with.
extension Loader {
    /// `ann: {name: Ann Lee, language: ru, role: admin}`: what the platform says of somebody, and the author's fields of `users`.
    func declarePerson(_ name: String, _ node: Node, _ key: Node, _ cast: inout Cast) {
        guard checkPersonName(name, at: key) else { return }
        if cast.contains(name) { return report("'\(name)' stands there twice", at: key) }
        var person = Person(id: cast.nextID, firstName: name, language: cast.language)
        var fields: [Step.Assignment] = []
        if !node.isEmpty {
            guard let entries = node.mapping else {
                return report("a person is written as a mapping, such as '{name: Ann}', found \(node.kind)", at: node)
            }
            let users = collections[Table.usersName]
            let own = users?.fields.filter { !$0.isReadOnly }.map(\.name) ?? []
            for entry in entries {
                guard let field = entry.key.text else { continue }
                switch field {
                case "name":
                    let parts = (text(entry.value, "a name") ?? name).split(separator: " ", maxSplits: 1).map(String.init)
                    person.firstName = parts.first ?? name
                    person.lastName = parts.count > 1 ? parts[1] : nil
                case "username": person.username = text(entry.value, "a username")
                case "language": person.language = text(entry.value, "a language")
                default:
                    guard let declared = users?[field], !declared.isReadOnly else {
                        report(
                            "a person of a test has no '\(field.prefix(40))'", at: entry.key,
                            suggestion: didYouMean(field, own + ["name", "username", "language"])
                                ?? "there are 'name', 'username', 'language' and the fields of 'users'", code: .unknownName)
                        continue
                    }
                    let scope = Scope(baseWithoutPerson)
                    if let value = fixture(entry.value, declared, scope, rows: [:]) {
                        fields.append(Step.Assignment(field: field, value: value))
                    }
                }
            }
        }
        cast.add(TestPerson(name: name, person: person, fields: fields, isKnown: true))
    }

    func checkPersonName(_ name: String, at node: Node) -> Bool {
        if name == "group" || name == "bot" || Self.stepWords.contains(name) {
            report("nobody in a test can be called '\(name)', which is a word of tests", at: node)
            return false
        }
        guard checkName(name, "a person", at: node) else { return false }
        let count = diagnostics.count
        checkFree(name, at: node)
        return diagnostics.count == count
    }

    /// ```yaml
    /// data:
    ///   products: [{as: milk, name: Milk, price: 1.20}]
    ///   cart: [{user: ann, product: milk, qty: 2}]
    /// ```
    func readRows(_ node: Node?, _ cast: inout Cast) -> [Step] {
        guard let node, !node.isEmpty else { return [] }
        guard let entries = node.mapping else {
            report("'data' is a mapping of collections to lists of rows, found \(node.kind)", at: node)
            return []
        }
        var steps: [Step] = []
        // By their labels: the collection.
        var labels: [String: String] = [:]
        for person in cast.people { labels[person.name] = Table.usersName }
        for entry in entries {
            guard let name = entry.key.text else { continue }
            guard let collection = collections[name], name != Table.usersName else {
                let isUsers = name == Table.usersName
                report(
                    isUsers ? "people stand under 'people'" : "there is no collection '\(name.prefix(60))'", at: entry.key,
                    suggestion: isUsers ? nil : didYouMean(name, collectionNames.filter { $0 != Table.usersName }), code: .unknownName)
                continue
            }
            for row in entry.value.elements { if let step = readRow(row, collection, &labels, &cast) { steps.append(step) } }
        }
        return steps
    }

    private func readRow(_ node: Node, _ collection: Collection, _ labels: inout [String: String], _ cast: inout Cast) -> Step? {
        guard let entries = node.mapping else {
            report("a row is written as '{field: value}', found \(node.kind)", at: node)
            return nil
        }
        var scope = Scope(baseWithoutPerson)
        for (name, collection) in labels { scope.add(name, .object(collection)) }
        var label: String?
        var values: [Step.Assignment] = []
        for entry in entries {
            guard let name = entry.key.text else { continue }
            if name == "as" {
                guard let text = text(entry.value, "the name of a row"), checkName(text, "a row", at: entry.value) else { continue }
                if labels[text] != nil {
                    report("'\(text)' stands for something else already", at: entry.value)
                } else {
                    checkFree(text, at: entry.value)
                    label = text
                }
                continue
            }
            guard let field = collection[name] else {
                if brokenFields[collection.name]?.contains(name) ?? false { continue }
                let known = collection.fields.filter { !$0.isReadOnly }.map(\.name)
                report(
                    "'\(collection.name)' has no field '\(name.prefix(40))'", at: entry.key, suggestion: didYouMean(name, known),
                    code: .unknownName)
                continue
            }
            guard !field.isReadOnly else {
                report("'\(name)' can't be set", at: entry.key)
                continue
            }
            if let value = fixture(entry.value, field, scope, rows: labels) {
                values.append(Step.Assignment(field: name, value: value))
                for person in mentioned(in: value, cast) { cast.meet(person) }
            }
        }
        let given = entries.compactMap(\.key.text)
        let missing = collection.fields.filter { field in
            guard !field.isReadOnly, !given.contains(field.name) else { return false }
            // Nobody in particular makes the row.
            return field.default?.program.variables.contains("user") ?? !field.type.isNullable
        }
        if let first = missing.first {
            report(
                "a row of '\(collection.name)' needs \(list(missing.map(\.name)))", at: node,
                suggestion: first.default == nil ? nil : "nobody makes this row, so '\(first.name)' can't be who does")
        }
        if let label { labels[label] = collection.name }
        return Step(
            .insert(Step.Insert(collection: collection.name, name: label, values: values, otherwise: nil)), at: position(node))
    }

    private func mentioned(in value: Expression, _ cast: Cast) -> [String] {
        cast.people.map(\.name).filter(value.program.variables.contains)
    }

    // MARK: Values

    /// A value as people write it, typed by its field; or `${expression}`.
    private func fixture(_ node: Node, _ field: Field, _ scope: Scope, rows: [String: String]) -> Expression? {
        if let text = node.text, text.hasPrefix("${"), text.hasSuffix("}") {
            let source = text.dropFirst(2).dropLast()
            return expression(String(source), in: node, offset: 2, scope, expecting: field.type.cel)
        }
        guard let source = source(of: node, field.type, field.bounds, rows) else { return nil }
        return expression(source, in: Node(.scalar(source, .plain), at: node.mark), offset: 0, scope, expecting: field.type.cel)
    }

    /// The value as an expression; nil, and reported, when it is none of the type.
    private func source(of node: Node, _ type: ValueType, _ bounds: Bounds, _ rows: [String: String]) -> String? {
        if node.isEmpty || node.text == "null" && type.type != .string {
            if type.isNullable { return "null" }
            report("'null' isn't possible here: \(type.description) is wanted", at: node)
            return nil
        }
        switch type.type {
        case .list(let element):
            guard let elements = node.sequence else { return refused(node, type) }
            let sources = elements.compactMap { source(of: $0, ValueType(element), .none, rows) }
            return sources.count == elements.count ? "[\(sources.joined(separator: ", "))]" : nil
        case .record(let record):
            if let name = node.text, record.media != nil { return "{'id': \(quoted(name)), 'name': \(quoted(name)), 'size': null}" }
            return source(of: node, record, rows)
        default: break
        }
        guard let text = node.text else { return refused(node, type) }
        switch type.type {
        case .string: return checked(.string(text), bounds, .string, node)
        case .enumeration(let name):
            let members = enums[name]?.members ?? []
            guard members.contains(text) else {
                report(
                    "'\(name)' has no member '\(text.prefix(40))'", at: node,
                    suggestion: didYouMean(text, members) ?? "it has \(list(members))", code: .unknownName)
                return nil
            }
            return "\(name).\(text)"
        case .reference(let collection):
            guard rows[text] == collection else {
                let known = rows.filter { $0.value == collection }.map(\.key).sorted()
                let isPerson = collection == Table.usersName
                report(
                    isPerson
                        ? "there is nobody called '\(text.prefix(40))'" : "no row of '\(collection)' above is called '\(text.prefix(40))'",
                    at: node,
                    suggestion: didYouMean(text, known)
                        ?? (isPerson ? "name them under 'people'" : "give it a name: '{as: \(text.prefix(40)), …}'"),
                    code: .unknownName)
                return nil
            }
            return text
        default:
            let value: CELValue
            do throws(AnswerError) { value = try AnswerParser.parse(text, as: type.type, bounds: .none) } catch {
                return refused(node, type)
            }
            return checked(value, bounds, type.type, node)
        }
    }

    private func source(of node: Node, _ record: RecordType, _ rows: [String: String]) -> String? {
        guard let entries = node.mapping else { return refused(node, ValueType(.record(record))) }
        var parts: [String] = []
        for entry in entries {
            guard let name = entry.key.text, let part = record[name] else {
                report(
                    "\(record.name) has no part '\(entry.key.text?.prefix(40) ?? "")'", at: entry.key,
                    suggestion: didYouMean(entry.key.text ?? "", record.parts.map(\.name)), code: .unknownName)
                return nil
            }
            guard let value = source(of: entry.value, part.type, .none, rows) else { return nil }
            parts.append("\(quoted(name)): \(value)")
        }
        let missing = record.parts.filter { part in !part.type.isNullable && !entries.contains { $0.key.text == part.name } }
        if !missing.isEmpty {
            report("\(list(missing.map(\.name))) is missing", at: node)
            return nil
        }
        return "{\(parts.joined(separator: ", "))}"
    }

    private func checked(_ value: CELValue, _ bounds: Bounds, _ type: FieldType, _ node: Node) -> String? {
        do throws(ValueError) {
            try ValueMapping.check(value, bounds, type)
            return LiteralText.text(value)
        } catch {
            report("the value is \(error.message)", at: node)
            return nil
        }
    }

    private func refused(_ node: Node, _ type: ValueType) -> String? {
        report("this is no \(type.description)", at: node)
        return nil
    }

    private func quoted(_ text: String) -> String { LiteralText.text(.string(text)) }
}
