/// Every metric of every process, in one place: what dashboards and alerts are built on.
///
/// `docs/observability.md` carries this list as a table; a test compares the two. A metric that isn't here still works, but is exposed
/// without a description.
package enum MetricCatalogue {
    package static let all: [MetricDescriptor] =
        http + messaging + database + pipeline + scheduler + operations + process + runtime + tracing

    // MARK: HTTP

    package static let http = [httpClientDuration, httpClientActive, httpClientConnections, httpServerDuration]

    package static let httpClientDuration = MetricDescriptor.duration(
        "http.client.request.duration",
        by: ["server.address", "server.port", "http.request.method", "url.template", "http.response.status_code", "error.type"],
        keepsExemplars: true, "Requests to other systems over HTTP, until the whole answer is there.")
    package static let httpClientActive = MetricDescriptor.gauge(
        "http.client.active_requests", .count("request"), "Requests to other systems under way.")
    package static let httpClientConnections = MetricDescriptor.gauge(
        "http.client.open_connections", .count("connection"), "Connections to other systems over HTTP.")
    package static let httpServerDuration = MetricDescriptor.duration(
        "http.server.request.duration", by: ["http.request.method", "http.route", "http.response.status_code"],
        "Requests answered over HTTP.")

    // MARK: The broker

    package static let messaging = [
        messagingOperationDuration, messagesSent, messagesConsumed, messagesReturned, messagesNacked, messagesUnconfirmed,
        brokerReconnects, brokerBlocked, messageProcessDuration, workerBatchSize, deadLetters, effectsLeft, effectsSwept,
    ]

    package static let messagingOperationDuration = MetricDescriptor.duration(
        "messaging.client.operation.duration", by: ["messaging.system", "messaging.operation.name", "error.type"],
        "Calls to the broker; a publish lasts until it is confirmed, `connect` until the login has succeeded or failed.")
    package static let messagesSent = MetricDescriptor.counter(
        "messaging.client.sent.messages", .count("message"), by: ["messaging.system", "messaging.operation.name"], "Messages published.")
    package static let messagesConsumed = MetricDescriptor.counter(
        "messaging.client.consumed.messages", .count("message"), by: ["messaging.system", "messaging.operation.name"],
        "Messages delivered by the broker, redeliveries included.")
    package static let messagesReturned = MetricDescriptor.counter(
        "messaging.client.returned.messages", .count("message"), by: ["messaging.system", "messaging.operation.name"],
        "Messages that no queue took.")
    package static let messagesNacked = MetricDescriptor.counter(
        "messaging.client.nacked.messages", .count("message"), by: ["messaging.system", "messaging.operation.name"],
        "Messages that the broker refused.")
    package static let messagesUnconfirmed = MetricDescriptor.counter(
        "messaging.client.unconfirmed.messages", .count("message"), by: ["messaging.system", "messaging.operation.name"],
        "Messages of which nobody knows whether the broker has them; they are published again.")
    package static let brokerReconnects = MetricDescriptor.counter(
        "messaging.client.connection.reconnects", .count("connection"), by: ["messaging.system"], "Connections to the broker made anew.")
    package static let brokerBlocked = MetricDescriptor.duration(
        "messaging.client.connection.blocked.duration", by: ["messaging.system"], "Times during which the broker took no messages.")
    package static let messageProcessDuration = MetricDescriptor.duration(
        "messaging.process.duration", by: ["messaging.system", "worker"],
        "Handling of one batch of deliveries, from its start to its COMMIT.")
    package static let workerBatchSize = MetricDescriptor.histogram(
        "switchboard.worker.batch.size", .count("message"), buckets: [1, 2, 5, 10, 20, 50, 100], by: ["worker"],
        "Deliveries handled in one transaction.")
    package static let deadLetters = MetricDescriptor.counter(
        "switchboard.worker.dead_letters", .count("message"), by: ["worker", "reason"],
        "Messages given up: `unreadable`, `rejected` by what handles them, or `failed` at every attempt.")
    package static let effectsLeft = MetricDescriptor.counter(
        "switchboard.worker.effects.left", .count("message"), by: ["worker"],
        "Effects that the broker didn't take in time and that wait in the database for the sweep.")
    package static let effectsSwept = MetricDescriptor.counter(
        "switchboard.worker.effects.swept", .count("message"), by: ["worker"], "Effects that the sweep has published.")

    // MARK: The database

    package static let database = [
        databaseOperationDuration, databaseErrors, databaseConnections, databasePending, databaseWaitTime, databaseTimeouts,
        databaseCreateTime, databaseLost, databaseReprepared,
    ]

    private static let databasePool = ["db.system.name", "db.client.connection.pool.name"]

    package static let databaseOperationDuration = MetricDescriptor.duration(
        "db.client.operation.duration", by: databasePool + ["db.operation.name"], "Round trips to the database.")
    package static let databaseErrors = MetricDescriptor.counter(
        "db.client.operation.errors", .count("error"), by: databasePool + ["error.type"], "Statements that failed.")
    package static let databaseConnections = MetricDescriptor.gauge(
        "db.client.connection.count", .count("connection"), by: databasePool + ["db.client.connection.state"],
        "Connections to the database.")
    package static let databasePending = MetricDescriptor.gauge(
        "db.client.connection.pending_requests", .count("request"), by: databasePool, "Those who wait for a connection.")
    package static let databaseWaitTime = MetricDescriptor.duration(
        "db.client.connection.wait_time", by: databasePool, "Waiting for a connection.")
    package static let databaseTimeouts = MetricDescriptor.counter(
        "db.client.connection.timeouts", .count("timeout"), by: databasePool, "Waits for a connection that were given up.")
    package static let databaseCreateTime = MetricDescriptor.duration(
        "db.client.connection.create_time", by: databasePool, "Making a connection, from resolving the name to being ready.")
    package static let databaseLost = MetricDescriptor.counter(
        "db.client.connection.lost", .count("connection"), by: databasePool, "Connections that ended unasked.")
    package static let databaseReprepared = MetricDescriptor.counter(
        "db.client.statement.reprepared", .count("statement"), by: databasePool,
        "Prepared statements that a change of the tables took away.")

    // MARK: The way of an update

    package static let pipeline = [
        pipelineDuration, gatewayUpdates, gatewayRefused, dialogFailures, definitionUp, senderCommands, senderWaiting, senderWaitingChats,
        senderFrozenChats, senderFrozenBots,
    ]

    package static let pipelineDuration = MetricDescriptor.duration(
        "switchboard.pipeline.duration", by: ["stage"], keepsExemplars: true,
        "From the moment an update came in until its event was `published`, `handled`, and what it caused was `sent`.")

    package static let gatewayUpdates = MetricDescriptor.counter(
        "switchboard.gateway.updates", .count("update"), by: ["bot", "kind", "outcome"],
        "Updates that came in: `published`, `flood`, or `unreadable` (of kind `unknown`).")
    package static let gatewayRefused = MetricDescriptor.counter(
        "switchboard.gateway.refused", .count("request"), by: ["bot", "http.response.status_code"], "Calls of a webhook that were refused.")
    package static let dialogFailures = MetricDescriptor.counter(
        "switchboard.dialog.failures", .count("event"), by: ["bot", "error.type"], "Events that a definition couldn't answer.")
    package static let definitionUp = MetricDescriptor.gauge(
        "switchboard.dialog.definition.up", .count("bot"), by: ["bot"], "1 while the bot's definition runs, 0 when it can't.")
    package static let senderCommands = MetricDescriptor.counter(
        "switchboard.sender.commands", .count("command"), by: ["bot", "kind", "lane", "outcome"],
        "Commands that are done with, by how it ended.")
    package static let senderWaiting = MetricDescriptor.gauge(
        "switchboard.sender.waiting_commands", .count("command"), "Commands in hand that aren't being sent yet.")
    package static let senderWaitingChats = MetricDescriptor.gauge(
        "switchboard.sender.waiting_chats", .count("chat"), "Chats with a command that waits for its turn.")
    package static let senderFrozenChats = MetricDescriptor.gauge(
        "switchboard.sender.frozen_chats", .count("chat"), "Chats that may not be sent to before a time that a 429 or a failure has set.")
    package static let senderFrozenBots = MetricDescriptor.gauge(
        "switchboard.sender.frozen_bots", .count("bot"), "Bots that may not send at all before a time that a 429 or a failure has set.")

    // MARK: Timers

    package static let scheduler = [
        schedulerLateness, schedulerFired, schedulerPutOff, schedulerRequests, schedulerPending, schedulerOverdue,
    ]

    package static let schedulerLateness = MetricDescriptor.duration(
        "switchboard.scheduler.lateness", by: ["pace"],
        "From the moment a timer was meant for until the broker had its event. `pace` is `due`, or `overdue` for what an outage left behind."
    )
    package static let schedulerFired = MetricDescriptor.counter(
        "switchboard.scheduler.fired", .count("timer"), by: ["bot", "pace"], "Timers that fired.")
    package static let schedulerPutOff = MetricDescriptor.counter(
        "switchboard.scheduler.put_off", .count("timer"), by: ["reason"],
        "Timers to be tried again later: `refused` by the broker, or `unreadable`, such as a zone that this machine does not know.")
    package static let schedulerRequests = MetricDescriptor.counter(
        "switchboard.scheduler.requests", .count("request"), by: ["operation", "outcome"],
        "Requests to set or cancel timers: `taken`, or `rejected` to the dead letters. Outdated ones are taken and change nothing.")
    package static let schedulerPending = MetricDescriptor.gauge(
        "switchboard.scheduler.pending_timers", .count("timer"),
        "Timers that will fire; beyond 10,000 about as many as that. Of the whole installation, so the same in every instance.")
    package static let schedulerOverdue = MetricDescriptor.gauge(
        "switchboard.scheduler.overdue_timers", .count("timer"),
        "Timers that are late by more than `scheduler.overdue_after`, at most 10,000; the same in every instance.")

    // MARK: Operations

    package static let operations = [operationDuration, operationActive, objectStoreDuration]

    package static let operationDuration = MetricDescriptor.duration(
        "switchboard.operation.duration", by: ["operation", "error.type"], keepsExemplars: true,
        "Doing an operation, from taking it in hand to its end; `error.type` is the code with which it failed.")
    package static let operationActive = MetricDescriptor.gauge(
        "switchboard.operation.active", .count("operation"), by: ["operation"], "Operations in hand.")

    package static let objectStoreDuration = MetricDescriptor.duration(
        "switchboard.object_store.duration", by: ["operation", "error.type"],
        "Putting, getting, deleting and listing objects, retries included.")

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

    // MARK: Traces, of the exporter itself

    package static let tracing = [spansExported, spansProcessed, spansWaiting]

    package static let spansExported = MetricDescriptor.counter(
        "otel.sdk.exporter.span.exported", .count("span"), by: ["error.type"],
        "Spans that the collector has taken, or with an `error.type` has not.")
    package static let spansProcessed = MetricDescriptor.counter(
        "otel.sdk.processor.span.processed", .count("span"), by: ["error.type"],
        "Spans dropped before they were sent, because `otlp.queue` was full (`queue_full`).")
    package static let spansWaiting = MetricDescriptor.gauge(
        "otel.sdk.processor.span.queue.size", .count("span"), "Spans that wait for the collector.")

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
