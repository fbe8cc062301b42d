/// Escape sequences of string and bytes literals.
enum Escapes {
    struct Failure: Error {
        let message: String
        /// Within the literal's content.
        let range: Range<Int>
    }

    private enum Piece {
        case scalar(UInt32)
        case byte(UInt8)
    }

    static func decodeString(_ content: [UInt8]) throws(Failure) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var position = 0
        while position < content.count {
            guard content[position] == UInt8(ascii: "\\") else {
                result.append(content[position])
                position += 1
                continue
            }
            let start = position
            let code: UInt32 =
                switch try sequence(content, &position, isBytes: false) {
                case .scalar(let value): value
                case .byte(let value): UInt32(value)
                }
            guard let scalar = Unicode.Scalar(code) else {
                throw Failure(message: "no such code point", range: start..<position)
            }
            result.append(contentsOf: Array(String(Character(scalar)).utf8))
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func decodeBytes(_ content: [UInt8]) throws(Failure) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var position = 0
        while position < content.count {
            guard content[position] == UInt8(ascii: "\\") else {
                result.append(content[position])
                position += 1
                continue
            }
            let start = position
            guard case .byte(let byte) = try sequence(content, &position, isBytes: true) else {
                throw Failure(message: "bytes have no \\u escapes", range: start..<position)
            }
            result.append(byte)
        }
        return result
    }

    /// One sequence that begins with a backslash at `position`; moves past it.
    private static func sequence(_ text: [UInt8], _ position: inout Int, isBytes: Bool) throws(Failure) -> Piece {
        let start = position
        guard position + 1 < text.count else {
            throw Failure(message: "the escape has no end", range: start..<text.count)
        }
        let letter = text[position + 1]
        position += 2
        switch letter {
        case UInt8(ascii: "a"): return .byte(0x07)
        case UInt8(ascii: "b"): return .byte(0x08)
        case UInt8(ascii: "f"): return .byte(0x0C)
        case UInt8(ascii: "n"): return .byte(0x0A)
        case UInt8(ascii: "r"): return .byte(0x0D)
        case UInt8(ascii: "t"): return .byte(0x09)
        case UInt8(ascii: "v"): return .byte(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
            return .byte(letter)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            return .byte(UInt8(truncatingIfNeeded: try hex(text, &position, digits: 2, start: start)))
        case UInt8(ascii: "u"): return .scalar(try hex(text, &position, digits: 4, start: start))
        case UInt8(ascii: "U"): return .scalar(try hex(text, &position, digits: 8, start: start))
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            let digits = text[(position - 1)...].prefix(3)
            guard digits.count == 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x37 }) else {
                throw Failure(message: "an octal escape has three digits", range: start..<position)
            }
            position += 2
            return .byte(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }))
        default:
            throw Failure(message: "no such escape; a backslash itself is written \\\\", range: start..<position)
        }
    }

    private static func hex(
        _ text: [UInt8], _ position: inout Int, digits: Int, start: Int
    ) throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard position < text.count, let digit = text[position].hexValue else {
                throw Failure(message: "the escape needs \(digits) hexadecimal digits", range: start..<position)
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }
}
