import Bus
import Contracts
import JSON
import Sender
import Testing

/// Who is told what became of a command.
@Suite struct ReceiptTests {
    private let demo: BotName
    private let now = Instant(nanoseconds: 0)
    private let wall = Timestamp(milliseconds: 0)
    private let outcomes: [Receipt.Outcome] = [
        .done(messages: []), .blocked(reason: ""), .failed(code: 400, reason: ""), .ambiguous(reason: ""), .dropped(reason: ""),
    ]

    init() throws { demo = try #require(BotName("demo")) }

    @Test func nobodyIsToldWhoDoesNotWantToKnow() throws {
        for outcome in outcomes { #expect(try receipt(outcome, .never) == nil) }
    }

    @Test func aFailureIsEverythingButDone() throws {
        #expect(try outcomes.map { try receipt($0, .failures) != nil } == [false, true, true, true, true])
    }

    @Test func alwaysIsEveryOutcome() throws {
        for outcome in outcomes { #expect(try receipt(outcome, .always) != nil) }
    }

    /// What a chat as a whole is shown concerns nobody in it. Then the receipt is the chat's, if somebody asked for it.
    @Test func withoutAPersonOnlyTheChatIsTold() throws {
        for outcome in outcomes { #expect(try receipt(outcome, .failures, person: nil) == nil) }
        let message = try #require(try receipt(.done(messages: ["7"]), .always, chat: "-5", person: nil))
        let event = try Event(jsonBytes: message.body)
        #expect(event.chat?.id == "-5" && event.person == nil)
        #expect(message.envelope.partitionKey == "demo/-5")
    }

    @Test func itNamesThePollThatWasMade() throws {
        let message = try #require(try receipt(.done(messages: ["7"]), .always, poll: "P1"))
        let event = try Event(jsonBytes: message.body)
        #expect(event.content == .receipt(Receipt(command: "telegram:demo:1/0", outcome: .done(messages: ["7"]), poll: "P1")))
    }

    @Test func itIsAnEventOfTheConversationThatAskedForTheCommand() throws {
        let message = try #require(try receipt(.done(messages: ["7"]), .always, chat: "-5"))
        let event = try Event(jsonBytes: message.body)
        #expect(event.bot == demo && event.chat?.id == "-5" && event.chat?.kind == .group && event.person?.id == "9")
        #expect(event.content == .receipt(Receipt(command: "telegram:demo:1/0", outcome: .done(messages: ["7"]))))
        #expect(message.exchange == .inbound && message.envelope.partitionKey == "demo/-5")
    }

    /// So that one that is published twice is handled once.
    @Test func itsIDIsDerivedFromTheCommands() throws {
        let message = try #require(try receipt(.done(messages: []), .always))
        #expect(message.envelope.id == "telegram:demo:1/0/0" && message.envelope.causation == "telegram:demo:1/0")
    }

    private func receipt(
        _ outcome: Receipt.Outcome, _ policy: Command.ReceiptPolicy, chat: ChatID = "5", person: PersonID? = "9", poll: String? = nil
    ) throws -> BusMessage? {
        let command = Command(
            bot: demo, platform: .telegram, chat: chat, person: person, action: .send(OutgoingMessage(.text("hello"))), receipt: policy)
        var outbox = Outbox(limits: SendLimits())
        _ = outbox.put(command, Subscription().delivery("telegram:demo:1/0"), at: now)
        guard case .send(let task) = outbox.next(at: now, wall: wall) else {
            Issue.record("nothing to send")
            return nil
        }
        return task.receipt(outcome, poll: poll, at: wall)
    }
}
