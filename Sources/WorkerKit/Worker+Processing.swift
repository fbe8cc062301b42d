import Bus
import Contracts
import Logging
import Metrics

extension Worker {
    typealias Handled = [(delivery: BusDelivery, outcome: DeliveryOutcome)]

    /// Takes batches as long as there are any; what they cause is published while the next one is being handled.
    func work() async {
        await withDiscardingTaskGroup { group in
            while let batch = await nextBatch() {
                let handled = withoutPutOff(await handle(batch))
                group.addTask { await self.dispatch(handled) }
            }
        }
    }

    /// What the handler has put off, one by one: none of it holds up anything else.
    func workApart() async {
        await withDiscardingTaskGroup { group in
            while let delivery = await nextApart() {
                let handled: Handled
                do { handled = try await handlePatiently([delivery], isApart: true) } catch {
                    handled = await handleAlone(delivery, failure: error, isApart: true)
                }
                let rest = withoutPutOff(handled)
                group.addTask { await self.dispatch(rest) }
            }
        }
    }

    private func withoutPutOff(_ handled: Handled) -> Handled {
        handled.filter { delivery, outcome in
            guard case .later = outcome else { return true }
            putOff(delivery)
            return false
        }
    }

    // MARK: Handling

    private func handle(_ batch: [BusDelivery]) async -> Handled {
        batchSizes.record(batch.count)
        do {
            return try await handlePatiently(batch)
        } catch {
            guard batch.count > 1 else { return await handleAlone(batch[0], failure: error) }
            logger.info("a batch failed, trying its deliveries one by one", metadata: ["count": "\(batch.count)", "error": "\(error)"])
            var handled: Handled = []
            for delivery in batch {
                do { handled += try await handlePatiently([delivery]) } catch { handled += await handleAlone(delivery, failure: error) }
            }
            return handled
        }
    }

    /// Repeats for as long as the infrastructure is away; throws what speaks of the deliveries.
    private func handlePatiently(_ batch: [BusDelivery], isApart: Bool = false) async throws -> Handled {
        var backoff = Backoff()
        while true {
            let start = clock.now
            do {
                let outcomes = isApart ? [try await handler.handleApart(batch[0])] : try await handler.handle(batch)
                durations.record(duration: start.duration(to: clock.now))
                for case .reject in outcomes { deadLetters[.rejected]?.increment() }
                return Array(zip(batch, outcomes)).map { (delivery: $0.0, outcome: $0.1) }
            } catch  where handler.isTransient(error) {
                guard !isGivingUp else { return giveBack(batch) }
                let delay = backoff.next()
                logger.warning("can't handle now, trying again", metadata: ["error": "\(error)", "delay": "\(delay)"])
                try? await Task.sleep(for: delay, clock: clock)
                guard !isGivingUp else { return giveBack(batch) }
            } catch  where Task.isCancelled {
                // Whatever it says, the cancellation may be its cause: no verdict on the deliveries.
                return giveBack(batch)
            }
        }
    }

    private func handleAlone(_ delivery: BusDelivery, failure: any Error, isApart: Bool = false) async -> Handled {
        var failure = failure
        for attempt in 1..<max(1, settings.attempts) {
            logger.warning("a delivery failed, trying again", metadata: metadata(delivery, failure, ["attempt": "\(attempt)"]))
            do { return try await handlePatiently([delivery], isApart: isApart) } catch { failure = error }
        }
        logger.error("a delivery can't be handled and goes to the dead letters", metadata: metadata(delivery, failure, [:]))
        deadLetters[.failed]?.increment()
        return [(delivery, .reject)]
    }

    /// Not acknowledged: the broker delivers it to the next consumer.
    private func giveBack(_ batch: [BusDelivery]) -> Handled {
        for delivery in batch { complete(delivery) }
        return []
    }

    // MARK: Dispatching

    private func dispatch(_ handled: Handled) async {
        guard !handled.isEmpty else { return }
        let publication = await publish(
            handled.flatMap { pair -> [BusMessage] in
                if case .effects(let messages) = pair.outcome { messages } else { [] }
            })
        for (delivery, outcome) in handled {
            switch (outcome, publication) {
            case (.reject, _): delivery.reject()
            case (.later, _): break
            case (.effects, .done):
                handler.didDispatch(delivery)
                delivery.acknowledge()
            case (.effects, .leftToSweep): delivery.acknowledge()
            // The broker delivers it again, and whoever gets it publishes the stored effects, in order and sooner than the sweep.
            case (.effects, .givenUp): break
            }
            complete(delivery)
        }
    }

    private enum Publication {
        case done
        /// The broker would not take them within the patience: they are durable, the sweep will find them.
        case leftToSweep
        /// The worker ends.
        case givenUp
    }

    private func publish(_ messages: [BusMessage]) async -> Publication {
        guard !messages.isEmpty else { return .done }
        let deadline = clock.now.advanced(by: settings.publishPatience)
        var backoff = Backoff()
        while true {
            do {
                try await publisher.publish(messages)
                return .done
            } catch {
                guard !isGivingUp else {
                    logger.warning(
                        "can't publish, and there is no time left", metadata: ["count": "\(messages.count)", "error": "\(error)"])
                    return .givenUp
                }
                let delay = backoff.next()
                guard clock.now.advanced(by: delay) < deadline else {
                    effectsLeft.increment(by: messages.count)
                    logger.error("effects wait for the sweep", metadata: ["count": "\(messages.count)", "error": "\(error)"])
                    return .leftToSweep
                }
                logger.warning("can't publish, trying again", metadata: ["error": "\(error)", "delay": "\(delay)"])
                try? await Task.sleep(for: delay, clock: clock)
            }
        }
    }

    private func metadata(_ delivery: BusDelivery, _ error: any Error, _ more: Logger.Metadata) -> Logger.Metadata {
        more.merging(["message_id": "\(delivery.envelope.id)", "type": "\(delivery.envelope.type)", "error": "\(error)"]) { $1 }
    }
}
