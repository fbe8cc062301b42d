import BotEngine
import BotLanguage
import Contracts
import Testing

/// `timers`: moments of rows, times of day, cron.
@Suite struct TimerTests {
    private let calendar = """
        bot: calendar
        data:
          users: {quiet: {type: bool, default: "false"}}
          items:
            owner: {type: users, default: user}
            name: {type: string, max: 40}
            due: timestamp
            done: {type: bool, default: "false"}
        timers:
          remind:
            each: i in items
            where: "!i.done && !i.owner.quiet"
            at: "[i.due - duration('24h'), i.due - duration('12h'), i.due - duration('1h')]"
            as: i.owner
            do: [{show: {text: "${user.name}: ${i.name} at ${i.due}, ${due}"}}]
        handlers:
          - command: add
            args: {name: string, hours: int}
            do: [{insert: items, set: {name: name, due: "timestamp('2026-03-10T12:00:00Z') + duration(string(hours) + 'h')"}}]
          - command: move
            args: {hours: int}
            do: [{each: i in items, do: [{update: i, set: {due: "i.due + duration(string(hours) + 'h')"}}]}]
          - {command: rename, do: [{each: i in items, do: [{update: i, set: {name: "'other'"}}]}]}
          - {command: finish, do: [{each: i in items, do: [{update: i, set: {done: "true"}}]}]}
          - {command: give, do: [{each: i in items, do: [{update: i, set: {owner: user}}]}]}
          - {command: drop, do: [{each: i in items, do: [{delete: i}]}]}
          - {command: clear, do: [{delete: i in items, where: "!i.done"}]}
          - {command: quiet, do: [{update: user, set: {quiet: "!user.quiet"}}]}
        """

    private func calendarAtNoon() throws -> Conversation {
        let talk = try Conversation(yaml: calendar)
        talk.clock = try Timestamp(iso: "2026-03-10T12:00:00Z")
        try talk.say("/add party 48")
        return talk
    }

    @Test func remindsAtEachMoment() throws {
        let talk = try calendarAtNoon()
        #expect(talk.pending == ["rows/remind/2": "2026-03-11T12:00:00Z"])
        #expect(try talk.advance(to: "2026-03-11T11:59:59Z") == [])
        let text = "Ann: party at 2026-03-12 12:00, 2026-03-1"
        #expect(try talk.advance(to: "2026-03-12T10:00:00Z") == ["\(text)1 12:00", "\(text)2 00:00"])
        #expect(try talk.advance(to: "2026-03-20T00:00:00Z") == ["\(text)2 11:00"])
        #expect(talk.pending == [:])
    }

    @Test func movesWithItsRow() throws {
        let talk = try calendarAtNoon()
        let before = try #require(talk.timers["rows/remind/2"])
        try talk.say("/rename")
        #expect(talk.timers["rows/remind/2"]?.request.revision == before.request.revision, "nothing has moved")
        try talk.say("/move 10")
        #expect(talk.pending == ["rows/remind/2": "2026-03-11T22:00:00Z"])
        // One that was on its way when the item was moved.
        #expect(try talk.fire(before, at: before.due) == [])
        // 24 and 12 hours before are over now.
        try talk.say("/move -58")
        #expect(talk.pending == [:])
        try talk.say("/move 14")
        #expect(talk.pending == ["rows/remind/2": "2026-03-10T14:00:00Z"])
    }

    @Test func goesWithItsRow() throws {
        for way in ["/drop", "/clear", "/finish"] {
            let talk = try calendarAtNoon()
            let before = try #require(talk.timers["rows/remind/2"])
            try talk.say("/add other 72")
            #expect(talk.pending.count == 2)
            try talk.say(way)
            #expect(talk.pending == [:])
            #expect(try talk.fire(before, at: before.due) == [])
            #expect(talk.outcomes.last?.failure == nil)
        }
    }

    @Test func belongsToAPerson() throws {
        let talk = try calendarAtNoon()
        let before = try #require(talk.timers["rows/remind/2"])
        try talk.say("/give", "bob")
        #expect(talk.timers["rows/remind/2"]?.request.person?.id == "bob")
        #expect(try talk.fire(before, at: before.due) == [], "it isn't Ann's any more")
        try talk.advance(to: "2026-03-11T12:00:00Z")
        #expect(talk.takeHeard("bob") == ["Bob: party at 2026-03-12 12:00, 2026-03-11 12:00"])
    }

