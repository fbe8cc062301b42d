extension SettingForm where Value == Duration {
    /// One or more numbers with a unit: `250ms`, `1.5s`, `1m30s`. A bare number is refused, except 0: nobody should have to guess the unit.
    package static var duration: Self { .duration(atLeast: .zero) }

    package static func duration(atLeast least: Duration) -> Self {
        let bound = least > .zero ? ", at least \(formatDuration(least))" : ""
        return Self(
            expected: "a duration such as `250ms`, `30s` or `1m30s`\(bound)", placeholder: least,
            scalar: { text in parseDuration(text).flatMap { $0 >= least ? $0 : nil } }, format: { formatDuration($0) })
    }
}

extension SettingForm where Value == Int {
    /// A number of bytes: `20MiB`, `64KiB`, `1MB`, or a bare number of bytes.
    package static var byteSize: Self {
        Self(
            expected: "a size in bytes such as `20MiB` or `64KiB`", placeholder: 0, scalar: parseByteSize,
            format: formatByteSize)
    }
}

private let durationUnits: [(name: String, nanoseconds: Int64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ("us", 1000), ("ns", 1),
]

/// Nil for anything that isn't a duration or doesn't fit into 292 years.
@Sendable package func parseDuration(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    guard !text.isEmpty else { return nil }
    var rest = text.utf8[...]
    var total: Int64 = 0
    while !rest.isEmpty {
        let digits = rest.prefix { isDigit($0) }
        rest = rest.dropFirst(digits.count)
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix { isDigit($0) }
            guard !fraction.isEmpty, fraction.count <= 9 else { return nil }
            rest = rest.dropFirst(fraction.count + 1)
        }
        let name = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        rest = rest.dropFirst(name.count)
        guard let whole = Int64(String(digits) ?? ""), let unit = durationUnits.first(where: { $0.name == String(name) }) else {
            return nil
        }
        var (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { return nil }
        if let numerator = Int64(String(fraction) ?? "") {
            let denominator = (0..<fraction.count).reduce(Int64(1)) { power, _ in power * 10 }
            // The unit is at most 8.64e13 and the fraction below 1e9: the product needs more than 64 bits for days only.
            let part = Int64(Double(numerator) / Double(denominator) * Double(unit.nanoseconds))
            (nanoseconds, overflow) = nanoseconds.addingReportingOverflow(part)
            guard !overflow else { return nil }
        }
        (total, overflow) = total.addingReportingOverflow(nanoseconds)
        guard !overflow else { return nil }
    }
    return .nanoseconds(total)
}

/// The shortest exact text: `1m30s`, `250ms`.
@Sendable package func formatDuration(_ duration: Duration) -> String {
    guard duration > .zero else { return "0" }
    let (seconds, attoseconds) = duration.components
    var rest = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    var text = ""
    for unit in durationUnits where rest >= unit.nanoseconds {
        text += "\(rest / unit.nanoseconds)\(unit.name)"
        rest %= unit.nanoseconds
    }
    return text.isEmpty ? "0" : text
}

private let byteUnits: [(name: String, bytes: Int)] = [
    ("gib", 1 << 30), ("mib", 1 << 20), ("kib", 1 << 10), ("gb", 1_000_000_000), ("mb", 1_000_000), ("kb", 1000), ("b", 1), ("", 1),
]

@Sendable package func parseByteSize(_ text: String) -> Int? {
    let digits = text.utf8.prefix { isDigit($0) }
    let name = trimmed(String(text.utf8.dropFirst(digits.count)) ?? "").lowercased()
    guard let number = Int(String(digits) ?? ""), let unit = byteUnits.first(where: { $0.name == name }) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
    return overflow ? nil : bytes
}

@Sendable package func formatByteSize(_ bytes: Int) -> String {
    guard bytes > 0, let unit = byteUnits.prefix(3).first(where: { bytes % $0.bytes == 0 }) else { return String(bytes) }
    let name = ["gib": "GiB", "mib": "MiB", "kib": "KiB"][unit.name] ?? ""
    return "\(bytes / unit.bytes)\(name)"
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
