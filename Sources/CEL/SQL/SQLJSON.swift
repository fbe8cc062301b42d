/// Reading values from `jsonb`, where they lie as ``SQLColumn`` says. What lies there must be of the type that was
/// declared: the database checks it no more than the expression does.
enum SQLJSON {
    /// - Parameter text: of type `jsonb`, the value itself.
    static func value(_ text: String, _ type: CELType, key: String) -> (text: String, sqlType: String)? {
        scalar("(\(text) #>> '{}')", type, key: key) ?? nested(text, type)
    }

    /// - Parameter name: of the field, as SQL.
    static func field(_ text: String, _ name: String, _ type: CELType, key: String) -> (text: String, sqlType: String)? {
        scalar("(\(text) ->> \(name))", type, key: key) ?? nested("(\(text) -> \(name))", type)
    }

    private static func nested(_ text: String, _ type: CELType) -> (text: String, sqlType: String)? {
        switch type.unwrapped {
        case .list, .map, .object: (type.isNullable ? "NULLIF(\(text), 'null'::jsonb)" : text, "jsonb")
        default: nil
        }
    }

    /// - Parameter text: of type `text`.
    private static func scalar(_ text: String, _ type: CELType, key: String) -> (text: String, sqlType: String)? {
        switch type.unwrapped {
        case .string, .enumeration: (text, "text")
        case .int: ("\(text)::bigint", "bigint")
        case .double: ("\(text)::double precision", "double precision")
        case .bool: ("\(text)::boolean", "boolean")
        case .bytes: ("decode(\(text), 'base64')", "bytea")
        // A product with an interval is counted in doubles, which hold the whole seconds of any year exactly.
        case .timestamp:
            (
                "(timestamptz 'epoch' + \(text)::bigint / 1000000 * interval '1 second' + \(text)::bigint % 1000000 * interval '1 microsecond')",
                "timestamptz"
            )
        case .duration:
            (
                "(\(text)::bigint / 1000000 * interval '1 second' + \(text)::bigint % 1000000 * interval '1 microsecond')",
                "interval"
            )
        case .object where !key.isEmpty: ("\(text)::\(key)", key)
        default: nil
        }
    }
}
