import Glibc
package import Logging

/// Logging of a process, made from its settings.
package struct Logs: Sendable {
    package let settings: LogSettings
    package let output: LogOutput
    let writer: LogWriter

    /// - Parameter descriptor: Standard error, which leaves the standard output to what a command prints.
    package init(process: String, settings: LogSettings, redactor: Redactor, descriptor: Int32 = STDERR_FILENO) {
        let isTerminal = isatty(descriptor) == 1
        let isPlain = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let shape: LogOutput.Shape =
            switch settings.format {
            case .json: .json
            case .pretty: .pretty(coloured: isTerminal && !isPlain)
            case .auto: isTerminal ? .pretty(coloured: !isPlain) : .json
            }
        writer = LogWriter(descriptor: descriptor, capacity: settings.buffer) { dropped in
            let record = LogRecord(
                time: .now, level: .warning, message: "log lines were dropped: their reader is too slow", label: "log", process: process,
                metadata: [("count", .stringConvertible(dropped))])
            return switch shape {
            case .json: JSONLineFormat.line(record)
            case .pretty(let coloured): PrettyLineFormat(isColoured: coloured).line(record)
            }
        }
        output = LogOutput(process: process, shape: shape, redactor: redactor, sink: writer)
        self.settings = settings
    }

    package func handler(label: String) -> LineLogHandler {
        LineLogHandler(label: label, level: settings.level(forLabel: label), output: output)
    }

    package func logger(_ label: String) -> Logger { Logger(label: label, factory: { handler(label: $0) }) }

    /// Makes this what every `Logger(label:)` of the process uses, libraries' included. Once a process.
    package func bootstrap() {
        LoggingSystem.bootstrap(
            { label, provider in
                LineLogHandler(label: label, level: settings.level(forLabel: label), output: output, metadataProvider: provider)
            }, metadataProvider: .traceContext)
    }
}
