import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// What the engine asks of the store.
@Suite struct RecordTests {
    private let yaml = """
        bot: shop
        enums: {Kind: [tool, toy]}
        data:
          users: {vip: {type: bool, default: "false"}}
          makers: {name: string, country: string}
          things:
            name: string
            kind: {type: Kind, default: Kind.tool}
            price: {type: money, min: 0}
            due: date?
            maker: makers
            owner: {type: users, default: user}
            tags: {type: list<string>, default: "[]"}
        screens:
          home:
            text: "${things.count(t, t.owner == user)} of ${things.count(t, true)}"
            list:
              from: t in things
              where: t.price < 100 && t.maker.country == 'FI' && (t.due == null || t.due >= date(now)) && t.kind in [Kind.tool, Kind.toy]
              order: [-t.price, t.name]
              page: 2
              row: "${t.name} by ${t.maker.name}"
              button: {label: "${t.name}", go: thing, with: {t: t}}
          thing:
            args: {t: things}
            text: "${t.name} by ${t.maker.name} of ${t.owner.name}"
            buttons:
              - {label: Drop, do: [{delete: t}, {back: true}]}
              - {label: Home, go: home}
        handlers:
          - command: new
            args: {name: string, price: money}
            do:
              - upsert: m in makers
                where: m.name == 'Fiskars'
                set: {name: "'Fiskars'", country: "'FI'"}
              - {insert: things, as: t, set: {name: name, price: price, maker: m, due: "'2099-12-31'", tags: "['new', name]"}}
              - {show: {text: "${t.name} of ${t.owner.first_name}, ${money(t.price)}, due ${t.due == null ? '' : t.due}, ${t.tags.join('+')}"}}
        """

