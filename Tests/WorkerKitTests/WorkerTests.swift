import Bus
import Contracts
import Logging
import MetricsTestKit
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import WorkerKit

@Suite(.timeLimit(.minutes(1))) struct WorkerTests {
    private let bench = Bench()

    @Test func acknowledgesAfterTheEffectsArePublished() async throws {
        try await bench.run {
            bench.consumer.deliver([bench.delivery("1", key: "a"), bench.delivery("2", key: "b")])
            await bench.journal.wait { $0.contains("ack 1") && $0.contains("ack 2") }
        }
        let lines = bench.journal.lines
        for id in ["1", "2"] {
            let published = try #require(lines.firstIndex(of: "publish \(id)/0"))
            #expect(try #require(lines.firstIndex(of: "dispatched \(id)")) > published)
            #expect(try #require(lines.firstIndex(of: "ack \(id)")) > published)
        }
    }

    @Test func keepsTheOrderOfAKey() async throws {
        let ids = (0..<200).map { String($0) }
        try await bench.run {
            bench.consumer.deliver(ids.map { bench.delivery($0, key: $0.last.map(String.init) ?? "") })
            await bench.journal.wait { $0.count { $0.hasPrefix("ack") } == ids.count }
        }
        for key in 0..<10 {
            let handled = bench.journal.lines.filter { $0.hasPrefix("handle") && $0.hasSuffix("\(key)") }
            #expect(handled == ids.filter { $0.hasSuffix("\(key)") }.map { "handle \($0)" })
        }
    }

    @Test func whatFailsAloneTakesNoOthersWithIt() async throws {
        bench.handler.failing.withLock { $0 = ["2"] }
        try await bench.run {
            bench.consumer.deliver((1...3).map { bench.delivery("\($0)", key: "k\($0)") } + [bench.delivery("4", key: "k2")])
            await bench.journal.wait { $0.contains("ack 4") }
        }
        #expect(bench.journal.lines.contains("reject 2"))
        #expect(!bench.journal.lines.contains("ack 2"))
        for id in ["1", "3", "4"] { #expect(bench.journal.lines.contains("ack \(id)")) }
        #expect(try bench.count("switchboard.worker.dead_letters", [("reason", "failed")]) == 1)
        #expect(try bench.count("switchboard.worker.dead_letters", [("reason", "rejected")]) == 0)
        #expect(try bench.count("switchboard.worker.effects.left") == 0)
    }

    @Test func waitsForInfrastructure() async throws {
        bench.handler.outages.withLock { $0 = 2 }
        try await bench.run {
            bench.consumer.deliver([bench.delivery("1", key: "a")])
            await bench.journal.wait { $0.contains("ack 1") }
        }
        #expect(bench.journal.lines.count { $0 == "outage" } == 2)
        #expect(!bench.journal.lines.contains("reject 1"))
    }

    @Test func repeatsAFailedPublish() async throws {
        bench.publisher.outages.withLock { $0 = 2 }
        try await bench.run {
            bench.consumer.deliver([bench.delivery("1", key: "a")])
            await bench.journal.wait { $0.contains("ack 1") }
        }
        #expect(bench.journal.lines.contains("dispatched 1"))
    }

    @Test func leavesEffectsToTheSweepWhenTheBrokerTakesNothing() async throws {
        var settings = Bench.TestedWorker.Settings()
        settings.publishPatience = .milliseconds(1)
        bench.publisher.outages.withLock { $0 = .max }
        try await bench.run(settings) {
            bench.consumer.deliver([bench.delivery("1", key: "a")])
            await bench.journal.wait { $0.contains("ack 1") }
        }
        #expect(!bench.journal.lines.contains("dispatched 1"))
        #expect(try bench.count("switchboard.worker.effects.left") > 0)
    }

    @Test func drainingFinishesWhatIsInHandAndGivesBackTheRest() async throws {
        bench.handler.close()
        try await bench.run {
            bench.consumer.deliver([bench.delivery("1", key: "a"), bench.delivery("2", key: "a")])
            await bench.journal.wait { $0.contains("handle 1") }
        } whileDraining: {
            await bench.journal.wait { $0.contains("stop") }
            bench.handler.open()
        }
        #expect(bench.journal.lines == ["handle 1", "stop", "publish 1/0", "dispatched 1", "ack 1", "close"])
    }

    @Test func whatWasLostWithItsSubscriptionIsNotHandled() async throws {
        try await bench.run {
            bench.consumer.deliver([
                bench.delivery("1", key: "a", isCurrent: false), bench.delivery("2", key: "a", isCurrent: false),
                bench.delivery("1", key: "a"), bench.delivery("2", key: "a"),
            ])
            await bench.journal.wait(for: "ack 2")
        }
        #expect(bench.journal.lines.filter { $0.hasPrefix("handle") } == ["handle 1", "handle 2"])
    }

    @Test func whatCannotBePublishedAtTheEndIsGivenBack() async throws {
        bench.handler.close()
        bench.publisher.outages.withLock { $0 = .max }
        try await bench.run {
            bench.consumer.deliver([bench.delivery("1", key: "a")])
            await bench.journal.wait(for: "handle 1")
        } whileDraining: {
            await bench.journal.wait(for: "stop")
            bench.handler.open()
        }
        #expect(bench.journal.lines == ["handle 1", "stop", "close"], "the next consumer publishes it, sooner than the sweep")
    }

    @Test func cancellationIsNoVerdictOnADelivery() async throws {
        bench.handler.close()
        let worker = bench.worker()
        let running = Task { await worker.run() }
        bench.consumer.deliver([bench.delivery("1", key: "a"), bench.delivery("2", key: "b")])
        await bench.journal.wait(for: "handle 2")
        running.cancel()
        bench.handler.open(failing: true)
        await running.value
        #expect(bench.journal.lines.filter { $0.hasPrefix("reject") || $0.hasPrefix("ack") } == [])
    }
}

/// A worker between a scripted consumer, handler and publisher that write down what happens.
private struct Bench {
    typealias TestedWorker = Worker<ScriptedHandler, ScriptedConsumer>

    let journal = Journal()
    let consumer: ScriptedConsumer
    let handler: ScriptedHandler
    let publisher: ScriptedPublisher
    let metrics = TestMetrics()

    /// Of a counter with these attributes beside the worker's name.
    func count(_ name: String, _ attributes: [(String, String)] = []) throws -> Int64 {
        try metrics.expectCounter(name, [("worker", "test")] + attributes).totalValue
    }

    init() {
        consumer = ScriptedConsumer(journal: journal)
        handler = ScriptedHandler(journal: journal)
        publisher = ScriptedPublisher(journal: journal)
    }

    func delivery(_ id: String, key: String, isCurrent: Bool = true) -> BusDelivery {
        let journal = journal
        return BusDelivery(
            envelope: Envelope(id: EnvelopeID(id), lane: .interactive, partitionKey: key, type: "event.test"), routingKey: "", body: [],
            isRedelivered: false, isCurrent: { isCurrent }, acknowledge: { journal.write("ack \(id)") },
            reject: { journal.write("reject \(id)") })
    }

    func worker(_ settings: TestedWorker.Settings = .init()) -> TestedWorker {
        TestedWorker(
            name: "test", consumers: [consumer], publisher: publisher, handler: handler, settings: settings,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), metricsFactory: metrics)
    }

    /// Runs the worker during `body`, then shuts it down gracefully.
    func run(
        _ settings: TestedWorker.Settings = .init(), during body: () async throws -> Void, whileDraining: () async throws -> Void = {}
    ) async throws {
        let worker = worker(settings)
        let group = ServiceGroup(
            configuration: .init(services: [worker], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })))
        async let running: Void = group.run()
        try await body()
        await group.triggerGracefulShutdown()
        try await whileDraining()
        try await running
    }
}

