import BotLanguage
import JSON
import Testing

/// A broken definition with everything that is to be said about it: `line:column: message; suggestion`.
struct Mistake: Sendable, CustomTestStringConvertible {
    let name: String
    let yaml: String
    let expected: String

    init(_ name: String, _ yaml: String, expected: String) {
        self.name = name
        self.yaml = yaml
        self.expected = expected
    }

    static let all: [Mistake] = [
        forms,
        screens,
        buttons,
        steps,
        fields,
        files,
        functions,
        claims,
        rules,
        records,
        queries,
        zones,
        configuration,
        timers,
        operations,
        texts,
        lengths,
        migrations,
        media,
        chats,
        handlers,
        formRounds,
        tests,
        testReplies,
    ].flatMap { $0 }

    var testDescription: String { name }
}

@Suite struct MistakeTests {
    @Test(arguments: Mistake.all)
    func isRefusedAtItsPlace(mistake: Mistake) {
        #expect(
            diagnose(mistake.yaml).map {
                "\($0.position.line):\($0.position.column): \($0.message)\($0.suggestion.map { "; \($0)" } ?? "")"
            }.joined(separator: "\n") == mistake.expected)
    }

    /// All diagnostics have a place inside their file.
    @Test(arguments: Mistake.all)
    func pointsIntoTheFile(mistake: Mistake) {
        let lines = mistake.yaml.split(separator: "\n", omittingEmptySubsequences: false)
        for diagnostic in diagnose(mistake.yaml) {
            #expect(diagnostic.position.line >= 1 && diagnostic.position.line <= lines.count + 1)
            #expect(diagnostic.position.column >= 1)
            #expect(diagnostic.length >= 1)
        }
    }

    @Test func isShownWithItsLine() throws {
        let error = try #require(throws: DefinitionError.self) {
            try Definition(
                yaml: "bot: b\nscreens:\n  home:\n    text: hi\n    buttons:\n      - {label: Stats, go: stat}\n  stats: {text: s}\n",
                file: "b/bot.yaml")
        }
        #expect(
            error.rendered == """
                b/bot.yaml:6:28: there is no screen 'stat'; did you mean 'stats'?
                     6 |       - {label: Stats, go: stat}
                       |                            ^~~~
                1 mistake
                """)
        #expect(
            try JSON(parsing: error.jsonBytes) == [
                "diagnostics": [
                    [
                        "file": "b/bot.yaml", "line": 6, "column": 28, "length": 4, "severity": "error", "code": "unknown_name",
                        "message": "there is no screen 'stat'", "suggestion": "did you mean 'stats'?",
                        "excerpt": "     6 |       - {label: Stats, go: stat}\n       |                            ^~~~",
                    ]
                ]
            ])
    }

    @Test(arguments: [
        ("bot: b\nscreen: {}\n", "unknown_key"), ("bot: b\nscreens:\n  home: {text: \"${nobody}\"}\n", "expression"),
        ("bot: b\nscreens:\n  home: - a\n", "yaml"), ("bot: b\nscreens:\n  home: {text: <x>a</x>, parse: html}\n", "markup"),
        ("bot: b\nhandlers:\n  - {command: a, event: b, do: [{stop: true}]}\n", "unsupported"), ("bot: b\n", "definition"),
    ])
    func haveAKind(yaml: String, code: String) throws {
        let error = try #require(throws: DefinitionError.self) { try Definition(yaml: yaml) }
        #expect(error.diagnostics.map(\.code.rawValue).contains(code), "\(error)")
        #expect(error.diagnostics.allSatisfy { Diagnostic.Code.all.contains($0.code) })
    }

    // MARK: Sizes

    @Test func refusesLongTexts() {
        func screen(_ text: String) -> [Diagnostic] { diagnose("bot: b\nscreens:\n  home:\n    text: \(text)\n") }
        #expect(screen(String(repeating: "x", count: 4096)).isEmpty)
        #expect(screen(String(repeating: "x", count: 4097)).map(\.message) == ["a text has 4097 characters; 4096 are allowed"])
        // Telegram counts UTF-16 units: most emoji are two.
        #expect(screen(String(repeating: "🛒", count: 2049)).map(\.message) == ["a text has 4098 characters; 4096 are allowed"])
    }

    @Test func refusesHostileSizes() {
        #expect(diagnose("bot: " + String(repeating: "x", count: 1 << 20)).first?.message.hasPrefix("the file has") ?? false)
        for brackets in ["[", "{a: ", "- ", "? "] {
            #expect(!diagnose("bot: b\nscreens:\n  " + String(repeating: brackets, count: 20_000)).isEmpty)
        }
        #expect(
            diagnose("bot: b\nscreens: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)).map(\.message) == [
                "nested deeper than 64 levels"
            ])
        let nested = (0..<300).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(diagnose(nested).map(\.message) == ["nested deeper than 64 levels"])
    }

    /// A file of the allowed size is refused or read in a moment, whatever stands in it.
    @Test(.timeLimit(.minutes(1))) func refusesWhatTakesLong() {
        let wrongNames = (0..<3_000).map { "  screen_number_\($0): {text: a, buttons: [{label: a, go: scren_numbr_\($0)x}]}\n" }.joined()
        #expect(diagnose("bot: b\nscreens:\n" + wrongNames).count == 100)
        func screen(_ text: String, _ mode: String = "none") -> String? {
            diagnose("bot: b\nscreens:\n  home:\n    parse: \(mode)\n    text: '\(text)'\n").first?.message
        }
        #expect(screen(String(repeating: "${user.foo}", count: 20_000)) == "a text is written in 220000 bytes; 32768 are allowed")
        #expect(screen(String(repeating: "${user.foo}", count: 2_000)) == "a text has more than 100 expressions")
        #expect(screen(String(repeating: "*>", count: 200_000), "markdown") == "a text is written in 400000 bytes; 32768 are allowed")
        #expect(screen(String(repeating: "<b ", count: 10_000), "html") != nil)
    }

    @Test func refusesDeepExpressions() {
        func screen(_ expression: String) -> [Diagnostic] { diagnose("bot: b\nscreens:\n  home:\n    text: \"${\(expression)}\"\n") }
        #expect(
            screen(String(repeating: "(", count: 120) + "1" + String(repeating: ")", count: 120)).first?.message
                == "the expression nests more than 40 levels deep")
        #expect(
            screen(Array(repeating: "1", count: 250).joined(separator: "+")).first?.message == "the expression is more than 120 levels high"
        )
    }

    @Test func reportsNoMoreThanAnybodyReads() {
        let keys = (0..<1000).map { "key\($0): 1" }.joined(separator: "\n")
        #expect(diagnose("bot: b\n\(keys)\n").count == 100)
    }

    private func diagnose(_ yaml: String) -> [Diagnostic] {
        do throws(DefinitionError) {
            _ = try Definition(yaml: yaml)
            return []
        } catch {
            return error.diagnostics
        }
    }
}
