import BotEngine
import BotLanguage
import Contracts
import Testing

/// Steps and what they leave behind.
@Suite struct StepTests {
    private let yaml = """
        bot: steps
        enums: {Color: [red, blue]}
        data:
          users: {points: {type: int, default: "0"}, mood: {type: Color, default: Color.red}}
          marks: {name: {type: string, max: 60, unique: true}, value: {type: int, default: "1"}, note: string?}
        screens:
          home:
            let: {twice: user.points * 2}
            text: "Points ${user.points}, double ${twice}, ${user.mood}"
            buttons:
              - {each: "n in [1, 2, 3]", columns: 2, label: "+${n}", do: [{update: user, set: {points: user.points + n}}]}
              - each: c in [Color.red, Color.blue]
                label: "${c}"
                when: c != user.mood
                do:
                  - {update: user, set: {mood: c}}
                  - {toast: "Now ${user.mood}, double ${twice}", alert: true}
              - {label: Ask, call: ask, with: {bonus: twice}}
              - {label: Two, do: [{show: {text: one}}, {show: {text: two}}]}
        forms:
          ask:
            args: {bonus: int}
            fields:
              color: {ask: Color?, type: Color}
              sure: {ask: Sure?, type: bool}
              why: {ask: "Why ${color}?", min: 3, max: 10, when: sure, skip: Skip}
            done:
              - if: sure && why != null
                then: [{show: {text: "${color} because ${why == null ? '' : why} (+${bonus})"}}]
                else: [{toast: Never mind}]
        handlers:
          - command: mark
            args: {name: string, value: int?}
            do:
              - let: {amount: "value == null ? 1 : value"}
              - require: amount > 0
                else: [{show: {text: "Positive, please"}}]
              - insert: marks
                as: m
                set: {name: name, value: amount}
                else: [{show: {text: "${name} is there"}}, {stop: true}]
              - {update: m, set: {note: "'new'"}}
              - {show: {text: "${m.name} ${m.value} ${m.note == null ? '-' : m.note}"}}
          - command: all
            do:
              - each: m in marks
                where: m.value > 0
                order: -m.value
                do:
                  - {update: m, set: {value: m.value * 10}}
                  - if: m.value >= 20
                    then: [{show: {text: "${m.name} ${m.value}"}}]
                    else: [{update: user, set: {points: user.points + 1}}]
              - {show: {text: "${user.points} small"}}
          - command: pairs
            do:
              - each: a in [1, 2]
                do:
                  - each: b in ['x', 'y']
                    do: [{if: a == 2 && b == 'y', then: [{stop: true}]}, {show: {text: "${a}${b}"}}]
              - {show: {text: never}}
          - {command: lucky, do: [{show: {text: "${pick([1, 2, 3, 4, 5, 6])} ${pick([1, 2, 3, 4, 5, 6])}"}}]}
        """

    @Test func buttonsOfEachKnowTheirElement() throws {
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/start") == ["Points 0, double 0, red [+1|+2] [+3] [blue] [Ask] [Two]"])
        #expect(try chat.tap("+3") == ["toast", "edit: Points 3, double 6, red [+1|+2] [+3] [blue] [Ask] [Two]"])
        // A value that a screen names is the one that was shown; the row is the changed one.
        #expect(try chat.tap("blue") == ["toast: Now blue, double 6", "edit: Points 3, double 6, blue [+1|+2] [+3] [red] [Ask] [Two]"])
        #expect(try chat.tap("Two") == ["toast", "one", "two"])
    }

    @Test func formsOfferWhatATypeAllows() throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        try chat.tap("+1")
        #expect(try chat.tap("Ask") == ["toast", "edit: Color? [red|blue]"])
        #expect(try chat.say("green") == ["Please choose one of the buttons."])
        #expect(try chat.say("Blue") == ["Sure? [Yes|No]"])
        #expect(try chat.say("perhaps") == ["Please answer yes or no."])
        #expect(try chat.say("yes") == ["Why blue? [Skip]"])
        #expect(try chat.say("so") == ["Please send a text of at most 10 characters."])
        #expect(try chat.say("because") == ["blue because because (+2)"])
        try chat.say("/start")
        try chat.tap("Ask")
        try chat.tap("red")
        // The question about the reason doesn't arise.
        #expect(try chat.tap("No") == ["toast: Never mind", "edit: Points 1, double 2, red [+1|+2] [+3] [blue] [Ask] [Two]"])
    }

    @Test func anAnswerIsTakenOnce() throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        try chat.tap("Ask")
        let question = try #require(chat.inline["ann"])
        try chat.tap("red")
        #expect(try chat.tap(question.buttons[1], of: question.message).first?.hasPrefix("toast: That button") ?? false)
    }

    @Test func insertUpdateAndElse() throws {
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/mark a 2") == ["a 2 new"])
        #expect(try chat.say("/mark a 3") == ["a is there"])
        #expect(try chat.say("/mark b -1") == ["Positive, please"])
        #expect(try chat.say("/mark b") == ["b 1 new"])
        #expect(chat.store.records("marks").count == 2)
        #expect(try chat.say("/all") == ["a 20", "1 small"])
        #expect(chat.outcomes.last?.userChanges == [ColumnValue("points", .int(1))])
    }

    @Test func loopsNestAndStopEndsThemAll() throws {
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/pairs") == ["1x", "1y", "2x"])
    }

    @Test func chanceComesFromTheEvent() throws {
        let first = try Conversation(yaml: yaml)
        let second = try Conversation(yaml: yaml)
        var seen: Set<String> = []
        for _ in 0..<30 {
            let roll = try first.say("/lucky")
            #expect(try second.say("/lucky") == roll)
            seen.formUnion(roll)
        }
        #expect(seen.count >= 4)
    }

    @Test func everyPressIsAnsweredEvenWithoutAChat() throws {
        let definition = try Definition(yaml: yaml)
        let engine = BotEngine(definition)
        var event = Event(
            bot: try #require(BotName("steps")), platform: .telegram, at: Timestamp(seconds: 1),
            person: Person(id: "ann", firstName: "Ann"),
            content: .button(ButtonPress(query: "q", data: "1.0.0", message: nil)))
        #expect(engine.concerns(event))
        var run = engine.run(event, id: "e", state: ConversationState(), user: MemoryStore(definition.store).person("ann", "Ann"))
        guard case .finished(let outcome) = run.advance() else { throw RunFailure(.store, "asked for records") }
        #expect(outcome.commands.map(\.kind) == ["answer_button"])
        event.person = nil
        #expect(!engine.concerns(event))
    }
}
