import JSON
import TelegramSimulatorKit
import Testing

@Suite struct EntityTests {
    private func send(_ text: String, _ mode: String) throws -> JSON {
        var stage = try Stage()
        return try stage.call("sendMessage", ["chat_id": .int(stage.ann.id), "text": .string(text), "parse_mode": .string(mode)])
    }

    /// `type@offset+length` of each entity.
    private func entities(_ text: String, _ mode: String) throws -> [String] {
        let message = try send(text, mode)["result"]
        return (message?["entities"]?.array ?? []).map {
            "\($0["type"]?.string ?? "?")@\($0["offset"]?.int ?? -1)+\($0["length"]?.int ?? -1)"
        }
    }

    @Test func htmlTagsBecomeEntities() throws {
        #expect(
            try entities("<b>bold</b> <i>it<u>al</u></i> <s>x</s><tg-spoiler>y</tg-spoiler>", "HTML")
                == ["bold@0+4", "italic@5+4", "underline@7+2", "strikethrough@10+1", "spoiler@11+1"])
        #expect(try entities("<pre><code class=\"language-swift\">let</code></pre><code>c</code>", "html") == ["pre@0+3", "code@3+1"])
        #expect(try entities("<a href=\"https://e.org/?a=1&amp;b\">l</a>", "HTML") == ["text_link@0+1"])
        #expect(try send("a &lt;b&gt; &amp; &#33; &unknown;", "HTML")["result"]?["text"] == "a <b> & ! &unknown;")
    }

    @Test func offsetsCountUTF16() throws {
        #expect(try entities("😀é<b>x</b>", "HTML") == ["bold@3+1"])
        #expect(try entities("😀 *x*", "MarkdownV2") == ["bold@3+1"])
        #expect(try entities("😀é /start", "none") == ["bot_command@4+6"])
    }

    @Test(arguments: [
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("<x>y</x>", "Unsupported start tag \"x\" at byte offset 0"),
        ("é</b>", "Unexpected end tag at byte offset 2"),
        ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("a < b", "Unsupported start tag \"\" at byte offset 2"),
        ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
    ])
    func wrongHTMLIsRefusedInTheServersWords(text: String, reason: String) throws {
        let answer = try send(text, "HTML")
        #expect(answer["description"]?.string == "Bad Request: can't parse entities: \(reason)")
        #expect(answer["error_code"] == 400)
    }

    @Test func markdownV2NestsAndEscapes() throws {
        #expect(
            try entities("*b _i __u__ i_ b* ~s~ ||p|| `c` [l](https://e.org)", "MarkdownV2")
                == ["bold@0+9", "italic@2+5", "underline@4+1", "strikethrough@10+1", "spoiler@12+1", "code@14+1", "text_link@16+1"])
        #expect(try entities(">q1\n>q2\nx", "MarkdownV2") == ["blockquote@0+5"])
        #expect(try send("1\\. a\\_b", "MarkdownV2")["result"]?["text"] == "1. a_b")
        #expect(
            try send("1.", "MarkdownV2")["description"]?.string
                == "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'")
        #expect(
            try send("a *b", "MarkdownV2")["description"]?.string
                == "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 2")
    }

    @Test func oldMarkdown() throws {
        #expect(try entities("*b* _i_ `c` [l](e.org)", "Markdown") == ["bold@0+1", "italic@2+1", "code@4+1", "text_link@6+1"])
        #expect(try entities("```swift\nlet x\n```", "Markdown") == ["pre@0+5"])
        #expect(
            try send("a_b", "Markdown")["description"]?.string
                == "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 1")
    }

    @Test func theServerFindsWhatNobodyMarked() throws {
        #expect(
            try entities("/help@demo_bot see https://e.org/x. or @ann_b #tag a@b.org 1/2", "none")
                == ["bot_command@0+14", "url@19+15", "mention@39+6", "hashtag@46+4", "email@51+7"])
        #expect(try entities("<code>/help</code>", "HTML") == ["code@0+5"])
    }

    @Test func whiteSpaceAroundGoes() throws {
        let message = try send("  <b> x </b> ", "HTML")["result"]
        #expect(message?["text"] == "x")
        #expect(message?["entities"] == [["offset": 0, "length": 1, "type": "bold"]])
    }

    /// Entities always lie inside the text and every refusal names the entities.
    @Test(arguments: ["HTML", "Markdown", "MarkdownV2"]) func anyTextIsAnswered(mode: String) throws {
        var random = SeededRandom(seed: 7)
        let pieces = [
            "<b>", "</b>", "<a href='", "'>", "</a>", "<pre>", "<code class=\"language-x\">", "*", "_", "__", "~", "||", "`", "```", "[",
            "](", ")", ">", "\n", "\\", "é", "😀", "x", " ", "&lt;", "&#x1F600;", "<", "!",
        ]
        var stage = try Stage()
        var parsed = 0
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 1...10, using: &random)).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }
                .joined()
            let answer = try stage.call("sendMessage", ["chat_id": .int(stage.ann.id), "text": .string(text), "parse_mode": .string(mode)])
            if let message = answer["result"] {
                parsed += 1
                let count = Int64(message["text"]?.string?.utf16.count ?? 0)
                for entity in message["entities"]?.array ?? [] {
                    let (offset, length) = (entity["offset"]?.int ?? -1, entity["length"]?.int ?? 0)
                    #expect(offset >= 0 && length > 0 && offset + length <= count, "\(text)")
                }
            } else {
                let reason = answer["description"]?.string ?? ""
                #expect(
                    reason.hasPrefix("Bad Request: can't parse entities: ") || reason == "Bad Request: text must be non-empty",
                    "\(text): \(reason)")
            }
        }
        #expect(parsed > 100)
    }
}
