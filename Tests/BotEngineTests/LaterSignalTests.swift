import BotEngine
import BotLanguage
import Contracts
import Testing

/// The steps `at` and `cancel`.
@Suite struct LaterSignalTests {
    private let alarm = """
        bot: alarm
        data:
          notes: {text: {type: string, max: 40}}
        handlers:
          - command: in
            args: {minutes: int, key: string?}
            do:
              - if: key == null
                then: [{at: "now + duration(string(minutes) + 'm')", signal: wake, with: {said: "'plain'"}}]
                else: [{at: "now + duration(string(minutes) + 'm')", signal: wake, with: {said: key}, key: key}]
          - command: off
            args: {key: string?}
            do:
              - if: key == null
                then: [{cancel: wake}]
                else: [{cancel: wake, key: key}]
          - command: note
            args: {text: string}
            do:
              - {insert: notes, as: n, set: {text: text}}
              - {at: now + duration('5m'), signal: show_note, with: {n: n}, key: string(n.id)}
          - {command: forget, do: [{delete: n in notes}]}
          - {command: everybody, do: [{at: now + duration('1m'), signal: wake, with: {said: "'all'"}, to: "users.filter(u, true)"}]}
          - {command: nobody, do: [{cancel: wake, to: "users.filter(u, u != user)"}]}
          - {command: tick, do: [{at: now + duration('1h'), signal: tick, with: {room: "'a'"}, key: "'a'"}, {at: now + duration('2h'), signal: tick, with: {room: "'b'"}, key: "'b'"}]}
          - {command: untick, do: [{cancel: tick, key: "'b'"}]}
          - {command: spin, do: [{at: now, signal: spin}]}
        signals:
          wake: {args: {said: string}, do: [{show: {text: "Wake up ${user.name}: ${said} ${now}"}}]}
          show_note: {args: {n: notes}, do: [{show: {text: "${n.text}"}}]}
          tick: {args: {room: string}, lane: room, do: [{show: {text: "Tick ${room}"}, to: "users.filter(u, true)"}]}
          spin: {do: [{at: now, signal: spin}]}
        """

    private func talk() throws -> Conversation {
        let talk = try Conversation(yaml: alarm)
        talk.clock = try Timestamp(iso: "2026-03-10T12:00:00Z")
        return talk
    }

    @Test func wakesOnce() throws {
        let talk = try talk()
        try talk.say("/in 30")
        try talk.say("/in 20", "bob")
        #expect(try talk.advance(to: "2026-03-10T12:29:59Z") == [])
        #expect(talk.takeHeard("bob") == ["Wake up Bob: plain 2026-03-10 12:20"])
        #expect(try talk.advance(to: "2026-03-10T13:00:00Z") == ["Wake up Ann: plain 2026-03-10 12:30"])
        #expect(talk.pending == [:])
    }

    @Test func settingItAgainMovesIt() throws {
        let talk = try talk()
        try talk.say("/in 30")
        try talk.say("/in 40")
        #expect(try talk.advance(to: "2026-03-10T14:00:00Z") == ["Wake up Ann: plain 2026-03-10 12:40"])
    }

    @Test func keysMakeSeveral() throws {
        let talk = try talk()
        let long = String(repeating: "ж/", count: 200)
        for key in ["a", "b", "a/b", long, ""] { try talk.say("/in 30 \"\(key)\"") }
        try talk.say("/in 30")
        #expect(talk.pending.count == 6)
        #expect(talk.pending.keys.allSatisfy { TimerLimits.allows($0, upTo: TimerLimits.keySize) })
        try talk.say("/off b")
        try talk.say("/off \(long)")
        try talk.say("/off")
        #expect(
            try talk.advance(to: "2026-03-10T14:00:00Z").map { $0.dropLast(17) }.sorted() == [
                "Wake up Ann: ", "Wake up Ann: a", "Wake up Ann: a/b",
            ])
    }

    @Test func onesOwnAreOnesOwn() throws {
        let talk = try talk()
        try talk.say("/in 30")
        try talk.say("/off", "bob")
        #expect(talk.pending.count == 1)
        try talk.say("/everybody")
        #expect(talk.pending.count == 2, "the same signal of the same conversation is one")
        try talk.say("/nobody")
        #expect(try talk.advance(to: "2026-03-10T14:00:00Z") == ["Wake up Ann: all 2026-03-10 12:01"])
        #expect(talk.takeHeard("bob") == [])
    }

    @Test func rowsThatAreGoneAreQuiet() throws {
        let talk = try talk()
        try talk.say("/note tea")
        #expect(try talk.advance(to: "2026-03-10T12:10:00Z") == ["tea"])
        try talk.say("/note coffee")
        try talk.say("/forget")
        #expect(try talk.advance(to: "2026-03-10T13:00:00Z") == [])
        #expect(talk.outcomes.last?.failure == nil)
    }

    @Test func lanesHaveTheirMoments() throws {
        let talk = try talk()
        try talk.say("/tick")
        #expect(talk.timers.values.allSatisfy { $0.request.person == nil && $0.request.chat == nil })
        try talk.say("/untick")
        #expect(try talk.advance(to: "2026-03-10T16:00:00Z") == ["Tick a"])
    }

    @Test func circlesWithoutTimeEnd() throws {
        let talk = try Conversation(try Definition(yaml: alarm), limits: RunLimits(hops: 20))
        talk.clock = try Timestamp(iso: "2026-03-10T12:00:00Z")
        try talk.say("/spin")
        try talk.advance(to: "2026-03-10T12:00:01Z")
        #expect(talk.outcomes.last?.failure?.code == .limit)
        #expect(talk.pending == [:])
    }
}
