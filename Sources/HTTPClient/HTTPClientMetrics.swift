internal import CoreMetrics
internal import Synchronization

/// The timers of finished requests, one per combination of labels, made once and kept.
final class HTTPClientMetrics: Sendable {
    /// More combinations than this, and names stop being told apart: a caller has put something boundless into a request's name.
    static let maxTimers = 4096

    private struct Key: Hashable {
        var method: String
        var target: RequestTarget
        var name: String?
        var outcome: Outcome
    }

    private enum Outcome: Hashable {
        case status(Int)
        case error(HTTPClientError.Code)
    }

    private let factory: (any MetricsFactory)?
    private let timers = Mutex<[Key: Timer]>([:])
    private let active: Meter
    private let connections: Meter

    /// - Parameter factory: nil: the one of the process.
    init(factory: (any MetricsFactory)?) {
        self.factory = factory
        let used = factory ?? MetricsSystem.factory
        active = Meter(label: "http.client.active_requests", dimensions: [], factory: used)
        connections = Meter(label: "http.client.open_connections", dimensions: [], factory: used)
    }

    func record(_ request: HTTPRequest, target: RequestTarget?, result: Result<HTTPResponse, HTTPClientError>, duration: Duration) {
        guard let target else { return }
        let outcome: Outcome
        switch result {
        case .success(let response): outcome = .status(response.status)
        case .failure(let error): outcome = .error(error.code)
        }
        var key = Key(method: request.method.rawValue, target: target, name: request.name, outcome: outcome)
        let timer = timers.withLock { timers in
            if let timer = timers[key] { return timer }
            if timers.count >= Self.maxTimers {
                key.name = "_OTHER"
                if let timer = timers[key] { return timer }
            }
            let timer = Timer(
                label: "http.client.request.duration", dimensions: Self.dimensions(key), factory: factory ?? MetricsSystem.factory)
            timers[key] = timer
            return timer
        }
        let (seconds, attoseconds) = duration.components
        timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    func gauge(active: Int, connections: Int) {
        self.active.set(active)
        self.connections.set(connections)
    }

    /// Names as in OpenTelemetry's semantic conventions for HTTP client metrics.
    private static func dimensions(_ key: Key) -> [(String, String)] {
        var list = [
            ("http.request.method", key.method), ("server.address", key.target.host), ("server.port", String(key.target.port)),
        ]
        if let name = key.name { list.append(("url.template", name)) }
        switch key.outcome {
        case .status(let status): list.append(("http.response.status_code", String(status)))
        case .error(let code): list.append(("error.type", code.description))
        }
        return list
    }
}
