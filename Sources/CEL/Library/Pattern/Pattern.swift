internal import Synchronization

/// A regular expression in RE2's syntax, found in time proportional to the text however hostile the pattern is.
final class Pattern: Sendable {
    enum Instruction: Sendable {
        case match
        case scalar(CharacterSet)
        case assertion(Assertion)
        case jump(Int)
        /// The first is preferred.
        case split(Int, Int)
        /// Keeps the place where a group begins or ends.
        case save(Int)
    }

    enum Assertion: Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary
    }

    let program: [Instruction]
    /// How many groups capture.
    let groups: Int

    /// Programs beyond this come from nested counts such as `(a{100}){100}`.
    static let programLimit = 10_000
    /// Steps one search may take: the text's length times the program's.
    static let searchLimit = 50_000_000

    private static let cache = Mutex<[String: Pattern]>([:])
    private static let cacheLimit = 256

    /// - Throws: `invalidArgument` with what is wrong with the pattern.
    static func compiled(_ text: String) throws(CELError) -> Pattern {
        if let known = cache.withLock({ $0[text] }) { return known }
        let compiled = try PatternCompiler.compile(text)
        let pattern = Pattern(program: compiled.program, groups: compiled.groups)
        cache.withLock { cache in
            if cache.count >= cacheLimit { cache.removeAll(keepingCapacity: true) }
            cache[text] = pattern
        }
        return pattern
    }

    private init(program: [Instruction], groups: Int) {
        self.program = program
        self.groups = groups
    }

    /// Whether the pattern matches some part of the text.
    func isFound(in text: String) throws(CELError) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count.multipliedReportingOverflow(by: program.count).partialValue <= Self.searchLimit else {
            throw .invalid("the text is too long for this pattern")
        }
        var current = Threads(count: program.count)
        var next = Threads(count: program.count)
        for position in 0...scalars.count {
            if add(0, position, scalars, &current) { return true }
            guard position < scalars.count else { break }
            next.removeAll()
            for thread in current.list {
                guard case .scalar(let set) = program[thread], set.contains(scalars[position]) else { continue }
                if add(thread + 1, position + 1, scalars, &next) { return true }
            }
            swap(&current, &next)
        }
        return false
    }

    private struct Threads {
        var list: [Int] = []
        var isIn: [Bool]

        init(count: Int) { isIn = Array(repeating: false, count: count) }

        mutating func removeAll() {
            for position in isIn.indices { isIn[position] = false }
            list.removeAll(keepingCapacity: true)
        }
    }

    /// Adds what can be reached without reading on; true when that is the end of the pattern.
    private func add(_ start: Int, _ position: Int, _ text: [Unicode.Scalar], _ threads: inout Threads) -> Bool {
        var pending = [start]
        while let at = pending.popLast() {
            guard !threads.isIn[at] else { continue }
            threads.isIn[at] = true
            switch program[at] {
            case .match: return true
            case .scalar: threads.list.append(at)
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .save: pending.append(at + 1)
            case .assertion(let assertion):
                if holds(assertion, position, text) { pending.append(at + 1) }
            }
        }
        return false
    }

    func holds(_ assertion: Assertion, _ position: Int, _ text: [Unicode.Scalar]) -> Bool {
        switch assertion {
        case .textStart: return position == 0
        case .textEnd: return position == text.count
        case .lineStart: return position == 0 || text[position - 1] == "\n"
        case .lineEnd: return position == text.count || text[position] == "\n"
        case .wordBoundary, .notWordBoundary:
            let before = position > 0 && CharacterSet.word.contains(text[position - 1])
            let after = position < text.count && CharacterSet.word.contains(text[position])
            return (before != after) == (assertion == .wordBoundary)
        }
    }
}
