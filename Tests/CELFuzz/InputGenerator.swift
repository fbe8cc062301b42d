/// Makes inputs of many kinds: well-typed expressions, damaged ones, soups of tokens and bytes, very deep and very large ones.
package struct InputGenerator {
    var random: SeededGenerator
    /// Expressions written by people, to be damaged and mixed.
    let corpus: [String]
    /// Bytes that no input has many more of.
    let largest: Int
    private var locals: [(name: String, kind: Grammar.Kind)] = []
    /// How much a generated expression may still grow.
    private var room = 0

    package init(random: SeededGenerator, corpus: [String] = [], largest: Int = 70_000) {
        self.random = random
        self.corpus = corpus
        self.largest = largest
    }

    package mutating func input() -> String {
        switch random.below(100) {
        case 0..<45: return wellTyped()
        case 45..<60: return damaged(wellTyped())
        case 60..<75: return damaged(mixed())
        case 75..<80: return random.pick(corpus, or: "1")
        case 80..<87: return soup()
        case 87..<92: return bytes()
        case 92..<96: return deep()
        case 96..<98: return huge()
        default: return unicode()
        }
    }

    /// An expression that most often passes the checker.
    package mutating func wellTyped() -> String {
        locals = []
        room = 120
        return expression(random.pick(Grammar.Kind.allCases, or: .bool), depth: 1 + random.below(5))
    }

    private mutating func expression(_ wanted: Grammar.Kind, depth: Int) -> String {
        // Now and then another type than is wanted.
        let kind = random.chance(2) ? random.pick(Grammar.Kind.allCases, or: wanted) : wanted
        room -= 1
        guard depth > 0, room > 0 else {
            let fitting = locals.filter { $0.kind == kind }.map(\.name)
            if !fitting.isEmpty, random.chance(60) { return random.pick(fitting, or: "n") }
            return random.pick(Grammar.leaves[kind] ?? [], or: "null")
        }
        let template = random.pick(Grammar.templates[kind] ?? [], or: [.text("null")])
        let before = locals.count
        defer { locals.removeLast(locals.count - before) }
        var text = ""
        for part in template {
            switch part {
            case .text(let piece): text += piece
            case .place(let kind):
                let inner = expression(kind, depth: depth - 1 - (random.chance(30) ? 1 : 0))
                // Without parentheses about the operand of a method or of another operator all mean something else.
                text += inner.contains(" ") && !inner.hasPrefix("(") ? "(\(inner))" : inner
            case .variable(let kind):
                // Few names, so that they hide each other and the environment's.
                let name = random.pick(["a", "b", "v", "n", "e\(locals.count)"], or: "a")
                locals.append((name, kind))
                text += name
            }
        }
        return text
    }
}

// Damage.
extension InputGenerator {
    private static let debris = [
        "(", ")", "[", "]", "{", "}", "'", "\"", "\\", "`", ".", "?", ":", ",", "!", "-", "//", "\u{0}", "é", "🐱", "\n", "\r", "\t",
        "0x", "1e", "'''", "b'", "r\"", "..", "&&", "|", "&", "=", "==", "in ", "@", "#", "$", "\u{202E}", "9999999999999999999", "\\u12",
        "\\xZZ", "\\777", "u", "null", "true", "has(", "cel.bind(", "[?", "{?", ".?", "`a-b`", "_", "\u{FEFF}", "''''''", "%", "^", ";",
    ]

    /// The text with some pieces taken out, doubled, moved or put in.
    package mutating func damaged(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<(1 + random.below(4)) {
            let place = random.below(scalars.count)
            let length = min(1 + random.below(8), scalars.count - place)
            switch random.below(7) {
            case 0 where length > 0: scalars.removeSubrange(place..<place + length)
            case 1, 2: scalars.insert(contentsOf: random.pick(Self.debris, or: "(").unicodeScalars, at: place)
            case 3 where length > 0: scalars.insert(contentsOf: scalars[place..<place + length], at: random.below(scalars.count))
            case 4 where length > 0: scalars.swapAt(place, random.below(scalars.count))
            case 5 where length > 0: scalars[place] = Unicode.Scalar(UInt8(random.below(128)))
            default: scalars.insert(contentsOf: random.pick(corpus, or: "n").unicodeScalars.prefix(60), at: place)
            }
        }
        return Self.string(scalars)
    }

    /// One expression of the corpus in the place of a part of another.
    private mutating func mixed() -> String {
        let host = random.pick(corpus, or: "a.b(c)")
        let guest = random.pick(corpus, or: "[1]")
        switch random.below(6) {
        case 0: return host
        case 1: return "(\(host)) \(random.pick(["+", "==", "<", "&&", "in", "%"], or: "+")) (\(guest))"
        case 2: return "[\(host), \(guest)]"
        case 3: return "{'a': \(host)}.map(a, \(guest))"
        case 4: return "cel.bind(n, \(host), \(guest))"
        default:
            let scalars = Array(host.unicodeScalars)
            let other = Array(guest.unicodeScalars)
            return Self.string(scalars.prefix(random.below(scalars.count + 1)) + other.dropFirst(random.below(other.count + 1)))
        }
    }

