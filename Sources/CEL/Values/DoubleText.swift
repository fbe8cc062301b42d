#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Doubles as text and back.
enum DoubleText {
    /// The shortest text that reads back as the same number, without the decimals of a whole number.
    static func format(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        var text = "\(value)"
        if text.hasSuffix(".0") { text.removeLast(2) }
        return text
    }

    /// With a fixed number of decimals, correctly rounded from the exact binary value.
    static func format(_ value: Double, precision: Int, isScientific: Bool) -> String {
        // 310 digits before the point at most, the sign, the point and an exponent.
        var buffer = [CChar](repeating: 0, count: precision + 330)
        let pattern = isScientific ? "%.*e" : "%.*f"
        let written = withVaList([Int32(clamping: precision), value]) { vsnprintf(&buffer, buffer.count, pattern, $0) }
        let length = max(0, min(Int(written), buffer.count - 1))
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Nil for what is no number. Numbers too small become zero, too large ones infinite.
    static func parse(_ text: String) -> Double? {
        switch text {
        case "NaN": return .nan
        case "Infinity", "+Infinity", "inf", "Inf", "+inf", "+Inf": return .infinity
        case "-Infinity", "-inf", "-Inf": return -.infinity
        default: break
        }
        // Swift's own reading also takes hexadecimal and other spellings of infinity.
        guard text.utf8.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) }) else { return nil }
        return Double(text)
    }
}
