import Synchronization

/// Keeps the instruments of one metric, one for each set of labels: making one takes microseconds, recording on it
/// nanoseconds.
package final class InstrumentCache<Labels: Hashable & Sendable, Instrument: Sendable>: Sendable {
    private let made = Mutex<[Labels: Instrument]>([:])
    private let make: @Sendable (Labels) -> Instrument

    package init(_ make: @escaping @Sendable (Labels) -> Instrument) { self.make = make }

    package subscript(labels: Labels) -> Instrument {
        made.withLock { made in
            if let instrument = made[labels] { return instrument }
            let instrument = make(labels)
            made[labels] = instrument
            return instrument
        }
    }
}
