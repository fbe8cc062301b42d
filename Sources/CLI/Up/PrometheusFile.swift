/// The configuration of a Prometheus that scrapes what `up` runs, with the project's alerts.
struct PrometheusFile: Sendable, Hashable {
    /// Names and admin ports.
    private let processes: [String]
    private let broker: String?
    private let rules: String

    /// - Parameters:
    ///   - broker: the address of the broker's metrics; nil: it has none.
    ///   - rules: the path of the file with the alerts.
    init(processes: [(name: String, adminPort: UInt16)], broker: String?, rules: String) {
        self.processes = processes.map { process in
            #"      - { targets: ["127.0.0.1:\#(process.adminPort)"], labels: { process: \#(process.name) } }"#
        }
        self.broker = broker
        self.rules = rules
    }

    var text: String {
        // Quoted as JSON, which is YAML: a path may hold anything.
        let quotedRules = rules.reduce(into: "") { $0 += $1 == "\\" || $1 == "\"" ? "\\\($1)" : String($1) }
        var lines = [
            "# What `./switchboard up` runs here; written anew at each start. To look at it:",
            "#   prometheus --config.file=prometheus.yml --storage.tsdb.path=prometheus --web.listen-address=127.0.0.1:9090 \\",
            "#     --enable-feature=exemplar-storage",
            "global: { scrape_interval: 5s, evaluation_interval: 5s }",
            "rule_files: [\"\(quotedRules)\"]",
            "scrape_configs:",
            "  - job_name: switchboard",
            "    static_configs:",
        ]
        lines += processes
        if let broker, let path = broker.dropFirst("http://".count).firstIndex(of: "/") {
            lines += [
                "  # RabbitMQ's own metrics, one series for each queue.",
                "  - job_name: rabbitmq",
                "    metrics_path: \(broker[path...])",
                "    static_configs: [{ targets: [\"\(broker[..<path].dropFirst("http://".count))\"] }]",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
