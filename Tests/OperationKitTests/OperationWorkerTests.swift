import Bus
import Contracts
import JSON
import Logging
import OperationKit
import Probe
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import WorkerKit

@Suite(.timeLimit(.minutes(1))) struct OperationWorkerTests {
    private let bench = Bench()

    private func request(
        _ operation: Operation, _ arguments: [JSONObject.Member] = [], wantsReply: Bool = true, deadline: Int64 = 60_000
    ) throws -> OperationRequest {
        OperationRequest(
            operation, bot: try #require(BotName("demo")), platform: .telegram, at: Timestamp(milliseconds: 0),
            chat: Chat(id: "42", kind: .direct), person: Person(id: "42", firstName: "Ann"), arguments: JSONObject(arguments),
            wantsReply: wantsReply, deadline: Timestamp(milliseconds: deadline))
    }

    @Test func saysHowFarItIsAndThatItIsDone() async throws {
        let bench = Bench([Greeter.greet])
        try await bench.run {
            bench.consumer.deliver([
                bench.delivery("e/0", try request("greeter.greet", [("names", ["Ann", "Bob"]), ("loud", true)]))
            ])
            await bench.journal.wait(for: "ack e/0")
        }
        let said = bench.publisher.messages
        #expect(said.map(\.envelope.id) == ["e/0/p1", "e/0/p2", "e/0/end"])
        #expect(
            try said.map { try Event(jsonBytes: $0.body).content }.last
                == .operation(
                    OperationReply(
                        request: "e/0", operation: "greeter.greet", content: .result(JSONObject([("text", "HELLO, ANN! HELLO, BOB!")])))))
        let last = try #require(said.last)
        #expect(last.exchange == .inbound)
        #expect(last.envelope.partitionKey == "demo/42")
        #expect(last.envelope.causation == "e/0")
        #expect(last.envelope.correlation == "e")
        #expect(last.routingKey.hasPrefix("dialog.telegram.operation.demo.interactive.p"))
        #expect(try Event(jsonBytes: last.body).person?.id == "42")
        // Acknowledged behind everything that is said.
        #expect(
            bench.journal.lines.filter { $0.hasPrefix("publish") || $0.hasPrefix("ack") } == [
                "publish e/0/p1", "publish e/0/p2", "publish e/0/end", "ack e/0",
            ])
    }

    @Test func aRepeatSaysTheSame() async throws {
        try await bench.run {
            let request = try request(.probeEcho, [("text", "a"), ("password", "hush")])
            bench.consumer.deliver([bench.delivery("e/0", request)])
            await bench.journal.wait(for: "ack e/0")
            bench.consumer.deliver([bench.delivery("e/0", request)])
            await bench.journal.wait(for: "ack e/0", times: 2)
        }
        let said = bench.publisher.messages
        #expect(said.count == 2)
        #expect(said[0].envelope == said[1].envelope)
        #expect(try reply(said[0]) == (try reply(said[1])))
        #expect(try reply(said[0]) == .result(JSONObject([("text", "a"), ("password_size", 4)])))
    }

    @Test func whatNobodyWantsToHearIsNotSaid() async throws {
        try await bench.run {
            bench.consumer.deliver([
                bench.delivery("e/0", try request(.probeSlow, [("steps", 2), ("pause", 1)], wantsReply: false))
            ])
            await bench.journal.wait(for: "ack e/0")
        }
        #expect(bench.publisher.messages.isEmpty)
    }

    // MARK: Failures

    @Test func failuresAreTold() async throws {
        #expect(try await end(try request(.probeFail, [("code", "nope")])) == .failure(OperationFailure("nope", "It was asked to fail.")))
    }

    @Test func argumentsAreChecked() async throws {
        #expect(
            try await end(try request(.probeEcho, [("text", 1)]))
                == .failure(OperationFailure(.invalidArguments, "The argument 'text' is a number, not a text.")))
    }

    @Test func resultsAreChecked() async throws {
        let bench = Bench([OperationHandler(.probeEcho) { _ in ["text": 1] }])
        #expect(
            try await end(try request(.probeEcho, [("text", "a")]), bench)
                == .failure(OperationFailure(.workerFault, "The worker gave no valid result.")))
    }

    @Test func faultsAreHidden() async throws {
        struct Broken: Error {}
        let bench = Bench([OperationHandler(.probeEcho) { _ in throw Broken() }])
        #expect(
            try await end(try request(.probeEcho, [("text", "a")]), bench)
                == .failure(OperationFailure(.workerFault, "The worker has a fault.")))
    }

    @Test func wrongProgressIsNotSaid() async throws {
        let bench = Bench([
            OperationHandler(.probeSlow) { call in
                await call.progress(["step": "one"])
                return ["steps": 1]
            }
        ])
        #expect(try await end(try request(.probeSlow, [("steps", 1), ("pause", 1)]), bench) == .result(JSONObject([("steps", 1)])))
        #expect(bench.publisher.messages.count == 1)
    }

    @Test func outagesAreSatOut() async throws {
        #expect(
            try await end(try request(.probeFail, [("outages", 2)])) == .failure(OperationFailure("asked_for", "It was asked to fail.")))
    }

    @Test func anOutageThatLastsIsTold() async throws {
        let end = try await end(try request(.probeFail, [("outages", 100)], deadline: 2_000))
        #expect(end == .failure(OperationFailure(.unavailable, "Something that the worker needs was away for too long.")))
    }

    @Test func theTimeRunsOut() async throws {
        let end = try await end(try request(.probeSlow, [("steps", 100), ("pause", 60_000)], deadline: 50))
        #expect(end == .failure(OperationFailure(.timeout, "It didn't end in time.")))
    }

    @Test func whatComesTooLateIsNotDone() async throws {
        let bench = Bench([OperationHandler(.probeEcho) { _ in throw OperationFailure("done", "It was done.") }])
        let end = try await end(try request(.probeEcho, [("text", "a")], deadline: 0), bench)
        #expect(end == .failure(OperationFailure(.timeout, "It didn't end in time.")))
    }

    @Test(arguments: ["request.probe.unknown", "request.probe.echo", "event.message"])
    func whatIsNoRequestGoesToTheDeadLetters(type: String) async throws {
        let bench = bench
        try await bench.run {
            bench.consumer.deliver([bench.delivery("e/0", type: type, body: Array("{}".utf8))])
            await bench.journal.wait(for: "reject e/0")
        }
        #expect(bench.publisher.messages.isEmpty)
    }

    // MARK: The end of the process

    @Test func anEndingProcessGivesBackWhatIsInHand() async throws {
        let worker = bench.worker()
        let running = Task { await worker.run() }
        bench.consumer.deliver([bench.delivery("e/0", try request(.probeSlow, [("steps", 100), ("pause", 60_000)]))])
        await bench.journal.wait(for: "taken e/0")
        running.cancel()
        await running.value
        #expect(!bench.journal.lines.contains("ack e/0") && !bench.journal.lines.contains("reject e/0"))
        #expect(bench.publisher.messages.isEmpty)
    }

    @Test func aWorkerDoesWhatTheCatalogueSays() throws {
        try OperationProcess.check(ProbeOperations().handlers, of: "probe")
        #expect(throws: (any Error).self) { try OperationProcess.check([Greeter.greet], of: "probe") }
        #expect(throws: (any Error).self) { try OperationProcess.check([], of: "probe") }
    }

    private func end(_ request: OperationRequest, _ other: Bench? = nil) async throws -> OperationReply.Content? {
        let bench = other ?? bench
        try await bench.run {
            bench.consumer.deliver([bench.delivery("e/0", request)])
            await bench.journal.wait(for: "ack e/0")
        }
        return try bench.publisher.messages.last.map { try reply($0) } ?? nil
    }

    private func reply(_ message: BusMessage) throws -> OperationReply.Content? {
        if case .operation(let reply) = try Event(jsonBytes: message.body).content { reply.content } else { nil }
    }
}

