import CEL
import Testing

@Suite("CEL printing")
struct PrinterTests {
    /// The structure of a text: its tree without places.
    static func outline(_ source: String) throws -> String { try Parser.parse(source).ast.outline() }

    @Test(
        "the usual form has no needless parentheses",
        arguments: [
            ("(a)+((b*c))", "a + b * c"), ("(a+b)*c", "(a + b) * c"), ("a-(b-c)", "a - (b - c)"), ("(a-b)-c", "a - b - c"),
            ("((a||b)&&c)", "(a || b) && c"), ("a||(b&&c)", "a || b && c"), ("(a&&b)&&c", "(a && b) && c"),
            ("(a?b:c)?d:(e?f:g)", "(a ? b : c) ? d : e ? f : g"), ("a?(b?c:d):e", "a ? (b ? c : d) : e"),
            ("!(a.b)", "!a.b"), ("!(a||b)", "!(a || b)"), ("!!a", "!!a"), ("!(!(!a))", "!(!!a)"), ("-(5)", "-(5)"), ("-5", "-5"),
            ("- -5", "--5"), ("!(-5)", "!(-5)"), ("-(-a)", "--a"), ("!(-a)", "!(-a)"), ("a- -5", "a - -5"),
            ("(a<b)==(c<d)", "a < b == (c < d)"), ("(a in b)", "a in b"), ("(-5).f()", "-5.f()"), ("-(5).f()", "-(5.f())"),
            ("a . b [ 'c' ] . d ( 1 , 2 )", "a.b['c'].d(1, 2)"), ("(a+b).c", "(a + b).c"), ("a.?b[?c]", "a.?b[?c]"),
            ("{ ?'a' : b , 1 : [ ?c , d ] }", "{?'a': b, 1: [?c, d]}"), ("T{ a : 1 , ?b : c }", "T{a: 1, ?b: c}"),
            ("has( a.b.c )", "has(a.b.c)"), ("x.all( i , i>0 )", "x.all(i, i > 0)"), ("x.map(i,i>0,i*2)", "x.map(i, i > 0, i * 2)"),
            ("x.transformMap(k,v,k!=v,v+1)", "x.transformMap(k, v, k != v, v + 1)"),
            ("cel.bind( x , 1 , x+x )", "cel.bind(x, 1, x + x)"), ("x.`a-b`.c", "x.`a-b`.c"), (".a.b", ".a.b"),
            (#""it's""#, #""it's""#), (#"'it\'s "x"'"#, #"'it\'s "x"'"#), (#"r'\d'"#, #"'\\d'"#), ("'a\\n\\u0007'", "'a\\n\\u0007'"),
            ("b'\\xff\\'a'", "b'\\xff\\'a'"), ("0x1F + 2u + 1e3 + .5", "31 + 2u + 1000.0 + 0.5"), ("1 // one\n + 2", "1 + 2"),
            ("[1, 2,]", "[1, 2]"), ("'\u{202e}x'", "'\\u202ex'"), ("null == true", "null == true"),
            ("_(a)", "_(a)"), ("_(a,b)", "_(a, b)"), ("_f_( a )+_f_(a,b)", "_f_(a) + _f_(a, b)"), ("- _( -a )", "-_(-a)"),
        ] as [(String, String)])
    func usualForm(_ source: String, _ expected: String) throws {
        #expect(try CELEnvironment().formatted(source) == expected)
        #expect(try Self.outline(expected) == Self.outline(source))
    }

    @Test("definitions are written out, under names that are free")
    func definitions() throws {
        let environment = CELEnvironment(
            variables: ["price": .int, "x": .int], definitions: [CELDefinition("twice", ["x"], body: "x + x + price")])
        let program = try environment.compile("twice(x * 2)")
        #expect(program.formatted == "cel.bind(x2, x * 2, x2 + x2 + .price)")
        #expect(try environment.compile(program.formatted).evaluate(["x": 1, "price": 10].celBindings) == .int(14))
    }

    @Test("parse(print(tree)) is the tree", .timeLimit(.minutes(10)))
    func roundTrip() throws {
        var generator = ExpressionGenerator(random: SeededGenerator(state: FuzzTests.seed &+ 1))
        var seen = 0
        for round in 0..<FuzzTests.rounds {
            var source = generator.expression(round % 6)
            if round % 4 == 0 { source = generator.broken(source) }
            guard let (ast, _) = try? Parser.parse(source) else { continue }
            seen += 1
            let text = try CELEnvironment().formatted(source)
            guard let outline = try? Self.outline(text) else {
                Issue.record("'\(source)' is printed as '\(text)', which can't be parsed")
                continue
            }
            if outline != ast.outline() { Issue.record("'\(source)' is printed as '\(text)', which is something else") }
        }
        #expect(seen > FuzzTests.rounds / 4)
    }
}

extension [String: Int64] {
    var celBindings: CELBindings { CELBindings(mapValues { .int($0) }) }
}
