package import Logging
package import ServiceLifecycle

/// Runs services until one fails or somebody asks to stop, and stops them in order.
///
/// On the first request readiness goes off, then the services are asked to finish one by one, the last of the list first: put the
/// intake at the end, so that nothing new comes in while what it feeds is still there. When `timeout` is over, or on a second
/// request, everything is cancelled. Requests within a second of the first count as the same one: Ctrl-C reaches a process from the
/// terminal and from its supervisor.
package struct Supervision: Sendable {
    let health: HealthRegistry
    let logger: Logger
    let timeout: Duration
    let clock: any Clock<Duration>
    /// Called at the first request.
    let onStop: @Sendable () -> Void

    package init(
        health: HealthRegistry, logger: Logger, timeout: Duration, clock: any Clock<Duration> = ContinuousClock(),
        onStop: @escaping @Sendable () -> Void = {}
    ) {
        self.health = health
        self.logger = logger
        self.timeout = timeout
        self.clock = clock
        self.onStop = onStop
    }

    private enum Event: Sendable {
        case ended(Result<Void, any Error>)
        case stopRequested(String)
        case requestsEnded
        /// From now on a further request is meant as one.
        case settled
        case timedOut
        case timerCancelled
    }

    /// - Parameter stopRequests: Names of signals, for the log.
    /// - Throws: The error of the service that failed; ``RuntimeError/Code/serviceEnded`` when one returned unasked;
    ///   ``RuntimeError/Code/shutdownTimedOut`` when they had to be cancelled.
    package func run(_ services: [any Service], stopRequests: AsyncStream<String>) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0, serviceName: String(describing: type(of: $0))) }, logger: logger))
        let work = Task { try await group.run() }
        health.start()
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Event.self) { tasks in
                tasks.addTask { .ended(await work.result) }
                tasks.addTask { await next(of: stopRequests) }
                var isStopping = false
                var isSettled = false
                var isCancelled = false
                while let event = try await tasks.next() {
                    switch event {
                    case .stopRequested(let name) where !isStopping:
                        isStopping = true
                        logger.notice("stopping", metadata: ["signal": .string(name), "timeout": .string(formatDuration(timeout))])
                        health.drain()
                        onStop()
                        await group.triggerGracefulShutdown()
                        tasks.addTask { await next(of: stopRequests) }
                        tasks.addTask { await later(.settled, after: Supervision.settling) }
                        tasks.addTask { await later(.timedOut, after: timeout) }
                    case .stopRequested where !isSettled: tasks.addTask { await next(of: stopRequests) }
                    case .settled: isSettled = true
                    case .stopRequested(let name):
                        logger.warning("asked again: cancelling what is left", metadata: ["signal": .string(name)])
                        isCancelled = true
                        work.cancel()
                    case .timedOut:
                        logger.warning("not finished in time: cancelling what is left")
                        isCancelled = true
                        work.cancel()
                    case .requestsEnded, .timerCancelled: break
                    case .ended(let result):
                        tasks.cancelAll()
                        health.drain()
                        if isCancelled { throw RuntimeError(.shutdownTimedOut, "services had to be cancelled") }
                        do {
                            try result.get()
                        } catch let error as ServiceGroupError where error.errorCode == .serviceFinishedUnexpectedly {
                            if isStopping { return }
                            throw RuntimeError(.serviceEnded, "a service ended although nobody asked it to", cause: error)
                        }
                        return
                    }
                }
            }
        } onCancel: {
            work.cancel()
        }
    }

    private static let settling = Duration.seconds(1)

    private func later(_ event: Event, after delay: Duration) async -> Event {
        do {
            try await clock.sleep(for: delay)
            return event
        } catch {
            return .timerCancelled
        }
    }

    private func next(of requests: AsyncStream<String>) async -> Event {
        for await name in requests { return .stopRequested(name) }
        return .requestsEnded
    }
}
