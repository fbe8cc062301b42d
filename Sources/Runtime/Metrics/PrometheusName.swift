/// OpenTelemetry's rules for names in Prometheus: dots become underscores, the unit becomes a suffix, counters end in `_total`.
package enum PrometheusName {
    package static func family(_ metric: MetricDescriptor) -> String {
        let base = base(metric)
        return metric.kind == .counter && !base.hasSuffix("_total") ? base + "_total" : base
    }

    /// Without `_total`: OpenMetrics names a counter's family so.
    static func base(_ metric: MetricDescriptor) -> String {
        var name = sanitized(metric.name)
        if metric.kind == .counter, name.hasSuffix("_total") { name.removeLast("_total".count) }
        // Prometheus keeps `_count` for histograms; OpenTelemetry has a gauge `db.client.connection.count`.
        if metric.kind == .gauge, name.hasSuffix("_count") { name += "_current" }
        guard let unit = suffix(metric), name != unit, !name.hasSuffix("_" + unit) else { return name }
        return "\(name)_\(unit)"
    }

    /// `seconds`; nil for a number of things.
    static func suffix(_ metric: MetricDescriptor) -> String? {
        switch metric.unit.ucum {
        case "s": "seconds"
        case "By": "bytes"
        case "1": metric.kind == .gauge ? "ratio" : nil
        default: nil
        }
    }

    /// Never begins with two underscores, which Prometheus keeps for itself.
    package static func label(_ attribute: String) -> String { sanitized(attribute) }

    /// Letters, digits and single underscores, not beginning with a digit.
    private static func sanitized(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            let isAllowed =
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9": true
                default: false
                }
            if isAllowed {
                if name.isEmpty, ("0"..."9").contains(scalar) { name.append("_") }
                name.unicodeScalars.append(scalar)
            } else if name.last != "_" {
                name.append("_")
            }
        }
        return name.isEmpty ? "_" : name
    }
}
