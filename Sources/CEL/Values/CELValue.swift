/// A value of the expression language.
///
/// `==` is the language's own equality: numbers are compared across their types, maps without regard to order,
/// strings by code points, objects by type and id. `NaN` equals nothing, not even itself.
public enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([CELValue])
    case map(CELMap)
    case timestamp(CELTimestamp)
    case duration(CELDuration)
    /// A type as a value; its parameters are erased: `type([1]) == list`.
    case type(CELType)
    indirect case optional(CELValue?)
    case object(CELObject)
}

extension CELValue {
    /// The value's type as far as the value alone tells it; element types are `dyn`.
    public var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        case .optional: .optional(.dyn)
        case .object(let object): .object(object.shape.type)
        }
    }

    public var isNull: Bool {
        if case .null = self { return true }
        return false
    }

    /// Whether this is what its type starts from: `0`, `''`, `[]`, `null`, an empty optional…
    package var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.isEmpty
        case .bytes(let value): value.isEmpty
        case .list(let value): value.isEmpty
        case .map(let value): value.isEmpty
        case .timestamp(let value): value == CELTimestamp(seconds: 0)
        case .duration(let value): value.nanoseconds == 0
        case .type: false
        case .optional(let value): value == nil
        case .object(let object): object.values.allSatisfy(\.isNull)
        }
    }
}

// Accessors that refuse other types: what implementations of functions take their arguments with.
extension CELValue {
    public func asBool() throws(CELError) -> Bool {
        guard case .bool(let value) = self else { throw .expected("bool", self) }
        return value
    }

    public func asInt() throws(CELError) -> Int64 {
        guard case .int(let value) = self else { throw .expected("int", self) }
        return value
    }

    public func asUInt() throws(CELError) -> UInt64 {
        guard case .uint(let value) = self else { throw .expected("uint", self) }
        return value
    }

    public func asDouble() throws(CELError) -> Double {
        guard case .double(let value) = self else { throw .expected("double", self) }
        return value
    }

    public func asString() throws(CELError) -> String {
        guard case .string(let value) = self else { throw .expected("string", self) }
        return value
    }

    public func asBytes() throws(CELError) -> [UInt8] {
        guard case .bytes(let value) = self else { throw .expected("bytes", self) }
        return value
    }

    public func asList() throws(CELError) -> [CELValue] {
        guard case .list(let value) = self else { throw .expected("list", self) }
        return value
    }

    public func asMap() throws(CELError) -> CELMap {
        guard case .map(let value) = self else { throw .expected("map", self) }
        return value
    }

    public func asTimestamp() throws(CELError) -> CELTimestamp {
        guard case .timestamp(let value) = self else { throw .expected("timestamp", self) }
        return value
    }

    public func asDuration() throws(CELError) -> CELDuration {
        guard case .duration(let value) = self else { throw .expected("duration", self) }
        return value
    }

    public func asObject() throws(CELError) -> CELObject {
        guard case .object(let value) = self else { throw .expected("a record", self) }
        return value
    }
}
