import BotEngine
import BotLanguage
import Contracts
import Testing

/// `texts` and `language`.
@Suite struct TextsTests {
    private let yaml = """
        bot: texts
        language: {default: en, of: user.tongue}
        data:
          users: {tongue: string?}
          items: {owner: {type: users, default: user}, name: {type: string, max: 40}}
        fn:
          mine(u): items.count(i, i.owner == u)
          loud(t): t.upperAscii()
        texts:
          hello(name): {en: "Hello, <b>${name}</b>!", ru: "Привет, <b>${name}</b>!"}
          items_(n):
            count: n
            en: {one: "${n} item", other: "${n} items"}
            ru: {one: "${n} вещь", few: "${n} вещи", many: "${n} вещей", other: "${n} вещи"}
          add: {en: Add, ru: Добавить}
          summary(u): {en: "${u.first_name} has ${items_(mine(u))}", ru: "У ${u.first_name} ${items_(mine(u))}"}
          told: {en: "Told at ${date(now)}", ru: "Сказано ${date(now)}"}
          weight(kg):
            count: kg
            en: {one: "${kg} kilo", other: "${kg} kilos"}
            ru: {one: "${kg} килограмм", few: "${kg} килограмма", many: "${kg} килограммов", other: "${kg} килограмма"}
        screens:
          home:
            parse: html
            text: "${hello(user.first_name)} ${items_(mine(user))}."
            buttons:
              - {label: "${add()}", call: add}
              - {label: "${loud(add())}", name: loud, go: home}
          sum:
            text: "${summary(user)} / ${loud(summary(user))} / ${mine(user) > 0 ? items_(mine(user)) : '-'}"
        forms:
          add:
            fields: {name: {ask: "${add()}?", like: items.name, retry: "${add()}!"}}
            done: [{insert: items, set: {name: name}}]
        handlers:
          - {command: lang, args: {to: string?}, do: [{update: user, set: {tongue: to}}, {show: {text: "${told()}"}}, {go: home}]}
          - {command: sum, do: [{go: sum}]}
          - {command: tell, do: [{let: {all: "users.filter(u, true)"}}, {show: {text: "${told()} ${hello('x')}"}, to: all}]}
          - {command: screen, do: [{let: {all: "users.filter(u, true)"}}, {show: sum, to: all}]}
          - {command: weigh, args: {kg: number}, do: [{show: {text: "${weight(kg)}, ${weight(kg) + '!'}"}}]}
          - {command: lane, do: [{signal: lane, with: {to: user}}]}
          - {command: fits, do: [{show: {text: "${items.count(i, i.name == add())}"}}]}
        signals:
          lane:
            args: {to: users}
            lane: "'all'"
            do: [{show: {text: "${told()}"}, to: to}, {show: {text: "${add() + '?'}"}, to: to}]
        """

    @Test func speaksThePersonsLanguage() throws {
        let talk = try Conversation(yaml: yaml)
        #expect(try talk.say("/start") == ["Hello, <b>Ann</b>! 0 items. [Add] [ADD]"])
        talk.language = "ru-RU"
        // Nobody has told the store another language: the event's counts.
        #expect(try talk.say("/start") == ["Привет, <b>Ann</b>! 0 вещей. [Добавить] [Добавить]"])
        #expect(try talk.tap("Добавить") == ["toast", "edit: Добавить?"])
        #expect(try talk.say("хлеб") == ["Привет, <b>Ann</b>! 1 вещь. [Добавить] [Добавить]"])
        #expect(try talk.say("/sum") == ["У Ann 1 вещь / У ANN 1 вещь / 1 вещь"])
        talk.language = "de"
        #expect(try talk.say("/sum") == ["Ann has 1 item / ANN HAS 1 ITEM / 1 item"])
    }

