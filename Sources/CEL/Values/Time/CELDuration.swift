/// A span of time in nanoseconds: up to about 292 years either way.
public struct CELDuration: Sendable, Hashable, Comparable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (a: CELDuration, b: CELDuration) -> Bool { a.nanoseconds < b.nanoseconds }

    private static let units: [(name: [UInt8], nanoseconds: Int64)] = [
        (Array("ns".utf8), 1), (Array("us".utf8), 1_000), (Array("µs".utf8), 1_000), (Array("μs".utf8), 1_000),
        (Array("ms".utf8), 1_000_000), (Array("s".utf8), 1_000_000_000), (Array("m".utf8), 60_000_000_000),
        (Array("h".utf8), 3_600_000_000_000),
    ]

    /// Reads `1h30m`, `-1.5s`, `100ms`, `0`: numbers with the units h, m, s, ms, us and ns.
    ///
    /// - Throws: `invalidArgument` for other text, `overflow` beyond 292 years.
    public init(parsing text: String) throws(CELError) {
        var bytes = Array(text.utf8)[...]
        var negative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            bytes.removeFirst()
        }
        if bytes.elementsEqual("0".utf8) {
            self.init(nanoseconds: 0)
            return
        }
        let malformed = CELError.invalid("not a duration such as '1h30m' or '90s'")
        guard !bytes.isEmpty else { throw malformed }
        // Built up as a negative number, whose range reaches one further.
        var total: Int64 = 0
        while !bytes.isEmpty {
            let whole = bytes.prefix { $0.isDigit }
            bytes = bytes.dropFirst(whole.count)
            var fraction: ArraySlice<UInt8> = []
            if bytes.first == UInt8(ascii: ".") {
                bytes.removeFirst()
                fraction = bytes.prefix { $0.isDigit }
                bytes = bytes.dropFirst(fraction.count)
            }
            guard !whole.isEmpty || !fraction.isEmpty else { throw malformed }
            let name = bytes.prefix { !$0.isDigit && $0 != UInt8(ascii: ".") }
            bytes = bytes.dropFirst(name.count)
            guard let unit = Self.units.first(where: { $0.name.elementsEqual(name) })?.nanoseconds else { throw malformed }
            total = try Self.subtract(whole: whole, fraction: fraction, unit: unit, from: total)
        }
        guard negative || total > .min else { throw .overflow("the duration is longer than 292 years") }
        self.init(nanoseconds: negative ? total : -total)
    }

    private static func subtract(
        whole: ArraySlice<UInt8>, fraction: ArraySlice<UInt8>, unit: Int64, from total: Int64
    ) throws(CELError) -> Int64 {
        let tooLong = CELError.overflow("the duration is longer than 292 years")
        var count: Int64 = 0
        for digit in whole {
            let (tens, a) = count.multipliedReportingOverflow(by: 10)
            let (next, b) = tens.addingReportingOverflow(Int64(digit - 0x30))
            guard !a, !b else { throw tooLong }
            count = next
        }
        let (scaled, a) = count.multipliedReportingOverflow(by: unit)
        var part: Int64 = 0
        var weight = unit
        for digit in fraction {
            // An hour has 3.6e12 ns: beyond its 13th digit nothing is left to add.
            part += Int64(digit - 0x30) * weight / 10
            if weight % 10 != 0, weight < 10 { break }
            weight /= 10
        }
        let (sum, b) = scaled.addingReportingOverflow(part)
        let (next, c) = total.subtractingReportingOverflow(sum)
        guard !a, !b, !c else { throw tooLong }
        return next
    }

    /// - Throws: `overflow` beyond 64 bits of nanoseconds, about 292 years.
    public func adding(_ other: CELDuration) throws(CELError) -> CELDuration {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(other.nanoseconds)
        guard !overflow else { throw .overflow("the duration is longer than 292 years") }
        return CELDuration(nanoseconds: sum)
    }

    /// - Throws: `overflow` beyond 64 bits of nanoseconds, about 292 years.
    public func subtracting(_ other: CELDuration) throws(CELError) -> CELDuration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        guard !overflow else { throw .overflow("the duration is longer than 292 years") }
        return CELDuration(nanoseconds: difference)
    }
}

extension CELDuration: CustomStringConvertible {
    /// Seconds with as many decimals as it takes: `6347s`, `-1.5s`.
    public var description: String {
        let magnitude = nanoseconds.magnitude
        let fraction = Fraction.text(Int64(magnitude % 1_000_000_000))
        return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1_000_000_000)\(fraction)s"
    }
}

enum Fraction {
    /// Nanoseconds as decimals with their point, without trailing zeros; empty for none.
    static func text(_ nanoseconds: Int64) -> String {
        guard nanoseconds > 0 else { return "" }
        var digits = Array(String(nanoseconds).utf8)
        digits.insert(contentsOf: Array(repeating: 0x30, count: max(0, 9 - digits.count)), at: 0)
        while digits.last == 0x30 { digits.removeLast() }
        return "." + String(decoding: digits, as: UTF8.self)
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
