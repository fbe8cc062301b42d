package import CoreMetrics

/// What is known of a metric: its name by OpenTelemetry's conventions, its unit, and what it tells.
package struct MetricDescriptor: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case counter, gauge, histogram
    }

    /// A unit in UCUM, as OpenTelemetry writes it.
    package struct Unit: Sendable, Hashable {
        package let ucum: String

        package static let seconds = Unit(ucum: "s")
        package static let bytes = Unit(ucum: "By")
        /// A fraction, 1 being all.
        package static let ratio = Unit(ucum: "1")

        /// A number of things: `.count("message")`.
        package static func count(_ thing: String) -> Unit { Unit(ucum: "{\(thing)}") }
    }

    /// Dotted, without unit and without `_total`: `messaging.client.sent.messages`.
    package let name: String
    package let kind: Kind
    package let unit: Unit
    /// One sentence.
    package let help: String
    /// The attributes it is split by. Never a chat or a person: those are without bound.
    package let attributes: [String]
    /// Upper bounds of a histogram's buckets, in its unit.
    package let buckets: [Double]
    /// Whether each bucket remembers one of the traces it counted, so that a slow one can be looked at.
    package let keepsExemplars: Bool

    package init(
        name: String, kind: Kind, unit: Unit, help: String, attributes: [String], buckets: [Double], keepsExemplars: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.attributes = attributes
        self.buckets = buckets
        self.keepsExemplars = keepsExemplars
    }

    package static func counter(_ name: String, _ unit: Unit, by attributes: [String] = [], _ help: String) -> Self {
        Self(name: name, kind: .counter, unit: unit, help: help, attributes: attributes, buckets: [])
    }

    package static func gauge(_ name: String, _ unit: Unit, by attributes: [String] = [], _ help: String) -> Self {
        Self(name: name, kind: .gauge, unit: unit, help: help, attributes: attributes, buckets: [])
    }

    /// A histogram of durations, recorded with a timer.
    package static func duration(
        _ name: String, by attributes: [String] = [], keepsExemplars: Bool = false, _ help: String
    ) -> Self {
        Self(
            name: name, kind: .histogram, unit: .seconds, help: help, attributes: attributes, buckets: durationBuckets,
            keepsExemplars: keepsExemplars)
    }

    package static func histogram(
        _ name: String, _ unit: Unit, buckets: [Double], by attributes: [String] = [], _ help: String
    ) -> Self {
        Self(name: name, kind: .histogram, unit: unit, help: help, attributes: attributes, buckets: buckets)
    }

    /// Seconds. From 5 ms on they are the bounds that OpenTelemetry's semantic conventions advise for durations of HTTP, messaging and
    /// database calls; below that there are three more, because a broker or a database next door answers in less.
    package static let durationBuckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]

    // MARK: Instruments
    // Make them once and keep them: making one looks it up, recording on it does not.

    package func counter(_ attributes: [(String, String)] = []) -> Counter { Counter(label: name, dimensions: checked(attributes)) }

    package func meter(_ attributes: [(String, String)] = []) -> Meter { Meter(label: name, dimensions: checked(attributes)) }

    package func timer(_ attributes: [(String, String)] = []) -> CoreMetrics.Timer {
        CoreMetrics.Timer(label: name, dimensions: checked(attributes))
    }

    package func recorder(_ attributes: [(String, String)] = []) -> Recorder { Recorder(label: name, dimensions: checked(attributes)) }

    /// For a histogram with exemplars that is recorded where the task isn't within the trace.
    package func tracedTimer(_ attributes: [(String, String)] = []) -> TracedTimer {
        TracedTimer(handler: MetricsSystem.factory.makeTimer(label: name, dimensions: checked(attributes)))
    }

    private func checked(_ attributes: [(String, String)]) -> [(String, String)] {
        assert(attributes.allSatisfy { self.attributes.contains($0.0) }, "\(name) has an attribute that the catalogue doesn't know")
        return attributes
    }
}

/// A histogram of durations whose recorder says which trace they are of.
package struct TracedTimer: Sendable {
    private let handler: any TimerHandler

    package init(handler: any TimerHandler) { self.handler = handler }

    /// - Parameter trace: nil: no exemplar.
    package func record(nanoseconds: Int64, of trace: TraceParent?) {
        if let series = handler as? HistogramSeries {
            series.record(Double(nanoseconds) / 1_000_000_000, of: trace)
        } else {
            handler.recordNanoseconds(nanoseconds)
        }
    }
}
