import HTTPClient
import JSON
import Runtime
import Testing

extension PipelineTests {
    @Suite struct Metrics {
        /// Dashboards and alerts are built on the catalogue: what processes show must be in it, down to the attributes.
        @Test func everythingThatIsShownIsInTheCatalogue() async throws {
            var options = PipelineHarness.Options()
            options.bots = ["count"]
            try await withPipeline(options) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("people", ["name": "Bob", "username": "bob"])
                let chat = SimulatedChat(control, bot: "count", person: "bob")
                try await chat.say("hello")
                try await chat.sees("hello #1")
                for part in pipeline.options.parts {
                    let response = try await client.execute(HTTPRequest(.get, pipeline.adminURL(part) + "/metrics"))
                    let shown = Self.series(String(decoding: response.body, as: UTF8.self))
                    #expect(shown.count > 10)
                    for (name, labels) in shown {
                        guard let metric = Self.known[name] else {
                            Issue.record("\(part) shows \(name)")
                            continue
                        }
                        let attributes = Set(metric.attributes.map { PrometheusName.label($0) } + (metric.kind == .histogram ? ["le"] : []))
                        #expect(labels.isSubset(of: attributes), "\(part) shows \(name) by \(labels.subtracting(attributes))")
                    }
                }
                await client.shutdown()
            }
        }

        /// By the name that a series of it has.
        private static let known: [String: MetricDescriptor] = Dictionary(
            MetricCatalogue.all.flatMap { metric in
                let name = PrometheusName.family(metric)
                let names = metric.kind == .histogram ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name]
                return names.map { ($0, metric) }
            }
        ) { first, _ in first }

        /// The names of an exposition's series, each with all of its labels.
        private static func series(_ text: String) -> [String: Set<String>] {
            var series: [String: Set<String>] = [:]
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let name = line.prefix { $0 != "{" && $0 != " " }
                series[String(name), default: []].formUnion(labels(line.dropFirst(name.count)))
            }
            return series
        }

        /// Of `{a="1",b="2"} 3`.
        private static func labels(_ rest: Substring) -> [String] {
            var labels: [String] = []
            var rest = rest
            while rest.first == "{" || rest.first == "," {
                rest = rest.dropFirst()
                let label = rest.prefix { $0 != "=" }
                labels.append(String(label))
                // The value, in quotation marks, in which one may be escaped.
                rest = rest.dropFirst(label.count + 2)
                while let next = rest.first, next != "\"" { rest = rest.dropFirst(next == "\\" ? 2 : 1) }
                rest = rest.dropFirst()
            }
            return labels
        }
    }
}
