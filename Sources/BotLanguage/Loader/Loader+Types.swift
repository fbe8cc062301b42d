extension Loader {
    /// Reads `string`, `int?`, `list<string>`, `users`…
    func valueType(_ node: Node) -> ValueType? {
        guard let text = text(node, "a type") else { return nil }
        var name = text.filter { $0 != " " }
        let isNullable = name.hasSuffix("?")
        if isNullable { name.removeLast() }
        guard let type = fieldType(name, node, depth: 0) else { return nil }
        return ValueType(type, isNullable: isNullable)
    }

    private static let simple: [String: FieldType] = [
        "string": .string, "int": .int, "number": .number, "money": .money, "bool": .bool, "date": .date, "time": .time,
        "timestamp": .timestamp, "duration": .duration,
    ]
    /// Whether it is the name of a type without parts, such as `string?`.
    func isPlainType(_ text: String) -> Bool { Self.simple[text.hasSuffix("?") ? String(text.dropLast()) : text] != nil }

    private static let others = [
        "text": "string", "str": "string", "integer": "int", "float": "number", "double": "number", "decimal": "money",
        "boolean": "bool", "datetime": "timestamp", "user": "users",
    ]

    private func fieldType(_ name: String, _ node: Node, depth: Int) -> FieldType? {
        if let type = Self.simple[name] { return type }
        if enums[name] != nil { return .enumeration(name) }
        if collectionNames.contains(name) { return .reference(name) }
        if name.hasPrefix("list<"), name.hasSuffix(">"), depth < 3 {
            return listType(String(name.dropFirst(5).dropLast()), node, depth: depth)
        }
        if let record = RecordType.builtIn[name] { return .record(record) }
        if name.hasPrefix("{"), name.hasSuffix("}"), depth < 3 {
            return recordType(String(name.dropFirst().dropLast()), node, depth: depth)
        }
        let known = Array(Self.simple.keys) + Array(RecordType.builtIn.keys) + ["list"] + enums.keys + collectionNames
        let hint = Self.others[name].map { "did you mean '\($0)'?" } ?? didYouMean(name, known)
        report(
            "there is no type '\(name)'", at: node,
            suggestion: hint ?? "the types are \(list(Self.simple.keys.sorted())), list<…>, and the names of enums and collections",
            code: .unknownName)
        return nil
    }

    private func listType(_ element: String, _ node: Node, depth: Int) -> FieldType? {
        if element.hasSuffix("?") {
            report("a list's elements can't be null", at: node)
            return nil
        }
        guard let type = fieldType(element, node, depth: depth + 1) else { return nil }
        if case .list(let inner) = type, inner.refersToRows {
            report("rows can lie in a list, but not in lists of lists", at: node)
            return nil
        }
        return .list(type)
    }

    /// `name:string,qty:int`
    private func recordType(_ text: String, _ node: Node, depth: Int) -> FieldType? {
        guard areRecordsWelcome else {
            report("a record can be the type of a field of 'data' only", at: node)
            return nil
        }
        var parts: [RecordType.Part] = []
        for piece in Self.pieces(of: text) {
            let halves = piece.split(separator: ":", maxSplits: 1).map(String.init)
            guard halves.count == 2 else {
                report("write a record as '{name: string, qty: int}'", at: node)
                return nil
            }
            guard checkName(halves[0], "a part of a record", at: node) else { return nil }
            if parts.contains(where: { $0.name == halves[0] }) { report("the record has '\(halves[0])' twice", at: node) }
            let isNullable = halves[1].hasSuffix("?")
            guard let type = fieldType(isNullable ? String(halves[1].dropLast()) : halves[1], node, depth: depth + 1) else { return nil }
            if type.refersToRows {
                report("a record can't refer to a row; keep what you need of it", at: node)
                return nil
            }
            parts.append(RecordType.Part(name: halves[0], type: ValueType(type, isNullable: isNullable)))
        }
        let record = RecordType(parts)
        structures[record.name] = record
        return .record(record)
    }

    /// Parted by commas that don't stand within other types.
    private static func pieces(of text: String) -> [String] {
        var pieces = [""]
        var depth = 0
        for character in text {
            if character == ",", depth == 0 {
                pieces.append("")
                continue
            }
            if "{<".contains(character) { depth += 1 }
            if "}>".contains(character) { depth -= 1 }
            pieces[pieces.count - 1].append(character)
        }
        return pieces
    }

    /// `min` and `max` of a field; texts and lists: of their length.
    func bounds(_ fields: Fields, _ type: FieldType) -> Bounds? {
        var bounds = Bounds.none
        for (key, path) in [("min", \Bounds.minimum), ("max", \Bounds.maximum)] as [(String, WritableKeyPath<Bounds, Double?>)] {
            guard let node = fields[key] else { continue }
            switch type {
            case .int, .number, .money, .string, .list: break
            case .date, .time, .timestamp, .duration:
                bounds[keyPath: path] = moment(node, key, type)
                continue
            default:
                report("\(type.description) has no '\(key)'", at: fields.key(key) ?? node, code: .unknownKey)
                continue
            }
            guard let text = node.text, let value = Double(text), value.isFinite, abs(value) < 9e15 else {
                report("'\(key)' is a number", at: node)
                continue
            }
            let isWhole = value == value.rounded()
            if type == .int || !type.isNumeric, !isWhole {
                report("'\(key)' of \(type.description) is a whole number", at: node)
                continue
            }
            if !type.isNumeric, value < 0 {
                report("'\(key)' is a length and can't be negative", at: node)
                continue
            }
            bounds[keyPath: path] = type == .money ? (value * 100).rounded() : value
        }
        if let minimum = bounds.minimum, let maximum = bounds.maximum, minimum > maximum {
            report(type.liesInTime ? "'min' is later than 'max'" : "'min' is greater than 'max'", at: fields["min"] ?? fields.node)
        }
        return bounds
    }

    /// Declared arguments of a screen, a form or a command.
    func parameters(_ node: Node?) -> [Parameter] {
        declarations(node, "an argument").compactMap { name, node, key in
            checkFree(name, at: key)
            if node.text != nil { return valueType(node).map { Parameter(name: name, type: $0, default: nil) } }
            guard let fields = fields(of: node, .parameter), let typeNode = fields["type"] ?? missing("type", in: fields),
                let type = valueType(typeNode)
            else { return nil }
            let value = fields["default"].flatMap { expression($0, Scope(base), expecting: type.cel) }
            return Parameter(name: name, type: type, default: value)
        }
    }

    func missing(_ key: String, in fields: Fields) -> Node? {
        if !fields.hasUnknown { report("'\(key)' is missing", at: fields.node) }
        return nil
    }

    /// Names that expressions use for something else already.
    func checkFree(_ name: String, at node: Node) {
        if Scope.builtIn.contains(name) {
            report("'\(name)' already means something in expressions", at: node, suggestion: "choose another name")
        } else if collectionNames.contains(name) {
            report("'\(name)' is a collection of 'data'", at: node, suggestion: "choose another name")
        } else if enums[name] != nil {
            report("'\(name)' is an enum", at: node, suggestion: "choose another name")
        }
    }
}
