import Bus
import Contracts
import Dialog
import JSON
import Postgres
import Testing
import WorkerKit

/// What a chat has in common, and polls that anybody there answers.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct ChatTests {
    private static let bot = """
        bot: shop
        data:
          boards: {n: {type: int, default: "0"}}
          places: {where: chat}
          votes: {who: {type: users, default: user}, texts: list<string>}
        screens:
          board:
            args: {b: boards}
            live: b
            press: everyone
            text: "${b.n}"
            buttons: [{label: "+", do: [{update: b, set: {n: b.n + 1}}]}]
          lunch:
            args: {b: boards}
            poll: {question: Lunch?, options: [Soup, Salad], anonymous: false}
        handlers:
          - {command: play, do: [{insert: boards, as: b}, {show: board, with: {b: b}}]}
          - {command: more, do: [{each: b in boards, do: [{update: b, set: {n: b.n + 10}}]}]}
          - {command: here, do: [{insert: places, set: {where: chat}}]}
          - command: tell
            do: [{insert: boards, as: b}, {each: p in places, do: [{show: board, with: {b: b}, to: p.where}]}]
          - {command: ask, do: [{insert: boards, as: b}, {show: lunch, with: {b: b}}]}
          - poll: lunch
            do:
              - {insert: votes, set: {texts: answer.texts}}
              - {show: {text: "${user.first_name}: ${answer.texts.join(', ')} of ${string(b.n)}"}}
        """

    @Test func everyonePressesTheSameButtons() async throws {
        try await DialogBench.run(Self.bot) { bench async throws in
            var group = Group(bench)
            try await group.say("/play", "ann")
            #expect(group.take() == ["0 [+]"])
            try await group.press("+", "bob")
            #expect(group.take() == ["edit: 1 [+]"])
            try await group.press("+", "cid")
            #expect(group.take() == ["edit: 2 [+]"])
            // From elsewhere: the chat itself follows the row.
            try await group.say("/more", "dan", isAlone: true)
            #expect(group.take() == ["edit: 12 [+]"])
            let chats = try await bench.pool.query("SELECT person FROM dialog.live").decode(String.self)
            #expect(chats == [""])
        }
    }

    @Test func chatsAreTold() async throws {
        try await DialogBench.run(Self.bot) { bench async throws in
            var group = Group(bench)
            try await group.say("/here", "ann")
            try await group.say("/tell", "dan", isAlone: true)
            #expect(group.take() == ["0 [+]"])
            try await group.press("+", "bob")
            #expect(group.take() == ["edit: 1 [+]"])
            try await group.say("/more", "dan", isAlone: true)
            #expect(group.take() == ["edit: 11 [+]"])
        }
    }

    @Test func anybodysAnswerFindsThePoll() async throws {
        try await DialogBench.run(Self.bot) { bench async throws in
            var group = Group(bench)
            try await group.say("/ask", "ann")
            #expect(group.take() == ["poll"])
            try await group.vote([1], "bob")
            try await group.vote([], "bob")
            #expect(group.take() == ["Bob: Salad of 0", "Bob:  of 0"])
            try await group.vote([0], "bob", in: "another")
            #expect(group.take() == [])
        }
    }

    /// Somebody is quicker than the receipt, which the sender may tell late.
    @Test func answersBeforeTheReceiptWait() async throws {
        try await DialogBench.run(Self.bot) { bench async throws in
            var group = Group(bench)
            group.holdsReceipts = true
            try await group.say("/ask", "ann")
            try await group.vote([0], "bob")
            try await group.vote([1], "cid")
            #expect(group.take() == ["poll"])
            try await group.releaseReceipts()
            #expect(group.take() == ["Bob: Soup of 0", "Cid: Salad of 0"])
            let left = try await bench.pool.query("SELECT count(*) FROM dialog.early_answers").decode(Int64.self)
            #expect(left == [0])
            try await group.vote([1], "dan")
            #expect(group.take() == ["Dan: Salad of 0"])
        }
    }

    /// A repeat of the answer shows nobody anything twice.
    @Test func repeatsAreHarmless() async throws {
        try await DialogBench.run(Self.bot) { bench async throws in
            var group = Group(bench)
            try await group.say("/ask", "ann")
            try await group.vote([1], "bob", id: "v")
            try await group.vote([1], "bob", id: "v")
            let votes = try await bench.pool.query("SELECT count(*) FROM bot_shop.votes").decode(Int64.self)
            #expect(votes == [1])
        }
    }
}

