import CEL
import Testing

@Suite("CEL places in a document")
struct SourceMapTests {
    @Test(
        "a place in the expression is a place in the document",
        arguments: [
            ("when: a + oops\n", "a + oops"), ("when: 'a + ''x'' + oops'\n", "a + 'x' + oops"),
            ("when: \"a +\\t\\u00e9 \\\"x\\\" oops\"\n", "a +\té \"x\" oops"), ("when: |\n  a +\n    oops\n", "a +\n  oops\n"),
            ("when: >\n  a +\n  b +\n\n  oops\n", "a + b +\noops\n"), ("when: >-\n    a\n    + oops", "a + oops"),
            ("when: a +\n  b +\n  oops\nnext: 1", "a + b + oops"), ("when: \"a \\\n   + oops\"", "a + oops"),
            ("when: |-\r\n  a +\r\n  oops\r\n", "a +\noops"),
            ("when: 'a +\n\n  oops'", "a +\noops"),
        ])
    func places(_ document: String, _ expression: String) throws {
        let start = "when: ".utf8.count
        let map = try #require(CELSourceMap(yaml: document, scalarAt: start, expression: expression))
        let inner = try #require(expression.firstRange(of: "oops"))
        let outer = try #require(document.firstRange(of: "oops"))
        let offset = expression.utf8.distance(from: expression.startIndex, to: inner.lowerBound)
        let wanted = document.utf8.distance(from: document.startIndex, to: outer.lowerBound)
        let issue = map.mapped(CELIssue(message: "x", range: offset..<offset + 4, line: 1, column: 1))
        #expect(issue.range == wanted..<wanted + 4)
        let before = document.utf8.prefix(wanted)
        #expect(issue.line == before.count { $0 == 0x0A } + 1)
        #expect(issue.render(document).contains("^^^^"))
    }

    @Test("another scalar is none", arguments: ["when: a + b", "when: |\n  a", "when: 'a", "when: \"\\x\"", "when: |"])
    func others(_ document: String) {
        #expect(CELSourceMap(yaml: document, scalarAt: 6, expression: "a + c") == nil)
    }

    @Test("an expression within a template")
    func slice() {
        let map = CELSourceMap(document: "Hello {nme}!", start: 7, length: 3)
        let issue = map.mapped(issues("nme", in: CELEnvironment(variables: ["name": .string]))[0])
        #expect(issue.column == 8 && issue.suggestion == "did you mean 'name'?")
    }
}
