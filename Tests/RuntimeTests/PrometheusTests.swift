import CoreMetrics
import Foundation
import JSON
import Logging
import Runtime
import Testing

/// The files of `deploy/observability/prometheus`, by Prometheus' own checker.
@Suite(.enabled(if: Prometheus.promtool != nil, "promtool is not installed (Debian: prometheus)"))
struct PrometheusFileTests {
    private let folder = Prometheus.files + "/prometheus"

    @Test(arguments: [
        (["check", "rules"], "switchboard.rules.yml"), (["check", "config"], "prometheus.yml"),
        (["test", "rules"], "switchboard.rules.test.yml"),
    ])
    func promtoolIsContent(_ command: [String], _ file: String) throws {
        let (said, status) = try Prometheus.run(try #require(Prometheus.promtool), command + ["\(folder)/\(file)"])
        #expect(status == 0, "\(said)")
    }

    @Test func everyAlertIsTestedBothWays() throws {
        let rules = try String(contentsOfFile: "\(folder)/switchboard.rules.yml", encoding: .utf8)
        let tests = try String(contentsOfFile: "\(folder)/switchboard.rules.test.yml", encoding: .utf8)
        let alerts = rules.split(separator: "\n").compactMap { line in
            line.firstRange(of: "- alert: ").map { String(line[$0.upperBound...]) }
        }
        #expect(alerts.count >= 12)
        for alert in alerts {
            #expect(tests.contains("alertname: \(alert), exp_alerts: []"), "\(alert): that it stays quiet")
            #expect(tests.contains("alertname: \(alert)\n        exp_alerts:\n          - "), "\(alert): that it fires")
        }
        let guide = try String(contentsOfFile: Prometheus.files + "/../../docs/observability.md", encoding: .utf8)
        for alert in alerts { #expect(guide.contains("`\(alert)`"), "\(alert): what to do about it") }
    }
}

/// A real Prometheus scrapes what a process answers, and every query of the dashboards and every rule runs on it.
@Suite(
    .enabled(if: Prometheus.server != nil, "prometheus is not installed (Debian: prometheus)"), .timeLimit(.minutes(3)))
struct PrometheusServerTests {
    private let sample = SampleProcess()

    @Test func everythingThatIsShownIsThere() async throws {
        let process = try AdminServer(address: HostAndPort(host: "127.0.0.1", port: 0)) { [sample] in sample.endpoints.respond(to: $0) }
        defer { process.stop() }
        let broker = try AdminServer(address: HostAndPort(host: "127.0.0.1", port: 0)) { _ in .text(200, SampleProcess.brokerMetrics) }
        defer { broker.stop() }
        let prometheus = try PrometheusServer(
            try #require(Prometheus.server),
            configuration: """
                global: { scrape_interval: 500ms, evaluation_interval: 500ms }
                rule_files: ["\(Prometheus.files)/prometheus/switchboard.rules.yml"]
                scrape_configs:
                  - job_name: switchboard
                    static_configs: [{ targets: ["\(process.address)"], labels: { process: gateway } }]
                  - job_name: rabbitmq
                    metrics_path: /metrics/per-object
                    static_configs: [{ targets: ["\(broker.address)"] }]
                """)
        defer { prometheus.stop() }
        try await prometheus.wait("the fourth scrape") {
            let scrapes = try await prometheus.query("min(count_over_time(up[1m]))")
            return (scrapes.first?.value ?? 0) >= 4
        }
        try await checkTargets(prometheus)
        try await checkSeries(prometheus)
        try await checkExemplars(prometheus)
        try await checkRules(prometheus)
        try await checkDashboards(prometheus)
    }

    private func checkTargets(_ prometheus: PrometheusServer) async throws {
        let targets = try await prometheus.ask("/api/v1/targets")["activeTargets"]?.array ?? []
        #expect(targets.count == 2)
        for target in targets {
            #expect(target["health"]?.string == "up", "\(target["lastError"] ?? .null)")
            #expect(target["lastError"]?.string == "")
        }
    }

    /// Each metric of the catalogue came through, under its name, with its type and unit.
    private func checkSeries(_ prometheus: PrometheusServer) async throws {
        let metadata = try await prometheus.ask("/api/v1/metadata")
        for (name, type, unit) in sample.exposed {
            let known = metadata[name]?.array?.first
            #expect(known?["type"]?.string == type, "\(name)")
            // Only OpenMetrics has units: so it is what was asked for, and what was understood.
            #expect(known?["unit"]?.string == unit, "\(name)")
        }
        #expect(sample.metrics.undescribed == [])
    }

    private func checkExemplars(_ prometheus: PrometheusServer) async throws {
        let now = Date().timeIntervalSince1970
        for metric in ["switchboard_pipeline_duration_seconds_bucket", "http_client_request_duration_seconds_bucket"] {
            let found = try await prometheus.ask(
                "/api/v1/query_exemplars", ["query": metric, "start": "\(now - 300)", "end": "\(now + 5)"])
            let traces = Set((found.array ?? []).flatMap { $0["exemplars"]?.array ?? [] }.compactMap { $0["labels"]?["trace_id"]?.string })
            #expect(traces == [sample.trace.traceID.description], "\(metric)")
        }
    }

    private func checkRules(_ prometheus: PrometheusServer) async throws {
        try await prometheus.wait("the rules' first evaluation") {
            try await loaded(prometheus).allSatisfy { $0["health"]?.string != "unknown" }
        }
        let rules = try await loaded(prometheus)
        #expect(rules.count >= 14)
        for rule in rules {
            #expect(rule["health"]?.string == "ok", "\(rule["name"] ?? .null): \(rule["lastError"] ?? .null)")
            if let query = rule["query"]?.string { _ = try await prometheus.query(query) }
        }
        for record in rules where record["type"]?.string == "recording" {
            #expect(try await !prometheus.query(try #require(record["name"]?.string)).isEmpty)
        }
    }

    private func loaded(_ prometheus: PrometheusServer) async throws -> [JSON] {
        try await (prometheus.ask("/api/v1/rules")["groups"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }
    }

    private func checkDashboards(_ prometheus: PrometheusServer) async throws {
        let folder = Prometheus.files + "/grafana"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        #expect(files.count == 2)
        for file in files {
            let dashboard = try Dashboard(JSON(parsing: Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))))
            #expect(dashboard.queries.count > 20, "\(file)")
            for (panel, query) in dashboard.queries {
                let result = try await prometheus.query(query)
                #expect(!result.isEmpty, "\(file), \(panel): nothing for \(query)")
                // A legend names labels that the query doesn't give.
                let labels = Set(result.flatMap { $0.labels.object?.members.map(\.key) ?? [] })
                for label in dashboard.legendLabels[query] ?? [] {
                    #expect(labels.contains(label), "\(file), \(panel): no series has the label \(label)")
                }
            }
            for query in dashboard.variables {
                let (metric, label) = query
                let values = try await prometheus.ask("/api/v1/label/\(label)/values", ["match[]": metric]).array ?? []
                #expect(!values.isEmpty, "\(file): no values of \(label)")
            }
        }
    }
}

/// What of a dashboard's JSON asks Prometheus for something.
private struct Dashboard {
    var queries: [(panel: String, query: String)] = []
    var legendLabels: [String: Set<String>] = [:]
    var variables: [(metric: String, label: String)] = []

