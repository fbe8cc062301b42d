/// The text that Prometheus reads, in its own format 0.0.4 or as OpenMetrics 1.0.
package enum PrometheusText: Sendable {
    case prometheus, openMetrics

    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// What an `Accept` header asks for: OpenMetrics only when it is named and not liked less than plain text.
    package init(accept: String?) {
        var quality = ["application/openmetrics-text": 0.0, "text/plain": 0.0]
        for part in (accept ?? "").split(separator: ",") {
            let fields = part.split(separator: ";").map { trimmed($0).lowercased() }
            guard let type = fields.first, quality[type] != nil else { continue }
            let given = fields.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            quality[type] = max(quality[type] ?? 0, given)
        }
        let open = quality["application/openmetrics-text"] ?? 0
        self = open > 0 && open >= quality["text/plain"] ?? 0 ? .openMetrics : .prometheus
    }

    package func render(_ registry: MetricsRegistry) -> String {
        var out = ""
        for family in registry.families() where !family.series.isEmpty { render(family, into: &out) }
        if self == .openMetrics { out += "# EOF\n" }
        return out
    }

    private func render(_ family: MetricsRegistry.Family, into out: inout String) {
        let metric = family.descriptor
        let full = PrometheusName.family(metric)
        let name = self == .openMetrics ? PrometheusName.base(metric) : full
        out += "# HELP \(name) \(escapedHelp(metric.help))\n# TYPE \(name) \(metric.kind.rawValue)\n"
        if self == .openMetrics, let unit = PrometheusName.suffix(metric) { out += "# UNIT \(name) \(unit)\n" }
        for (_, series) in family.series.sorted(by: { $0.key < $1.key }) {
            switch series {
            case let counter as CounterSeries: sample(full, counter.labels, counter.value, into: &out)
            case let gauge as GaugeSeries: sample(full, gauge.labels, gauge.value, into: &out)
            case let histogram as HistogramSeries: render(histogram, full, into: &out)
            default: break
            }
        }
    }

    private func render(_ histogram: HistogramSeries, _ name: String, into out: inout String) {
        let totals = histogram.snapshot
        let prefix = histogram.labels.isEmpty ? "" : histogram.labels + ","
        var count: UInt64 = 0
        for (index, bound) in histogram.bounds.enumerated() {
            count += totals.counts[index]
            bucket(name, "\(prefix)le=\"\(self.bound(bound))\"", count, totals, index, into: &out)
        }
        count += totals.counts[histogram.bounds.count]
        bucket(name, "\(prefix)le=\"+Inf\"", count, totals, histogram.bounds.count, into: &out)
        sample(name + "_sum", histogram.labels, totals.sum, into: &out)
        sample(name + "_count", histogram.labels, Double(count), into: &out)
    }

    /// With the bucket's exemplar, which only OpenMetrics has a place for.
    private func bucket(
        _ name: String, _ labels: String, _ count: UInt64, _ totals: HistogramSeries.Totals, _ index: Int, into out: inout String
    ) {
        sample(name + "_bucket", labels, Double(count), into: &out)
        guard self == .openMetrics, totals.exemplars.indices.contains(index), let exemplar = totals.exemplars[index] else { return }
        out.removeLast()
        let trace = exemplar.trace
        out += " # {trace_id=\"\(trace.traceID)\",span_id=\"\(trace.spanID)\"} \(number(exemplar.value)) \(seconds(exemplar.at))\n"
    }

    /// To the millisecond.
    private func seconds(_ nanoseconds: Int64) -> String {
        let milliseconds = nanoseconds / 1_000_000
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }

    private func sample(_ name: String, _ labels: String, _ value: Double, into out: inout String) {
        out += labels.isEmpty ? "\(name) \(number(value))\n" : "\(name){\(labels)} \(number(value))\n"
    }

    private func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        // Up to here every whole number is exact.
        return value.rounded() == value && value.magnitude < 9_007_199_254_740_992 ? String(Int64(value)) : value.description
    }

    /// OpenMetrics wants `1.0` where Prometheus writes `1`.
    private func bound(_ bound: Double) -> String { self == .openMetrics ? bound.description : number(bound) }

    private func escapedHelp(_ text: String) -> String {
        let text = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return self == .openMetrics ? text.replacing("\"", with: "\\\"") : text
    }

    /// `a="1",b="2"`, sorted. Attributes whose names become the same are joined, as OpenTelemetry does it.
    static func labels(_ attributes: [(String, String)]) -> String {
        guard !attributes.isEmpty else { return "" }
        var values: [(name: String, value: String)] = []
        for (attribute, value) in attributes {
            let name = PrometheusName.label(attribute)
            if let index = values.firstIndex(where: { $0.name == name }) {
                values[index].value += ";" + value
            } else {
                values.append((name, value))
            }
        }
        values.sort { $0.name < $1.name }
        return values.map { "\($0.name)=\"\(escapedLabel($0.value))\"" }.joined(separator: ",")
    }

    private static func escapedLabel(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") }) else {
            return text
        }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
