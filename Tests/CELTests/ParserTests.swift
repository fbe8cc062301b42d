import CEL
import Testing

@Suite("CEL parser")
struct ParserTests {
    @Test(
        "operators bind as they should",
        arguments: [
            ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("10 - 4 - 3", "3"), ("2 * 3 % 4", "2"), ("-2 + 5", "3"),
            ("true || false && false", "true"), ("1 < 2 == true", "true"), ("!true || true", "true"),
            ("false ? 1 : true ? 2 : 3", "2"), ("- -3", "3"), ("--3", "3"), ("1 in [1, 2] && 3 in {3: 4}", "true"),
            ("[1, 2, 3,][1]", "2"), ("{'a': {'b': 5,},}.a.b", "5"), ("// note\n1 // two\n+ 1", "2"), ("!!true", "true"),
            ("-9223372036854775808", "-9223372036854775808"), ("0xFFu == 255u", "true"), (".5 + 1e0", "1.5"),
        ])
    func precedence(source: String, wanted: String) throws {
        #expect(try evaluate("string(\(source)\n)") == .string(wanted))
    }

    @Test(
        "literals",
        arguments: [
            (#"'a\n\t\\\'\x41\u00e9\U0001F431\101'"#, "a\n\t\\'Aé🐱A"), (#"r'a\n'"#, #"a\n"#), ("'''a\n'b''''", "a\n'b'"),
            (#"""" "" """"#, #" "" "#), (#"R"\d""#, #"\d"#),
        ])
    func strings(source: String, wanted: String) throws {
        let source = source.hasSuffix("''''") ? "'''a\n'b' '''" : source
        let wanted = wanted.hasPrefix("a\n'b") ? "a\n'b' " : wanted
        #expect(try evaluate(source) == .string(wanted))
    }

    @Test("bytes keep their bytes")
    func bytes() throws {
        #expect(try evaluate(#"b'\xff\377é'"#) == .bytes([0xFF, 0xFF, 0xC3, 0xA9]))
        #expect(try evaluate(#"br'\x'"#) == .bytes([0x5C, 0x78]))
    }

    @Test(
        "issues point at the place",
        arguments: [
            ("1 +", 1, 4, "expected an expression"), ("1 2", 1, 3, "expected an operator or the end"),
            ("[1,\n  2", 2, 4, "expected ']'"), ("'abc", 1, 1, "isn't closed"), ("1 = 2", 1, 3, "has no meaning"),
            ("\n  §", 2, 3, "has no meaning"), (#"'é' + '\q'"#, 1, 8, "no such escape"),
            ("99999999999999999999", 1, 1, "too large"),
            ("9223372036854775808", 1, 1, "too large for an int"), ("if(1)", 1, 1, "reserved word"),
            ("", 1, 1, "no expression"),
            ("1x", 1, 1, "not a number"), ("has(1)", 1, 1, "has() takes one field"), ("[1].map(1, 2)", 1, 9, "simple name"),
            ("a.`b\nc`", 1, 3, "backquotes"), ("{1 2}", 1, 4, "expected ':'"), ("a.in", 1, 3, "can't be a field"),
        ])
    func syntax(source: String, line: Int, column: Int, message: String) throws {
        let issue = try #require(issues(source).first)
        #expect(issue.line == line && issue.column == column, "\(issue)")
        #expect(issue.message.contains(message), "\(issue)")
    }

    @Test(
        "after a mistake the parser goes on, and tells each mistake once",
        arguments: [
            ("size(1 +) + size(2 *)", [9, 21]), ("[1 2, 3 4, 5]", [4, 9]), ("(1 + ) * (2 - )", [6, 15]),
            ("{1 2, 'a': , 'b': 3}", [4, 12]), ("[if, 1, while]", [2, 9]), ("1 = 2 && 3 > 2 & 4 > 1", [3, 16]),
            ("'\\q' + '\\w'", [2, 9]), ("1 + * 2 + nope", [5, 11]), ("[1, 2, nope.x, , 3]", [8, 16]),
            ("[has(1), [1].map(1, 2), has(2)]", [2, 18, 25]), ("1 2 3", [3, 5]), ("((1)", [5]), ("[(1, 2), 3", [4, 11]),
            ("1)", [2]), ("99999999999999999999 + 1x", [1, 24]), ("[1, {2: 3, 4}, 5 6]", [13, 18]),
            ("nope.size( + other.size(", [1, 6, 12, 14, 20, 25]),
        ] as [(String, [Int])])
    func recovery(source: String, columns: [Int]) {
        let found = issues(source)
        #expect(found.map(\.column) == columns, "\(found)")
    }

    @Test("an issue is shown with its line and a caret")
    func render() throws {
        let source = "user.age > 1 &&\n  'é' == nmae"
        let environment = CELEnvironment(variables: ["name": .string, "user": .dyn])
        do {
            _ = try environment.compile(source)
            Issue.record("compiled")
        } catch {
            #expect(
                error.render(source) == """
                    2:10: there is nothing named 'nmae' here (did you mean 'name'?)
                     |   'é' == nmae
                     |          ^^^^
                    """)
        }
    }

    @Test("hostile sizes end in an issue")
    func hostile() {
        let many = 100_000
        for source in [
            String(repeating: "(", count: many),
            String(repeating: "(", count: many) + "1" + String(repeating: ")", count: many),
            String(repeating: "!", count: 1 << 20), String(repeating: "[", count: 60_000),
            String(repeating: "{1:", count: 20_000),
            String(repeating: "a.", count: 30_000) + "a", String(repeating: "1+", count: 30_000) + "1",
            String(repeating: "true?1:", count: 9_000) + "1", String(repeating: "f(", count: 30_000),
            "a" + String(repeating: "[0]", count: 20_000), String(repeating: "\u{0}", count: 60_000),
            String(repeating: "'", count: 60_001), String(repeating: "[1].map(x,", count: 6_000),
            String(repeating: "- ", count: 30_000) + "true", String(repeating: "a{b:", count: 15_000),
        ] {
            #expect(!issues(source, in: CELEnvironment(variables: ["a": .dyn])).isEmpty)
        }
    }

    @Test("long chains of && and || are no depth")
    func chains() throws {
        let chain = Array(repeating: "true", count: 5000).joined(separator: " && ")
        #expect(try evaluate(chain) == .bool(true))
        #expect(try evaluate(String(repeating: "!", count: 1001) + "true") == .bool(false))
        #expect(try evaluate(Array(repeating: "1", count: 200).joined(separator: " + ")) == .int(200))
    }

    @Test("the deepest that is allowed is checked and evaluated, on a small stack too")
    func deepest() async throws {
        let source = String(repeating: "(1 + [", count: 42) + "1" + String(repeating: "][0])", count: 42)
        let value = try await Task.detached { try evaluate(source) }.value
        #expect(value == .int(43))
    }
}
