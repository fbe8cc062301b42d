package import CEL
package import JSON

extension CELValue {
    /// A value from JSON, made what its type says: text becomes a timestamp, a whole number a double or uint.
    ///
    /// - Throws: `invalidArgument` when that can't be.
    package init(json: JSON, as type: CELType) throws(CELError) {
        func mismatch() -> CELError { CELError(.invalidArgument, "this is \(json.kind), but \(type) is declared") }
        switch (type, json) {
        case (.nullable, .null), (.null, .null), (.dyn, .null): self = .null
        case (.nullable(let inner), _): self = try CELValue(json: json, as: inner)
        case (.optional(let inner), _): self = .optional(json.isNull ? nil : try CELValue(json: json, as: inner))
        case (.dyn, .array(let array)), (.list(.dyn), .array(let array)): self = .list(try Self.list(array, .dyn))
        case (.list(let element), .array(let array)): self = .list(try Self.list(array, element))
        case (.dyn, .object(let object)): self = .map(try Self.map(object, .string, .dyn))
        case (.map(let key, let value), .object(let object)): self = .map(try Self.map(object, key, value))
        case (.dyn, .bool(let value)), (.bool, .bool(let value)): self = .bool(value)
        case (.dyn, .int(let value)), (.int, .int(let value)): self = .int(value)
        case (.dyn, .double(let value)), (.double, .double(let value)): self = .double(value)
        case (.double, .int(let value)): self = .double(Double(value))
        case (.uint, .int(let value)) where value >= 0: self = .uint(UInt64(value))
        case (.dyn, .string(let value)), (.string, .string(let value)): self = .string(value)
        case (.timestamp, .string(let text)): self = .timestamp(try CELTimestamp(parsing: text))
        case (.duration, .string(let text)): self = .duration(try CELDuration(parsing: text))
        case (.bytes, .string(let text)):
            guard let bytes = Base64.decode(text) else { throw CELError(.invalidArgument, "bytes are written in base64") }
            self = .bytes(bytes)
        case (.object(let name), .object(let object)):
            var fields: [String: CELValue] = [:]
            for (key, value) in object.members { fields[key] = try CELValue(json: value, as: .dyn) }
            self = .object(CELObject(type: name, fields: fields))
        default: throw mismatch()
        }
    }

    private static func list(_ array: [JSON], _ type: CELType) throws(CELError) -> [CELValue] {
        var result: [CELValue] = []
        for element in array { result.append(try CELValue(json: element, as: type)) }
        return result
    }

    private static func map(_ object: JSONObject, _ key: CELType, _ type: CELType) throws(CELError) -> CELMap {
        var entries: [(CELValue, CELValue)] = []
        for member in object.members { entries.append((try self.key(member.key, key), try CELValue(json: member.value, as: type))) }
        return try CELMap(entries)
    }

    private static func key(_ text: String, _ type: CELType) throws(CELError) -> CELValue {
        switch type {
        case .int: if let number = Int64(text) { return .int(number) }
        case .uint: if let number = UInt64(text) { return .uint(number) }
        case .bool: if let truth = Bool(text) { return .bool(truth) }
        default: return .string(text)
        }
        throw CELError(.invalidArgument, "the key '\(text)' is no \(type)")
    }

    /// What JSON has no form for is text: times, numbers beyond its own, types; bytes are base64.
    package var json: JSON {
        switch self {
        case .null, .optional(nil): .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): Int64(exactly: value).map { .int($0) } ?? .string("\(value)")
        case .double(let value): value.isFinite ? .double(value) : .string(LiteralText.number(value))
        case .string(let value): .string(value)
        case .bytes(let value): .string(Base64.encode(value))
        case .list(let list): .array(list.map(\.json))
        case .map(let map): .object(JSONObject(map.map { (key: $0.keyText, value: $1.json) }))
        case .timestamp(let value): .string("\(value)")
        case .duration(let value): .string("\(value)")
        case .type(let type): .string(type.runtimeName)
        case .optional(let inner?): inner.json
        case .object(let object):
            .object(JSONObject(zip(object.shape.fields, object.values).map { (key: $0, value: $1.json) }))
        }
    }

    private var keyText: String {
        if case .string(let text) = self { return text }
        return LiteralText.text(self)
    }
}
