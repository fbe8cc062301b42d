package import Bus

/// A subscription whose deliveries a test hands in. Its journal tells when it is stopped and when it is closed.
package final class ScriptedConsumer: BusConsumer {
    package let batches: AsyncStream<[BusDelivery]>
    private let input: AsyncStream<[BusDelivery]>.Continuation
    private let journal: Journal

    package init(journal: Journal) {
        self.journal = journal
        (batches, input) = AsyncStream.makeStream()
    }

    package func deliver(_ batch: [BusDelivery]) { input.yield(batch) }

    package func stop() {
        journal.write("stop")
        input.finish()
    }

    package func close() async { journal.write("close") }
}
