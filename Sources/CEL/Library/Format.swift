extension CELLibrary {
    /// `'%d of %s'.format([1, 'x'])`
    static let format: [CELFunction] = [
        CELFunction(
            "format", documentation: "The text with its clauses (%s %d %f %e %b %o %x %X %%) filled from a list.",
            .receiver(
                [.string, .list(.dyn)], returns: .string,
                .binary { text, arguments in
                    .string(try Formatter.format(try text.asString(), try arguments.asList()))
                }))
    ]
}

private enum Formatter {
    /// More decimals than any double has.
    private static let largestPrecision = 1000

    static func format(_ template: String, _ arguments: [CELValue]) throws(CELError) -> String {
        let bytes = Array(template.utf8)
        var result: [UInt8] = []
        var used = 0
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "%") else {
                result.append(bytes[position])
                position += 1
                continue
            }
            position += 1
            guard position < bytes.count else { throw .invalid("the template ends in the middle of a clause") }
            if bytes[position] == UInt8(ascii: "%") {
                result.append(bytes[position])
                position += 1
                continue
            }
            var precision: Int?
            if bytes[position] == UInt8(ascii: ".") {
                position += 1
                let digits = bytes[position...].prefix { $0.isDigit }
                position += digits.count
                let number = digits.count <= 4 ? digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } : .max
                guard !digits.isEmpty, number <= largestPrecision, position < bytes.count else {
                    throw .invalid("the template has a malformed precision")
                }
                precision = number
            }
            guard used < arguments.count else { throw .invalid("the template has more clauses than there are arguments") }
            result += Array(try clause(bytes[position], precision, arguments[used]).utf8)
            used += 1
            position += 1
            guard result.count <= CELLibrary.largestText else { throw .invalid("the text would be too long") }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func clause(_ letter: UInt8, _ precision: Int?, _ value: CELValue) throws(CELError) -> String {
        switch letter {
        case UInt8(ascii: "s"): return try string(value, depth: 0)
        case UInt8(ascii: "d"): return try decimal(value)
        case UInt8(ascii: "f"): return try number(value, precision ?? 6, isScientific: false)
        case UInt8(ascii: "e"): return try number(value, precision ?? 6, isScientific: true)
        case UInt8(ascii: "b"):
            if case .bool(let truth) = value { return truth ? "1" : "0" }
            return try whole(value, radix: 2, "%b")
        case UInt8(ascii: "o"): return try whole(value, radix: 8, "%o")
        case UInt8(ascii: "x"): return try hexadecimal(value, isUpper: false)
        case UInt8(ascii: "X"): return try hexadecimal(value, isUpper: true)
        default: throw .invalid("the template has an unknown clause")
        }
    }

    private static func whole(_ value: CELValue, radix: Int, _ clause: String) throws(CELError) -> String {
        switch value {
        case .int(let number): return String(number, radix: radix)
        case .uint(let number): return String(number, radix: radix)
        default: throw .invalid("\(clause) takes whole numbers, not \(value.type.runtimeName)")
        }
    }

    private static func decimal(_ value: CELValue) throws(CELError) -> String {
        switch value {
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number): return DoubleText.format(number)
        default: throw .invalid("%d takes numbers, not \(value.type.runtimeName)")
        }
    }

    private static func number(_ value: CELValue, _ precision: Int, isScientific: Bool) throws(CELError) -> String {
        let number: Double
        switch value {
        case .double(let double): number = double
        case .int(let whole): number = Double(whole)
        case .uint(let whole): number = Double(whole)
        default: throw .invalid("%f and %e take numbers, not \(value.type.runtimeName)")
        }
        guard number.isFinite else { return DoubleText.format(number) }
        return DoubleText.format(number, precision: precision, isScientific: isScientific)
    }

    private static func hexadecimal(_ value: CELValue, isUpper: Bool) throws(CELError) -> String {
        func pairs(_ bytes: some Sequence<UInt8>) -> String {
            bytes.map { byte in
                let digits = String(byte, radix: 16, uppercase: isUpper)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }.joined()
        }
        switch value {
        case .int(let number): return String(number, radix: 16, uppercase: isUpper)
        case .uint(let number): return String(number, radix: 16, uppercase: isUpper)
        case .string(let text): return pairs(text.utf8)
        case .bytes(let bytes): return pairs(bytes)
        default: throw .invalid("%x takes whole numbers, strings and bytes, not \(value.type.runtimeName)")
        }
    }

    private static func string(_ value: CELValue, depth: Int) throws(CELError) -> String {
        guard depth < 64 else { throw .invalid("the value nests too deep to be shown") }
        var parts: [String] = []
        var length = 0
        func add(_ part: String) throws(CELError) {
            length += part.utf8.count
            guard length <= CELLibrary.largestText else { throw .invalid("the text would be too long") }
            parts.append(part)
        }
        switch value {
        case .list(let list):
            for element in list { try add(try string(element, depth: depth + 1)) }
            return "[" + parts.joined(separator: ", ") + "]"
        case .map(let map):
            var entries: [(key: String, value: CELValue)] = []
            for (key, element) in map { entries.append((try string(key, depth: depth + 1), element)) }
            entries.sort { CodePoints.compare($0.key, $1.key) == .less }
            for entry in entries { try add("\(entry.key): \(try string(entry.value, depth: depth + 1))") }
            return "{" + parts.joined(separator: ", ") + "}"
        case .null: return "null"
        case .type(let type): return type.runtimeName
        case .optional(let inner):
            guard let inner else { return "optional.none()" }
            return "optional.of(\(try string(inner, depth: depth + 1)))"
        case .object(let object): throw .invalid("%s can't show a \(object.type)")
        default:
            guard case .string(let text) = try Convert.string(value) else { throw .invalid("%s can't show this") }
            return text
        }
    }
}
