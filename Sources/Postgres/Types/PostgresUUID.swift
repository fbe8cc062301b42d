/// A UUID: sixteen bytes, written as `8-4-4-4-12` lower-case hexadecimal digits.
public struct PostgresUUID: PostgresCodable, PostgresArrayElement, Hashable, LosslessStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Version 4, from the system's random numbers.
    public static func random() -> PostgresUUID {
        PostgresUUID(
            high: UInt64.random(in: .min ... .max) & ~0xF000 | 0x4000,
            low: UInt64.random(in: .min ... .max) & ~(0xC0 << 56) | 0x80 << 56)
    }

    /// Reads the canonical form, upper or lower case; nil for anything else.
    public init?(_ text: String) {
        var value: (high: UInt64, low: UInt64) = (0, 0)
        var digits = 0
        var position = 0
        for byte in text.utf8 {
            defer { position += 1 }
            if [8, 13, 18, 23].contains(position) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            if digits < 16 { value.high = value.high << 4 | UInt64(digit) } else { value.low = value.low << 4 | UInt64(digit) }
            digits += 1
            guard digits <= 32 else { return nil }
        }
        guard digits == 32, position == 36 else { return nil }
        (high, low) = value
    }

    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for nibble in 0..<32 {
            if [8, 12, 16, 20].contains(nibble) { text.append(UInt8(ascii: "-")) }
            let word = nibble < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - (nibble % 16) * 4) & 0xF)
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        return String(decoding: text, as: UTF8.self)
    }

    public static var postgresType: PostgresType { .uuid }
    public static var postgresArrayType: PostgresType { .uuidArray }

    public func encode(into buffer: inout PostgresBuffer) {
        buffer.write(high)
        buffer.write(low)
    }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> PostgresUUID {
        guard cell.type == .uuid else { throw .typeMismatch(wanted: "PostgresUUID") }
        let bytes = try cell.present()
        guard bytes.count == 16 else { throw .invalid("uuid of \(bytes.count) bytes") }
        return PostgresUUID(high: try bytes.integer(at: 0), low: try bytes.integer(at: 8))
    }
}
