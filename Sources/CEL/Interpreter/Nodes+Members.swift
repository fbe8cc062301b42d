// Fields and elements.

final class SelectNode: PlanNode {
    private let operand: any PlanNode
    private let field: String
    private let shape: CELObject.Shape?
    private let position: Int
    private let isOptional: Bool
    private let nullIsAbsent: Bool
    private let offset: Int

    init(
        _ operand: any PlanNode, _ field: String, hint: (CELObject.Shape, Int)?, isOptional: Bool, nullIsAbsent: Bool,
        offset: Int
    ) {
        self.operand = operand
        self.field = field
        shape = hint?.0
        position = hint?.1 ?? 0
        self.isOptional = isOptional
        self.nullIsAbsent = nullIsAbsent
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try operand.evaluate(&frame)
        if case .object(let object) = value, !isOptional {
            if let shape, object.shape === shape { return object.values[position] }
            if let found = object[field] { return found }
        }
        if case .optional(let inner) = value {
            guard let inner else { return .optional(nil) }
            return Presence.optional(try Member.present(field, of: inner, offset))
        }
        if isOptional {
            if nullIsAbsent, value.isNull { return .optional(nil) }
            return Presence.optional(try Member.present(field, of: value, offset))
        }
        guard let found = try Member.field(field, of: value, offset) else { throw Member.missing(field, in: value, offset) }
        return found
    }
}

final class HasNode: PlanNode {
    private let operand: any PlanNode
    private let field: String
    private let offset: Int

    init(_ operand: any PlanNode, _ field: String, offset: Int) {
        self.operand = operand
        self.field = field
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        var value = try operand.evaluate(&frame)
        if case .optional(let inner) = value {
            guard let inner else { return .bool(false) }
            value = inner
        }
        let found = try Member.field(field, of: value, offset)
        // A record has all its fields; one that is null counts as not set.
        if case .object = value {
            guard let found else { throw Member.missing(field, in: value, offset) }
            return .bool(!found.isNull)
        }
        return .bool(found != nil)
    }
}

final class IndexNode: PlanNode {
    private let operand: any PlanNode
    private let key: any PlanNode
    private let isOptional: Bool
    private let nullIsAbsent: Bool
    private let offset: Int

    init(_ operand: any PlanNode, _ key: any PlanNode, isOptional: Bool, nullIsAbsent: Bool, offset: Int) {
        self.operand = operand
        self.key = key
        self.isOptional = isOptional
        self.nullIsAbsent = nullIsAbsent
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try operand.evaluate(&frame)
        let key = try key.evaluate(&frame)
        if case .optional(let inner) = value {
            guard let inner else { return .optional(nil) }
            return Presence.optional(try Member.element(key, of: inner, offset))
        }
        let found = nullIsAbsent && value.isNull ? nil : try Member.element(key, of: value, offset)
        if isOptional { return Presence.optional(found) }
        guard let found else {
            if case .list = value {
                throw CELError(.indexOutOfRange, "the list has no element at that index", offset: offset)
            }
            throw CELError(.noSuchKey, "the map has no such key", offset: offset)
        }
        return found
    }
}

enum Presence {
    /// A value as an optional; one that is an optional already isn't wrapped again.
    static func optional(_ value: CELValue?) -> CELValue {
        if case .optional? = value, let value { return value }
        return .optional(value)
    }
}

enum Member {
    /// Nil when there is no such field.
    static func field(_ name: String, of value: CELValue, _ offset: Int) throws(CELError) -> CELValue? {
        switch value {
        case .map(let map): return map[name]
        case .object(let object): return object[name]
        case .null: throw CELError(.noSuchKey, "null has no field '\(name)'", offset: offset)
        default:
            throw CELError(.noMatchingOverload, "\(value.type.runtimeName) has no field '\(name)'", offset: offset)
        }
    }

    /// Nil as well when the field of a record is null, as `has` sees it.
    static func present(_ name: String, of value: CELValue, _ offset: Int) throws(CELError) -> CELValue? {
        let found = try field(name, of: value, offset)
        if case .object = value, let found, found.isNull { return nil }
        return found
    }

    static func missing(_ name: String, in value: CELValue, _ offset: Int) -> CELError {
        if case .object(let object) = value {
            return CELError(.noSuchField, "\(object.type) has no field '\(name)'", offset: offset)
        }
        return CELError(.noSuchKey, "the map has no key '\(name)'", offset: offset)
    }

    /// Nil when there is no such element.
    static func element(_ key: CELValue, of value: CELValue, _ offset: Int) throws(CELError) -> CELValue? {
        switch value {
        case .list(let list):
            let index: Int?
            switch key {
            case .int(let number): index = Int(exactly: number)
            case .uint(let number): index = Int(exactly: number)
            case .double(let number): index = Int(exactly: number)
            default: throw CELError(.invalidArgument, "a list's index can't be \(key.type.runtimeName)", offset: offset)
            }
            guard let index, list.indices.contains(index) else { return nil }
            return list[index]
        case .map(let map): return map[key]
        case .object(let object):
            guard case .string(let name) = key else { return nil }
            return object[name]
        default: throw CELError.noOverload(Operator.index, value, key).located(offset)
        }
    }
}
