/// Values and names as they are written in source.
package enum LiteralText {
    /// - Parameter type: tells the members of enumerations from strings.
    package static func text(_ value: CELValue, type: CELType? = nil) -> String {
        switch value {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return "\(value)"
        case .uint(let value): return "\(value)u"
        case .double(let value): return value.isFinite ? "\(value)" : "double('\(DoubleText.format(value))')"
        case .string(let value):
            if case .enumeration(let name)? = type?.unwrapped, isIdentifier(value) { return "\(name).\(value)" }
            return string(value)
        case .bytes(let value): return bytes(value)
        case .list(let list):
            let element = type?.unwrapped.arguments.first
            return "[" + list.map { text($0, type: element) }.joined(separator: ", ") + "]"
        case .map(let map):
            let parts = type?.unwrapped.arguments ?? []
            let (key, value) = parts.count == 2 ? (parts[0], parts[1]) : (nil, nil)
            return "{" + map.map { "\(text($0, type: key)): \(text($1, type: value))" }.joined(separator: ", ") + "}"
        case .timestamp(let value): return "timestamp('\(value)')"
        case .duration(let value): return "duration('\(value)')"
        case .type(let type): return type.runtimeName
        case .optional(nil): return "optional.none()"
        case .optional(let inner?): return "optional.of(\(text(inner, type: type?.unwrapped.arguments.first)))"
        case .object(let object):
            let fields = zip(object.shape.fields, object.values).filter { !$1.isNull }
            return object.type + "{" + fields.map { "\(field($0)): \(text($1))" }.joined(separator: ", ") + "}"
        }
    }

    /// Whether the text of a value has no more parts than `limit`, and means the same value: that of a row with an id,
    /// or of a type of the host's, doesn't. Stops looking at the limit: values may share their parts, so that walking
    /// through all of one would never end.
    static func isWritable(_ value: CELValue, limit: Int) -> Bool {
        var room = limit
        return takes(value, from: &room)
    }

    private static func takes(_ value: CELValue, from room: inout Int) -> Bool {
        room -= 1
        switch value {
        case .list(let list): return room >= 0 && list.allSatisfy { takes($0, from: &room) }
        case .map(let map): return room >= 0 && map.allSatisfy { takes($0, from: &room) && takes($1, from: &room) }
        case .optional(let inner?): return room >= 0 && takes(inner, from: &room)
        case .object, .type(.object), .type(.enumeration), .type(.opaque), .type(.parameter), .type(.variable), .type(.error),
            .type(.dyn):
            return false
        case .string(let text): room -= text.utf8.count / 64
        case .bytes(let bytes): room -= bytes.count / 16
        default: break
        }
        return room >= 0
    }

    static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isIdentifierStart, name.utf8.allSatisfy(\.isIdentifierPart) else {
            return false
        }
        return !["true", "false", "null", "in"].contains(name)
    }

    /// A field's name, in backquotes where it is no identifier.
    static func field(_ name: String) -> String { isIdentifier(name) ? name : "`\(name)`" }

    static func string(_ value: String) -> String {
        let quote: Unicode.Scalar = value.unicodeScalars.contains("'") && !value.unicodeScalars.contains("\"") ? "\"" : "'"
        var text = String(quote)
        for scalar in value.unicodeScalars {
            switch scalar {
            case quote, "\\":
                text += "\\"
                text.unicodeScalars.append(scalar)
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if isShown(scalar) { text.unicodeScalars.append(scalar) } else { text += escape(scalar) }
            }
        }
        text.unicodeScalars.append(quote)
        return text
    }

    /// Not the invisible ones, nor those that turn the direction of what follows.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xE0000...0xE007F: false
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        let width = scalar.value > 0xFFFF ? 8 : 4
        return (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - digits.count) + digits
    }

    static func bytes(_ value: [UInt8]) -> String {
        var text = "b'"
        for byte in value {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): text += "\\" + String(Character(Unicode.Scalar(byte)))
            case 0x20..<0x7F: text += String(Character(Unicode.Scalar(byte)))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text + "'"
    }
}

extension LiteralText {
    /// A double as `string(…)` writes it: `NaN`, `Infinity` and the shortest text that reads back the same.
    package static func number(_ value: Double) -> String { DoubleText.format(value) }
}
