public import JSON

// What travels, against what was promised.
extension OperationType {
    /// What is wrong with a value; nil when it is of this type. Contains no data.
    public func problem(with value: JSON, maximum: Int64? = nil) -> String? {
        switch self {
        case .string, .secret:
            guard let text = value.string else { return "is \(value.kind), not a text" }
            if let maximum, text.unicodeScalars.count > maximum { return "has more than \(maximum) characters" }
        case .int, .money, .timestamp, .duration:
            guard let number = value.int else { return "is \(value.kind), not a whole number" }
            if let maximum, number > maximum { return self == .duration ? "is longer than \(maximum) ms" : "is greater than \(maximum)" }
        case .number:
            guard let number = value.double else { return "is \(value.kind), not a number" }
            if let maximum, number > Double(maximum) { return "is greater than \(maximum)" }
        case .bool:
            guard value.bool != nil else { return "is \(value.kind), not true or false" }
        case .list(let element):
            guard let values = value.array else { return "is \(value.kind), not a list" }
            if let maximum, values.count > maximum { return "has more than \(maximum) elements" }
            for (index, value) in values.enumerated() {
                if let problem = element.problem(with: value) { return "has at [\(index)] what \(problem)" }
            }
        case .record(let fields):
            guard let object = value.object else { return "is \(value.kind), not a record" }
            return fields.problem(with: object).map { "has a part that is wrong: \($0)" }
        case .file:
            do throws(JSONError) { _ = try OperationFile(json: value) } catch { return "is no file" }
        }
        return nil
    }
}

extension [OperationField] {
    /// What is wrong with these values; nil when they fit. What isn't declared is passed over: it comes from a newer version.
    public func problem(with values: JSONObject) -> String? {
        for field in self {
            guard let value = values[field.name], !value.isNull else {
                if field.isOptional { continue }
                return "'\(field.name)' is missing"
            }
            if let problem = field.type.problem(with: value, maximum: field.maximum) { return "'\(field.name)' \(problem)" }
        }
        return nil
    }

    public subscript(name: String) -> OperationField? { first { $0.name == name } }
}

/// A file as an argument or a result.
public struct OperationFile: Sendable, Hashable, JSONCodable {
    /// Where the platform keeps it, for the bot that asks (``File/id``). Nil only when there is a key.
    public var id: String?
    /// Where the object store keeps it. Nil only when there is an id.
    public var key: String?
    public var kind: MediaKind
    public var name: String?
    /// In bytes.
    public var size: Int64?

    /// - Parameter id: or the key, or both.
    public init(id: String?, key: String? = nil, kind: MediaKind, name: String? = nil, size: Int64? = nil) {
        self.id = id
        self.key = key
        self.kind = kind
        self.name = name
        self.size = size
    }

    public init(json: JSON) throws(JSONError) {
        key = try json.optional("key")
        id = key == nil ? try json.required("id") : try json.optional("id")
        kind = try json.required("kind")
        name = try json.optional("name")
        size = try json.optional("size")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("key", key)
            $0.member("kind", kind)
            $0.member("name", name)
            $0.member("size", size)
        }
    }
}
