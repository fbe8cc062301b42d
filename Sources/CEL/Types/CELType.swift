/// The type of an expression or of a variable.
///
/// `dyn` is the gradual type: it fits everything at compile time and is checked when evaluated.
public indirect enum CELType: Sendable, Hashable {
    case dyn
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case timestamp
    case duration
    /// The type of a type value, e.g. of `int` or `type(x)`.
    case type
    case list(CELType)
    case map(CELType, CELType)
    /// `optional_type`: a value that may be absent; unwrapped with `orValue`, `optMap` and their kin.
    case optional(CELType)
    /// `T` or null. Members and arithmetic need a guard first (`x != null && x.y`).
    case nullable(CELType)
    /// A record type by name, looked up in the environment.
    case object(String)
    /// An enumeration by name; its values are strings when evaluated.
    case enumeration(String)
    /// A named type of the host with parameters, e.g. `tuple<int, string>`.
    case opaque(String, [CELType])
    /// A type parameter in the signature of a function, e.g. `T` in `(list<T>) -> T`.
    case parameter(String)
    /// A type that is still being inferred. The checker's own; no finished program contains it.
    case variable(Int)
    /// The type of an expression that already has an issue, so that it causes no further ones.
    case error
}

extension CELType {
    /// `T` as `T?`; types that can already be null stay as they are.
    public var orNull: CELType {
        switch self {
        case .dyn, .null, .nullable, .error: self
        default: .nullable(self)
        }
    }

    /// `T?` as `T`; any other type as it is.
    public var unwrapped: CELType {
        if case .nullable(let inner) = self { return inner }
        return self
    }

    /// Whether null is a value of the type: `T?` and `null`, not `dyn`, which says nothing.
    public var isNullable: Bool {
        switch self {
        case .nullable, .null: true
        default: false
        }
    }

    package var isNumeric: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }

    /// The types this one is built from, in order.
    package var arguments: [CELType] {
        switch self {
        case .list(let element): [element]
        case .map(let key, let value): [key, value]
        case .optional(let wrapped), .nullable(let wrapped): [wrapped]
        case .opaque(_, let arguments): arguments
        default: []
        }
    }

    /// The same type with every part replaced.
    package func mapArguments(_ transform: (CELType) -> CELType) -> CELType {
        switch self {
        case .list(let element): .list(transform(element))
        case .map(let key, let value): .map(transform(key), transform(value))
        case .optional(let wrapped): .optional(transform(wrapped))
        case .nullable(let wrapped): transform(wrapped).orNull
        case .opaque(let name, let arguments): .opaque(name, arguments.map(transform))
        default: self
        }
    }

    /// The name a type value prints as (`type(x)`): parameters are erased, as they are at run time.
    public var runtimeName: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        case .list: "list"
        case .map: "map"
        case .optional: "optional_type"
        case .nullable(let wrapped): wrapped.runtimeName
        case .object(let name), .enumeration(let name), .opaque(let name, _), .parameter(let name): name
        case .variable: "dyn"
        case .error: "error"
        }
    }
}

extension CELType: CustomStringConvertible {
    /// The type as an author writes it: `list<string>`, `map<string, int>`, `string?`.
    public var description: String {
        switch self {
        case .list(let element): "list<\(element)>"
        case .map(let key, let value): "map<\(key), \(value)>"
        case .optional(let wrapped): "optional<\(wrapped)>"
        case .nullable(let wrapped): "\(wrapped)?"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .null: "null"
        case .opaque(let name, let arguments):
            arguments.isEmpty ? name : "\(name)<\(arguments.map(\.description).joined(separator: ", "))>"
        default: runtimeName
        }
    }
}
