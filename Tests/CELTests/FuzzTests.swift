import CEL
import Foundation
import Testing

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

@Suite("CEL fuzz")
struct FuzzTests {
    static let bindings: CELBindings = [
        "user": Shop.user(1), "o": Shop.order(1, ["courier": Shop.user(2), "tip": .int(3)]),
        "items": .list([.int(1), .int(-5), .int(.max)]),
        "now": .timestamp(CELTimestamp(seconds: 1_700_000_000)), "x": .null, "ys": .list([Shop.order(1), Shop.order(2)]),
        "name": .string("ann"),
    ]

    /// 5,000 in a normal run; the environment variable CEL_FUZZ_ROUNDS asks for more.
    static let rounds = ProcessInfo.processInfo.environment["CEL_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 5000
    static let seed = ProcessInfo.processInfo.environment["CEL_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_260_105

    @Test("no input crashes, hangs, or breaks a promise of the checker", .timeLimit(.minutes(60)))
    func fuzz() {
        let environment = Shop.environment
        let limits = CELLimits(cost: 20_000, observesCancellation: false)
        let sql = SQLLowering(rows: [SQLTests.orders("o")])
        var generator = ExpressionGenerator(random: SeededGenerator(state: Self.seed))
        var compiled = 0
        for round in 0..<Self.rounds {
            var source = generator.expression(round % 5)
            if round % 3 == 0 { source = generator.broken(source) }
            do {
                _ = try environment.compileUnchecked(source).evaluate(Self.bindings, limits: limits)
            } catch {}
            guard let program = try? environment.compile(source) else { continue }
            compiled += 1
            if program.type == .bool { _ = try? sql.condition(program) }
            do {
                let value = try program.evaluate(Self.bindings, limits: limits)
                if !Self.fits(value, program.type) { Issue.record("'\(source)' gave \(value), not \(program.type)") }
            } catch {
                // What the checker has ruled out can't happen; where it knew nothing (`dyn`) it can.
                if error.code == .noSuchField || error.code == .unboundVariable { Issue.record("'\(source)': \(error)") }
            }
        }
        #expect(compiled > Self.rounds / 20, "too few of the inputs compile for this to mean something")
    }

    /// Whether a value is what its static type says.
    static func fits(_ value: CELValue, _ type: CELType) -> Bool {
        switch (type, value) {
        case (.dyn, _): true
        case (.nullable(let inner), _): value.isNull || fits(value, inner)
        case (.enumeration, .string): true
        case (.list(let element), .list(let list)): list.allSatisfy { fits($0, element) }
        case (.map(let key, let inner), .map(let map)): map.allSatisfy { fits($0, key) && fits($1, inner) }
        case (.optional(let inner), .optional(let wrapped)): wrapped.map { fits($0, inner) } ?? true
        case (.object(let name), .object(let object)): object.type == name
        default: value.type == type
        }
    }
}
