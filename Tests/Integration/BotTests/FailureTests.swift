import BotLanguage
import BotTests
import Testing

/// What is said when a bot doesn't do what its test wants.
@Suite(.enabled(if: TestBench.url != nil, TestBench.isMissing), .timeLimit(.minutes(1)))
struct FailureTests {
    private static let bot = """
        bot: b
        data:
          users: {visits: {type: int, default: "0"}}
          notes: {text: string, of: {type: users, default: user}}
        screens:
          home: {text: "Hello ${user.name}", buttons: [{label: Twice, do: [{toast: Done}]}, {label: Page, url: "https://example.org"}]}
        handlers:
          - {command: note, do: [{insert: notes, set: {text: event.text}}, {show: {text: Noted}}]}
          - {command: first, do: [{let: {n: "notes.filter(n, true)"}}, {show: {text: "${n[0].text}"}}]}
          - {command: loop, do: [{signal: again}]}
        signals: {again: {do: [{signal: again}]}}
        tests:
          t:
            steps:

        """

    /// One step a line.
    private func failure(_ steps: String) async throws -> TestResult.Failure {
        try await TestBench.failure(Self.bot + steps.split(separator: "\n").map { "      - \($0)\n" }.joined())
    }

    @Test(arguments: [
        ("{ann: /start, bot: Hello bob}", "the bot shows something else", "Hello bob", "Hello ann"),
        ("{ann: /note milk, bot: [Noted, Again]}", "the bot shows 1 messages, not 2", "Noted\n—\nAgain", "Noted"),
        ("{ann: /start, toast: Done}", "there is no note over the chat", "Done", "(a message) Hello ann"),
        ("{ann: /start, buttons: [Twice]}", "the buttons are others", "[Twice]", "[Twice]\n[Page]"),
        ("{ann: /start, buttons: [[Twice, Page]]}", "the buttons are others", "[Twice] [Page]", "[Twice]\n[Page]"),
        ("{ann: /start, no_answer: true}", "the bot isn't silent", "(nothing)", "Hello ann"),
        ("{ann: /start, sends: photo}", "the bot sends something else", "photo", "text"),
        (
            "{ann: /start, bot: {contains: [Hello, bob], lacks: ann}}", "the bot shows something else",
            "contains: Hello\ncontains: bob\nlacks: ann", "Hello ann"
        ),
        ("{ann: /start, bot: {matches: '^Hi'}}", "the bot shows something else", "matches: ^Hi", "Hello ann"),
    ])
    func saysWhatDiffers(step: String, message: String, expected: String, actual: String) async throws {
        let failure = try await failure(step)
        #expect(failure.message == message)
        #expect(failure.expected == expected)
        #expect(failure.actual == actual)
        #expect(failure.position.line == 15)
    }

    @Test(arguments: [
        ("{ann: /start}\n{ann: {tap: Thrice}}", "there is no button 'Thrice'; there are 'Twice', 'Page'", "bot.yaml:16:21"),
        ("{ann: /start}\n{ann: {tap: 2}}", "there is no button '2'; there are 'Twice', 'Page'", "bot.yaml:16:21"),
        ("{ann: {tap: Twice}}", "there is no button 'Twice', nor any other", "bot.yaml:15:21"),
        ("{ann: /start}\n{ann: {tap: Page}}", "'Page' opens a page: the bot doesn't hear of it", "bot.yaml:16:21"),
        ("{ann: {vote: 1}}", "there is no poll", "bot.yaml:15:9"),
        ("{ann: /start, edits: true}", "it is a new message, not an edit", "bot.yaml:15:30"),
        ("{ann: /first}", "the definition failed: index out of range", "bot.yaml:9:81"),
        ("{ann: /loop}", "the definition failed: more than 1000 signals led to one another", "bot.yaml:11:0"),
        ("{at: \"2020-01-01T00:00:00Z\"}", "the clock can't go back", "bot.yaml:15:9"),
        (
            "{ann: /start, expect: \"bob.visits == 0\"}\n{bob: /start}",
            "bob is unknown to the bot yet; say so under 'people' if that is wrong", "bot.yaml:15:32"
        ),
    ])
    func saysWhatCantBe(steps: String, message: String, place: String) async throws {
        let failure = try await failure(steps)
        #expect(failure.message.hasPrefix(message), "\(failure.message)")
        // The column of a failing expression is the definition's affair.
        let wanted = place.hasSuffix(":0") ? String(place.dropLast(2)) : place
        #expect("\(failure.position)".hasPrefix(wanted), "\(failure.position)")
    }

    @Test func showsTheConversation() async throws {
        let yaml =
            Self.bot + """
                      - {ann: /start, bot: Hello ann}
                      - {ann: /note milk, expect: "notes.exists(n, n.text == 'bread')"}
                """
        let results = try await TestBench.play(yaml).results
        let text = TestReport.text(try #require(results.first), colours: false)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(
            lines.dropFirst() == [
                "    │ ann               /start",
                "    │   → ann           Hello ann",
                "    │                   [Twice]",
                "    │                   [Page]",
                "    │ ann               /note milk",
                "    │   → ann           Noted",
                "    bot.yaml:16:35: this doesn't hold: notes.exists(n, n.text == 'bread')",
                "      there are  notes: ",
                "                   {id: 1, text: milk, of: 1}",
            ], "\(text)")
    }
}
