import BotEngine
import BotLanguage
import CEL
import Contracts
import JSON
import Testing

/// `queries`: what they give, where they can be asked, and how they are paged.
@Suite struct QueryTests {
    private static let meals = """
        bot: calories
        enums: {Kind: [food, drink]}
        data:
          users: {tz: {type: string, default: "'UTC'"}}
          meals:
            user: {type: users, default: user, index: true}
            what: {type: string, max: 30}
            kind: {type: Kind, default: Kind.food}
            kcal: {type: int, min: 0, max: 1000000}
            rating: number?
            took: {type: duration, default: "duration('10m')"}
            at: {type: timestamp, default: now}
        queries:
          mine: {from: m in meals, where: m.user == user, order: [-m.kcal, m.what]}
          largest: {from: m in meals, order: -m.kcal, limit: 2}
          eaten:
            args: {since: timestamp, least: {type: int, default: "0"}}
            from: m in meals
            where: m.user == user && m.at >= since && m.kcal >= least
            group: {day: "dayOf(m.at, user.tz)"}
            select: {kcal: sum(m.kcal), n: count(), best: max(m.rating), heavy: count(m.kcal > 100)}
            order: -day
          total:
            from: m in meals
            select: {kcal: sum(m.kcal), mean: avg(m.kcal), last: max(m.at), took: sum(m.took)}
          people:
            from: m in meals
            group: {who: m.user}
            select: {kcal: sum(m.kcal) * 2}
            order: [-kcal, who.name]
            limit: 3
          names: {from: m in meals, select: {name: m.what + '!', size: m.kcal}, order: name}
          kinds: {from: m in meals, group: {kind: m.kind, large: m.kcal > 100}}
        """

    private func chat(_ rest: String) throws -> Conversation {
        try Conversation(yaml: Self.meals + "\n" + rest)
    }

    private static let adding = """
          - {command: add, args: {what: string, kcal: int}, do: [{insert: meals, set: {what: what, kcal: kcal}}]}
        """

    private func show(_ text: String, _ name: String = "x") -> String {
        "  - {command: \(name), do: [{show: {text: \"\(text)\"}}]}\n"
    }

    @Test func groupsAndSums() throws {
        let chat = try chat(
            "handlers:\n" + Self.adding + "\n"
                + show(
                    "${eaten(startOf(now, 'year', user.tz)).map(r, r.day + ': ' + string(r.kcal) + ' in ' + string(r.n) + ' ' + string(r.heavy) + (r.best == null ? '' : '!')).join('; ')}"
                )
                + show("${eaten(timestamp(0), 100).map(r, r.kcal).sum()} ${eaten(now + duration('1h')).size()}", "y"))
        try chat.say("/add soup 300")
        try chat.say("/add tea 20")
        try chat.say("/add cake 500", "bob")
        #expect(try chat.say("/x") == ["2026-02-02: 320 in 2 1"])
        #expect(try chat.say("/y") == ["300 0"])
        #expect(chat.store.requests.suffix(2) == ["query eaten", "query eaten"])
    }

    @Test func oneRowForAll() throws {
        let chat = try chat(
            "handlers:\n" + Self.adding + "\n"
                + show(
                    "${total().map(t, string(t.kcal) + ' ' + (t.mean == null ? 'none' : string(t.mean)) + ' ' + string(t.last == null) + ' ' + string(t.took)).join(',')}"
                ))
        // Of nothing a sum is 0, and there is no average.
        #expect(try chat.say("/x") == ["0 none true 0s"])
        try chat.say("/add soup 300")
        try chat.say("/add tea 21")
        #expect(try chat.say("/x") == ["321 160.5 false 1200s"])
    }

    @Test func ofPeople() throws {
        let chat = try chat(
            "handlers:\n" + Self.adding + "\n" + show("${people().map(p, p.who.first_name + ' ' + string(p.kcal)).join(', ')}"))
        for (person, kcal) in [("ann", 10), ("bob", 30), ("cleo", 10), ("dan", 5)] { try chat.say("/add soup \(kcal)", person) }
        #expect(try chat.say("/x") == ["Bob 60, Ann 20, Cleo 20"])
    }

    @Test func wholeRowsAndDistinctOnes() throws {
        let chat = try chat(
            "handlers:\n" + Self.adding + "\n" + show("${mine().map(m, m.what).join(' ')} | ${largest().map(m, m.what).join(' ')}")
                + show("${names().map(n, n.name).join(' ')} | ${kinds().map(k, string(k.kind) + (k.large ? '+' : '-')).join(' ')}", "y"))
        for (what, kcal) in [("soup", 300), ("tea", 20), ("cake", 500)] { try chat.say("/add \(what) \(kcal)") }
        #expect(try chat.say("/x") == ["cake soup tea | cake soup"])
        #expect(try chat.say("/y") == ["cake! soup! tea! | food- food+"])
    }

