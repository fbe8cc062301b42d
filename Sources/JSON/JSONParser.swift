extension JSON {
    /// Nesting that no honest document reaches; keeps hostile input from exhausting the stack.
    public static let defaultMaximumDepth = 128

    /// Parses one JSON text (RFC 8259).
    ///
    /// - Throws: ``JSONError`` with the byte offset: anything after the value, depth over `maximumDepth`, bad UTF-8.
    ///   A lone surrogate escape becomes U+FFFD: a message must not be lost for half an emoji.
    public init(parsing bytes: [UInt8], maximumDepth: Int = defaultMaximumDepth) throws(JSONError) {
        let result: Result<JSON, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(input: buffer, maximumDepth: maximumDepth)
            do throws(JSONError) { return .success(try parser.parseDocument()) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    /// Parses one JSON text.
    public init(parsing text: String, maximumDepth: Int = defaultMaximumDepth) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }
}

/// Recursive descent over the bytes; strings without escapes are copied in one piece.
struct JSONParser {
    private let input: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var position = 0

    init(input: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.input = input
        self.maximumDepth = maximumDepth
    }

    mutating func parseDocument() throws(JSONError) -> JSON {
        let value = try parseValue(depth: 0)
        skipWhitespace()
        guard position == input.count else { throw syntax("unexpected text after the value") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSON {
        guard depth <= maximumDepth else {
            throw JSONError(.tooDeep, "nested deeper than \(maximumDepth)", offset: position)
        }
        skipWhitespace()
        guard let byte = peek() else { throw syntax("unexpected end") }
        switch byte {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseKeyword("true", .bool(true))
        case UInt8(ascii: "f"): return try parseKeyword("false", .bool(false))
        case UInt8(ascii: "n"): return try parseKeyword("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw syntax("unexpected character")
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var members: [JSONObject.Member] = []
        skipWhitespace()
        if consume(UInt8(ascii: "}")) { return .object(JSONObject()) }
        while true {
            skipWhitespace()
            guard peek() == UInt8(ascii: "\"") else { throw syntax("expected a member name") }
            let key = try parseString()
            skipWhitespace()
            guard consume(UInt8(ascii: ":")) else { throw syntax("expected ':'") }
            members.append((key, try parseValue(depth: depth + 1)))
            skipWhitespace()
            if consume(UInt8(ascii: ",")) { continue }
            guard consume(UInt8(ascii: "}")) else { throw syntax("expected ',' or '}'") }
            return .object(JSONObject(members))
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipWhitespace()
        if consume(UInt8(ascii: "]")) { return .array([]) }
        while true {
            elements.append(try parseValue(depth: depth + 1))
            skipWhitespace()
            if consume(UInt8(ascii: ",")) { continue }
            guard consume(UInt8(ascii: "]")) else { throw syntax("expected ',' or ']'") }
            return .array(elements)
        }
    }

    // MARK: Strings

    private mutating func parseString() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try utf8(UnsafeBufferPointer(rebasing: input[start..<position]), at: start)
                position += 1
                return text
            case UInt8(ascii: "\\"): return try parseEscapedString(from: start)
            case 0..<0x20: throw syntax("control character in a string")
            default: position += 1
            }
        }
        throw syntax("unterminated string")
    }

    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var bytes = Array(input[start..<position])
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                let result: Result<String, JSONError> = bytes.withUnsafeBufferPointer { buffer in
                    do throws(JSONError) { return .success(try utf8(buffer, at: start)) } catch { return .failure(error) }
                }
                return try result.get()
            case UInt8(ascii: "\\"): try parseEscape(into: &bytes)
            case 0..<0x20: throw syntax("control character in a string")
            default: bytes.append(byte)
            }
        }
        throw syntax("unterminated string")
    }

    private mutating func parseEscape(into bytes: inout [UInt8]) throws(JSONError) {
        guard let byte = peek() else { throw syntax("unterminated string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): bytes.append(contentsOf: String(try parseUnicodeEscape()).utf8)
        default: throw syntax("unknown escape")
        }
    }

    private mutating func parseUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let replacement = Unicode.Scalar(0xFFFD as UInt16) ?? " "
        let unit = try parseHexUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), position + 1 < input.count,
            input[position] == UInt8(ascii: "\\"), input[position + 1] == UInt8(ascii: "u")
        else { return replacement }
        let resume = position
        position += 2
        let trail = try parseHexUnit()
        guard UTF16.isTrailSurrogate(trail) else {
            position = resume
            return replacement
        }
        let value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00)
        return Unicode.Scalar(value) ?? replacement
    }

    private mutating func parseHexUnit() throws(JSONError) -> UInt16 {
        guard position + 4 <= input.count else { throw syntax("unterminated string") }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = hexValue(input[position]) else { throw syntax("bad \\u escape") }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private func utf8(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONError(.invalidUTF8, "a string is no UTF-8", offset: offset)
        }
        return text
    }

    // MARK: Numbers and keywords

    private mutating func parseNumber() throws(JSONError) -> JSON {
        let start = position
        let negative = consume(UInt8(ascii: "-"))
        var magnitude: UInt64 = 0
        var overflow = false
        let digits = position
        while let digit = peek().flatMap(decimalValue) {
            let (product, high) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            overflow = overflow || high || carry
            magnitude = sum
            position += 1
        }
        guard position > digits else { throw syntax("expected a digit") }
        if position - digits > 1, input[digits] == UInt8(ascii: "0") { throw syntax("a number can't start with 0") }
        if peek() == UInt8(ascii: ".") || peek().map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            return try parseFraction(from: start)
        }
        let limit = UInt64(Int64.max) + (negative ? 1 : 0)
        guard !overflow, magnitude <= limit else { return .double(double(from: start)) }
        return .int(negative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude))
    }

    private mutating func parseFraction(from start: Int) throws(JSONError) -> JSON {
        if consume(UInt8(ascii: ".")) { try skipDigits() }
        if peek().map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            position += 1
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try skipDigits()
        }
        let value = double(from: start)
        guard value.isFinite else { throw JSONError(.value, "a number is out of range", offset: start) }
        return .double(value)
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = position
        while peek().flatMap(decimalValue) != nil { position += 1 }
        guard position > start else { throw syntax("expected a digit") }
    }

    private func double(from start: Int) -> Double {
        Double(String(decoding: input[start..<position], as: UTF8.self)) ?? .nan
    }

    private func decimalValue(_ byte: UInt8) -> UInt8? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? byte - UInt8(ascii: "0") : nil
    }

    private mutating func parseKeyword(_ keyword: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let count = keyword.utf8CodeUnitCount
        guard position + count <= input.count,
            keyword.withUTF8Buffer({ $0.elementsEqual(input[position..<position + count]) })
        else { throw syntax("unexpected character") }
        position += count
        return value
    }

    // MARK: Bytes

    private func peek() -> UInt8? { position < input.count ? input[position] : nil }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func syntax(_ message: String) -> JSONError { JSONError(.syntax, message, offset: position) }
}
