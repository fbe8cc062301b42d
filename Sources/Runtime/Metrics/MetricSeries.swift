import CoreMetrics
import Synchronization

/// One metric with one set of attributes. The three kinds below are what swift-metrics' instruments record on.
protocol MetricSeries: AnyObject, Sendable {
    /// `a="1",b="2"`: the attributes as Prometheus writes them.
    var labels: String { get }
}

final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    let labels: String
    private let whole = Atomic<Int64>(0)
    private let fraction = Atomic<Double.Bits>(0)

    init(labels: String) { self.labels = labels }

    var value: Double { Double(whole.load(ordering: .relaxed)) + Double(bitPattern: fraction.load(ordering: .relaxed)) }

    func increment(by amount: Int64) { whole.wrappingAdd(amount, ordering: .relaxed) }
    func increment(by amount: Double) { fraction.add(amount) }

    /// For a count that the system keeps, such as processor time.
    func set(_ value: Double) {
        whole.store(0, ordering: .relaxed)
        fraction.store(value.bitPattern, ordering: .relaxed)
    }

    func reset() { set(0) }
}

final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    let labels: String
    private let bits = Atomic<Double.Bits>(0)

    init(labels: String) { self.labels = labels }

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    func set(_ value: Int64) { set(Double(value)) }
    func increment(by amount: Double) { bits.add(amount) }
    func decrement(by amount: Double) { bits.add(-amount) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    struct Totals: Sendable {
        /// One more than there are bounds: the last bucket has none.
        var counts: [UInt64]
        var sum: Double = 0
        /// One for each bucket, or none at all.
        var exemplars: [Exemplar?] = []
    }

    /// One of the things that a bucket counted.
    struct Exemplar: Sendable {
        var value: Double
        var trace: TraceParent
        /// Nanoseconds since 1970.
        var at: Int64
    }

    let labels: String
    /// Upper bounds, included, ascending.
    let bounds: [Double]
    // A lock and not atomics: sum and buckets that belong together, at the same price while there is little contention.
    private let totals: Mutex<Totals>

    private let keepsExemplars: Bool

    init(labels: String, bounds: [Double], keepsExemplars: Bool = false) {
        self.labels = labels
        self.bounds = bounds
        self.keepsExemplars = keepsExemplars
        totals = Mutex(
            Totals(
                counts: Array(repeating: 0, count: bounds.count + 1),
                exemplars: keepsExemplars ? Array(repeating: nil, count: bounds.count + 1) : []))
    }

    var snapshot: Totals { totals.withLock { $0 } }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { record(value, of: keepsExemplars ? .current : nil) }

    /// - Parameter trace: remembered by the bucket when it is sampled, in place of an older one.
    func record(_ value: Double, of trace: TraceParent?) {
        // Not a number would poison the sum for ever.
        guard !value.isNaN else { return }
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        let exemplar =
            if keepsExemplars, let trace, trace.isSampled { Exemplar(value: value, trace: trace, at: Tracing.now) } else { Exemplar?.none }
        totals.withLock {
            $0.counts[low] += 1
            $0.sum += value
            if let exemplar { $0.exemplars[low] = exemplar }
        }
    }
}

extension Double {
    typealias Bits = UInt64
}

extension Atomic where Value == Double.Bits {
    /// Adds to the number that these bits are.
    fileprivate borrowing func add(_ amount: Double) {
        var known = load(ordering: .relaxed)
        while true {
            let (exchanged, found) = weakCompareExchange(
                expected: known, desired: (Double(bitPattern: known) + amount).bitPattern, ordering: .relaxed)
            if exchanged { return }
            known = found
        }
    }
}
