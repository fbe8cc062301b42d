package import JSON

/// What the admin endpoint answers.
package struct AdminEndpoints: Sendable {
    var health: HealthRegistry
    var liveness: Liveness
    var metrics: MetricsRegistry
    var version: BuildInfo

    package init(health: HealthRegistry, liveness: Liveness, metrics: MetricsRegistry, version: BuildInfo) {
        self.health = health
        self.liveness = liveness
        self.metrics = metrics
        self.version = version
    }

    package func respond(to request: AdminRequest) -> AdminResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            var response = AdminResponse.text(405, "only GET and HEAD are answered here")
            response.headers = ["Allow: GET, HEAD"]
            return response
        }
        switch request.path {
        case "/healthz":
            guard let silence = liveness.silence() else { return .text(200, "ok") }
            return .text(503, "no task has run for \(silence.components.seconds) s")
        case "/readyz":
            let report = health.report
            return .json(report.isReady ? 200 : 503, report.jsonBytes)
        case "/metrics":
            let format = PrometheusText(accept: request.accept)
            return AdminResponse(status: 200, contentType: format.contentType, body: format.render(metrics))
        case "/version": return .json(200, version.jsonBytes)
        case "/": return .text(200, "\(version.process) \(version.version): /healthz /readyz /metrics /version")
        default: return .text(404, "there are /healthz, /readyz, /metrics and /version")
        }
    }
}

/// What runs here.
package struct BuildInfo: Sendable, Hashable, JSONEncodable {
    /// Of the whole project; `CHANGELOG.md` tells what it means.
    package static let projectVersion = "0.1.0"

    package var process: String
    package var version: String
    var started: LogTime

    package init(process: String, version: String = BuildInfo.projectVersion, started: LogTime = .now) {
        self.process = process
        self.version = version
        self.started = started
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("process", process)
            $0.member("version", version)
            $0.member("started", started.rfc3339)
        }
    }
}
