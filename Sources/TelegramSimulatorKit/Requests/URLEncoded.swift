/// `application/x-www-form-urlencoded`, in bodies and in query strings.
package enum URLEncoded {
    static func parse(_ bytes: [UInt8], into parameters: inout Parameters) throws(APIFailure) {
        var count = 0
        for pair in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
            count += 1
            guard count <= RequestParser.maximumParameters else { throw .badRequest("too many parameters") }
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = decode(pair[..<equals])
            let value = equals < pair.endIndex ? decode(pair[(equals + 1)...]) : ""
            guard let name, let value else { throw .badRequest("strings must be encoded in UTF-8") }
            parameters.add(name, value)
        }
    }

    /// Percent escapes and plus signs undone; a broken escape stays as it stands. Nil when the result is no UTF-8.
    package static func decode(_ bytes: some Collection<UInt8>) -> String? {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(validating: bytes, as: UTF8.self)
        }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): output.append(0x20)
            case UInt8(ascii: "%"):
                let rest = iterator
                if let high = iterator.next().flatMap(hexDigit), let low = iterator.next().flatMap(hexDigit) {
                    output.append(high << 4 | low)
                } else {
                    iterator = rest
                    output.append(byte)
                }
            default: output.append(byte)
            }
        }
        return String(validating: output, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
