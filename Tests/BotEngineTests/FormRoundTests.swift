import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// Questions for each element of a list, the way back, shared contacts, albums.
@Suite struct FormRoundTests {
    private let names = """
        bot: b
        screens:
          home: {text: Home, buttons: [{label: Start, call: ask}]}
        forms:
          ask:
            fields:
              count: {ask: How many?, type: int, min: 0, max: 5}
              names:
                each: i in lists.range(count)
                ask: "Name ${i + 1} of ${count}?"
                max: 5
                retry: "Name ${i + 1} is too long."
                choices: [Ann, Bob]
                when: i != 1
              last: {ask: "And last? (${size(names)})", skip: None}
            back: Back
            cancel: Stop
            done: [{show: {text: "${names.join('+')} ${last == null ? '–' : last}"}}]
        """

    @Test func oneQuestionForEachElement() throws {
        let chat = try Conversation(yaml: names)
        try chat.say("/start")
        #expect(try chat.tap("Start") == ["toast", "edit: How many? [Stop]"])
        #expect(try chat.say("3") == ["Name 1 of 3? [Ann|Bob] [Back|Stop]"])
        #expect(try chat.say("Caroline") == ["Name 1 is too long."])
        // The second round is left out by its `when`.
        #expect(try chat.tap("Bob") == ["toast", "edit: Name 3 of 3? [Ann|Bob] [Back|Stop]"])
        #expect(try chat.say("Cid") == ["And last? (2) [None|Back|Stop]"])
        #expect(try chat.tap("None") == ["toast", "Bob+Cid –"])
        #expect(chat.state().frames.map(\.name) == ["home"])
    }

    @Test func noElementsGiveAnEmptyList() throws {
        let chat = try Conversation(yaml: names)
        try chat.say("/start")
        try chat.tap("Start")
        #expect(try chat.say("0") == ["And last? (0) [None|Back|Stop]"])
        #expect(try chat.say("x") == [" x"])
    }

    @Test func theWayBack() throws {
        let chat = try Conversation(yaml: names)
        try chat.say("/start")
        try chat.tap("Start")
        #expect(try chat.say("/back") == ["How many? [Stop]"])
        try chat.say("3")
        try chat.say("Ann")
        #expect(try chat.tap("Back") == ["toast", "edit: Name 1 of 3? [Ann|Bob] [Back|Stop]"])
        #expect(try chat.tap("Back") == ["toast", "edit: How many? [Stop]"])
        #expect(try chat.say("1") == ["Name 1 of 1? [Ann|Bob] [Back|Stop]"])
        #expect(try chat.say("Cid") == ["And last? (1) [None|Back|Stop]"])
        #expect(try chat.say("/back") == ["Name 1 of 1? [Ann|Bob] [Back|Stop]"])
        #expect(try chat.say("Dan") == ["And last? (1) [None|Back|Stop]"])
        #expect(try chat.say("x") == ["Dan x"])
    }

