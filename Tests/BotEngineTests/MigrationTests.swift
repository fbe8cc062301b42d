import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// Conversations that an older version has left where the new one can't go on.
@Suite struct MigrationTests {
    private static let shop = """
        bot: b
        screens:
          home: {text: Home, buttons: [{label: Order, call: order}, {label: Item, go: item, with: {n: "7"}}]}
          item: {args: {n: int}, text: "Item ${n}", buttons: [{label: Up, go: home}]}
        forms:
          order:
            fields:
              name: {ask: Name?}
              size: {ask: Size?, type: int, choices: ["1", "2"]}
              note: {ask: Note?}
            done: [{show: {text: "${name} ${size} ${note}"}}]
        """

    private static func next(_ rules: String, forms: String = "") -> String {
        """
        bot: b
        screens:
          home: {text: New home, buttons: [{label: Buy, call: checkout}]}
          thing: {args: {no: int, colour: {type: string, default: "'red'"}}, text: "Thing ${no} ${colour}"}
        forms:
          checkout:
            args: {who: string?}
            fields:
              name: {ask: "Your name?"}
              amount: {ask: "How many?", type: int, choices: ["1", "2", "3"]}
              remark: {ask: "Remark?"}
            done: [{show: {text: "${name} ${amount} ${remark} ${who == null ? '-' : who}"}}]
        \(forms)
        migrate:
        \(rules.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
        """
    }

    /// A conversation of version 1 goes on in later ones.
    private final class Chat {
        private let old: Conversation
        private var state: ConversationState
        private var versions: [DefinitionVersion] = []
        private var count = 0

        init(_ steps: [String], _ yaml: String = MigrationTests.shop) throws {
            old = try Conversation(yaml: yaml)
            for step in steps { if step.hasPrefix("[") { try old.tap(String(step.dropFirst().dropLast())) } else { try old.say(step) } }
            state = old.state()
            state.version = 1
        }

        func publish(_ yaml: String) throws {
            versions.append(DefinitionVersion(number: versions.count + 2, definition: try Definition(yaml: yaml)))
        }

        func tap(_ label: String) throws -> [String] {
            let keyboard = try #require(old.inline["ann"])
            guard case .data(let data)? = keyboard.buttons.first(where: { $0.text == label })?.action else { return ["no such button"] }
            return try handle(.button(ButtonPress(query: "q", data: data, message: keyboard.message)))
        }

        func say(_ text: String) throws -> [String] {
            if text.hasPrefix("/") {
                return try handle(
                    .command(BotCommand(name: String(text.dropFirst()), arguments: ""), Message(id: "9", content: .text(FormattedText(text)))))
            }
            return try handle(.message(Message(id: "9", content: .text(FormattedText(text)))))
        }