/// People in one group around a bot: what one does is handled with everything that it causes.
private struct Group {
    private let bench: DialogBench
    private var seen: [String] = []
    private var count = 0
    private var shown: (message: MessageID, buttons: [InlineButton]) = ("0", [])
    private var held: [BusDelivery] = []
    var holdsReceipts = false

    init(_ bench: DialogBench) { self.bench = bench }

    mutating func take() -> [String] {
        defer { seen = [] }
        return seen
    }

    mutating func say(_ text: String, _ person: String, isAlone: Bool = false) async throws {
        let message = Message(id: "1", content: .text(FormattedText(text)))
        try await handle(
            .command(BotCommand(name: String(text.dropFirst())), message), person, isAlone ? Chat(id: "5", kind: .direct) : group)
    }

    mutating func press(_ label: String, _ person: String) async throws {
        let button = try #require(shown.buttons.first { $0.text == label })
        guard case .data(let data) = button.action else { return }
        try await handle(.button(ButtonPress(query: "q", data: data, message: shown.message)), person, group)
    }

    mutating func vote(_ options: [Int], _ person: String, in poll: String = "P1", id: String? = nil) async throws {
        try await handle(.pollAnswer(PollAnswer(poll: poll, options: options)), person, nil, id: id)
    }

    mutating func releaseReceipts() async throws {
        holdsReceipts = false
        let receipts = held
        held = []
        for receipt in receipts { try await handle(receipt) }
    }

    private var group: Chat { Chat(id: "-1", kind: .group, title: "Group") }

    private mutating func handle(_ content: Event.Content, _ person: String, _ chat: Chat?, id: String? = nil) async throws {
        count += 1
        let name = person.prefix(1).uppercased() + person.dropFirst()
        let event = Event(
            bot: bench.bot, platform: .telegram, at: Timestamp(milliseconds: 1_700_000_000_000), chat: chat,
            person: Person(id: PersonID(person), firstName: name), content: content)
        try await handle(
            delivery(
                Envelope(
                    id: EnvelopeID(id ?? "e\(count)"), lane: .interactive, partitionKey: event.partitionKey, type: "event.\(event.kind)"),
                event.jsonBytes))
    }

    private mutating func handle(_ delivery: BusDelivery) async throws {
        var waiting = [delivery]
        while !waiting.isEmpty {
            guard case .effects(let messages)? = try await bench.handler.handle([waiting.removeFirst()]).first else {
                Issue.record("an event was refused")
                return
            }
            for message in messages {
                if message.exchange == .outbound {
                    waiting += try receive(message)
                } else {
                    waiting.append(self.delivery(message.envelope, message.body))
                }
            }
        }
    }

    private func delivery(_ envelope: Envelope, _ body: [UInt8]) -> BusDelivery {
        BusDelivery(
            envelope: envelope, routingKey: "", body: body, isRedelivered: false, isCurrent: { true }, acknowledge: {}, reject: {})
    }

    /// What is seen in the group, and the receipt when one is wanted, as the sender makes it.
    private mutating func receive(_ message: BusMessage) throws -> [BusDelivery] {
        let command = try Command(jsonBytes: message.body)
        count += 1
        switch command.action {
        case .send(let outgoing):
            seen.append(text(outgoing))
            if case .inline(let rows)? = outgoing.keyboard { shown = (MessageID("\(count)"), rows.flatMap { $0 }) }
            guard command.receipt == .always else { return [] }
            var poll: String?
            if case .poll = outgoing.content { poll = "P1" }
            let event = Event(
                bot: command.bot, platform: command.platform, at: Timestamp(milliseconds: 1),
                chat: command.chat.map { Chat(id: $0, kind: .group) }, person: command.person.map { Person(id: $0, firstName: "") },
                thread: command.thread,
                content: .receipt(
                    Receipt(command: message.envelope.id, outcome: .done(messages: [MessageID("\(count)")]), poll: poll)))
            let receipt = delivery(
                Envelope(id: EnvelopeID("r\(count)"), lane: .normal, partitionKey: event.partitionKey, type: "event.receipt"),
                event.jsonBytes)
            if holdsReceipts {
                held.append(receipt)
                return []
            }
            return [receipt]
        case .edit(let target, let outgoing):
            seen.append("edit: " + text(outgoing))
            if case .inline(let rows)? = outgoing.keyboard { shown = (target, rows.flatMap { $0 }) }
        default: break
        }
        return []
    }

    private func text(_ message: OutgoingMessage) -> String {
        var text = if case .text(let text) = message.content { text } else { message.content.type }
        if case .inline(let rows)? = message.keyboard { text += rows.map { " [" + $0.map(\.text).joined(separator: "|") + "]" }.joined() }
        return text
    }
}
