import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// Whatever people do, the demo bot answers within the platform's limits.
@Suite struct EngineFuzzTests {
    @Test(arguments: 0..<6) func everyPressIsAnsweredOnce(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let chat = try Conversation(try Definition(yaml: try Bots.text("demo")))
        let texts = [
            "/start", "/menu", "/list", "/add milk", "/add milk 3", "/add", "/cancel", "/none", "/clear", "/nope", "3", "12.50", "a lot",
            "Tea",
            "📋 List", "➕ New", "🏠 Home", "🙈 Hide the keys", " ", "", "${user}", "<b>", String(repeating: "x", count: 5000), "0", "-1",
            "fruit",
        ]
        for _ in 0..<150 {
            let person = Bool.random(using: &random) ? "ann" : "bob"
            var isPress = false
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let text = try #require(texts.randomElement(using: &random))
                try chat.say(text, person)
            case 4..<8:
                guard let button = chat.inline[person]?.buttons.randomElement(using: &random), let message = chat.inline[person]?.message
                else { continue }
                isPress = true
                try chat.tap(button, of: message, person)
            case 8:
                guard let old = chat.shown.randomElement(using: &random) else { continue }
                isPress = true
                try chat.tap(old.button, of: old.message, person)
            default:
                let photo = Message(id: "1", content: .media(.photo, File(id: "f"), caption: nil))
                try chat.handle(.message(photo), person)
            }
            try check(chat.outcomes.last, isPress)
        }
    }

    private func check(_ outcome: Outcome?, _ isPress: Bool) throws {
        let outcome = try #require(outcome)
        #expect(outcome.failure == nil)
        #expect(outcome.commands.count { $0.kind == "answer_button" } == (isPress ? 1 : 0))
        for command in outcome.commands {
            switch command.action {
            case .send(let message), .edit(_, let message): check(message)
            default: break
            }
        }
    }

    private func check(_ message: OutgoingMessage) {
        if case .text(let text) = message.content { #expect((1...4096).contains(text.utf16.count)) }
        guard case .inline(let rows)? = message.keyboard else { return }
        for button in rows.flatMap({ $0 }) {
            #expect((1...64).contains(button.text.utf16.count))
            if case .data(let data) = button.action { #expect((1...64).contains(data.utf8.count)) }
        }
    }

    /// States from other versions, or from a damaged row: read or refused, never a crash.
    @Test(arguments: 0..<4) func survivesForeignStates(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let demo = try Definition(yaml: try Bots.text("demo"))
        let chat = try Conversation(demo)
        for text in ["/add milk", "/start", "/list", "Tea"] { try chat.say(text) }
        let bytes = chat.state().jsonBytes
        let store = MemoryStore(demo.store)
        let user = store.person("ann", "Ann")
        for _ in 0..<200 {
            var changed = bytes
            for _ in 0..<3 {
                let at = Int.random(in: changed.indices, using: &random)
                if Bool.random(using: &random) {
                    changed[at] = "0123456789abcdefinor{}[]\":,".utf8.randomElement(using: &random) ?? 0x30
                } else {
                    changed.remove(at: at)
                }
            }
            guard let state = try? ConversationState(jsonBytes: changed) else { continue }
            for content in [Event.Content.message(Message(id: "1", content: .text(FormattedText("6")))), press(bytes, state)] {
                let event = Event(
                    bot: try #require(BotName("demo")), platform: .telegram, at: Timestamp(seconds: 1),
                    chat: Chat(id: "ann", kind: .direct),
                    person: Person(id: "ann", firstName: "Ann"), content: content)
                var run = BotEngine(demo).run(event, id: "e", state: state, user: user)
                var rounds = 0
                while case .needs(let request) = run.advance(), rounds < 300 {
                    run.answer(try store.answer(request))
                    rounds += 1
                }
                #expect(rounds < 300)
            }
        }
    }

    private func press(_ bytes: [UInt8], _ state: ConversationState) -> Event.Content {
        let number = state.keyboards.last?.number ?? 1
        return .button(ButtonPress(query: "q", data: ButtonKey(keyboard: number, index: 0, owner: "ann").data, message: "5"))
    }
}
