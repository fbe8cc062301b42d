/// SplitMix64: the same inputs in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Makes expressions: well-formed ones that may or may not be well-typed, and ones with something broken in them.
struct ExpressionGenerator {
    var random: SeededGenerator

    private static let names = ["user", "o", "items", "now", "x", "ys", "name", "y", "Status.taken", "nope"]
    private static let fields = [
        "name", "role", "tz", "customer", "courier", "status", "total", "qty", "note", "at", "tip", "zzz",
    ]
    private static let literals = [
        "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615u", "0.0", "1.5", "1e308",
        "'a'", "''", "'🐱é'", "b'\\xff'", "true",
        "false", "null", "[]", "{}", "duration('1h')", "timestamp(0)", "optional.none()", "r'(a+)+$'", "int", "'UTC'",
        "'%s %d %f'",
    ]
    private static let operators = ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in"]
    private static let methods = [
        "size()", "contains(", "matches(", "split(", "join(", "sort()", "sum()", "min()", "avg()", "reverse()",
        "distinct()", "flatten()", "first()", "format(",
        "replace('', ", "getHours(", "hasValue()", "orValue(", "value()", "lowerAscii()", "substring(", "slice(0, ",
        "charAt(", "getFullYear()",
    ]
    private static let functions = [
        "string(", "int(", "double(", "uint(", "bool(", "bytes(", "dyn(", "type(", "timestamp(", "duration(", "math.abs(",
        "math.greatest(1, ", "lists.range(",
        "optional.of(", "base64.decode(", "strings.quote(", "size(",
    ]
    private static let macros = ["all", "exists", "exists_one", "map", "filter", "sortBy", "one", "count", "optMap"]
    private static let debris = [
        "(", ")", "[", "]", "{", "}", "'", "\"", "\\", "`", ".", "?", ":", ",", "!", "-", "//", "\u{0}", "é", "🐱", "\n",
        "0x", "1e", "'''", "b'",
    ]

    private mutating func pick(_ words: [String]) -> String { words.randomElement(using: &random) ?? "" }

    mutating func expression(_ depth: Int) -> String {
        guard depth > 0 else { return Bool.random(using: &random) ? pick(Self.literals) : pick(Self.names) }
        switch Int.random(in: 0..<15, using: &random) {
        case 0, 1, 2: return "(\(expression(depth - 1)) \(pick(Self.operators)) \(expression(depth - 1)))"
        case 3: return "(\(expression(depth - 1)) ? \(expression(depth - 1)) : \(expression(depth - 1)))"
        case 4: return "\(expression(depth - 1)).\(Bool.random(using: &random) ? "" : "?")\(pick(Self.fields))"
        case 5: return "\(expression(depth - 1))[\(Bool.random(using: &random) ? "" : "?")\(expression(depth - 1))]"
        case 6, 7:
            let method = pick(Self.methods)
            return "\(expression(depth - 1)).\(method)" + (method.hasSuffix(")") ? "" : "\(expression(depth - 1)))")
        case 8, 9: return pick(Self.functions) + expression(depth - 1) + ")"
        case 10: return "\(expression(depth - 1)).\(pick(Self.macros))(y, \(expression(depth - 1)))"
        case 11: return "[\(expression(depth - 1)), \(expression(depth - 1))]"
        case 12: return "{\(expression(depth - 1)): \(expression(depth - 1))}"
        case 13: return "\(Bool.random(using: &random) ? "!" : "-")\(expression(depth - 1))"
        default: return "cel.bind(y, \(expression(depth - 1)), \(expression(depth - 1)))"
        }
    }

    /// The text with some pieces taken out, doubled or put in.
    mutating func broken(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = scalars.isEmpty ? 0 : Int.random(in: 0..<scalars.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0 where !scalars.isEmpty: scalars.remove(at: place)
            case 1: scalars.insert(contentsOf: pick(Self.debris).unicodeScalars, at: place)
            default: scalars.insert(contentsOf: scalars[place...].prefix(5), at: place)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
