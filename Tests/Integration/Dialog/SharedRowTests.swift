import Bus
import Contracts
import Dialog
import JSON
import Postgres
import Testing
import WorkerKit

/// Rows that several conversations want or show: `claim`, `live` screens, signals in a lane.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct SharedRowTests {
    private static let game = """
        bot: shop
        enums: {Status: [waiting, playing, done]}
        data:
          games:
            x: users
            o: users?
            moves: {type: int, default: "0"}
            status: {type: Status, default: Status.waiting}
            unique: [{fields: [x], where: status == Status.waiting}]
        handlers:
          - command: play
            do:
              - claim: g in games
                where: g.status == Status.waiting && g.x != user
                order: g.created
                set: {o: user, status: Status.playing}
                else: [{insert: games, as: g, set: {x: user}, else: [{show: {text: You wait already}}, {stop: true}]}]
              - {show: board, with: {g: g}, to: "g.o == null ? [g.x] : [g.x, g.o]"}
          - command: move
            do:
              - {let: {g: "games.one(g, g.status == Status.playing && (g.x == user || g.o == user))"}}
              - {require: g != null, else: No game}
              - {update: g, set: {moves: g.moves + 1, status: "g.moves == 1 ? Status.done : g.status"}}
        screens:
          board:
            args: {g: games}
            live: g
            text: "${g.status} ${g.moves}, ${g.x.name} and ${g.o == null ? 'nobody' : g.o.name}"
            buttons: [{label: Give up, do: [{update: g, set: {status: Status.done}}]}]
        """

    @Test func everyCopyFollowsItsRow() async throws {
        try await DialogBench.run(Self.game) { bench async throws in
            var table = TableTop(bench)
            try await table.say("/play", "ann")
            #expect(table.take("ann") == ["waiting 0, Ann and nobody"])
            try await table.say("/play", "ann")
            #expect(table.take("ann") == ["You wait already"])
            try await table.say("/play", "bob")
            #expect(table.take("bob") == ["playing 0, Ann and Bob"])
            #expect(table.take("ann").sorted() == ["edit: playing 0, Ann and Bob", "playing 0, Ann and Bob"])
            try await table.say("/move", "bob")
            #expect(table.take("bob") == ["edit: playing 1, Ann and Bob"])
            #expect(table.take("ann") == ["edit: playing 1, Ann and Bob", "edit: playing 1, Ann and Bob"])
            try await table.say("/move", "cid")
            #expect(table.take("cid") == ["No game"])
            // The last move ends the game, and the one behind it finds none.
            for _ in 0..<2 { try await table.say("/move", "ann") }
            #expect(table.take("bob").last == "edit: done 2, Ann and Bob")
        }
    }

    @Test func nobodyWaitsBesideAnother() async throws {
        try await DialogBench.run(Self.game) { bench async throws in
            let players = 60
            try await withThrowingTaskGroup(of: Void.self) { group in
                // As several workers do it, each with the partitions that it has.
                for worker in 0..<6 {
                    group.addTask {
                        for batch in 0..<(players / 12) {
                            let deliveries = (0..<2).map { index in
                                let person = "\(worker)-\(batch)-\(index)"
                                return bench.command("play", "play-\(person)", from: PersonID(person))
                            }
                            _ = try await bench.handler.handle(deliveries)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let games = try await bench.pool.query(
                "SELECT count(*), count(*) FILTER (WHERE o IS NULL), count(DISTINCT x) + count(DISTINCT o) FROM bot_shop.games"
            ).decode((Int64, Int64, Int64).self)
            #expect(try #require(games.first) == (Int64(players / 2), 0, Int64(players)))
        }
    }

    private static let desk = """
        bot: shop
        data:
          users: {admin: {type: bool, default: "false"}}
          tickets:
            client: {type: users, default: user}
            admin: users?
            open: {type: bool, default: "true"}
            unique: [{fields: [client], where: open}, {fields: [admin], where: open}]
        fn:
          free(a): a.admin && !tickets.exists(t, t.admin == a && t.open)
        handlers:
          - {command: hire, do: [{update: user, set: {admin: "true"}}, {signal: dispatch}]}
          - {command: ask, do: [{insert: tickets}, {signal: dispatch}]}
        signals:
          dispatch:
            lane: "'dispatch'"
            do:
              - claim:
                  t: {from: t in tickets, where: t.open && t.admin == null, order: t.created}
                  a: {from: a in users, where: free(a), order: random}
                set: {t: {admin: a}}
                else: [{stop: true}]
              - {show: {text: "${t.client.name} has ${a.name}"}, to: "[t.client, a]"}
              - {signal: dispatch}
        """

    @Test func signalsInALanePairPeople() async throws {
        try await DialogBench.run(Self.desk) { bench async throws in
            var table = TableTop(bench)
            try await table.say("/ask", "ann")
            try await table.say("/ask", "bob")
            #expect(table.take("ann") == [])
            try await table.say("/hire", "cid")
            #expect(table.take("ann") == ["Ann has Cid"])
            #expect(table.take("cid") == ["Ann has Cid"])
            #expect(table.take("bob") == [])
            try await table.say("/hire", "dan")
            #expect(table.take("bob") == ["Bob has Dan"])
        }
    }
}

extension DialogBench {
    func command(_ name: String, _ id: String, from person: PersonID, name first: String = "Ann") -> BusDelivery {
        let message = Message(id: "1", content: .text(FormattedText("/\(name)")))
        return delivery(id, from: person, name: first, content: .command(BotCommand(name: name, arguments: ""), message))
    }
}

/// People around a bot: what one does is handled with everything that it causes, receipts included.
private struct TableTop {
    private let bench: DialogBench
    private var seen: [String: [String]] = [:]
    private var count = 0

    init(_ bench: DialogBench) { self.bench = bench }

    /// What the person saw since it was taken last.
    mutating func take(_ person: String) -> [String] { seen.removeValue(forKey: person) ?? [] }

    mutating func say(_ text: String, _ person: String) async throws {
        count += 1
        let name = person.prefix(1).uppercased() + person.dropFirst()
        var waiting = [bench.command(String(text.dropFirst()), "e\(count)", from: PersonID(person), name: name)]
        while !waiting.isEmpty {
            guard case .effects(let messages)? = try await bench.handler.handle([waiting.removeFirst()]).first else {
                Issue.record("an event was refused")
                return
            }
            for message in messages {
                if message.exchange == .outbound {
                    waiting += try receive(message)
                } else {
                    waiting.append(delivery(message.envelope, message.body))
                }
            }
        }
    }

    /// What the person sees, and the receipt when one is wanted.
    private mutating func receive(_ message: BusMessage) throws -> [BusDelivery] {
        let command = try Command(jsonBytes: message.body)
        let person = command.chat?.rawValue ?? ""
        switch command.action {
        case .send(let outgoing):
            seen[person, default: []].append(Self.text(outgoing))
            guard command.receipt == .always else { return [] }
            count += 1
            let receipt = Receipt(command: message.envelope.id, outcome: .done(messages: [MessageID("\(count)")]))
            return [bench.delivery("r\(count)", from: PersonID(person), name: "", content: .receipt(receipt))]
        case .edit(_, let outgoing): seen[person, default: []].append("edit: " + Self.text(outgoing))
        default: break
        }
        return []
    }

    private func delivery(_ envelope: Envelope, _ body: [UInt8]) -> BusDelivery {
        BusDelivery(
            envelope: envelope, routingKey: "", body: body, isRedelivered: false, isCurrent: { true }, acknowledge: {}, reject: {})
    }

    private static func text(_ message: OutgoingMessage) -> String {
        if case .text(let text) = message.content { text } else { message.content.type }
    }
}