    private mutating func soup() -> String {
        let words =
            Self.debris + (Grammar.leaves[.int] ?? []) + (Grammar.leaves[.string] ?? []) + [
                " ", " ", ".size()", ".map(", "a", ", ", " + ", " * ", ") ", "] ", " ? ", " : ", "user", ".name", "[0]", "1", "1.0", "x",
            ]
        return (0..<random.below(40)).map { _ in random.pick(words, or: " ") }.joined()
    }

    private mutating func bytes() -> String {
        String(decoding: (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }, as: UTF8.self)
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}

// Extremes.
extension InputGenerator {
    private static let nests: [(open: String, inner: String, close: String)] = [
        ("(", "1", ")"), ("[", "1", "]"), ("{1:", "1", "}"), ("-", "1", ""), ("!", "true", ""), ("dyn(", "1", ")"), ("", "any", ".a"),
        ("", "any", "[0]"), ("", "any", ".map(a, a)"), ("[1].map(a, ", "a", ")"), ("cel.bind(a, [1], ", "a", ")"),
        ("cel.bind(a, ", "[1]", ", [a, a])"), ("true ? ", "1", " : 2"), ("true ? 1 : ", "1", ""), ("1 + ", "1", ""), ("", "1", " + 1"),
        ("true && ", "true", ""), ("", "true", " && (true"), ("(true || ", "true", ")"), ("optional.of(", "1", ")"),
        ("[1].all(a, ", "true", ")"), ("", "name", ".trim()"), ("'%s'.format([", "1", "])"), ("[1, ", "1", "].size()"),
        ("{'a': ", "1", "}.a"),
        ("twice(", "1", ")"), ("greeting(", "name", ")"), ("", "a", ".b"), ("has(", "a.b", ")"), ("(", "", ""), ("[", "", ""),
        ("{", "", ""),
        ("a(", "", ""), ("!", "", ""), ("-(", "", ""), ("[[", "1", "]]"), ("", "[[1]]", ".flatten()"), ("type(", "1", ")"),
        ("cel.bind(a, ", "'xxxxxxxx'", ", a + a)"), ("[0, 1].all(a, [0, 1].exists(b, ", "true", "))"),
        ("lists.range(40).map(a, ", "a", ")"), ("orders{customer: users{age: ", "1", "}}.customer.age"),
    ]

    private mutating func deep() -> String {
        let nest = random.pick(Self.nests, or: ("(", "1", ")"))
        let depth = min(random.pick([3, 20, 60, 100, 127, 128, 129, 250, 256, 300, 3000], or: 3), largest / 8)
        let core = random.chance(20) ? expressionInside() : nest.inner
        return String(repeating: nest.open, count: depth) + core + String(repeating: nest.close, count: depth)
    }

    private mutating func expressionInside() -> String {
        room = 20
        locals = []
        return expression(.any, depth: 2)
    }

    private mutating func huge() -> String {
        let common = random.pick([10, 50, 100, 300, 1000, 3000], or: 10)
        let size = min(random.chance(10) ? random.pick([20_000, 65_000, 70_000], or: common) : common, largest)
        func many(_ text: String, _ separator: String = "") -> String {
            Array(repeating: text, count: max(1, size / max(1, text.utf8.count + separator.utf8.count))).joined(separator: separator)
        }
        switch random.below(14) {
        case 0: return many("9")
        case 1: return "0." + many("3")
        case 2: return "1e" + many("9").prefix(400)
        case 3: return "'" + many("x") + "'.size()"
        case 4: return "'" + many("\\u00e9") + "'.reverse()"
        case 5: return many("a")
        case 6: return "[" + many("1", ",") + "].sum()"
        case 7: return many("1", " + ")
        case 8: return many("true", " && ")
        case 9: return many(" ") + "1" + many("\n")
        case 10: return "{" + (0..<min(size / 8, 4000)).map { "\($0): \($0)" }.joined(separator: ",") + "}.size()"
        case 11: return "[" + many("n", ",") + "].map(a, a == n).distinct()"
        case 12: return "'" + many("ab") + "'.matches('" + random.pick(["(a|b)*c", "(a*)*b", "(ab){2,20}$", "[^a]+"], or: "a") + "')"
        default: return "'" + many("a,") + "'.split(',').join('" + String(repeating: "-", count: random.below(50)) + "')"
        }
    }

    private mutating func unicode() -> String {
        func scalar() -> Unicode.Scalar {
            let value = random.below(4) == 0 ? random.below(0x10FFFF) : random.below(0x3000)
            return Unicode.Scalar(UInt32(value)) ?? "\u{FFFD}"
        }
        let text = Self.string((0..<random.below(30)).map { _ in scalar() })
        let escaped = text.filter { $0 != "'" && $0 != "\\" && !$0.isNewline }
        switch random.below(5) {
        case 0: return text
        case 1:
            return
                "'\(escaped)'.\(random.pick(["size()", "reverse()", "charAt(1)", "substring(1)", "upperAscii()", "trim()"], or: "size()"))"
        case 2: return "'\(escaped)' + name == name // \(text)"
        case 3: return "b'\(escaped)'.size() + \(escaped)"
        default: return "'\(escaped)'.split('').join('\(escaped.prefix(1))').contains('\(escaped.suffix(2))')"
        }
    }
}