    @Test func inLoopsAndConditions() throws {
        let chat = try chat(
            """
            fn: {best(): "largest().map(m, m.id)"}
            handlers:
            \(Self.adding)
              - command: each
                do: [{each: e in largest(), do: [{show: {text: "${e.what}"}}]}, {each: p in people(), do: [{show: {text: "${p.who.first_name}"}}]}]
              - {command: where, do: [{show: {text: "${meals.filter(m, m.id in best()).map(m, m.what).join(' ')}"}}]}
              - {command: drop, do: [{delete: m in meals, where: m.id in best()}, {show: {text: "${meals.count(m, true)}"}}]}
            """)
        for (what, kcal) in [("soup", 300), ("tea", 20), ("cake", 500)] { try chat.say("/add \(what) \(kcal)") }
        #expect(try chat.say("/each") == ["cake", "soup", "Ann"])
        #expect(try chat.say("/where") == ["soup cake"])
        #expect(try chat.say("/drop") == ["1"])
    }

    @Test func listsArePagedByKey() throws {
        let chat = try chat(
            """
            screens:
              home:
                text: Meals
                list: {from: m in mine(), page: 2, button: {label: "${m.what}", go: meal, with: {m: m}}}
                buttons: [{label: Names, go: words}, {label: Days, go: days}, {label: Top, go: top}]
              meal: {args: {m: meals}, text: "${m.what}"}
              words:
                text: Names
                list: {from: n in names(), page: 2, row: "${n.name} ${n.size}", button: {label: "${n.name}", do: [{toast: "${n.size}"}]}}
              days:
                text: Days
                list: {from: d in eaten(timestamp(0)), page: 1, row: "${d.day} ${d.kcal}"}
              top:
                text: Top
                list: {from: t in largest(), page: 1, row: "${t.what}"}
            handlers:
            \(Self.adding)
            """)
        for (what, kcal) in [("a", 300), ("b", 20), ("c", 500), ("d", 300), ("e", 10)] { try chat.say("/add \(what) \(kcal)") }
        #expect(try chat.say("/start") == ["Meals [c] [a] [▶] [Names] [Days] [Top]"])
        #expect(try chat.tap("▶") == ["toast", "edit: Meals [d] [b] [◀|▶] [Names] [Days] [Top]"])
        #expect(try chat.tap("▶") == ["toast", "edit: Meals [e] [◀] [Names] [Days] [Top]"])
        #expect(try chat.tap("◀") == ["toast", "edit: Meals [d] [b] [◀|▶] [Names] [Days] [Top]"])
        #expect(try chat.tap("Names") == ["toast", "edit: Names\n\na! 300\nb! 20 [a!] [b!] [▶]"])
        #expect(try chat.tap("▶") == ["toast", "edit: Names\n\nc! 500\nd! 300 [c!] [d!] [◀|▶]"])
        // What a button knows of its row outlives the row.
        #expect(try chat.tap("d!") == ["toast: 300"])
        try chat.say("/start")
        #expect(try chat.tap("Days") == ["toast", "edit: Days\n\n2026-02-02 1130"])
        try chat.say("/start")
        // Only the first two, however far one turns.
        #expect(try chat.tap("Top") == ["toast", "edit: Top\n\nc [▶]"])
        #expect(try chat.tap("▶") == ["toast", "edit: Top\n\na [◀]"])
    }

    @Test func manyRowsNeedALimit() throws {
        let chat = try chat("handlers:\n" + Self.adding + "\n" + show("${mine().size()}") + show("${largest().size()}", "y"))
        for index in 0..<501 { try chat.say("/add x \(index)") }
        #expect(try chat.say("/y") == ["2"])
        try chat.say("/x")
        #expect(chat.outcomes.last?.failure?.message == "'mine' has more than 500 rows and no 'limit'")
    }

    @Test func overflowIsAFailure() throws {
        let yaml = """
            bot: b
            data: {n: {v: int}}
            queries: {whole: {from: x in n, select: {s: sum(x.v)}}, each_one: {from: x in n, select: {v: 10 / x.v}}}
            handlers:
              - {command: add, args: {v: int}, do: [{insert: n, set: {v: v}}]}
              - {command: sum, do: [{show: {text: "${whole().map(a, a.s)[0]}"}}]}
              - {command: each, do: [{show: {text: "${each_one().size()}"}}]}
            """
        let chat = try Conversation(yaml: yaml)
        try chat.say("/add 9223372036854775807")
        #expect(try chat.say("/sum") == ["9223372036854775807"])
        try chat.say("/add 1")
        try chat.say("/sum")
        #expect(chat.outcomes.last?.failure?.code == .expression)
        // More on the way there, but not in the end.
        try chat.say("/add -1")
        #expect(try chat.say("/sum") == ["9223372036854775807"])
        try chat.say("/add 0")
        try chat.say("/each")
        #expect(chat.outcomes.last?.failure?.code == .expression)
    }

    @Test func seeThePersonTheyAreAskedFor() throws {
        let chat = try Conversation(
            yaml: """
                bot: b
                data: {users: {points: {type: int, default: "0"}}, n: {owner: {type: users, default: user}}}
                queries:
                  mine: {args: {u: users}, from: x in n, where: x.owner == u}
                  rich: {from: u in users, where: u.points > 0}
                handlers:
                  - {command: add, do: [{insert: n}, {update: user, set: {points: user.points + 1}}, {show: {text: "${rich().size()}"}}]}
                  - {command: x, do: [{show: {text: "${mine(user).size()} ${rich().map(r, r.first_name).join(',')}"}}]}
                """)
        // What the event has changed in the person's row is there for the query.
        #expect(try chat.say("/add") == ["1"])
        #expect(try chat.say("/x") == ["1 Ann"])
        #expect(try chat.say("/x", "bob") == ["0 Ann"])
    }
}
