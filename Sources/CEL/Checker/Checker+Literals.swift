// Lists, maps and records.
extension Checker {
    mutating func list(_ elements: [AST.Element], _ expected: CELType?) -> CELType {
        var wanted: CELType?
        if case .list(let element)? = expected.map({ unifier.resolve($0).unwrapped }) { wanted = element }
        var joined: CELType?
        for element in elements {
            var type = check(element.value, expecting: wanted)
            if element.isOptional { type = optionalPart(element.value, type) }
            joined = joined.map { unifier.join($0, type) ?? .dyn } ?? type
        }
        return .list(joined ?? unifier.fresh())
    }

    mutating func map(_ id: AST.ID, _ entries: [AST.Entry], _ expected: CELType?) -> CELType {
        if case .object(let name)? = expected.map({ unifier.resolve($0).unwrapped }),
            let record = environment.record(named: name), let fields = literalFields(entries)
        {
            references[id] = .record(record)
            return construct(id, record, fields)
        }
        var wanted: CELType?
        if case .map(_, let value)? = expected.map({ unifier.resolve($0).unwrapped }) { wanted = value }
        var key: CELType?
        var value: CELType?
        for entry in entries {
            let keyType = check(entry.key)
            if !isKey(keyType) {
                _ = report("a map's key can't be \(unifier.finish(keyType))", at: entry.key, range: ast[entry.key].range)
            }
            var valueType = check(entry.value, expecting: wanted)
            if entry.isOptional { valueType = optionalPart(entry.value, valueType) }
            key = key.map { unifier.join($0, keyType) ?? .dyn } ?? keyType
            value = value.map { unifier.join($0, valueType) ?? .dyn } ?? valueType
        }
        return .map(key ?? unifier.fresh(), value ?? unifier.fresh())
    }

    private func isKey(_ type: CELType) -> Bool {
        switch unifier.resolve(type) {
        case .bool, .int, .uint, .string, .enumeration, .dyn, .variable, .error, .parameter: true
        default: false
        }
    }

    /// A map literal as a record's fields; nil unless all keys are literal strings.
    private func literalFields(_ entries: [AST.Entry]) -> [AST.FieldValue]? {
        var fields: [AST.FieldValue] = []
        for entry in entries {
            guard case .literal(.string(let name)) = ast[entry.key].kind else { return nil }
            fields.append(
                AST.FieldValue(name: name, range: ast[entry.key].range, value: entry.value, isOptional: entry.isOptional))
        }
        return fields
    }

    private mutating func optionalPart(_ id: AST.ID, _ type: CELType) -> CELType {
        let inner = unifier.fresh()
        if !unifier.assign(type, to: .optional(inner)) {
            reportMismatch(id, wanted: .optional(.dyn), given: type)
            return .error
        }
        return unifier.resolve(inner)
    }

    mutating func record(_ id: AST.ID, _ name: String, _ fields: [AST.FieldValue]) -> CELType {
        for candidate in environment.candidates(for: name) {
            guard let record = environment.record(named: candidate) else { continue }
            references[id] = .record(record)
            return construct(id, record, fields)
        }
        for field in fields { check(field.value) }
        let hint = Suggestion.phrase(for: name, among: environment.declarations.records.keys)
        return report("there is no record type '\(name)'", at: id, suggestion: hint)
    }

    private mutating func construct(_ id: AST.ID, _ record: CELRecord, _ fields: [AST.FieldValue]) -> CELType {
        var given: Set<String> = []
        var isKnown = true
        for field in fields {
            guard let declared = record[field.name] else {
                check(field.value)
                isKnown = false
                let hint = Suggestion.phrase(for: field.name, among: record.fields.map(\.name))
                _ = report(
                    "\(record.name) has no field '\(field.name)'", at: id, range: field.range, suggestion: hint,
                    code: .noSuchField)
                continue
            }
            if !given.insert(field.name).inserted {
                _ = report("the field '\(field.name)' is given twice", at: id, range: field.range)
            }
            let wanted = field.isOptional ? CELType.optional(declared.type) : declared.type
            let type = check(field.value, expecting: wanted)
            if !unifier.assign(type, to: wanted) { reportMismatch(field.value, wanted: wanted, given: type) }
        }
        let missing = record.fields.filter { !given.contains($0.name) && !$0.type.isNullable && $0.type != .dyn }
        // A misspelt field is one issue, not two.
        if !missing.isEmpty, isKnown {
            let names = missing.map { "'\($0.name)'" }.joined(separator: ", ")
            _ = report("\(record.name) needs \(names) too", at: id)
        }
        return .object(record.name)
    }
}
