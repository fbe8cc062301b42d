/// What a `Range` header asks of a file (RFC 9110, section 14).
///
/// One range of bytes is served; several at once are answered with the whole file, as the standard allows.
package enum ByteRange: Sendable, Hashable {
    /// All of it: nothing was asked for, or nothing that is understood.
    case whole
    case part(Range<Int>)
    /// Nothing of what was asked for is there: 416.
    case unsatisfiable

    /// - Parameter count: bytes of the file.
    package init(_ header: String?, count: Int) {
        self = .whole
        guard let header, header.lowercased().hasPrefix("bytes=") else { return }
        let range = header.dropFirst("bytes=".count).filter { $0 != " " && $0 != "\t" }
        guard !range.contains(","), let dash = range.firstIndex(of: "-") else { return }
        let (first, last) = (range[..<dash], range[range.index(after: dash)...])
        guard (first + last).allSatisfy({ ("0"..."9").contains($0) }), !(first.isEmpty && last.isEmpty) else { return }
        // A number too large to count with lies behind the end of every file.
        let end = last.isEmpty ? Int.max : Int(last) ?? .max
        guard !first.isEmpty else {
            // The last so many bytes.
            self = end > 0 && count > 0 ? .part(max(0, count - end)..<count) : .unsatisfiable
            return
        }
        let start = Int(first) ?? .max
        guard start <= end else { return }
        self = start < count ? .part(start..<min(end, count - 1) + 1) : .unsatisfiable
    }
}