private struct Bench {
    typealias TestedWorker = Worker<OperationWorker, ScriptedConsumer>

    let journal = Journal()
    let consumer: ScriptedConsumer
    let publisher: CollectingPublisher
    private let handlers: [OperationHandler]

    init(_ handlers: [OperationHandler] = ProbeOperations().handlers) {
        self.handlers = handlers
        consumer = ScriptedConsumer(journal: journal)
        publisher = CollectingPublisher(journal: journal)
    }

    func delivery(_ id: String, _ request: OperationRequest) -> BusDelivery {
        delivery(id, type: request.operation.type, body: request.jsonBytes)
    }

    func delivery(_ id: String, type: String, body: [UInt8]) -> BusDelivery {
        let journal = journal
        return BusDelivery(
            envelope: Envelope(
                id: EnvelopeID(id), correlation: "e", causation: "e", lane: .interactive, partitionKey: nil, type: type), routingKey: "",
            body: body, isRedelivered: false,
            isCurrent: {
                journal.write("taken \(id)")
                return true
            }, acknowledge: { journal.write("ack \(id)") }, reject: { journal.write("reject \(id)") })
    }

    func worker() -> TestedWorker {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return TestedWorker(
            name: "probe", consumers: [consumer], publisher: publisher,
            handler: OperationWorker(handlers, publisher: publisher, logger: logger, now: { Timestamp(milliseconds: 0) }),
            settings: OperationWorker.settings(concurrency: 4), logger: logger)
    }

    func run(during body: () async throws -> Void) async throws {
        let group = ServiceGroup(
            configuration: .init(services: [worker()], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })))
        async let running: Void = group.run()
        try await body()
        await group.triggerGracefulShutdown()
        try await running
    }
}

private final class CollectingPublisher: BusPublisher {
    private let collected = Mutex<[BusMessage]>([])
    private let journal: Journal

    init(journal: Journal) { self.journal = journal }

    var messages: [BusMessage] { collected.withLock { $0 } }

    func publish(_ messages: [BusMessage]) async throws(BusError) {
        collected.withLock { $0 += messages }
        for message in messages { journal.write("publish \(message.envelope.id)") }
    }
}
