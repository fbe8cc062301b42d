import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// Conversations that began in an older version of their bot.
@Suite struct VersionTests {
    private static func bot(home: String = "Home", form: String = "add", field: String = "n", type: String = "int", label: String = "Do")
        -> String
    {
        """
        bot: b
        screens:
          home:
            text: \(home)
            buttons:
              - {label: \(label), do: [{toast: done}]}
              - {label: Form, call: \(form)}
              - {label: Day, go: day, with: {d: "3"}}
          day:
            args: {d: \(type)}
            text: "Day ${d}"
            buttons: [{label: Up, go: home}]
        forms:
          \(form):
            fields: {first: {ask: First?}, \(field): {ask: "And \(field)?"}}
            done: [{show: {text: "${first} ${\(field)}"}}]
        """.replacingOccurrence(of: "with: {d: \"3\"}", by: type == "int" ? "with: {d: \"3\"}" : "with: {d: \"'x'\"}")
    }

    /// Runs an event on another version with what the older one left behind.
    private func run(_ yaml: String, _ content: Event.Content, _ state: ConversationState) throws -> Outcome {
        let definition = try Definition(yaml: yaml)
        let store = MemoryStore(definition.store)
        let event = Event(
            bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "ann", kind: .direct),
            person: Person(id: "ann", firstName: "Ann"), content: content)
        var run = BotEngine(definition).run(event, id: "e", state: state, user: store.person("ann", "Ann"))
        guard case .finished(let outcome) = run.advance() else { throw RunFailure(.store, "asked for records") }
        #expect(outcome.failure == nil)
        return outcome
    }

    private func text(_ outcome: Outcome) -> [String] {
        outcome.commands.map { command in
            switch command.action {
            case .send(let message), .edit(_, let message):
                if case .text(let text) = message.content { return text }
                return command.kind
            case .answerButton(let answer): return answer.text ?? ""
            default: return command.kind
            }
        }
    }

    private func says(_ text: String) -> Event.Content { .message(Message(id: "1", content: .text(FormattedText(text)))) }

    @Test func aFormGoesOnWhereItsFieldsExist() throws {
        let chat = try Conversation(yaml: Self.bot())
        try chat.say("/start")
        try chat.tap("Form")
        try chat.say("one")
        #expect(text(try run(Self.bot(home: "New home"), says("two"), chat.state())) == ["one two"])
        // The question is called otherwise now: the person is where the form was called from.
        let renamed = try run(Self.bot(field: "m"), says("two"), chat.state())
        #expect(text(renamed) == ["Sorry, I didn't understand that.", "Home"])
        #expect(text(try run(Self.bot(form: "other"), says("two"), chat.state())) == ["Sorry, I didn't understand that.", "Home"])
    }

    @Test func oldButtonsWorkByName() throws {
        let chat = try Conversation(yaml: Self.bot())
        try chat.say("/start")
        let keyboard = try #require(chat.inline["ann"])
        func press(_ index: Int) throws -> Event.Content {
            guard case .data(let data) = keyboard.buttons[index].action else { throw RunFailure(.store, "no data") }
            return .button(ButtonPress(query: "q", data: data, message: keyboard.message))
        }
        #expect(text(try run(Self.bot(home: "Else"), try press(0), chat.state())) == ["done", "Else"])
        #expect(text(try run(Self.bot(label: "Make"), try press(0), chat.state())).first?.hasPrefix("That button is no longer") ?? false)
        #expect(text(try run(Self.bot(form: "other"), try press(1), chat.state())).first?.hasPrefix("That button is no longer") ?? false)
        // The argument has another type: the screen can't be shown with it, the one before can.
        #expect(text(try run(Self.bot(type: "string"), try press(2), chat.state())) == ["", "Home"])
    }

    @Test func theAsynchronousWayGivesTheSame() async throws {
        let definition = try Definition(yaml: try Bots.text("demo"))
        let store = MemoryStore(definition.store)
        let event = Event(
            bot: try #require(BotName("demo")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "ann", kind: .direct),
            person: Person(id: "ann", firstName: "Ann"),
            content: .command(BotCommand(name: "start"), Message(id: "1", content: .text(FormattedText("/start")))))
        var run = BotEngine(definition).run(event, id: "e", state: ConversationState(), user: store.person("ann", "Ann"))
        let outcome = try await run.finish(with: store)
        #expect(outcome.commands.count == 1)
        #expect(store.requests == ["count items", "count items"])
    }
}

extension String {
    fileprivate func replacingOccurrence(of part: String, by other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
