import BotStore
package import Bus
import Contracts
package import Logging
import Metrics
import Postgres
import Runtime
import ServiceLifecycle
import WorkerStore

/// What has to be done now and then: marks what was dispatched, publishes what a lost delivery left behind, forgets what
/// is old.
package struct Housekeeping: Service {
    private let handler: DialogHandler
    private let publisher: any BusPublisher
    private let interval: Duration
    private let patience: Duration
    private let logger: Logger
    private let swept = MetricCatalogue.effectsSwept.counter([("worker", "dialog")])

    /// - Parameter patience: how long the broker has to take what the sweep found; a transaction is open meanwhile.
    package init(handler: DialogHandler, publisher: any BusPublisher, interval: Duration, patience: Duration = .seconds(10), logger: Logger)
    {
        self.handler = handler
        self.publisher = publisher
        self.interval = interval
        self.patience = patience
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval, tolerance: interval / 4)) != nil { await round() }
        }
        // The worker is done before this is stopped: what it dispatched last needn't be swept.
        await attempt("mark what was dispatched") { try await mark() }
    }

    /// Everything that there is to do now.
    package func round() async {
        await attempt("mark what was dispatched") { try await mark() }
        await attempt("sweep") { try await untilLess(than: Self.sweepSize, sweep) }
        // Events find out by themselves; menus of commands don't.
        await attempt("look for new versions") { try await handler.library.refresh(handler.library.bots) }
        await attempt("forget polls") { for query in PollTable.forgetting { try await handler.pool.query(query) } }
        await attempt("forget") { try await untilLess(than: Self.forgetSize, forget) }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do { try await body() } catch { logger.warning("can't \(what)", metadata: ["error": "\(error)"]) }
    }

    private func mark() async throws {
        let ids = handler.takeDispatched()
        if !ids.isEmpty { try await handler.pool.query(handler.handled.markDispatched(ids).named("mark dispatched")) }
    }

    /// Small steps, so that nobody waits for one, but as many as it takes: after an hour without a broker there is much left.
    private func untilLess(than size: Int, _ step: () async throws -> Int) async throws {
        while try await step() == size { try Task.checkCancellation() }
    }

    private static let sweepSize = 200
    private static let forgetSize = 5000

    private func forget() async throws -> Int {
        try await handler.pool.query(handler.handled.forgetOld(limit: Self.forgetSize).named("forget handled")).affectedRows
    }

    private func sweep() async throws -> Int {
        try await handler.pool.transaction("sweep") { transaction in
            let left = try handler.handled.decode(await transaction.query(handler.handled.undispatched(limit: Self.sweepSize)))
            guard !left.isEmpty else { return 0 }
            logger.notice("publishing effects that were left behind", metadata: ["count": "\(left.count)"])
            let messages = left.flatMap(\.effects.messages)
            try await withPatience(patience) { try await publisher.publish(messages) }
            swept.increment(by: messages.count)
            try transaction.atCommit(handler.handled.markDispatched(left.map(\.id)))
            return left.count
        }
    }
}