    /// A button of an earlier round is none of this one.
    @Test func twoTapsAnswerOnce() throws {
        let chat = try Conversation(yaml: names)
        try chat.say("/start")
        try chat.tap("Start")
        try chat.say("3")
        let first = try #require(chat.inline["ann"])
        try chat.tap(first.buttons[0], of: first.message)
        #expect(
            try chat.tap(first.buttons[0], of: first.message) == [
                "toast: That button is no longer current. Here is where we are:", "Name 3 of 3? [Ann|Bob] [Back|Stop]",
            ])
        #expect(try chat.say("Bob") == ["And last? (2) [None|Back|Stop]"])
    }

    private let records = """
        bot: b
        data:
          days: {name: string, open: {type: bool, default: "true"}}
          visits: {hours: "list<{from: time, note: string?}>"}
        screens:
          home: {text: Home}
        handlers:
          - {command: new, args: {n: string}, do: [{insert: days, set: {name: n}}]}
          - {command: drop, args: {n: string}, do: [{delete: d in days, where: d.name == n}]}
          - {command: go, do: [{call: hours}]}
        forms:
          hours:
            fields:
              hours:
                each: d in days.filter(x, x.open)
                when: d.name != 'sun'
                fields:
                  from: {ask: "${d.name}: from?", type: time, min: "08:00", max: "12:00"}
                  note: {ask: "${d.name} from ${from}: a note?", skip: None, when: from != '09:00'}
            back: true
            cancel: false
            done:
              - {insert: visits, as: v, set: {hours: hours}}
              - {show: {text: "${v.hours.map(h, h.from + (h.note == null ? '' : ' ' + h.note)).join(', ')}"}}
        """

    @Test func severalQuestionsForEachElementMakeRecords() throws {
        let chat = try Conversation(yaml: records)
        for day in ["mon", "sun", "tue", "wed"] { try chat.say("/new \(day)") }
        #expect(try chat.say("/go") == ["mon: from?"])
        #expect(try chat.say("7:30") == ["Please send a time such as 09:30, from 08:00 to 12:00."])
        #expect(try chat.say("8:30") == ["mon from 08:30: a note? [None]"])
        #expect(try chat.say("soon") == ["tue: from?"])
        #expect(try chat.say("9:00") == ["wed: from?"])
        #expect(try chat.say("/back") == ["tue: from?"])
        #expect(try chat.say("/back") == ["mon from 08:30: a note? [None]"])
        #expect(try chat.say("/back") == ["mon: from?"])
        #expect(try chat.say("10:00") == ["mon from 10:00: a note? [None]"])
        #expect(try chat.tap("None") == ["toast", "edit: tue: from?"])
        #expect(try chat.say("/cancel") == ["tue: from?"])
        #expect(try chat.say("9:00") == ["wed: from?"])
        #expect(try chat.say("9:00") == ["10:00, 09:00, 09:00"])
        #expect(chat.outcomes.allSatisfy { $0.failure == nil })
    }

    /// The list is that of the first question, whatever becomes of the rows.
    @Test func theListIsFixedAtTheBeginning() throws {
        let chat = try Conversation(yaml: records)
        for day in ["mon", "tue"] { try chat.say("/new \(day)") }
        #expect(try chat.say("/go") == ["mon: from?"])
        try chat.say("/new wed", "bob")
        #expect(try chat.say("9:00") == ["tue: from?"])
        #expect(try chat.say("9:00") == ["09:00, 09:00"])
        #expect(try chat.say("/go") == ["mon: from?"])
        try chat.say("/drop tue", "bob")
        // It can't be asked about what is gone: the form is closed kindly.
        #expect(try chat.say("9:00") == ["That isn't there any more.", "Home"])
    }

    @Test func tooManyRoundsAreAFailure() throws {
        let yaml = """
            bot: b
            screens: {home: {text: Home}}
            handlers: [{command: go, do: [{call: f}]}]
            forms:
              f: {fields: {x: {each: i in lists.range(101), ask: "${i}?"}}, done: [{show: {text: "${x[0]}"}}]}
            """
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/go") == ["Something went wrong here. Please try again in a moment."])
        #expect(chat.outcomes.last?.failure?.code == .limit)
    }

    // MARK: New versions

    private func next(_ state: ConversationState, _ yaml: String, _ text: String) throws -> [String] {
        let definition = try Definition(yaml: yaml)
        let store = MemoryStore(definition.store)
        let event = Event(
            bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "ann", kind: .direct),
            person: Person(id: "ann", firstName: "Ann"), content: .message(Message(id: "1", content: .text(FormattedText(text)))))
        var run = BotEngine(definition).run(event, id: "e", state: state, user: store.person("ann", "Ann"))
        while true {
            switch run.advance() {
            case .needs(let request): run.answer(try store.answer(request))
            case .finished(let outcome):
                #expect(outcome.failure == nil)
                return outcome.commands.compactMap { command in
                    guard case .send(let message) = command.action, case .text(let text) = message.content else { return nil }
                    return text
                }
            }
        }
    }

    @Test func roundsOutliveANewVersionByName() throws {
        let chat = try Conversation(yaml: names)
        try chat.say("/start")
        try chat.tap("Start")
        try chat.say("3")
        try chat.say("Ann")
        func replaced(_ part: String, _ other: String) -> String {
            names.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
        }
        #expect(try next(chat.state(), replaced("And last?", "The last?"), "Cid") == ["The last? (2)"])
        let home = ["Sorry, I didn't understand that.", "Home"]
        #expect(try next(chat.state(), replaced("names", "people"), "Cid") == home)
        // Elements of another type, one question instead of several: nothing fits.
        #expect(
            try next(chat.state(), replaced("i in lists.range(count)", "i in ['x', 'y', 'z'].filter(z, i_ok(count))").replaced2(), "Cid")
                == home)
        #expect(try next(chat.state(), replaced("each: i in lists.range(count)\n", "when: count > 0\n").replaced3(), "Cid") == home)
    }

    // MARK: Contacts and albums

    private let share = """
        bot: b
        screens:
          home: {text: Home}
        handlers: [{command: go, do: [{call: f}]}]
        forms:
          f:
            fields:
              place: {ask: Where?, type: location, share: 📍 Here, skip: Later}
              who: {ask: Who?, type: contact, share: 📱 Me}
            cancel: Stop
            done: [{show: {text: "${place == null ? '–' : string(place.latitude)} ${who.phone}"}}, {go: home}]
        """

    @Test func aButtonSharesWhatIsAskedFor() throws {
        let chat = try Conversation(yaml: share)
        #expect(try chat.say("/go") == ["Where? {📍 Here} {Later|Stop}"])
        #expect(try chat.say("nowhere") == ["Please send a location."])
        #expect(try chat.say("Later") == ["Who? {📱 Me} {Stop}"])
        let contact = Message(id: "1", content: .contact(Contact(phone: "+1", firstName: "Ann")))
        // The keyboard goes away with the question.
        #expect(try chat.handle(.message(contact)) == ["– +1 {}", "Home"])
        #expect(chat.state().menu == nil)
        try chat.say("/go")
        #expect(try chat.say("Stop") == ["Home {}"])
        #expect(try chat.say("Stop") == ["Sorry, I didn't understand that.", "Home"])
    }

    @Test func anAlbumIsOneAnswer() throws {
        let yaml = """
            bot: b
            screens: {home: {text: Home}}
            handlers: [{command: go, do: [{call: f}]}]
            forms:
              f:
                fields: {a: {ask: A?, type: photo}, b: {ask: B?, type: photo}}
                done: [{show: {text: "${a.id} ${b.id}"}}]
            """
        let chat = try Conversation(yaml: yaml)
        func photo(_ id: String, _ album: String?) throws -> [String] {
            try chat.handle(.message(Message(id: MessageID(id), content: .media(.photo, File(id: id), caption: nil), album: album)))
        }
        #expect(try chat.say("/go") == ["A?"])
        #expect(try photo("1", "x") == ["B?"])
        #expect(try photo("2", "x") == [])
        #expect(
            try chat.handle(.message(Message(id: "9", content: .media(.sticker, File(id: "s"), caption: nil)))) == ["Please send a photo."])
        #expect(try photo("3", "y") == ["1 3"])
        #expect(try photo("4", "y") == [])
        #expect(try photo("5", nil) == ["Sorry, I didn't understand that.", "Home"])
    }

    @Test func whatIsEditedIsNoAnswer() throws {
        let chat = try Conversation(yaml: names)
        try chat.say("/start")
        try chat.tap("Start")
        #expect(try chat.handle(.messageEdited(Message(id: "1", content: .text(FormattedText("3"))))) == [])
        #expect(try chat.say("0").count == 1)
    }

    /// States of other versions, or damaged ones: read or refused, never a crash.
    @Test(arguments: 0..<4) func survivesForeignStates(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let chat = try Conversation(yaml: records)
        for day in ["mon", "tue", "wed"] { try chat.say("/new \(day)") }
        try chat.say("/go")
        try chat.say("8:30")
        try chat.say("soon")
        let bytes = chat.state().jsonBytes
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0..<3 {
                let at = Int.random(in: changed.indices, using: &random)
                if Bool.random(using: &random) {
                    changed[at] = "0123456789abcdefinrvh.{}[]\":,".utf8.randomElement(using: &random) ?? 0x30
                } else {
                    changed.remove(at: at)
                }
            }
            guard let state = try? ConversationState(jsonBytes: changed) else { continue }
            for text in ["9:00", "/back"] {
                let content: Event.Content =
                    text.hasPrefix("/")
                    ? .command(BotCommand(name: "back"), Message(id: "1", content: .text(FormattedText(text))))
                    : .message(Message(id: "1", content: .text(FormattedText(text))))
                let event = Event(
                    bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "ann", kind: .direct),
                    person: Person(id: "ann", firstName: "Ann"), content: content)
                var run = chat.engine.run(event, id: "e", state: state, user: chat.store.person("ann", "Ann"))
                var rounds = 0
                while case .needs(let request) = run.advance(), rounds < 300 {
                    run.answer(try chat.store.answer(request))
                    rounds += 1
                }
                #expect(rounds < 300)
            }
        }
    }
}

extension String {
    /// A list of texts instead of numbers.
    fileprivate func replaced2() -> String {
        var text = self
        for (part, other) in [(".filter(z, i_ok(count))", ""), ("${i + 1}", "${i}"), ("i != 1", "i != 'q'")] {
            text = text.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
        }
        return text
    }

    /// A question that is asked once.
    fileprivate func replaced3() -> String {
        var text = self
        for (part, other) in [
            ("${i + 1}", "1"), ("        when: i != 1\n", ""), ("${size(names)}", "1"), ("names.join('+')", "names == null ? '' : names"),
        ] {
            text = text.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
        }
        return text
    }
}