    /// What rows look at in others.
    @Test func followsWhatItRefersTo() throws {
        let talk = try calendarAtNoon()
        for index in 0..<250 { try talk.say("/add item\(index) \(30 + index)") }
        #expect(talk.pending.count == 251)
        try talk.say("/quiet")
        #expect(talk.pending == [:])
        try talk.say("/quiet", "bob")
        #expect(talk.pending == [:])
        try talk.say("/quiet")
        #expect(talk.pending.count == 251)
        // A hundred rows with the event, the others with events of their own.
        #expect(talk.outcomes.map { $0.effects.count { if case .timer = $0 { true } else { false } } }.max() == 100)
    }

    @Test func whatFailsIsUndone() throws {
        let talk = try calendarAtNoon()
        try talk.say("/move 90000000")
        #expect(talk.outcomes.last?.failure != nil)
        #expect(talk.pending == ["rows/remind/2": "2026-03-11T12:00:00Z"])
    }

    private let digest = """
        bot: digest
        data:
          users: {tz: {type: string, max: 60, default: "'UTC'"}, digest: time?}
        screens:
          stats: {text: "Digest for ${user.name} at ${now}"}
        timers:
          digest:
            each: u in users
            where: u.digest != null
            daily: {at: u.digest, tz: u.tz}
            as: u
            do: [{show: stats}]
          hello: {each: u in users, at: "u.created + duration('1h')", as: u, do: [{show: {text: Hello}}]}
        handlers:
          - {command: at, args: {time: string}, do: [{update: user, set: {digest: time}}]}
          - {command: tz, args: {zone: string}, do: [{update: user, set: {tz: zone}}]}
          - {command: off, do: [{update: user, set: {digest: "null"}}]}
        """

