/// An exact decimal number, kept as text: `-12.50`, `NaN`, `Infinity`, `-Infinity`.
///
/// On the wire it is a run of base-10000 digits. Source: `numeric_send` in the server's numeric.c.
public struct PostgresNumeric: PostgresCodable, PostgresArrayElement, Hashable, LosslessStringConvertible {
    /// Digits as PostgreSQL prints them, with as many decimals as the column has.
    public let description: String

    private enum Sign {
        static let positive: UInt16 = 0x0000, negative: UInt16 = 0x4000
        static let nan: UInt16 = 0xC000, infinity: UInt16 = 0xD000, negativeInfinity: UInt16 = 0xF000
    }

    /// Limits of the server's unconstrained numeric.
    private static let maximumIntegerDigits = 131_072, maximumDecimals = 16_383

    /// Nil for anything but `[+-]digits[.digits]`, `NaN`, `Infinity` and `-Infinity`, and beyond 131 072 digits
    /// before the point or 16 383 after it.
    public init?(_ text: String) {
        if ["NaN", "Infinity", "-Infinity"].contains(text) {
            description = text
            return
        }
        var body = Substring(text)
        var negative = false
        if let first = body.first, first == "-" || first == "+" {
            negative = first == "-"
            body = body.dropFirst()
        }
        let parts = body.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count > 1 ? parts[1] : ""
        guard let whole = parts.first, !(whole.isEmpty && decimals.isEmpty), parts.count == 1 || !decimals.isEmpty,
            whole.utf8.allSatisfy(Self.isDigit), decimals.utf8.allSatisfy(Self.isDigit)
        else { return nil }
        let significant = whole.drop { $0 == "0" }
        guard significant.utf8.count <= Self.maximumIntegerDigits, decimals.utf8.count <= Self.maximumDecimals else { return nil }
        var canonical = negative ? "-" : ""
        canonical += significant.isEmpty ? "0" : String(significant)
        if !decimals.isEmpty { canonical += "." + decimals }
        if negative, canonical.utf8.allSatisfy({ !Self.isDigit($0) || $0 == UInt8(ascii: "0") }) { canonical.removeFirst() }
        description = canonical
    }

    public init(_ value: Int64) { description = String(value) }

    private init(unchecked text: String) { description = text }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    public static var postgresType: PostgresType { .numeric }
    public static var postgresArrayType: PostgresType { .numericArray }

    public func encode(into buffer: inout PostgresBuffer) {
        switch description {
        case "NaN": return Self.writeSpecial(Sign.nan, into: &buffer)
        case "Infinity": return Self.writeSpecial(Sign.infinity, into: &buffer)
        case "-Infinity": return Self.writeSpecial(Sign.negativeInfinity, into: &buffer)
        default: break
        }
        let negative = description.utf8.first == UInt8(ascii: "-")
        let body = description.utf8.dropFirst(negative ? 1 : 0)
        let whole = Array(body.prefix { $0 != UInt8(ascii: ".") })
        let decimals = Array(body.dropFirst(whole.count + 1))
        // Both sides are padded so that groups of four digits meet at the point.
        let zero = UInt8(ascii: "0")
        let padded =
            [UInt8](repeating: zero, count: (4 - whole.count % 4) % 4) + whole + decimals
            + [UInt8](repeating: zero, count: (4 - decimals.count % 4) % 4)
        var digits: [Int16] = []
        for start in stride(from: 0, to: padded.count, by: 4) {
            digits.append(padded[start..<start + 4].reduce(0) { $0 * 10 + Int16($1 - zero) })
        }
        var weight = (whole.count + 3) / 4 - 1
        while digits.last == 0 { digits.removeLast() }
        let leading = digits.prefix { $0 == 0 }.count
        digits.removeFirst(leading)
        weight -= leading
        buffer.write(Int16(truncatingIfNeeded: digits.count))
        buffer.write(Int16(truncatingIfNeeded: digits.isEmpty ? 0 : weight))
        buffer.write(negative ? Sign.negative : Sign.positive)
        buffer.write(Int16(truncatingIfNeeded: decimals.count))
        for digit in digits { buffer.write(digit) }
    }

    private static func writeSpecial(_ sign: UInt16, into buffer: inout PostgresBuffer) {
        buffer.write(Int16(0))
        buffer.write(Int16(0))
        buffer.write(sign)
        buffer.write(Int16(0))
    }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> PostgresNumeric {
        guard cell.type == .numeric else { throw .typeMismatch(wanted: "PostgresNumeric") }
        let bytes = try cell.present()
        let count = Int(try bytes.integer(at: 0, UInt16.self))
        let weight = Int(try bytes.integer(at: 2, Int16.self))
        let sign = try bytes.integer(at: 4, UInt16.self)
        let scale = Int(try bytes.integer(at: 6, UInt16.self))
        switch sign {
        case Sign.nan: return PostgresNumeric(unchecked: "NaN")
        case Sign.infinity: return PostgresNumeric(unchecked: "Infinity")
        case Sign.negativeInfinity: return PostgresNumeric(unchecked: "-Infinity")
        case Sign.positive, Sign.negative: break
        default: throw .invalid("numeric of an unknown sign")
        }
        guard bytes.count == 8 + count * 2, scale <= maximumDecimals else { throw .invalid("malformed numeric") }

        func group(_ position: Int) throws(PostgresCell.Failure) -> Int {
            guard position >= 0, position < count else { return 0 }
            let digit = Int(try bytes.integer(at: 8 + position * 2, Int16.self))
            guard (0..<10_000).contains(digit) else { throw .invalid("malformed numeric") }
            return digit
        }
        var text: [UInt8] = sign == Sign.negative ? [UInt8(ascii: "-")] : []
        if weight < 0 {
            text.append(UInt8(ascii: "0"))
        } else {
            for position in 0...weight {
                let digits = String(try group(position))
                if position > 0 { text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)) }
                text.append(contentsOf: digits.utf8)
            }
        }
        if scale > 0 {
            text.append(UInt8(ascii: "."))
            var written = 0
            var position = weight + 1
            while written < scale {
                let digits = String(try group(position))
                let padded = [UInt8](repeating: UInt8(ascii: "0"), count: 4 - digits.utf8.count) + digits.utf8
                text.append(contentsOf: padded.prefix(scale - written))
                written += 4
                position += 1
            }
        }
        return PostgresNumeric(unchecked: String(decoding: text, as: UTF8.self))
    }
}