    @Test func schemaHasATableForEachCollection() throws {
        let schema = try Definition(yaml: yaml).store
        #expect(schema.tables.map(\.name) == ["users", "makers", "things"])
        #expect(schema.users.columns.last == Column(name: "vip", type: .boolean, default: .bool(false)))
        let things = try #require(schema["things"])
        #expect(
            things.columns.map { "\($0.name) \($0.type.rawValue)\($0.isNullable ? "?" : "")" } == [
                "id bigint", "created timestamptz", "name text", "kind text", "price bigint", "due date?", "maker bigint", "owner bigint",
                "tags jsonb",
            ])
        #expect(things.columns[3].default == .string("tool"))
        #expect(things.columns[6].references == "makers")
        #expect(things.columns[8].default == .json([]))
        // Who owns a row depends on who writes it: no default of the database.
        #expect(things.columns[7].default == nil)
    }

    @Test func listsAndReferencesThroughTheStore() throws {
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/new axe 12.50") == ["axe of Ann, 12.50, due 2099-12-31, new+axe"])
        #expect(chat.store.requests == ["select makers", "insert makers", "insert things"])
    }

    @Test func pagesByKeyInTheDatabase() throws {
        let definition = try Definition(yaml: yaml)
        let queries = try Questions(definition)
        let first = try queries.list(at: nil)
        #expect(first.table == "things" && first.alias == "t" && first.limit == 3)
        #expect(first.order == #""t"."price" DESC, "t"."name" COLLATE "C" ASC, "t"."id" ASC"#)
        #expect(first.condition.contains(#"(SELECT "r1"."country" FROM "@schema"."makers" AS "r1" WHERE "r1"."id" = "t"."maker")"#))
        // Compared as a day, so that an index serves it.
        #expect(first.condition.contains(#"(("t"."due" IS NULL) OR ("t"."due" >= $3::date))"#))
        #expect(!first.condition.contains("to_char"))
        let next = try queries.list(at: ListPosition(side: .after, key: [50, "saw", 7]))
        let count = first.parameters.count
        #expect(
            next.condition
                == "(\(first.condition)) AND (\"t\".\"price\" < $\(count + 1)::bigint OR (\"t\".\"price\" = $\(count + 1)::bigint AND (\"t\".\"name\" COLLATE \"C\" > $\(count + 2)::text OR (\"t\".\"name\" COLLATE \"C\" = $\(count + 2)::text AND \"t\".\"id\" > $\(count + 3)::bigint))))"
        )
        #expect(next.parameters.suffix(3) == [.int(50), .string("saw"), .int(7)])
        let previous = try queries.list(at: ListPosition(side: .before, key: [50, "saw", 7]))
        #expect(previous.order == #""t"."price" ASC, "t"."name" COLLATE "C" DESC, "t"."id" DESC"#)
        #expect(previous.condition.contains("\"t\".\"price\" > $\(count + 1)::bigint"))
        // A key of another order is from an older version: the list begins anew.
        #expect(try queries.list(at: ListPosition(side: .after, key: [50])).condition == first.condition)
    }

    /// Texts that are no days are compared as the texts that they are, on whichever side of 1970.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("1969-12-30x", ">=", "1969-12-31"), ("1969-12-31", ">", "1970-01-01"), ("0001-01-01", ">=", "0001-01-01"),
            ("", ">", "0001-01-01"),
            ("9999-12-31", ">", "infinity"), ("2024-02-30", "<", "2024-03-01"), ("x", "==", "-infinity"),
            ("2024-02-29", "==", "2024-02-29"),
        ])
    func daysAreComparedAsDays(text: String, sign: String, bound: String) throws {
        let yaml = """
            bot: shop
            data: {things: {due: date}}
            screens:
              home: {text: a, list: {from: t in things, where: "t.due \(sign) '\(text)'", row: "${t.due}"}}
            """
        let query = try Questions(try Definition(yaml: yaml)).list(at: nil)
        #expect(query.parameters == [.string(bound)])
    }

    @Test func changesOfThePersonAreThereForQueries() throws {
        let yaml = """
            bot: b
            data: {users: {vip: {type: bool, default: "false"}}}
            handlers:
              - command: vip
                do:
                  - {update: user, set: {vip: "true"}}
                  - {show: {text: "${users.count(u, u.vip)} of ${users.count(u, true)}"}}
            """
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/vip") == ["1 of 1"])
        #expect(chat.store.requests == ["update users", "count users", "count users"])
        #expect(chat.outcomes.last?.userChanges == [ColumnValue("vip", .bool(true))])
    }

    @Test func questionsAreAskedOnlyWhenNeeded() throws {
        let yaml = """
            bot: b
            data: {things: {name: string}}
            handlers:
              - {command: x, do: [{show: {text: "${1 == 1 || things.exists(t, t.name == 'a') ? 'yes' : 'no'}"}}]}
              - {command: y, do: [{show: {text: "${things.all(t, t.name == 'a')} ${things.one(t, t.name == 'b') == null}"}}]}
            """
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/x") == ["yes"])
        #expect(chat.store.requests.isEmpty)
        #expect(try chat.say("/y") == ["true true"])
    }

    @Test func aRowThatIsGoneLeadsBack() throws {
        let yaml = """
            bot: b
            data: {things: {name: string}}
            screens:
              home:
                text: Things
                list: {from: t in things, order: t.name, button: {label: "${t.name}", go: thing, with: {t: t}}}
              thing:
                args: {t: things}
                text: "${t.name}"
                buttons: [{label: Rename, do: [{update: t, set: {name: t.name + '!'}}]}]
            handlers:
              - {command: add, args: {n: string}, do: [{insert: things, set: {name: n}}]}
              - {command: clear, do: [{delete: t in things}]}
            """
        let chat = try Conversation(yaml: yaml)
        try chat.say("/add a")
        try chat.say("/start")
        try chat.tap("a")
        #expect(try chat.tap("Rename") == ["toast", "edit: a! [Rename]"])
        try chat.say("/clear")
        #expect(try chat.tap("Rename") == ["toast: That isn't there any more.", "edit: Things"])
    }
}

/// Drives the list of a definition's home screen to its query.
struct Questions {
    let definition: Definition

    init(_ definition: Definition) throws { self.definition = definition }

    func list(at position: ListPosition?) throws -> RecordQuery {
        var state = ConversationState()
        state.frames = [Frame(.screen, "home", list: position)]
        let event = Event(
            bot: try #require(BotName("shop")), platform: .telegram, at: Timestamp(seconds: 1_770_000_000),
            chat: Chat(id: "1", kind: .direct),
            person: Person(id: "1", firstName: "Ann"), content: .message(Message(id: "1", content: .text(FormattedText("?")))))
        let store = MemoryStore(definition.store)
        var run = BotEngine(definition).run(event, id: "e", state: state, user: store.person("1", "Ann"))
        for _ in 0..<10 {
            guard case .needs(let request) = run.advance() else { break }
            if case .select(let query) = request { return query }
            run.answer(.value(.int(0)))
        }
        throw RunFailure(.store, "the list asked nothing")
    }
}
