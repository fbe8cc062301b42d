/// A regular expression in RE2's syntax as PostgreSQL's. It is written anew from what was read, so nothing in it can
/// mean something else there.
enum PostgresPattern {
    /// PostgreSQL's own bound for `{n,m}`.
    private static let countLimit = 255
    private static let textLimit = 20_000

    /// - Throws: `invalidArgument` with what is wrong with the pattern, or what PostgreSQL can't do.
    static func text(for pattern: String) throws(CELError) -> String {
        // Also finds out what is too large.
        _ = try Pattern.compiled(pattern)
        let text = try write(try PatternCompiler.tree(pattern))
        guard text.utf8.count <= textLimit else { throw .invalid("the pattern is too large for the database") }
        return text
    }

    private static func write(_ node: PatternCompiler.Node) throws(CELError) -> String {
        switch node {
        case .empty: return "(?:)"
        case .set(let set): return text(of: set)
        case .assertion(let assertion): return text(of: assertion)
        case .sequence(let parts):
            var text = ""
            for part in parts { text += try write(part) }
            return "(?:\(text))"
        case .choice(let options):
            var texts: [String] = []
            for option in options { texts.append(try write(option)) }
            return "(?:\(texts.joined(separator: "|")))"
        // Whether a text matches doesn't depend on how much a part takes, nor on what a group has caught.
        case .group(_, let body): return try write(body)
        case .repetition(let body, let minimum, let maximum, _):
            let inner = try write(body)
            guard minimum <= countLimit, maximum ?? 0 <= countLimit else {
                throw .invalid("the database repeats a part of a pattern \(countLimit) times at most")
            }
            switch (minimum, maximum) {
            case (0, nil): return "(?:\(inner)*)"
            case (1, nil): return "(?:\(inner)+)"
            case (0, 1): return "(?:\(inner)?)"
            case (_, 0): return "(?:)"
            case (_, nil): return "(?:\(inner){\(minimum),})"
            case (_, let maximum?): return "(?:\(inner){\(minimum),\(maximum)})"
            }
        }
    }

    private static let word = "[0-9A-Za-z_]"

    private static func text(of assertion: Pattern.Assertion) -> String {
        switch assertion {
        case .textStart: "(?:\\A)"
        case .textEnd: "(?:\\Z)"
        case .lineStart: "(?:\\A|(?<=\\n))"
        case .lineEnd: "(?:\\Z|(?=\\n))"
        // The database's own word boundaries know letters beyond ASCII.
        case .wordBoundary: "(?:(?<=\(word))(?!\(word))|(?<!\(word))(?=\(word)))"
        case .notWordBoundary: "(?:(?<=\(word))(?=\(word))|(?<!\(word))(?!\(word)))"
        }
    }

    private static func text(of set: CharacterSet) -> String {
        var plain = CharacterSet(set.ranges)
        if set.ignoresCase { plain = CharacterSet(set.ranges + Cases.others(of: set.ranges)) }
        plain.isNegated = set.isNegated
        let ranges = merged(plain.flattened)
        if ranges.isEmpty { return "(?!)" }
        if ranges.count == 1, ranges[0] == 0...0x10FFFF { return "(?:.|\\n)" }
        return "["
            + ranges.map { range in
                range.count == 1 ? escape(range.lowerBound) : "\(escape(range.lowerBound))-\(escape(range.upperBound))"
            }.joined() + "]"
    }

    private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound &+ 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        // No text in the database has a NUL, and no pattern may.
        if let first = result.first, first.lowerBound == 0, first != 0...0x10FFFF {
            result[0] = 1...max(1, first.upperBound)
            if first.upperBound == 0 { result.removeFirst() }
        }
        return result
    }

    private static func escape(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return value <= 0xFFFF
            ? "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            : "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Which code points differ in their case only.
    private enum Cases {
        /// Code points with the others that they match, as the interpreter has it.
        private static let all: [(scalar: UInt32, others: [UInt32])] = (UInt32(0)...0x1FFFF).compactMap { value in
            guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenCaseMapped else { return nil }
            let others = [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { mapping in
                mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first?.value : nil
            }
            return (value, others)
        }

        /// What matches one of the ranges only by another case.
        static func others(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
            all.filter { entry in
                entry.others.contains { other in ranges.contains { $0.contains(other) } }
            }
            .map { $0.scalar...$0.scalar }
        }
    }
}
