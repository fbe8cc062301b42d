import BotEngine
import BotLanguage
import Testing

/// `fn` and `roles`.
@Suite struct FunctionTests {
    private let yaml = """
        bot: functions
        enums: {Role: [client, admin]}
        data:
          users: {role: {type: Role, default: Role.client}}
          items: {owner: {type: users, default: user}, name: {type: string, max: 60}, price: money, amount: int}
        fn:
          mine(u): items.filter(i, i.owner == u)
          total(rows): rows.map(i, i.price * i.amount).sum()
          dearest(u): items.one(i, i.owner == u && !items.exists(o, o.owner == u && o.price > i.price))
          named(u, n): items.count(t, t.owner == u && t.name == n)
        roles:
          admin: user.role == Role.admin
          named: user.first_name == 'Bob'
        screens:
          home:
            let: {best: dearest(user)}
            text: "${money(total(mine(user)))}, ${best == null ? 'nothing' : best.name}"
            buttons:
              - {label: Everything, role: [admin, named], go: all}
          all:
            role: [admin, named]
            text: "${items.count(i, true)} things"
        handlers:
          - command: add
            args: {name: string, price: money, amount: int}
            # 't' is also the row's name within 'named'.
            do:
              - {let: {t: "named(user, name)"}}
              - {require: t == 0, else: "You have ${named(user, name)} of it"}
              - {insert: items, set: {name: name, price: price, amount: amount}}
              - {go: home}
          - {command: all, do: [{go: all}]}
          - {command: promote, do: [{update: user, set: {role: Role.admin}}, {go: home}]}
          - {command: secret, role: admin, do: [{show: {text: Only you}}]}
        """

    @Test func bodiesAskCollections() throws {
        let talk = try Conversation(yaml: yaml)
        #expect(try talk.say("/start") == ["0.00, nothing"])
        #expect(try talk.say("/add milk 1.50 2") == ["3.00, milk"])
        #expect(try talk.say("/add milk 1.50 2") == ["You have 1 of it"])
        #expect(try talk.say("/add bread 0.80 1") == ["3.80, milk"])
        #expect(try talk.say("/start", "bob") == ["0.00, nothing [Everything]"])
    }

    @Test func rolesOpenWhatTheyShould() throws {
        let talk = try Conversation(yaml: yaml)
        try talk.say("/start")
        #expect(try talk.say("/secret").first == "I don't know /secret.")
        #expect(try talk.say("/all") == ["That isn't for you.", "0.00, nothing"])
        #expect(try talk.say("/promote") == ["0.00, nothing [Everything]"])
        #expect(try talk.say("/secret") == ["Only you"])
        #expect(try talk.tap("Everything") == ["toast", "edit: 0 things"])
    }

    /// What a condition has ruled out is known where it holds: in texts below it, for rows that it chose, also within a function.
    @Test func conditionsAreKnownWhereTheyHold() throws {
        let talk = try Conversation(
            yaml: """
                bot: b
                data: {users: {friend: users?}}
                fn: {other(u): u.friend}
                handlers:
                  - {command: alone, do: [{go: home}]}
                  - {command: myself, do: [{update: user, set: {friend: user}}, {go: home}]}
                  - {command: each, do: [{each: u in users, where: u.friend != null, do: [{show: {text: "${u.name}: ${other(u).name}"}}]}]}
                screens:
                  home:
                    text: [{if: user.friend == null, text: Nobody}, {text: "${other(user).name}"}]
                    list: {from: u in users, where: u.friend != null && u.id > 1, row: "${u.name}: ${u.friend.name}", empty: None}
                """)
        #expect(try talk.say("/alone") == ["Nobody\n\nNone"])
        #expect(try talk.say("/each") == [])
        #expect(try talk.say("/myself") == ["Ann\n\nNone"])
        #expect(try talk.say("/each") == ["Ann: Ann"])
    }
}
