package import CoreMetrics
import Synchronization

/// All metrics of a process; what swift-metrics records into and `/metrics` shows.
package final class MetricsRegistry: Sendable {
    struct Family: Sendable {
        let descriptor: MetricDescriptor
        var series: [String: any MetricSeries] = [:]
        var hasOverflowed = false
    }

    private struct State: Sendable {
        var families: [String: Family] = [:]
        var updates: [@Sendable () -> Void] = []
        var undescribed: Set<String> = []
    }

    private let catalogue: [String: MetricDescriptor]
    private let limit: Int
    private let warn: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: How many series a metric may have; more are counted in one, so that an attribute without bound can't fill the memory.
    ///   - warn: Told once for each metric that went over the limit or is used as two kinds.
    package init(
        catalogue: [MetricDescriptor] = MetricCatalogue.all, limit: Int = 1000, warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.catalogue = Dictionary(catalogue.map { ($0.name, $0) }) { first, _ in first }
        self.limit = limit
        self.warn = warn
    }

    /// `update` runs before every exposition, for values that are looked up and not counted.
    package func beforeExposition(_ update: @escaping @Sendable () -> Void) {
        state.withLock { $0.updates.append(update) }
    }

    /// The metrics with at least one series, by name, up to date.
    func families() -> [Family] {
        for update in state.withLock({ $0.updates }) { update() }
        return state.withLock { $0.families.values.sorted { $0.descriptor.name < $1.descriptor.name } }
    }

    /// Metrics that went over the limit.
    package var overflowed: Int { state.withLock { $0.families.values.count { $0.hasOverflowed } } }

    /// What was recorded and isn't in the catalogue: `name`, or `name by attribute`.
    package var undescribed: [String] { state.withLock { $0.undescribed.sorted() } }

    // MARK: Series

    func counter(_ name: String, _ attributes: [(String, String)] = []) -> CounterSeries {
        series(.counter, name, attributes, unit: .count("")) { labels, _ in CounterSeries(labels: labels) }
    }

    func gauge(_ name: String, _ attributes: [(String, String)] = []) -> GaugeSeries {
        series(.gauge, name, attributes, unit: .count("")) { labels, _ in GaugeSeries(labels: labels) }
    }

    func histogram(_ name: String, _ attributes: [(String, String)] = [], unit: MetricDescriptor.Unit) -> HistogramSeries {
        series(.histogram, name, attributes, unit: unit) {
            HistogramSeries(labels: $0, bounds: $1.buckets, keepsExemplars: $1.keepsExemplars)
        }
    }

    func remove(_ series: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let label = family.series.first(where: { $0.value === series })?.key else { continue }
                state.families[name]?.series[label] = nil
            }
        }
    }

    private func series<Series: MetricSeries>(
        _ kind: MetricDescriptor.Kind, _ name: String, _ attributes: [(String, String)], unit: MetricDescriptor.Unit,
        make: (_ labels: String, _ descriptor: MetricDescriptor) -> Series
    ) -> Series {
        let labels = PrometheusText.labels(attributes)
        let (series, warning) = state.withLock { state -> (Series, String?) in
            var family = state.families[name] ?? Family(descriptor: descriptor(kind, name, unit))
            guard family.descriptor.kind == kind else {
                let warning = "metric \(name) is a \(family.descriptor.kind) and can't be recorded as a \(kind)"
                return (make(labels, descriptor(kind, name, unit)), warning)
            }
            if let known = family.series[labels] as? Series { return (known, nil) }
            var place = labels
            var warning: String?
            if family.series.count >= limit, !labels.isEmpty {
                place = MetricsRegistry.overflowLabels
                if !family.hasOverflowed {
                    warning = "metric \(name) has more than \(limit) series; the others are counted together"
                    family.hasOverflowed = true
                }
                if let known = family.series[place] as? Series { return (known, nil) }
            }
            let series = make(place, family.descriptor)
            family.series[place] = series
            if catalogue[name] == nil { state.undescribed.insert(name) }
            for (attribute, _) in attributes where !family.descriptor.attributes.contains(attribute) {
                state.undescribed.insert("\(name) by \(attribute)")
            }
            state.families[name] = family
            return (series, warning)
        }
        if let warning { warn(warning) }
        return series
    }

    /// OpenTelemetry's attribute for the series that takes what is over the limit.
    static let overflowLabels = PrometheusText.labels([("otel.metric.overflow", "true")])

    private func descriptor(_ kind: MetricDescriptor.Kind, _ name: String, _ unit: MetricDescriptor.Unit) -> MetricDescriptor {
        if let known = catalogue[name], known.kind == kind { return known }
        let buckets = kind != .histogram ? [] : unit == .seconds ? MetricDescriptor.durationBuckets : MetricsRegistry.plainBuckets
        return MetricDescriptor(
            name: name, kind: kind, unit: unit, help: "Recorded by a library; not described in the catalogue.", attributes: [],
            buckets: buckets)
    }

    /// For a histogram that nobody described: powers of ten, split in three.
    private static let plainBuckets: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000]
}

/// Lets swift-metrics record into a registry.
package struct RegistryMetricsFactory: MetricsFactory {
    private let registry: MetricsRegistry

    package init(_ registry: MetricsRegistry) { self.registry = registry }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        registry.counter(label, dimensions)
    }

    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        registry.counter(label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { registry.gauge(label, dimensions) }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { registry.histogram(label, dimensions, unit: .count("")) } else { registry.gauge(label, dimensions) }
    }

    /// Timers are histograms in seconds, whatever unit they are recorded in.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        registry.histogram(label, dimensions, unit: .seconds)
    }

    package func destroyCounter(_ handler: any CounterHandler) { registry.remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { registry.remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { registry.remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { registry.remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { registry.remove(handler) }
}