    @Test func aChosenLanguageCountsAtOnce() throws {
        let talk = try Conversation(yaml: yaml)
        #expect(
            try talk.say("/lang ru") == ["Сказано 2026-02-02", "Привет, <b>Ann</b>! 0 вещей. [Добавить] [Добавить]"])
        #expect(try talk.say("/lang") == ["Told at 2026-02-02", "Hello, <b>Ann</b>! 0 items. [Add] [ADD]"])
        #expect(try talk.say("/lang xx") == ["Told at 2026-02-02", "Hello, <b>Ann</b>! 0 items. [Add] [ADD]"])
        #expect(try talk.say("/lang ru").first == "Сказано 2026-02-02")
        #expect(try talk.say("/nope").first == "Я не знаю команды /nope.")
    }

    /// What others get is in their language, whether it is drawn here or there.
    @Test func othersReadTheirs() throws {
        let talk = try Conversation(yaml: yaml)
        try talk.say("/lang ru", "bob")
        try talk.say("/start")
        #expect(try talk.say("/tell") == ["Told at 2026-02-02 Hello, <b>x</b>!"])
        #expect(talk.takeHeard("bob") == ["Сказано 2026-02-02 Привет, <b>x</b>!"])
        #expect(try talk.say("/screen") == ["Ann has 0 items / ANN HAS 0 ITEMS / -"])
        #expect(talk.takeHeard("bob") == ["У Bob 0 вещей / У BOB 0 вещей / -"])
        // A lane speaks the bot's own language, but what it shows people is in theirs.
        try talk.say("/lane", "bob")
        #expect(talk.takeHeard("bob") == [])
        #expect(try talk.say("/lane") == ["Told at 2026-02-02", "Add?"])
    }

    @Test func countsFractions() throws {
        let talk = try Conversation(yaml: yaml)
        #expect(try talk.say("/weigh 1.5") == ["1.5 kilos, 1.5 kilos!"])
        #expect(try talk.say("/weigh 1") == ["1 kilo, 1 kilo!"])
        try talk.say("/lang ru")
        #expect(try talk.say("/weigh 1.5") == ["1.5 килограмма, 1.5 килограмма!"])
        #expect(try talk.say("/weigh 11") == ["11 килограммов, 11 килограммов!"])
        #expect(try talk.say("/weigh 1e30") != [])
    }

    /// Markup of the text is markup, markup in values is not.
    @Test func valuesAreEscaped() throws {
        let talk = try Conversation(yaml: yaml)
        #expect(try talk.say("/start", "<i>").first?.hasPrefix("Hello, <b>&lt;i&gt;</b>!") ?? false)
    }

    @Test func oneLanguageWithoutTextsIsThatOfPhrases() throws {
        let talk = try Conversation(yaml: "bot: b\nlanguage: ru\nscreens: {home: {text: Дом}}\n")
        #expect(try talk.say("/nope") == ["Я не знаю команды /nope.", "Дом"])
        let other = try Conversation(yaml: "bot: b\nscreens: {home: {text: Дом}}\n")
        #expect(try other.say("/nope") == ["I don't know /nope.", "Дом"])
    }

    /// The database looks for what is meant in the person's language.
    @Test func conditionsMaySpeak() throws {
        let talk = try Conversation(yaml: yaml)
        try talk.say("/start")
        try talk.tap("Add")
        try talk.say("Добавить")
        let fits = try talk.say("/fits")
        #expect(fits == ["0"], "\(String(describing: talk.outcomes.last?.failure))")
        try talk.say("/lang ru")
        #expect(try talk.say("/fits") == ["1"])
    }

    @Test func menusInEveryLanguage() throws {
        let definition = try Definition(
            yaml: """
                bot: b
                language: en
                texts: {hello: {en: Hello, ru: Привет, pt-br: Oi, haw: Aloha}}
                handlers:
                  - {command: [start, home], description: {en: Begin, ru: Начать, pt-br: Começar, haw: Hoʻomaka}, do: [{show: {text: "${hello()}"}}]}
                  - {command: all, description: The same for all, do: [{stop: true}]}
                """)
        func lines(_ menu: Definition.Menu) -> [String] { [menu.language ?? "-"] + menu.commands.map { "\($0.name): \($0.description)" } }
        #expect(
            definition.menus.map(lines) == [
                ["-", "start: Begin", "all: The same for all"], ["ru", "start: Начать", "all: The same for all"],
                ["pt", "start: Começar", "all: The same for all"],
            ])
        #expect(try Definition(yaml: "bot: b\nscreens: {home: {text: a}}\n").menus.isEmpty)
    }
}