private struct Outage: Error {}
private struct Broken: Error {}

private final class ScriptedHandler: DeliveryHandler {
    let failing = Mutex<Set<EnvelopeID>>([])
    let outages = Mutex(0)
    private enum Gate {
        case open(failing: Bool)
        case closed
        case waited([CheckedContinuation<Bool, Never>])
    }
    private let gate = Mutex(Gate.open(failing: false))
    private let journal: Journal

    init(journal: Journal) { self.journal = journal }

    func handle(_ batch: [BusDelivery]) async throws -> [DeliveryOutcome] {
        if outages.withLock({ count in
            defer { count = max(0, count - 1) }
            return count > 0
        }) {
            journal.write("outage")
            throw Outage()
        }
        if batch.contains(where: { delivery in failing.withLock { $0.contains(delivery.envelope.id) } }) { throw Broken() }
        for delivery in batch { journal.write("handle \(delivery.envelope.id)") }
        try await passGate()
        return batch.map { delivery in
            .effects([
                BusMessage(
                    exchange: .outbound, routingKey: "k",
                    envelope: delivery.envelope.causing(0, type: "command.test", lane: .interactive, partitionKey: nil), body: [])
            ])
        }
    }

    /// From now on handling waits until ``open()``.
    func close() { gate.withLock { $0 = .closed } }

    /// - Parameter failing: what has waited fails.
    func open(failing: Bool = false) {
        gate.withLock {
            if case .waited(let continuations) = $0 { for continuation in continuations { continuation.resume(returning: failing) } }
            $0 = .open(failing: failing)
        }
    }

    private func passGate() async throws {
        let isFailing = await withCheckedContinuation { continuation in
            gate.withLock {
                switch $0 {
                case .open(let failing): continuation.resume(returning: failing)
                case .closed: $0 = .waited([continuation])
                case .waited(let others): $0 = .waited(others + [continuation])
                }
            }
        }
        if isFailing { throw Broken() }
    }

    func isTransient(_ error: any Error) -> Bool { error is Outage }
    func didDispatch(_ delivery: BusDelivery) { journal.write("dispatched \(delivery.envelope.id)") }
}

private final class ScriptedPublisher: BusPublisher {
    let outages = Mutex(0)
    private let journal: Journal

    init(journal: Journal) { self.journal = journal }

    func publish(_ messages: [BusMessage]) async throws(BusError) {
        let isAway = outages.withLock { count in
            defer { count = max(0, count - 1) }
            return count > 0
        }
        if isAway { throw BusError(.unavailable, "away") }
        for message in messages { journal.write("publish \(message.envelope.id)") }
    }
}
