extension CELLibrary {
    /// Bytes as text.
    static let encoders: [CELFunction] = [
        CELFunction(
            "base64.encode", documentation: "Bytes as base64 with padding.",
            .global([.bytes], returns: .string, .unary { .string(Base64.encode(try $0.asBytes())) })),
        CELFunction(
            "base64.decode", documentation: "Bytes from base64, with or without padding.",
            .global(
                [.string], returns: .bytes,
                .unary { value in
                    guard let bytes = Base64.decode(try value.asString()) else { throw CELError.invalid("the text is no base64") }
                    return .bytes(bytes)
                })),
    ]
}

package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    package static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var position = 0
        while position < bytes.count {
            let group = bytes[position..<min(position + 3, bytes.count)]
            let padded = Array(group) + Array(repeating: 0, count: 3 - group.count)
            let bits = Int(padded[0]) << 16 | Int(padded[1]) << 8 | Int(padded[2])
            for (index, shift) in [18, 12, 6, 0].enumerated() {
                result.append(index <= group.count ? alphabet[bits >> shift & 63] : padding)
            }
            position += 3
        }
        return String(decoding: result, as: UTF8.self)
    }

    package static func decode(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8)[...]
        let isPadded = digits.last == padding
        if isPadded, digits.count % 4 != 0 { return nil }
        for _ in 0..<2 where digits.last == padding { digits.removeLast() }
        guard digits.count % 4 != 1 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(digits.count * 3 / 4)
        var bits = 0
        var count = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = (bits << 6 | value) & 0xFFFFFF
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return result
    }

    private static func value(of digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 0x41
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 0x61 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
