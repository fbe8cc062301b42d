import CEL
import Foundation

/// The JSON form of protobuf's values and types, as the conformance suite writes them.
enum VectorReader {
    struct Malformed: Error {
        let what: String
    }

    static func environment(_ json: [String: Any]) throws -> CELEnvironment {
        var variables: [String: CELType] = [:]
        var functions: [CELFunction] = []
        for declaration in json["type_env"] as? [[String: Any]] ?? [] {
            let name = declaration["name"] as? String ?? ""
            if let ident = declaration["ident"] as? [String: Any] {
                variables[name] = try type(ident["type"] as? [String: Any] ?? [:])
            }
            guard let function = declaration["function"] as? [String: Any] else { continue }
            let overloads = try (function["overloads"] as? [[String: Any]] ?? []).map { overload in
                let isReceiver = (overload["is_instance_function"] as? NSNumber)?.boolValue ?? false
                return CELOverload(
                    isReceiver ? .receiver : .global, try (overload["params"] as? [[String: Any]] ?? []).map { try type($0) },
                    returns: try type(overload["result_type"] as? [String: Any] ?? [:]), .none)
            }
            functions.append(CELFunction(name, overloads: overloads))
        }
        for name in (json["bindings"] as? [String: Any] ?? [:]).keys where variables[name] == nil { variables[name] = .dyn }
        return CELEnvironment(
            container: json["container"] as? String ?? "", variables: variables, functions: functions,
            library: .standard.adding(.networking).adding(.blocks))
    }

    static func bindings(_ json: [String: Any]) throws -> CELBindings {
        var bindings = CELBindings()
        for (name, binding) in json["bindings"] as? [String: [String: Any]] ?? [:] {
            bindings[name] = try value(binding["value"] as? [String: Any] ?? [:])
        }
        return bindings
    }

    static func value(_ json: [String: Any]) throws -> CELValue {
        guard let (kind, content) = json.first else { throw Malformed(what: "value") }
        switch kind {
        case "null_value": return .null
        case "bool_value": return .bool((content as? NSNumber)?.boolValue ?? false)
        case "int64_value": return .int(Int64("\(content)") ?? 0)
        case "uint64_value": return .uint(UInt64("\(content)") ?? 0)
        case "double_value":
            switch content as? String {
            case "Infinity": return .double(.infinity)
            case "-Infinity": return .double(-.infinity)
            case "NaN": return .double(.nan)
            default: return .double((content as? NSNumber)?.doubleValue ?? 0)
            }
        case "string_value": return .string(content as? String ?? "")
        case "bytes_value": return .bytes(Array(Data(base64Encoded: content as? String ?? "") ?? Data()))
        case "type_value": return .type(.opaque(content as? String ?? "", []))
        case "list_value":
            let values = (content as? [String: Any])?["values"] as? [[String: Any]] ?? []
            return .list(try values.map { try value($0) })
        case "map_value":
            let entries = (content as? [String: Any])?["entries"] as? [[String: Any]] ?? []
            return .map(
                try CELMap(
                    entries.map { entry in
                        (try value(entry["key"] as? [String: Any] ?? [:]), try value(entry["value"] as? [String: Any] ?? [:]))
                    }))
        default: throw Malformed(what: kind)
        }
    }

    static func type(_ json: [String: Any]) throws -> CELType {
        guard let (kind, content) = json.first else { return .dyn }
        func inner(_ key: String) throws -> CELType {
            try type((content as? [String: Any])?[key] as? [String: Any] ?? [:])
        }
        switch kind {
        case "dyn": return .dyn
        case "null": return .null
        case "primitive": return try primitive(content as? String ?? "")
        case "wrapper": return .nullable(try primitive(content as? String ?? ""))
        case "well_known":
            switch content as? String {
            case "TIMESTAMP": return .timestamp
            case "DURATION": return .duration
            default: return .dyn
            }
        case "list_type": return .list(try inner("elem_type"))
        case "map_type": return .map(try inner("key_type"), try inner("value_type"))
        case "type": return .type
        case "type_param": return .parameter(content as? String ?? "")
        case "abstract_type":
            let abstract = content as? [String: Any] ?? [:]
            let parameters = try (abstract["parameter_types"] as? [[String: Any]] ?? []).map { try type($0) }
            let name = abstract["name"] as? String ?? ""
            return name == "optional_type" ? .optional(parameters.first ?? .dyn) : .opaque(name, parameters)
        case "message_type": return .object(content as? String ?? "")
        default: throw Malformed(what: kind)
        }
    }

    private static func primitive(_ name: String) throws -> CELType {
        switch name {
        case "BOOL": return .bool
        case "INT64": return .int
        case "UINT64": return .uint
        case "DOUBLE": return .double
        case "STRING": return .string
        case "BYTES": return .bytes
        default: throw Malformed(what: name)
        }
    }

    /// Protobuf has no type of its own for "T or null" where T can be null anyway.
    static func asProtobuf(_ type: CELType) -> CELType {
        switch type {
        case .nullable(let inner):
            switch inner {
            case .optional, .timestamp, .duration, .object, .opaque: inner
            default: type
            }
        default: type
        }
    }

    /// Stricter than the language's equality: types count, and NaN is NaN.
    static func same(_ a: CELValue, _ b: CELValue) -> Bool {
        switch (a, b) {
        case (.double(let a), .double(let b)): a.isNaN ? b.isNaN : a == b && a.sign == b.sign
        case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
        case (.map(let a), .map(let b)):
            a.count == b.count && a.allSatisfy { key, value in b[key].map { same($0, value) } ?? false }
        case (.int, .uint), (.uint, .int), (.int, .double), (.double, .int), (.uint, .double), (.double, .uint): false
        default: a == b
        }
    }
}
