/// The UTF-8 bytes of an expression, with positions for people.
package struct SourceText: Sendable {
    package let bytes: [UInt8]
    private let lineStarts: [Int]

    package init(_ text: String) {
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
        lineStarts = starts
    }

    package func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = max(0, min(offset, bytes.count))
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, codePoints(lineStarts[low]..<offset) + 1)
    }

    /// The line that holds the range's start, cut to a readable width, and a caret line of the same width.
    func excerpt(around range: Range<Int>, width: Int = 100) -> (line: String, caret: String) {
        let start = max(0, min(range.lowerBound, bytes.count))
        let lineStart = lineStarts.last { $0 <= start } ?? 0
        let lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        let shownStart = boundary(max(lineStart, start - width / 2))
        let shownEnd = boundary(min(lineEnd, shownStart + width))
        let shown = String(decoding: bytes[shownStart..<shownEnd].map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
        let marked = max(1, codePoints(start..<max(start, min(range.upperBound, shownEnd))))
        let lead = codePoints(shownStart..<start)
        return (shown, String(repeating: " ", count: lead) + String(repeating: "^", count: marked))
    }

    package func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }

    private func codePoints(_ range: Range<Int>) -> Int {
        bytes[range].count { $0 & 0xC0 != 0x80 }
    }

    private func boundary(_ offset: Int) -> Int {
        var offset = offset
        while offset > 0, offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
        return offset
    }
}
