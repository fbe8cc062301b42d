import Bus
import Contracts
import Dialog
import Logging
import Postgres
import Synchronization
import Testing

@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct HousekeepingTests {
    /// A broker that takes everything.
    private final class Taking: BusPublisher {
        private let taken = Mutex<[BusMessage]>([])
        var count: Int { taken.withLock { $0.count } }

        func publish(_ messages: [BusMessage]) async throws(BusError) { taken.withLock { $0 += messages } }
    }

    /// A broker that blocks its publishers, as it does when its disk is full.
    private struct Blocking: BusPublisher {
        func publish(_ messages: [BusMessage]) async throws(BusError) {
            try? await Task.sleep(for: .seconds(3600))
            throw BusError(.unavailable, "cancelled")
        }
    }

    @Test func aBlockedBrokerHoldsNoTransactionOpen() async throws {
        try await DialogBench.run(DialogHandlerTests.counting) { bench async throws in
            _ = try await bench.answers(bench.delivery("e", "hi"))
            _ = try await bench.pool.query("UPDATE dialog.handled SET handled_at = now() - interval '5 minutes'")
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            await Housekeeping(
                handler: bench.handler, publisher: Blocking(), interval: .seconds(3600), patience: .milliseconds(50), logger: logger
            ).round()
            let publisher = Taking()
            await Housekeeping(handler: bench.handler, publisher: publisher, interval: .seconds(3600), logger: logger).round()
            #expect(publisher.count == 1)
        }
    }

    /// A minute without a broker leaves thousands of effects; one round of the sweep publishes them all.
    @Test func aRoundTakesAllThatIsLeftBehind() async throws {
        try await DialogBench.run(DialogHandlerTests.counting) { bench async throws in
            _ = try await bench.answers(bench.delivery("e", "hi"))
            _ = try await bench.pool.query(
                """
                INSERT INTO dialog.handled (message_id, handler, handled_at, effects)
                SELECT 'left-' || n, handler, now() - interval '5 minutes', effects FROM dialog.handled, generate_series(1, 650) AS n
                """)
            _ = try await bench.pool.query(
                "INSERT INTO dialog.handled (message_id, handler, handled_at) SELECT 'old-' || n, 'dialog', now() - interval '3 days' FROM generate_series(1, 12000) AS n"
            )
            let publisher = Taking()
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            await Housekeeping(handler: bench.handler, publisher: publisher, interval: .seconds(3600), logger: logger).round()
            #expect(publisher.count == 650)
            let left = try await bench.pool.query(
                "SELECT count(*) FROM dialog.handled WHERE dispatched_at IS NULL AND message_id LIKE 'left-%'"
            ).decode(Int64.self)
            #expect(left == [0])
            #expect(
                try await bench.pool.query("SELECT count(*) FROM dialog.handled WHERE message_id LIKE 'old-%'").decode(Int64.self) == [0])
        }
    }
}
