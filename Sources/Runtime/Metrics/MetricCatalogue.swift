/// Every metric of every process, in one place: what dashboards and alerts are built on.
///
/// `docs/observability.md` carries this list as a table; a test compares the two. A metric that isn't here still works, but is exposed
/// without a description.
package enum MetricCatalogue {
    package static let all: [MetricDescriptor] = calls + messages + process + runtime

    // MARK: Calls to another system

    /// The attributes are OpenTelemetry's; `error.type` is empty when the call succeeded, so that one metric counts both.
    package static let calls = [httpClientDuration, httpServerDuration, messagingOperationDuration, databaseOperationDuration]

    package static let httpClientDuration = MetricDescriptor.duration(
        "http.client.request.duration",
        by: ["server.address", "http.request.method", "url.template", "http.response.status_code", "error.type"],
        "Requests to other systems over HTTP, from the first byte sent to the last byte received.")

    package static let httpServerDuration = MetricDescriptor.duration(
        "http.server.request.duration", by: ["http.request.method", "http.route", "http.response.status_code"],
        "Requests answered over HTTP.")

    package static let messagingOperationDuration = MetricDescriptor.duration(
        "messaging.client.operation.duration", by: ["messaging.operation.name", "messaging.destination.name", "error.type"],
        "Calls to the broker; a publish lasts until it is confirmed.")

    package static let databaseOperationDuration = MetricDescriptor.duration(
        "db.client.operation.duration", by: ["db.operation.name", "error.type"], "Calls to the database, transactions as a whole.")

    // MARK: Messages

    package static let messages = [messagesSent, messagesConsumed, messageProcessDuration]

    package static let messagesSent = MetricDescriptor.counter(
        "messaging.client.sent.messages", .count("message"), by: ["messaging.destination.name", "error.type"],
        "Messages published, by how it ended.")

    package static let messagesConsumed = MetricDescriptor.counter(
        "messaging.client.consumed.messages", .count("message"), by: ["messaging.destination.name"],
        "Messages delivered by the broker, redeliveries included.")

    package static let messageProcessDuration = MetricDescriptor.duration(
        "messaging.process.duration", by: ["messaging.destination.name", "error.type"],
        "Handling of one message, from its delivery to its acknowledgement.")

    // MARK: The process

    package static let process = [cpuTime, residentMemory, virtualMemory, openFiles, maximumFiles, threads, startTime]

    package static let cpuTime = MetricDescriptor.counter("process.cpu", .seconds, "Processor time spent, user and system together.")
    package static let residentMemory = MetricDescriptor.gauge("process.resident_memory", .bytes, "Memory held in RAM.")
    package static let virtualMemory = MetricDescriptor.gauge("process.virtual_memory", .bytes, "Address space in use.")
    package static let openFiles = MetricDescriptor.gauge("process.open_fds", .count("descriptor"), "Open file descriptors.")
    package static let maximumFiles = MetricDescriptor.gauge(
        "process.max_fds", .count("descriptor"), "File descriptors that may be open at once.")
    package static let threads = MetricDescriptor.gauge("process.threads", .count("thread"), "Threads of the process.")
    package static let startTime = MetricDescriptor.gauge(
        "process.start_time", .seconds, "When the process started, in seconds since 1970.")

    // MARK: What every process reports of itself

    package static let runtime = [buildInfo, ready, checkUp, logLinesDropped, seriesOverflowed]

    package static let buildInfo = MetricDescriptor.gauge(
        "switchboard.build_info", .count("process"), by: ["process", "version"], "Always 1; its attributes tell what runs.")
    package static let ready = MetricDescriptor.gauge(
        "switchboard.ready", .count("process"), "1 while the process takes work, else 0.")
    package static let checkUp = MetricDescriptor.gauge(
        "switchboard.health_check.up", .count("check"), by: ["check"], "1 while what the process depends on is there, else 0.")
    package static let logLinesDropped = MetricDescriptor.counter(
        "switchboard.log.dropped_lines", .count("line"), "Log lines dropped because their reader was too slow.")
    package static let seriesOverflowed = MetricDescriptor.gauge(
        "switchboard.metrics.overflowed", .count("metric"),
        "Metrics with more series than `metrics.max_series`; what is beyond is counted in one series of each.")

    /// The table of `docs/observability.md`.
    package static func markdown(_ descriptors: [MetricDescriptor] = all) -> String {
        let rows = descriptors.map { metric in
            let attributes = metric.attributes.map { "`\($0)`" }.joined(separator: ", ")
            return
                "| `\(metric.name)` | `\(PrometheusName.family(metric))` | \(metric.kind.rawValue) | `\(metric.unit.ucum)` | \(attributes) | \(metric.help) |"
        }
        return (["| Metric | In Prometheus | Kind | Unit | Attributes | Meaning |", "|---|---|---|---|---|---|"] + rows)
            .joined(separator: "\n")
    }
}
