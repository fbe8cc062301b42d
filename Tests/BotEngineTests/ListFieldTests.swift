import BotEngine
import BotLanguage
import CEL
import Contracts
import JSON
import Testing

/// Lists of rows, days, times, moments and spans as fields.
@Suite struct ListFieldTests {
    private static let yaml = """
        bot: b
        data:
          users: {friends: {type: list<users>, default: "[]"}, boss: users?}
          items: {name: string}
          all:
            days: list<date>
            times: {type: list<time>, default: "[]"}
            moments: {type: list<timestamp>, default: "[]"}
            spans: {type: list<duration>?}
            items: {type: list<items>, max: 3, default: "[]"}
            what: "{day: date, at: time?}"
        screens:
          home: {text: home}
          one:
            args: {chosen: list<items>, days: list<date>}
            text: "${chosen.map(c, c.name).join(' ')} ${days.join(' ')}"
            buttons: [{label: Again, do: [{toast: "${chosen.size()}"}]}]
        handlers:
          - {command: item, args: {name: string}, do: [{insert: items, set: {name: name}}]}
          - {command: drop, args: {name: string}, do: [{delete: i in items, where: i.name == name}]}
          - command: write
            do:
              - insert: all
                set:
                  days: "['2026-01-31', '2024-02-29']"
                  times: "['09:30', '23:59:59']"
                  moments: "[now, timestamp(0)]"
                  spans: "[duration('90m')]"
                  items: items.filter(i, true)
                  what: "{'day': '2026-01-31'}"
          - command: read
            do:
              - {let: {a: "all.one(a, true)"}}
              - {require: a != null, else: none}
              - show:
                  text: "${a.days.join(' ')} ${a.times.join(' ')} ${a.moments[1]} ${a.spans == null ? '' : string(a.spans[0])} ${a.items.map(i, i.name).join(' ')} ${a.what.day}"
          - {command: find, do: [{show: {text: "${all.count(a, '2024-02-29' in a.days && a.items.exists(i, i.name == 'x') && a.what.day == '2026-01-31')}"}}]}
          - {command: show, do: [{go: one, with: {chosen: "items.filter(i, true)", days: "['2026-01-31']"}}]}
          - {command: befriend, do: [{update: user, set: {friends: "users.filter(u, u != user)", boss: "users.one(u, u.first_name == 'Bob')"}}, {show: {text: "${user.friends.map(f, f.name).join(' ')}"}}]}
          - {command: friends, do: [{show: {text: "${user.friends.map(f, f.name).join(' ')} ${user.boss == null ? '–' : user.boss.name}"}}]}
        """

    @Test func comeBackAsTheyWere() throws {
        let chat = try Conversation(yaml: Self.yaml)
        try chat.say("/item x")
        try chat.say("/item y")
        try chat.say("/write")
        #expect(chat.outcomes.last?.failure == nil)
        #expect(try chat.say("/read") == ["2026-01-31 2024-02-29 09:30 23:59:59 1970-01-01 00:00 5400s x y 2026-01-31"])
        #expect(try chat.say("/find") == ["1"])
        // What is deleted leaves the lists.
        try chat.say("/drop x")
        #expect(try chat.say("/read") == ["2026-01-31 2024-02-29 09:30 23:59:59 1970-01-01 00:00 5400s y 2026-01-31"])
        #expect(try chat.say("/find") == ["0"])
        #expect(
            try Definition(yaml: Self.yaml).store["all"]?.columns.map(\.type.rawValue).suffix(6) == Array(repeating: "jsonb", count: 6)[...]
        )
    }

    @Test func areKeptByConversations() throws {
        let chat = try Conversation(yaml: Self.yaml)
        for name in ["x", "y", "z"] { try chat.say("/item \(name)") }
        #expect(try chat.say("/show") == ["x y z 2026-01-31 [Again]"])
        try chat.say("/drop y")
        #expect(try chat.tap("Again").first == "toast: 2")
    }

    @Test func ofThePersonToo() throws {
        let chat = try Conversation(yaml: Self.yaml)
        try chat.say("/friends", "bob")
        try chat.say("/friends", "cleo")
        #expect(try chat.say("/befriend") == ["Bob Cleo"])
        #expect(try chat.say("/friends") == ["Bob Cleo Bob"])
    }

    @Test func areBounded() throws {
        let chat = try Conversation(yaml: Self.yaml)
        for name in ["x", "y", "z", "a"] { try chat.say("/item \(name)") }
        try chat.say("/write")
        #expect(chat.outcomes.last?.failure?.message == "the value for 'items' is beyond its 'max'")
    }

    /// What an earlier release has kept of a form's answers.
    @Test func numbersForDaysAreStillRead() {
        let none: (String, Int64) -> CELValue = { _, _ in .null }
        #expect(ValueMapping.cel(20_484, ValueType(.date), row: none) == .string("2026-01-31"))
        #expect(ValueMapping.cel("2026-01-31", ValueType(.date), row: none) == .string("2026-01-31"))
        #expect(ValueMapping.cel(34_200_000_000, ValueType(.time), row: none) == .string("09:30"))
        #expect(ValueMapping.cel("x", ValueType(.time), row: none) == nil)
    }
}
