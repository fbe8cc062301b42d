package import Bus
package import Contracts
import JSON
package import Logging
import Metrics
import Runtime
import Synchronization
package import WorkerKit

/// Does operations: a request in, its progress and its end out, acknowledged last.
///
/// It keeps nothing. A request that comes again is done again, and what is said of it has the same ids, so that it is heard once. A worker
/// whose operations mustn't be done twice remembers their ids itself.
package final class OperationWorker: DeliveryHandler {
    private let handlers: [String: OperationHandler]
    private let publisher: any BusPublisher
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let active: [Operation: Meter]
    private let inHand = Mutex<[Operation: Int]>([:])

    /// - Parameters:
    ///   - publisher: for progress, which goes out at once.
    ///   - now: this machine's clock.
    package init(
        _ handlers: [OperationHandler], publisher: any BusPublisher, logger: Logger, now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.handlers = Dictionary(handlers.map { ($0.contract.operation.type, $0) }) { first, _ in first }
        self.publisher = publisher
        self.logger = logger
        self.now = now
        active = Dictionary(
            handlers.map { handler in
                let operation = handler.contract.operation
                return (operation, MetricCatalogue.operationActive.meter([("operation", operation.name)]))
            }
        ) { first, _ in first }
    }

    /// As its ``Worker`` must be set: one request is one batch, so that none waits for another, and replies wait for the broker
    /// as long as it takes, since nobody else would publish them.
    package static func settings<Consumer: BusConsumer>(
        concurrency: Int, _: Consumer.Type = Consumer.self
    ) -> Worker<OperationWorker, Consumer>.Settings {
        var settings = Worker<OperationWorker, Consumer>.Settings()
        settings.batchSize = 1
        settings.concurrency = concurrency
        settings.publishPatience = .seconds(86_400)
        return settings
    }

    package func handle(_ batch: [BusDelivery]) async throws -> [DeliveryOutcome] {
        var outcomes: [DeliveryOutcome] = []
        for delivery in batch { outcomes.append(try await handle(delivery)) }
        return outcomes
    }

    package func isTransient(_ error: any Error) -> Bool { error is OperationOutage }

    package func didDispatch(_ delivery: BusDelivery) {}

    // MARK: One request

    private func handle(_ delivery: BusDelivery) async throws -> DeliveryOutcome {
        let envelope = delivery.envelope
        guard let handler = handlers[envelope.type] else {
            logger.error("this worker doesn't know the operation, to the dead letters", metadata: metadata(envelope))
            return .reject
        }
        let request: OperationRequest
        do throws(JSONError) { request = try OperationRequest(jsonBytes: delivery.body) } catch {
            logger.error("unreadable request, to the dead letters", metadata: metadata(envelope, ["error": "\(error)"]))
            return .reject
        }
        guard request.operation == handler.contract.operation else {
            logger.error("the request is another than its envelope says, to the dead letters", metadata: metadata(envelope))
            return .reject
        }
        var span = Tracing.begin("process \(request.operation)", .consumer, belowHeader: envelope.traceparent)
        span?.attributes = [
            ("messaging.system", "rabbitmq"), ("messaging.operation.name", "process"), ("messaging.operation.type", "process"),
            ("messaging.destination.name", .text(handler.contract.worker)), ("messaging.message.id", .text(envelope.id.rawValue)),
            ("messaging.message.conversation_id", .text(envelope.correlation.rawValue)),
            ("switchboard.bot", .text(request.bot.rawValue)), ("switchboard.operation", .text(request.operation.name)),
        ]
        count(request.operation, 1)
        defer { count(request.operation, -1) }
        let start = Tracing.now
        do {
            let end = try await withTrace(envelope.traceparent.flatMap { TraceParent($0)?.child() }, in: span) {
                try await self.end(of: request, handler, envelope, span)
            }
            let code = failureType(end, handler.contract)
            MetricCatalogue.operationDuration
                .tracedTimer([("operation", request.operation.name)] + (code.map { [("error.type", $0)] } ?? []))
                .record(nanoseconds: Tracing.now - start, of: span?.context)
            var cause = envelope
            if let span { cause.traceparent = span.context.description }
            span?.finish(error: code)
            return .effects(request.wantsReply ? [message(end, of: request, cause)] : [])
        } catch {
            span?.finish(error: error is OperationOutage ? "outage" : "cancelled")
            throw error
        }
    }

    /// - Throws: for what is to be done again, here or elsewhere.
    private func end(
        of request: OperationRequest, _ handler: OperationHandler, _ envelope: Envelope, _ span: Span?
    ) async throws -> OperationReply.Content {
        let contract = handler.contract
        if let problem = contract.arguments.problem(with: request.arguments) {
            logger.warning("arguments don't fit the contract", metadata: metadata(envelope, ["error": "\(problem)"]))
            return .failure(OperationFailure(.invalidArguments, "The argument \(problem)."))
        }
        let remaining = request.deadline.milliseconds.subtractingReportingOverflow(now().milliseconds).partialValue
        guard remaining > 0 else {
            logger.notice("nobody waits for this any more", metadata: metadata(envelope))
            return .failure(OperationFailure(.timeout, "It didn't end in time."))
        }
        let call = call(request, contract, envelope, span)
        do {
            guard let result = try await within(.milliseconds(remaining), { try await handler.body(call) }) else {
                logger.notice("it didn't end in time", metadata: metadata(envelope))
                return .failure(OperationFailure(.timeout, "It didn't end in time."))
            }
            guard case .object(let values) = result, contract.result.problem(with: values) == nil else {
                let problem = result.object.flatMap { contract.result.problem(with: $0) } ?? "is \(result.kind), not an object"
                logger.error("the worker breaks its contract: the result \(problem)", metadata: metadata(envelope))
                return .failure(OperationFailure(.workerFault, "The worker gave no valid result."))
            }
            logger.info("done", metadata: metadata(envelope, ["bot": "\(request.bot)"]))
            return .result(values)
        } catch let failure as OperationFailure {
            logger.info("failed", metadata: metadata(envelope, ["bot": "\(request.bot)", "error": "\(failure)"]))
            return .failure(failure)
        } catch let outage as OperationOutage {
            // Another attempt would come too late.
            guard remaining > Self.lastAttempt else {
                logger.warning("what the operation needs is away for too long", metadata: metadata(envelope, ["error": "\(outage)"]))
                return .failure(OperationFailure(.unavailable, "Something that the worker needs was away for too long."))
            }
            throw outage
        } catch {
            // The process ends: the broker gives the request to somebody else.
            if Task.isCancelled { throw error }
            logger.error("a fault of the worker", metadata: metadata(envelope, ["error": "\(error)"]))
            return .failure(OperationFailure(.workerFault, "The worker has a fault."))
        }
    }

    /// Milliseconds before the deadline: a pause between attempts lasts up to 5 s.
    private static let lastAttempt: Int64 = 6_000

    /// Nil when the time was up before.
    private func within(_ time: Duration, _ body: @escaping @Sendable () async throws -> JSON) async throws -> JSON? {
        try await withThrowingTaskGroup(of: JSON?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    // MARK: What is said of it

    private func call(_ request: OperationRequest, _ contract: OperationContract, _ envelope: Envelope, _ span: Span?) -> OperationCall {
        var cause = envelope
        if let span { cause.traceparent = span.context.description }
        let steps = Steps()
        return OperationCall(id: envelope.id, request: request) { [self, cause] values in
            guard request.wantsReply else { return }
            guard case .object(let values) = values, let fields = contract.progress, fields.problem(with: values) == nil else {
                return logger.error("the worker breaks its contract: its progress is none", metadata: metadata(envelope))
            }
            let content = OperationReply.Content.progress(steps.next(), values)
            do throws(BusError) { try await publisher.publish(message(content, of: request, cause)) } catch {
                logger.info("can't publish progress", metadata: metadata(envelope, ["error": "\(error)"]))
            }
        }
    }

    private final class Steps: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private func message(_ content: OperationReply.Content, of request: OperationRequest, _ cause: Envelope) -> BusMessage {
        let event = request.event(content, id: cause.id, at: now())
        let reply = OperationReply(request: cause.id, operation: request.operation, content: content)
        return .event(
            event,
            envelope: Envelope(
                id: reply.id, correlation: cause.correlation, causation: cause.id, traceparent: cause.traceparent, origin: cause.origin,
                lane: cause.lane, partitionKey: event.partitionKey, type: "event.\(event.kind)"))
    }

    private func metadata(_ envelope: Envelope, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        more.merging(["message_id": "\(envelope.id)", "type": "\(envelope.type)"]) { $1 }
    }

    // MARK: Metrics

    /// Codes that no contract knows would be without bound.
    private func failureType(_ end: OperationReply.Content, _ contract: OperationContract) -> String? {
        guard case .failure(let failure) = end else { return nil }
        let known = (OperationFailure.Code.common + contract.failures).contains { $0.code == failure.code }
        return known ? failure.code.rawValue : "_OTHER"
    }

    private func count(_ operation: Operation, _ change: Int) {
        let number = inHand.withLock { inHand in
            inHand[operation, default: 0] += change
            return inHand[operation] ?? 0
        }
        active[operation]?.set(number)
    }
}
