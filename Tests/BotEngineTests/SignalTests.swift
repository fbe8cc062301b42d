import BotEngine
import BotLanguage
import Contracts
import Testing

/// Signals, and what reaches other conversations.
@Suite struct SignalTests {
    private let desk = """
        bot: desk
        enums: {Role: [client, admin], Status: [waiting, open, closed]}
        data:
          users:
            role: {type: Role, default: Role.client}
            on_duty: {type: bool, default: "false"}
          tickets: {client: users, admin: users?, status: {type: Status, default: Status.waiting}}
        roles: {client: user.role == Role.client, admin: user.role == Role.admin}
        fn:
          free(a): a.role == Role.admin && a.on_duty && !tickets.exists(t, t.admin == a && t.status == Status.open)
          mine(u): tickets.one(t, t.admin == u && t.status == Status.open)
        handlers:
          - {command: hire, do: [{update: user, set: {role: Role.admin}}, {show: {text: Hired}}]}
          - command: duty
            role: admin
            do: [{update: user, set: {on_duty: "true"}}, {signal: dispatch}]
          - message: any
            role: client
            do:
              - upsert: t in tickets
                where: t.client == user && t.status != Status.closed
                set: {client: user}
              - if: t.admin != null
                then: [{copy: message, to: t.admin}]
                else: [{show: {text: Please wait}}, {signal: dispatch}]
          - message: any
            role: admin
            do:
              - {let: {t: mine(user)}}
              - {require: t != null, else: You have no client now}
              - {copy: message, to: t.client}
          - command: close
            role: admin
            do:
              - {let: {t: mine(user)}}
              - {require: t != null, else: You have no client now}
              - {update: t, set: {status: Status.closed}}
              - {show: {text: "${user.name} has closed your request"}, to: t.client}
              - {signal: dispatch}
        signals:
          dispatch:
            lane: "'dispatch'"
            do:
              - claim:
                  t: {from: t in tickets, where: t.status == Status.waiting, order: t.created}
                  a: {from: a in users, where: free(a), order: random}
                set: {t: {admin: a, status: Status.open}}
                else: [{stop: true}]
              - {show: {text: "You talk to ${a.name}"}, to: t.client}
              - {show: {text: "You talk to ${t.client.name}"}, to: a}
              - {signal: dispatch}
        """

    @Test func clientsAreServedInTheirOrder() throws {
        let talk = try Conversation(yaml: desk)
        #expect(try talk.say("help", "ann") == ["Please wait"])
        #expect(try talk.say("me too", "bob") == ["Please wait"])
        try talk.say("/hire", "cid")
        #expect(try talk.say("/duty", "cid") == ["You talk to Ann"])
        #expect(talk.takeHeard("ann") == ["You talk to Cid"])
        #expect(talk.takeHeard("bob") == [])
        #expect(try talk.say("what is it?", "cid") == [])
        #expect(talk.takeHeard("ann") == ["copy"])
        #expect(try talk.say("/close", "cid") == ["You talk to Bob"])
        #expect(talk.takeHeard("ann") == ["Cid has closed your request"])
        #expect(talk.takeHeard("bob") == ["You talk to Cid"])
        #expect(try talk.say("thanks", "bob") == [])
        #expect(talk.takeHeard("cid") == ["copy"])
    }

    private let rooms = """
        bot: rooms
        data:
          rooms: {title: {type: string, max: 20}}
          visits: {room: rooms, who: {type: users, default: user}}
        screens:
          home: {text: "Hello ${user.name}"}
          room:
            args: {r: rooms}
            text: "${r.title} for ${user.name}: ${visits.count(v, v.room == r)}"
            buttons: [{label: Wave, do: [{signal: wave, with: {r: r, by: user}}, {toast: Waved}]}]
        handlers:
          - command: open
            args: {title: string}
            do: [{insert: rooms, as: r, set: {title: title}}, {go: room, with: {r: r}}]
          - command: enter
            do:
              - {let: {r: "rooms.one(r, true)"}}
              - {require: r != null, else: No room}
              - {insert: visits, set: {room: r}}
              - {show: room, with: {r: r}, to: "visits.filter(v, v.room == r).map(v, v.who)"}
          - {command: loop, do: [{signal: loop}]}
          - {command: remind, do: [{signal: remind, to: "users.filter(u, u != user)"}]}
        signals:
          wave:
            args: {r: rooms, by: users}
            lane: "'room' + string(r.id)"
            do:
              - each: v in visits
                where: v.room == r && v.who != by
                do: [{show: {text: "${by.name} waves in ${r.title}"}, to: v.who}]
          loop: {do: [{signal: loop}]}
          remind: {do: [{go: home}]}
        """

    @Test func screensAreDrawnForWhoSeesThem() throws {
        let talk = try Conversation(yaml: rooms)
        try talk.say("/open den")
        #expect(try talk.say("/enter") == ["den for Ann: 1 [Wave]"])
        #expect(try talk.say("/enter", "bob") == ["den for Bob: 2 [Wave]"])
        #expect(talk.takeHeard("ann") == ["den for Ann: 2 [Wave]"])
        // A button of a screen that somebody else had shown works like every other.
        #expect(try talk.tap("Wave") == ["toast: Waved"])
        #expect(talk.takeHeard("bob") == ["Ann waves in den"])
        #expect(try talk.say("/remind") == [])
        #expect(talk.takeHeard("bob") == ["Hello Bob"])
    }

    @Test func circlesEnd() throws {
        let talk = try Conversation(try Definition(yaml: rooms), limits: RunLimits(hops: 20))
        try talk.say("/loop")
        #expect(talk.outcomes.last?.failure?.code == .limit)
        #expect(talk.outcomes.count == 22)
        #expect(talk.outcomes.last?.effects.isEmpty ?? false)
    }
}
