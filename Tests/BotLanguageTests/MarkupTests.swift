import BotLanguage
import Testing

/// Markup that Telegram takes passes, and markup that it would refuse doesn't.
@Suite struct MarkupTests {
    private func messages(_ text: String, _ mode: String) -> [String] {
        let block = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n      ")
        do throws(DefinitionError) {
            _ = try Definition(yaml: "bot: b\nscreens:\n  home:\n    parse: \(mode)\n    text: |-\n      \(block)\n")
            return []
        } catch {
            return error.diagnostics.map(\.message)
        }
    }

    @Test(arguments: [
        "plain, even with & and > and ${user.name}", "<b>a <i>b</i></b> <u>c</u>", #"<a href="https://a.b/?x=${user.id}&y=1">x > y</a>"#,
        #"<pre><code class="language-swift">let a = 1</code></pre>"#, "<tg-spoiler>a</tg-spoiler> &lt;b>",
        "<blockquote expandable>a</blockquote>",
        "<B>a</b>",
    ])
    func goodHTML(text: String) { #expect(messages(text, "html") == []) }

    @Test(arguments: [
        ("<b>a", "'<b>' is never closed"), ("a</b>", "'</b>' closes nothing"), ("<b><i>a</b></i>", "'</b>' stands where '</i>' is wanted"),
        ("a < b", "'<' begins a tag"), ("<", "'<' begins a tag"), ("<h1>a</h1>", "there is no tag 'h1' in messages"),
        ("<b ${user.name}", "'<' begins a tag"),
    ])
    func badHTML(text: String, message: String) { #expect(messages(text, "html").first == message) }

    @Test(arguments: [
        "plain ${user.name}", "*a* _b_ __c__ ~d~ ||e||", "[a](https://b.c/d_e)", "`a.b` ```swift\na.b()```", #"1\. \- \!"#, ">quote\n>more",
        "**>folded\n>more", "![👍](tg://emoji?id=1)", "*${user.name}*",
    ])
    func goodMarkdown(text: String) { #expect(messages(text, "markdown") == []) }

    @Test(arguments: [
        ("a.", "'.' must be escaped in markdown"), ("a-b", "'-' must be escaped in markdown"), ("a!", "'!' must be escaped in markdown"),
        ("a > b", "'>' must be escaped in markdown"), ("(a)", "'(' must be escaped in markdown"), ("*a", "'*' is never closed"),
        ("*a_b*", "'*' is never closed"), ("`a", "'`' is never closed"), ("[a](b", "'(' is never closed"),
        ("a | b", "'|' must be escaped in markdown"),
    ])
    func badMarkdown(text: String, message: String) { #expect(messages(text, "markdown").first == message) }

    /// A mistake in a text must never hang or crash what reads it.
    @Test(arguments: 0..<4) func survivesNoise(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let alphabet = Array("<>/ab\"'=&*_~|`[]()!\\.{}$é\n-".unicodeScalars)
        for _ in 0..<300 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...40, using: &random) { text.append(alphabet[Int.random(in: alphabet.indices, using: &random)]) }
            _ = messages(String(text), Bool.random(using: &random) ? "html" : "markdown")
        }
    }
}
