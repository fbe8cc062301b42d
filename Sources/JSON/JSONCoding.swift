/// A value that writes itself as JSON.
public protocol JSONEncodable {
    func write(to json: inout JSONWriter)
}

/// A value that can be read from JSON. Unknown members are ignored, so that an older reader understands a newer writer.
public protocol JSONDecodable {
    init(json: JSON) throws(JSONError)
}

public typealias JSONCodable = JSONEncodable & JSONDecodable

extension JSONEncodable {
    /// The JSON text of this value as UTF-8.
    public var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension JSONDecodable {
    public init(jsonBytes: [UInt8]) throws(JSONError) {
        try self.init(json: JSON(parsing: jsonBytes))
    }
}

extension JSON: JSONDecodable {
    public init(json: JSON) { self = json }

    /// The member `key` as a `Value`.
    ///
    /// - Throws: ``JSONError`` with the path: absent, null, or of another kind.
    public func required<Value: JSONDecodable>(_ key: String, as: Value.Type = Value.self) throws(JSONError) -> Value {
        guard let value: Value = try optional(key) else {
            guard case .object = self else { throw JSONError(.type, "expected an object, found \(kind)") }
            throw JSONError(.missing, "is missing", path: [key])
        }
        return value
    }

    /// The member `key` as a `Value`; nil when it is absent or null.
    public func optional<Value: JSONDecodable>(_ key: String, as: Value.Type = Value.self) throws(JSONError) -> Value? {
        guard let member = self[key], !member.isNull else { return nil }
        do throws(JSONError) { return try Value(json: member) } catch { throw error.inside(key) }
    }

    /// The member `key` as a list; empty when it is absent or null.
    public func list<Value: JSONDecodable>(_ key: String, of: Value.Type = Value.self) throws(JSONError) -> [Value] {
        try optional(key) ?? []
    }

    fileprivate func expected(_ what: String) -> JSONError { JSONError(.type, "expected \(what), found \(kind)") }
}

extension String: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        guard let value = json.string else { throw json.expected("a string") }
        self = value
    }
    public func write(to json: inout JSONWriter) { json.value(self) }
}

extension Bool: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        guard let value = json.bool else { throw json.expected("a boolean") }
        self = value
    }
    public func write(to json: inout JSONWriter) { json.value(self) }
}

extension Int64: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        guard let value = json.int else { throw json.expected("a whole number") }
        self = value
    }
    public func write(to json: inout JSONWriter) { json.value(self) }
}

extension Int: JSONCodable {
    public init(json: JSON) throws(JSONError) { self = Int(try Int64(json: json)) }
    public func write(to json: inout JSONWriter) { json.value(Int64(self)) }
}

extension Double: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        guard let value = json.double else { throw json.expected("a number") }
        self = value
    }
    public func write(to json: inout JSONWriter) { json.value(self) }
}

extension Array: JSONEncodable where Element: JSONEncodable {
    public func write(to json: inout JSONWriter) {
        json.array { for element in self { element.write(to: &$0) } }
    }
}

extension Array: JSONDecodable where Element: JSONDecodable {
    public init(json: JSON) throws(JSONError) {
        guard let elements = json.array else { throw json.expected("an array") }
        var values: [Element] = []
        values.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do throws(JSONError) { values.append(try Element(json: element)) } catch { throw error.inside(String(index)) }
        }
        self = values
    }
}

extension JSONDecodable where Self: RawRepresentable, RawValue == String {
    public init(json: JSON) throws(JSONError) {
        let name = try String(json: json)
        guard let value = Self(rawValue: name) else {
            throw JSONError(.value, "is none of the known names of \(Self.self)")
        }
        self = value
    }
}

extension JSONEncodable where Self: RawRepresentable, RawValue == String {
    public func write(to json: inout JSONWriter) { json.value(rawValue) }
}
