package import Logging

/// The handler behind every logger: makes a line, cuts secrets out of it, hands it to a sink.
package struct LineLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    let label: String
    let output: LogOutput

    package init(label: String, level: Logger.Level, output: LogOutput, metadataProvider: Logger.MetadataProvider? = .traceContext) {
        self.label = label
        self.logLevel = level
        self.output = output
        self.metadataProvider = metadataProvider
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let record = LogRecord(
            time: output.now(), level: event.level, message: event.message.description, label: label, process: output.process,
            metadata: LogRecord.merge([metadata, metadataProvider?.get(), event.metadata]), error: event.error)
        var line =
            switch output.shape {
            case .json: JSONLineFormat.line(record)
            case .pretty(let coloured): PrettyLineFormat(isColoured: coloured).line(record)
            }
        output.redactor.redact(&line)
        output.sink.write(line: line)
        // The line that explains a crash must not die with it.
        if event.level == .critical { output.sink.flush(within: .seconds(1)) }
    }
}

/// Where lines go, and what all loggers of a process share.
package struct LogOutput: Sendable {
    package enum Shape: Sendable, Hashable {
        case json
        case pretty(coloured: Bool)
    }

    let process: String
    let shape: Shape
    let redactor: Redactor
    let sink: any LogSink
    let now: @Sendable () -> LogTime

    /// - Parameter now: The time of a line.
    package init(
        process: String, shape: Shape, redactor: Redactor, sink: any LogSink, now: @escaping @Sendable () -> LogTime = { .now }
    ) {
        self.process = process
        self.shape = shape
        self.redactor = redactor
        self.sink = sink
        self.now = now
    }
}

/// Takes whole lines.
package protocol LogSink: Sendable {
    /// - Parameter line: Without the line break.
    func write(line: [UInt8])
    /// Waits until everything written so far is out, but not longer than `bound`.
    func flush(within bound: Duration)
}
