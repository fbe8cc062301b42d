/// Metrics of one process, read from Prometheus text 0.0.4.
package struct PrometheusText: Sendable, Hashable {
    package struct Series: Sendable, Hashable {
        package var name: String
        package var labels: [String: String]
        package var value: Double

        package init(name: String, labels: [String: String], value: Double) {
            self.name = name
            self.labels = labels
            self.value = value
        }
    }

    package let series: [Series]

    /// Lines that are none are left out.
    ///
    /// - Parameter names: only the series of these names; nil: all.
    package init(_ bytes: [UInt8], names: Set<String>? = nil) {
        series = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Self.read($0, names) }
    }

    private static func read(_ line: Substring, _ names: Set<String>?) -> Series? {
        guard !line.hasPrefix("#") else { return nil }
        let name = line.prefix { $0 != "{" && $0 != " " }
        guard names?.contains(String(name)) ?? true else { return nil }
        var rest = line[name.endIndex...]
        var labels: [String: String] = [:]
        if rest.hasPrefix("{") {
            rest = rest.dropFirst()
            while !rest.hasPrefix("}") {
                guard let label = label(&rest) else { return nil }
                labels[label.name] = label.value
                if rest.hasPrefix(",") { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        guard !name.isEmpty, let word = rest.split(separator: " ").first, let value = Double(word == "+Inf" ? "inf" : word) else {
            return nil
        }
        return Series(name: String(name), labels: labels, value: value)
    }

    /// `name="value"`, with `\\`, `\"` and `\n` in the value.
    private static func label(_ rest: inout Substring) -> (name: String, value: String)? {
        guard let mark = rest.firstRange(of: "=\"") else { return nil }
        let name = String(rest[..<mark.lowerBound])
        var value = ""
        var index = mark.upperBound
        while index < rest.endIndex, rest[index] != "\"" {
            if rest[index] == "\\" {
                index = rest.index(after: index)
                guard index < rest.endIndex else { return nil }
                value.append(rest[index] == "n" ? "\n" : rest[index])
            } else {
                value.append(rest[index])
            }
            index = rest.index(after: index)
        }
        guard index < rest.endIndex else { return nil }
        rest = rest[rest.index(after: index)...]
        return (name, value)
    }

    /// Of all series of that name; nil when there is none.
    package func sum(_ name: String, where matches: ([String: String]) -> Bool = { _ in true }) -> Double? {
        let values = series.filter { $0.name == name && matches($0.labels) }.map(\.value)
        return values.isEmpty ? nil : values.reduce(0, +)
    }

    /// Of all series of that name together.
    package func histogram(_ name: String, where matches: ([String: String]) -> Bool = { _ in true }) -> Histogram {
        var counts: [Double: Double] = [:]
        for series in series where series.name == name + "_bucket" && matches(series.labels) {
            guard let text = series.labels["le"], let bound = Double(text == "+Inf" ? "inf" : text) else { continue }
            counts[bound, default: 0] += series.value
        }
        return Histogram(buckets: counts.sorted { $0.key < $1.key }.map { Histogram.Bucket(bound: $0.key, count: $0.value) })
    }
}

/// How often a value was at most so large.
package struct Histogram: Sendable, Hashable {
    package struct Bucket: Sendable, Hashable {
        /// In seconds; the last is infinite.
        package var bound: Double
        /// Of all values up to the bound.
        package var count: Double

        package init(bound: Double, count: Double) {
            self.bound = bound
            self.count = count
        }
    }

    package var buckets: [Bucket]

    package init(buckets: [Bucket]) { self.buckets = buckets }

    package var count: Double { buckets.last?.count ?? 0 }

    /// What came since `earlier`; all of it when the process was started anew in between.
    package func since(_ earlier: Histogram) -> Histogram {
        guard earlier.count <= count else { return self }
        let before = Dictionary(earlier.buckets.map { ($0.bound, $0.count) }) { first, _ in first }
        return Histogram(buckets: buckets.map { Bucket(bound: $0.bound, count: max(0, $0.count - (before[$0.bound] ?? 0))) })
    }

    package static func + (left: Histogram, right: Histogram) -> Histogram {
        var counts = Dictionary(left.buckets.map { ($0.bound, $0.count) }) { first, _ in first }
        for bucket in right.buckets { counts[bucket.bound, default: 0] += bucket.count }
        return Histogram(buckets: counts.sorted { $0.key < $1.key }.map { Bucket(bound: $0.key, count: $0.value) })
    }

    /// Interpolated within its bucket, as Prometheus' `histogram_quantile` does; nil when there are no values. One beyond the
    /// last finite bound is that bound.
    package func quantile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = share * count
        guard let index = buckets.firstIndex(where: { $0.count >= rank }) else { return nil }
        let below = index > 0 ? buckets[index - 1] : Bucket(bound: 0, count: 0)
        guard buckets[index].bound.isFinite else { return below.bound }
        let inside = buckets[index].count - below.count
        guard inside > 0 else { return buckets[index].bound }
        return below.bound + (buckets[index].bound - below.bound) * (rank - below.count) / inside
    }
}