    @Test func wakesEverybodyInTheirOwnZone() throws {
        let talk = try Conversation(yaml: digest)
        talk.clock = try Timestamp(iso: "2026-03-27T12:00:00Z")
        try talk.say("/at 02:30")
        try talk.say("/tz Europe/Berlin")
        try talk.say("/at 09:00", "bob")
        #expect(talk.pending == ["rows/digest/1": "2026-03-28T01:30:00Z", "rows/digest/2": "2026-03-28T09:00:00Z"])
        // The clocks of Berlin go from 2 to 3 o'clock on the 29th, and 02:30 is at the first moment behind it.
        #expect(
            try talk.advance(to: "2026-03-30T12:00:00Z") == [
                "Digest for Ann at 2026-03-28 01:30", "Digest for Ann at 2026-03-29 01:00",
                "Digest for Ann at 2026-03-30 00:30",
            ])
        #expect(talk.takeHeard("bob").count == 3)
        // And back on the 25th of October, when 02:30 comes twice.
        talk.timers = talk.timers.filter { $0.key == "rows/digest/1" }
        talk.clock = try Timestamp(iso: "2026-10-24T12:00:00Z")
        try talk.say("/off")
        #expect(talk.pending == [:])
        try talk.say("/at 02:30")
        #expect(
            try talk.advance(to: "2026-10-26T12:00:00Z") == [
                "Digest for Ann at 2026-10-25 00:30", "Digest for Ann at 2026-10-26 01:30",
            ])
    }

    @Test func zonesThatDoNotExistAreRefused() throws {
        let talk = try Conversation(yaml: digest)
        try talk.say("/at 09:00")
        let before = talk.pending
        try talk.say("/tz Mars/Olympus")
        #expect(talk.outcomes.last?.failure?.code == .value)
        #expect(talk.pending == before)
    }

    @Test func peopleWhoAreNewHaveTheirs() throws {
        let talk = try Conversation(yaml: digest)
        talk.clock = Timestamp(seconds: 0)
        try talk.say("hello?")
        #expect(talk.pending == ["rows/hello/1": "1970-01-01T01:00:01Z"])
    }

    private let ticking = """
        bot: ticking
        data:
          jobs: {every: {type: bool, default: "true"}, runs: {type: int, default: "0"}, owner: {type: users, default: user}}
          ticks: {at: timestamp, due: timestamp}
        handlers:
          - {command: add, do: [{insert: jobs}]}
          - {command: pause, do: [{each: j in jobs, do: [{update: j, set: {every: "!j.every"}}]}]}
          - {command: count, do: [{show: {text: "${ticks.count(t, true)} ${jobs.filter(j, true).map(j, j.runs).sum()}"}}]}
        timers:
          sweep: {cron: "*/20 * * * *", tz: "'UTC'", do: [{insert: ticks, set: {at: now, due: due}}]}
          work: {each: j in jobs, where: j.every, cron: "0 * * * *", tz: "'UTC'", do: [{update: j, set: {runs: j.runs + 1}}]}
          all: {cron: "@daily", tz: "'Europe/Berlin'", global: true, do: [{show: {text: Tick}, to: "users.filter(u, true)"}]}
        """

    @Test func cronTicksForTheBotAndForRows() throws {
        let talk = try Conversation(yaml: ticking)
        talk.clock = try Timestamp(iso: "2026-03-10T12:05:00Z")
        try talk.plan()
        #expect(talk.pending == ["cron/sweep": "2026-03-10T12:20:00Z", "cron/all": "2026-03-10T23:00:00Z"])
        try talk.say("/add")
        try talk.advance(to: "2026-03-10T14:00:00Z")
        #expect(try talk.say("/count") == ["6 2"])
        try talk.say("/pause")
        try talk.advance(to: "2026-03-10T16:00:00Z")
        #expect(try talk.say("/count") == ["12 2"])
        try talk.say("/pause")
        #expect(try talk.advance(to: "2026-03-11T00:00:00Z") == ["Tick"])
        #expect(talk.outcomes.allSatisfy { $0.failure == nil })
    }

    /// Of several bots with one definition the one that has its name.
    @Test func globalOnesAreOfOneBot() throws {
        let engine = BotEngine(try Definition(yaml: ticking))
        for (bot, expected) in [("ticking", true), ("second", false)] {
            let event = engine.resetting(timer: "all", of: try #require(BotName(bot)), on: .telegram, at: .init(seconds: 1))
            var run = engine.run(event, id: "e", state: ConversationState(), user: nil)
            guard case .finished(let outcome) = run.advance(), case .timer(let request, _)? = outcome.effects.first else {
                Issue.record("nothing was asked for")
                return
            }
            if case .set = request { #expect(expected) } else { #expect(!expected) }
        }
    }

    private let projects = """
        bot: projects
        data:
          projects: {title: {type: string, max: 20}, ends: timestamp, lead: users?}
          tasks: {project: projects?, owner: {type: users, default: user}}
        timers:
          late:
            each: t in tasks
            where: t.project != null
            at: t.project.ends
            as: "t.project.lead != null ? t.project.lead : t.owner"
            do: [{show: {text: "Late: ${t.project.title}"}}]
        handlers:
          - command: new
            do:
              - {insert: projects, as: p, set: {title: "'A'", ends: now + duration('1h')}}
              - {insert: tasks, set: {project: p}}
              - {insert: tasks, set: {project: p}}
              - {insert: tasks}
          - {command: drop, do: [{each: p in projects, do: [{delete: p}]}]}
          - {command: lead, do: [{each: p in projects, do: [{update: p, set: {lead: user}}]}]}
          - {command: title, do: [{each: p in projects, do: [{update: p, set: {title: "'B'"}}]}]}
          - {command: clear, do: [{delete: p in projects}]}
        """

    @Test func referencesThatAreClearedEndTimers() throws {
        for way in ["/drop", "/clear"] {
            let talk = try Conversation(yaml: projects)
            talk.clock = try Timestamp(iso: "2026-03-10T12:00:00Z")
            try talk.say("/new")
            #expect(talk.pending.count == 2)
            try talk.say(way)
            #expect(talk.pending == [:])
        }
    }

    @Test func whoItBelongsToFollowsToo() throws {
        let talk = try Conversation(yaml: projects)
        talk.clock = try Timestamp(iso: "2026-03-10T12:00:00Z")
        try talk.say("/new")
        try talk.say("/title")
        #expect(talk.revision == 2, "nobody looks at titles")
        try talk.say("/lead", "bob")
        #expect(talk.timers.values.allSatisfy { $0.request.person?.id == "bob" })
        #expect(try talk.advance(to: "2026-03-11T12:00:00Z") == [])
        #expect(talk.takeHeard("bob") == ["Late: B", "Late: B"])
    }

    /// A thousand rows of a new definition, in pages; each page finds where the last one ended.
    @Test func newTimersAreSetInPages() throws {
        let talk = try Conversation(yaml: calendar)
        talk.clock = try Timestamp(iso: "2026-03-10T12:00:00Z")
        for index in 0..<230 { try talk.say("/add item\(index) \(30 + index)") }
        talk.timers = [:]
        let before = talk.outcomes.count
        try talk.plan()
        #expect(talk.pending.count == 230)
        #expect(talk.outcomes.count - before == 3)
    }
}
