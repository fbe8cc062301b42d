package import Bus
import Contracts
package import Logging
import Postgres
import ServiceLifecycle
import WorkerStore

/// What has to be done now and then: marks what was dispatched, publishes what a lost delivery left behind, forgets what
/// is old.
package struct Housekeeping: Service {
    private let handler: DialogHandler
    private let publisher: any BusPublisher
    private let interval: Duration
    private let logger: Logger

    package init(handler: DialogHandler, publisher: any BusPublisher, interval: Duration, logger: Logger) {
        self.handler = handler
        self.publisher = publisher
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval, tolerance: interval / 4)) != nil {
                await attempt("mark what was dispatched") { try await mark() }
                await attempt("sweep") { try await sweep() }
                await attempt("forget") { try await handler.pool.query(handler.handled.forgetOld(limit: 5000).named("forget handled")) }
            }
        }
        // The worker is done before this is stopped: what it dispatched last needn't be swept.
        await attempt("mark what was dispatched") { try await mark() }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do { try await body() } catch { logger.warning("can't \(what)", metadata: ["error": "\(error)"]) }
    }

    private func mark() async throws {
        let ids = handler.takeDispatched()
        if !ids.isEmpty { try await handler.pool.query(handler.handled.markDispatched(ids).named("mark dispatched")) }
    }

    private func sweep() async throws {
        try await handler.pool.transaction("sweep") { transaction in
            let left = try handler.handled.decode(await transaction.query(handler.handled.undispatched(limit: 200)))
            guard !left.isEmpty else { return }
            logger.notice("publishing effects that were left behind", metadata: ["count": "\(left.count)"])
            try await publisher.publish(left.flatMap(\.effects.messages))
            try transaction.atCommit(handler.handled.markDispatched(left.map(\.id)))
        }
    }
}
