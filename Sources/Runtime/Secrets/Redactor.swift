import JSON
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The safety net under the rule that secrets are never logged: registered ones are cut out of every line on its way out.
///
/// Lines are searched for what was registered and for nothing else, so a line costs some tens of nanoseconds however many
/// bots there are.
package final class Redactor: Sendable {
    /// Shorter texts are not registered: they would turn up by chance in ordinary words.
    package static let shortestSecret = 6

    private let patterns = Mutex(Patterns())

    package init() {}

    /// From now on, `secret` is replaced wherever it appears in a line: as it is, as it stands inside JSON, and percent-encoded.
    ///
    /// Of a bot token (`123456:AA…`) the part after the colon is the secret, so the number, which is the bot's public id, stays readable.
    package func register(_ secret: Secret) {
        let text = secret.reveal()
        patterns.withLock { $0.add(text) }
    }

    /// Replaces registered secrets in `line`; says whether there were any.
    @discardableResult
    package func redact(_ line: inout [UInt8]) -> Bool {
        let patterns = patterns.withLock { $0 }
        guard !patterns.isEmpty else { return false }
        let found = line.withUnsafeBufferPointer { patterns.matches(in: $0) }
        guard !found.isEmpty else { return false }
        var clean: [UInt8] = []
        clean.reserveCapacity(line.count)
        var next = 0
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > next {
            if range.lowerBound >= next {
                clean.append(contentsOf: line[next..<range.lowerBound])
                clean.append(contentsOf: Secret.placeholder.utf8)
            }
            next = range.upperBound
        }
        clean.append(contentsOf: line[next...])
        line = clean
        return true
    }

    package func redacted(_ text: String) -> String {
        var bytes = Array(text.utf8)
        return redact(&bytes) ? String(decoding: bytes, as: UTF8.self) : text
    }
}

/// What is searched for.
private struct Patterns: Sendable {
    /// Secret halves of bot tokens by their first eight bytes: a line is searched for all of them in one pass.
    private var tokens: [UInt64: [[UInt8]]] = [:]
    /// Other secrets; a process has a handful.
    private var texts: [[UInt8]] = []

    var isEmpty: Bool { tokens.isEmpty && texts.isEmpty }

    mutating func add(_ text: String) {
        if let half = Patterns.secretHalf(ofToken: text) {
            let start = half.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            if tokens[start]?.contains(half) != true { tokens[start, default: []].append(half) }
            return
        }
        for form in [Array(text.utf8), escapedForJSON(text), percentEncoded(text)]
        where form.count >= Redactor.shortestSecret && !texts.contains(form) {
            texts.append(form)
        }
        // The longest first: one secret may be the beginning of another.
        texts.sort { $0.count > $1.count }
    }

    /// The part after the colon of `<digits>:<30 or more letters, digits, _ or ->`; nil for anything else.
    static func secretHalf(ofToken text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, bytes.count - colon > shortestTokenHalf,
            bytes[..<colon].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            bytes[(colon + 1)...].allSatisfy(isTokenByte)
        else { return nil }
        return Array(bytes[(colon + 1)...])
    }

    func matches(in line: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        if !tokens.isEmpty { findTokens(in: line, into: &found) }
        for text in texts { find(text, in: line, into: &found) }
        return found
    }

    /// Looks only inside runs of token characters that are long enough, and steps from one possible run to the next by a
    /// run's least length: most of a line is never looked at.
    private func findTokens(in line: UnsafeBufferPointer<UInt8>, into found: inout [Range<Int>]) {
        var probe = shortestTokenHalf - 1
        while probe < line.count {
            guard isTokenByte(line[probe]) else {
                probe += shortestTokenHalf
                continue
            }
            var start = probe
            while start > 0, isTokenByte(line[start - 1]) { start -= 1 }
            var end = probe + 1
            while end < line.count, isTokenByte(line[end]) { end += 1 }
            if end - start >= shortestTokenHalf {
                for position in start...(end - shortestTokenHalf) {
                    let key = (position..<position + 8).reduce(0) { $0 << 8 | UInt64(line[$1]) }
                    for half in tokens[key] ?? [] where position + half.count <= end {
                        if half.indices.allSatisfy({ line[position + $0] == half[$0] }) {
                            found.append(position..<position + half.count)
                        }
                    }
                }
            }
            probe = end + shortestTokenHalf
        }
    }

    private func find(_ text: [UInt8], in line: UnsafeBufferPointer<UInt8>, into found: inout [Range<Int>]) {
        guard let base = line.baseAddress else { return }
        var offset = 0
        while line.count - offset >= text.count,
            let hit = memchr(base + offset, Int32(text[0]), line.count - offset - text.count + 1)
        {
            let start = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
            if memcmp(hit, text, text.count) == 0 {
                found.append(start..<start + text.count)
                offset = start + text.count
            } else {
                offset = start + 1
            }
        }
    }
}

/// Telegram's tokens have 35 characters after the colon; 30 leaves room for change.
private let shortestTokenHalf = 30

private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
    default: false
    }
}

/// As the text stands inside a JSON string, without the quotes.
private func escapedForJSON(_ text: String) -> [UInt8] {
    var json = JSONWriter(capacity: text.utf8.count + 2)
    json.value(text)
    return Array(json.bytes.dropFirst().dropLast())
}

private func percentEncoded(_ text: String) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return text.utf8.flatMap { byte -> [UInt8] in
        isTokenByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
            ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
