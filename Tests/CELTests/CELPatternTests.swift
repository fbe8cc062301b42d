import CEL
import Testing

@Suite struct CELPatternTests {
    private func match(_ pattern: String, _ text: String) throws -> String? {
        try CELPattern(pattern).firstMatch(in: text)?.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
    }

    @Test func namedGroupsTakeATextApart() throws {
        #expect(try match(#"(?P<a>\d+) \+ (?P<b>\d+)"#, "what is 12 + 30?") == "a=12 b=30")
        #expect(try match(#"(?P<a>\d+) \+ (?P<b>\d+)"#, "12 - 30") == nil)
        #expect(try match(#"^(?<x>a+?)(?P<y>a*)$"#, "aaa") == "x=a y=aa")
        #expect(try match("(x)(?P<y>b)?", "x") == "")
        #expect(try match("(?P<w>.)", "é🛒") == "w=é")
        #expect(try match("(?P<e>z*)", "a") == "e=")
        #expect(try match("(?i)(?P<w>привет)", "ПРИВЕТ") == "w=ПРИВЕТ")
    }

    @Test(arguments: [
        ("(?P<a>x)", "a!"), ("(?P<a>x)?", "a"), ("(?P<a>x)*", "a"), ("(?P<a>x)+", "a!"), ("(?P<a>x){0,2}", "a"), ("(?P<a>x){2}", "a!"),
        ("(?P<a>x)|(?P<b>y)", "a b"), ("(?:(?P<a>x)|y)(?P<b>z)", "a b!"), ("((?P<a>x)(?P<b>y)?)", "a! b"), ("(?i:(?P<a>x))", "a!"),
        ("x(y)", ""),
    ])
    func knowsWhichAlwaysTakePart(_ pattern: String, _ expected: String) throws {
        #expect(try CELPattern(pattern).groups.map { $0.name + ($0.isCertain ? "!" : "") }.joined(separator: " ") == expected)
    }

    @Test(arguments: ["(?P<a>x", "(?P<a", "(?P<>x)", "(?P<a b>x)", "(?P<a>x)(?P<a>y)", "[", "(?=x)", #"\1"#])
    func refusesWhatIsNoPattern(_ pattern: String) {
        #expect(throws: CELError.self) { try CELPattern(pattern) }
    }

    @Test(.timeLimit(.minutes(1))) func isLinear() throws {
        let text = String(repeating: "a", count: 4_096)
        #expect(try match("(?P<x>(a+)+)b", text) == nil)
        #expect(try match("(?P<x>(a|aa)*)$", text)?.utf8.count == 4_098)
    }
}
