import BotLanguage
import Contracts
import Testing

/// Nothing is refused that would fit.
@Suite struct LengthTests {
    @Test(arguments: [
        ("plain", ParseMode.none, 5), ("🛒", .none, 2), ("<b>a</b>", .none, 8), ("<b>a</b> &lt;&amp;&#x41; & b", .html, 9),
        (#"<a href="https://a.b/?x=1&y=2">x</a>"#, .html, 1), ("a < b", .html, 2), ("a &unfinished text", .html, 18),
        (#"*a* _b_ __c__ ~d~ ||e|| \* \\ `f` [g](https://x\)y) h"#, .markdown, 19), ("```swift\nlet a\n```", .markdown, 7),
        (">quote\n>more\na > b", .markdown, 16), ("![👍](tg://emoji?id=5)", .markdown, 2), ("é日", .markdown, 2), ("", .html, 0),
    ])
    func countsWhatIsSeen(text: String, mode: ParseMode, length: Int) {
        #expect(VisibleText.length(text, mode) == length, "\(text)")
    }

    private func messages(_ yaml: String) -> [String] {
        do throws(DefinitionError) {
            _ = try Definition(yaml: yaml)
            return []
        } catch {
            return error.diagnostics.map(\.message)
        }
    }

    @Test func markupDoesNotCount() {
        let words = (0..<900).map { _ in "<b>a</b>" }.joined(separator: " ")
        #expect(messages("bot: b\nscreens: {home: {parse: html, text: '\(words)'}}\n") == [])
        #expect(
            messages("bot: b\nscreens: {home: {text: '\(words)'}}\n") == ["a text has 8099 characters; 4096 are allowed"])
        // What stands in an address is never seen.
        let link = "<a href=\\\"https://a.b/${user.bio == null ? '' : user.bio}\\\">x</a>"
        #expect(
            messages("bot: b\ndata: {users: {bio: {type: string?, max: 9000}}}\nscreens: {home: {parse: html, text: \"\(link)\"}}\n") == [])
    }

    @Test func lastLinesEndDoesNotCount() {
        let text = String(repeating: "x", count: 4096)
        #expect(messages("bot: b\nscreens:\n  home:\n    text: |\n      \(text)\n") == [])
    }

    /// Whatever has no declared length is left to the moment when it is shown.
    @Test(arguments: [
        "user.first_name", "items.filter(i, true).map(i, i.name).join(', ')", "user.first_name.replace('a', 'bb')",
        "note == null ? '' : note",
        "'%s'.format([user.name])", "string(1.0 / 3.0) + user.name", "money(total)", "string(total)", "many[0].note", "dyn(user.name)",
    ])
    func openLengthsPass(expression: String) {
        let yaml = """
            bot: b
            data: {items: {name: {type: string, max: 60}, note: string, price: money}}
            screens:
              home:
                let: {total: "items.filter(i, true).map(i, i.price).sum()", many: "items.filter(i, true)"}
                args: {note: string?}
                text: a
                buttons: [{label: "\(String(repeating: "x", count: 30))${\(expression)}${\(expression)}", go: home}]
            """
        #expect(messages(yaml) == [])
    }
}