        private func handle(_ content: Event.Content) throws -> [String] {
            count += 1
            let current = try #require(versions.last)
            let store = MemoryStore(current.definition.store)
            let event = Event(
                bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat_("ann"),
                person: Person(id: "ann", firstName: "Ann"), content: content)
            let engine = BotEngine(current.definition, number: current.number, rules: versions.filter(\.carriesOver))
            var run = engine.run(event, id: EnvelopeID("e\(count)"), state: state, user: store.person("ann", "Ann"))
            guard case .finished(let outcome) = run.advance() else { throw RunFailure(.store, "asked for records") }
            #expect(outcome.failure == nil)
            // The event again gives the same.
            var again = engine.run(event, id: EnvelopeID("e\(count)"), state: state, user: store.person("ann", "Ann"))
            if case .finished(let other) = again.advance() { #expect(other.state == outcome.state && other.commands == outcome.commands) }
            if outcome.isStateChanged { #expect(outcome.state.version == current.number) }
            state = try ConversationState(jsonBytes: outcome.state.jsonBytes)
            return outcome.commands.compactMap { command in
                switch command.action {
                case .send(let message), .edit(_, let message): if case .text(let text) = message.content { text } else { nil }
                case .answerButton(let answer): answer.text
                default: nil
                }
            }
        }

        private func Chat_(_ id: ChatID) -> Contracts.Chat { Contracts.Chat(id: id, kind: .direct) }
    }

    @Test func aFormThatIsGoneLeadsHome() throws {
        let chat = try Chat(["/start", "[Order]", "Ann"])
        try chat.publish(Self.next("- {form: order, go: home}"))
        #expect(try chat.say("2") == ["Sorry, I didn't understand that.", "New home"])
    }

    @Test func answersGoAlongAndTheQuestionGoesOn() throws {
        let chat = try Chat(["/start", "[Order]", "Ann"])
        try chat.publish(Self.next("- {form: order, to: checkout, fields: {amount: size, remark: note}, args: {who: \"'old ' + name\"}}"))
        // The question on the screen is the one that is asked now, under another name.
        #expect(try chat.say("2") == ["Remark?"])
        #expect(try chat.say("none") == ["Ann 2 none old Ann"])
    }

    @Test func itsButtonsWorkOn() throws {
        let chat = try Chat(["/start", "[Order]", "Ann"])
        try chat.publish(Self.next("- {form: order, to: checkout, fields: {amount: size}}"))
        #expect(try chat.tap("2") == ["Remark?"])
    }

    @Test func aQuestionThatIsGoneIsNotAnswered() throws {
        let chat = try Chat(["/start", "[Order]", "Ann", "1"])
        try chat.publish(Self.next("- {form: order, to: checkout, fields: {amount: size}}"))
        // "none" answered the note, which is called otherwise now, and nobody says how.
        #expect(try chat.say("none") == ["Remark?"])
        #expect(try chat.say("none") == ["Ann 1 none -"])
    }

    @Test func whatDoesNotFitIsAskedAnew() throws {
        let chat = try Chat(["/start", "[Order]", "Ann"])
        try chat.publish(Self.next("- {form: order, to: checkout, fields: {amount: name, name: \"'x'\"}}"))
        #expect(try chat.say("anything") == ["How many?"])
        #expect(try chat.say("/cancel") == ["New home"])
    }

    @Test func screensAndButtonsThatLeadToThem() throws {
        let rules = "- {screen: item, to: thing, args: {no: n, colour: \"n > 5 ? 'blue' : 'green'\"}}"
        let chat = try Chat(["/start", "[Item]"])
        try chat.publish(Self.next(rules))
        #expect(try chat.say("/cancel") == ["Thing 7 blue"])
        let other = try Chat(["/start"])
        try other.publish(Self.next(rules))
        #expect(try other.tap("Item") == ["Thing 7 blue"])
    }

    @Test func whatFitsIsLeftAlone() throws {
        let chat = try Chat(["/start", "[Order]"])
        try chat.publish(Self.shop + "\nmigrate: [{form: order, go: home}, {screen: home, go: item, args: {n: \"1\"}}]")
        #expect(try chat.say("Ann") == ["Size?"])
    }

    @Test func everyVersionInBetweenCounts() throws {
        let chat = try Chat(["/start", "[Order]", "Ann"])
        let middle = Self.shop.split(separator: "forms:")[0] + """
            forms:
              buy: {fields: {name: {ask: Name?}, count: {ask: Count?, type: int}}, done: [{go: home}]}
            migrate: [{form: order, to: buy, fields: {count: size}}]
            """
        try chat.publish(String(middle).replacing("call: order", with: "call: buy"))
        try chat.publish(Self.next("- {form: buy, to: checkout, fields: {amount: count}}"))
        #expect(try chat.say("3") == ["Remark?"])
        // Rules of older versions have nothing more to say.
        #expect(try chat.say("x") == ["Ann 3 x -"])
    }

    @Test func membersOfAnEnumThatAreGone() throws {
        func bot(_ members: String) -> String {
            """
            bot: b
            enums: {Size: \(members)}
            screens:
              home: {text: Home, buttons: [{label: Big, go: size, with: {s: Size.small}}]}
              size: {args: {s: Size}, text: "It is ${s}"}
            """
        }
        let chat = try Chat(["/start", "[Big]"], bot("[small, big]").replacing("Size.small", with: "Size.big"))
        try chat.publish(bot("[small, huge]"))
        #expect(try chat.say("hm") == ["Sorry, I didn't understand that.", "Home"])
    }
}