    init(_ json: JSON) throws {
        var ids: Set<Int64> = []
        for panel in json["panels"]?.array ?? [] {
            #expect(ids.insert(try #require(panel["id"]?.int)).inserted)
            let title = try #require(panel["title"]?.string)
            for target in panel["targets"]?.array ?? [] {
                let query = Self.filled(try #require(target["expr"]?.string))
                #expect(!query.contains("$"), "\(title): a variable that isn't filled in")
                queries.append((title, query))
                legendLabels[query] = Self.labels(of: target["legendFormat"]?.string ?? "")
            }
        }
        for variable in json["templating"]?["list"]?.array ?? [] {
            guard let text = variable["query"]?["query"]?.string else { continue }
            // label_values(metric, label)
            let parts = text.dropFirst("label_values(".count).dropLast().split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            variables.append((try #require(parts.first), try #require(parts.last)))
        }
    }

    /// As Grafana fills it in when everything is chosen.
    private static func filled(_ query: String) -> String {
        query.replacing("$__rate_interval", with: "1m").replacing("$bot", with: ".*").replacing("$process", with: ".*")
    }

    /// `error_type` and the like, which only some series have, aren't asked for.
    private static func labels(of legend: String) -> Set<String> {
        Set(
            legend.split(separator: "{{").dropFirst().compactMap { part in
                part.firstRange(of: "}}").map { range in String(part[..<range.lowerBound]) }
            })
    }
}
