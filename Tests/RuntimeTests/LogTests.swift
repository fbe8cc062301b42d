import Foundation
import Glibc
import Logging
import Runtime
import Synchronization
import TestSupport
import Testing

/// Keeps lines.
final class LineCollector: LogSink {
    private let collected = Mutex<[String]>([])
    var lines: [String] { collected.withLock { $0 } }
    func write(line: [UInt8]) { collected.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    func flush(within bound: Duration) {}
}

/// A logger whose clock stands at 2026-11-21T11:31:44.123Z.
func testLogger(_ shape: LogOutput.Shape, sink: LineCollector, redactor: Redactor = Redactor(), label: String = "telegram") -> Logger {
    let output = LogOutput(process: "gateway", shape: shape, redactor: redactor, sink: sink) { LogTime(milliseconds: 1_795_260_704_123) }
    return Logger(label: label) { LineLogHandler(label: $0, level: .debug, output: output) }
}

@Suite struct LogFormatTests {
    private let parent = TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")

    @Test func jsonLines() throws {
        let sink = LineCollector()
        var logger = testLogger(.json, sink: sink)
        logger[metadataKey: "bot"] = "demo"
        logger.info("polling")
        logger.warning(
            "a \"quoted\"\nline\t\u{1}",
            metadata: ["count": .stringConvertible(3), "bot": "other", "level": "x", "list": ["a", ["k": "v"]]])
        logger.error("no luck", error: RuntimeError(.address, "in use"))
        #expect(
            sink.lines == [
                #"{"ts":"2026-11-21T11:31:44.123Z","level":"info","message":"polling","logger":"telegram","process":"gateway","bot":"demo"}"#,
                #"{"ts":"2026-11-21T11:31:44.123Z","level":"warning","message":"a \"quoted\"\nline\t\u0001","logger":"telegram","process":"gateway","bot":"other","count":3,"level_":"x","list":["a",{"k":"v"}]}"#,
                #"{"ts":"2026-11-21T11:31:44.123Z","level":"error","message":"no luck","logger":"telegram","process":"gateway","bot":"demo","error":"in use","error_type":"Runtime.RuntimeError"}"#,
            ])
    }

    @Test func everyLineCarriesItsTrace() throws {
        let sink = LineCollector()
        let logger = testLogger(.json, sink: sink)
        withTrace(parent) { logger.info("inside") }
        logger.info("outside")
        #expect(sink.lines[0].contains(#""span_id":""#))
        #expect(sink.lines[0].hasSuffix(#","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}"#))
        #expect(!sink.lines[1].contains("trace_id"))
    }

    @Test func prettyLines() {
        let sink = LineCollector()
        let logger = testLogger(.pretty(coloured: false), sink: sink)
        logger.info("polling", metadata: ["bot": "demo", "text": "two words", "none": ""])
        logger.error("line\nbreak \u{1B}[31m", metadata: ["k\n": "v\r"])
        #expect(
            sink.lines == [
                #"11:31:44.123 INFO  gateway telegram: polling  bot=demo  none=""  text="two words""#,
                #"11:31:44.123 ERROR gateway telegram: line\nbreak \u{1b}[31m  k\n=v\r"#,
            ])
        let coloured = LineCollector()
        testLogger(.pretty(coloured: true), sink: coloured).warning("hot")
        #expect(coloured.lines == ["\u{1B}[2m11:31:44.123\u{1B}[0m \u{1B}[33mWARN \u{1B}[0m gateway\u{1B}[2m telegram\u{1B}[0m: hot"])
    }

    @Test func registeredSecretsNeverAppear() {
        let sink = LineCollector()
        let redactor = Redactor()
        let token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
        redactor.register(Secret(token))
        redactor.register(Secret(#"pass"word"#))
        for shape in [LogOutput.Shape.json, .pretty(coloured: true)] {
            let logger = testLogger(shape, sink: sink, redactor: redactor)
            logger.error(
                "GET /bot\(token)/getMe", error: RuntimeError(.address, "at \(token)"), metadata: ["url": "x\(token)y", "p": #"pass"word"#])
        }
        for line in sink.lines {
            #expect(!line.contains("AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"))
            #expect(!line.contains("word"))
        }
        #expect(sink.lines.count == 2)
    }

    /// Against the calendar of Foundation, from 1600 to 2400.
    @Test func times() {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5000 {
            let milliseconds = Int64.random(in: -11_676_096_000_000...13_569_465_600_000, using: &random)
            guard let date = formatter.date(from: LogTime(milliseconds: milliseconds).rfc3339) else {
                Issue.record("unreadable: \(LogTime(milliseconds: milliseconds).rfc3339)")
                continue
            }
            #expect(abs(date.timeIntervalSince1970 * 1000 - Double(milliseconds)) < 0.6)
        }
        #expect(LogTime(milliseconds: 1_709_164_800_000).rfc3339 == "2024-02-29T00:00:00.000Z")
        #expect(LogTime(milliseconds: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
    }

    @Test func levels() throws {
        let environment = ["SWITCHBOARD_LOG_LEVEL": "warning", "SWITCHBOARD_LOG_LEVELS": "amqp=debug, amqp.frames=error"]
        let settings = try Settings<LogSettings>.read(from: SettingsSources(environment: environment)).values
        #expect(settings.level(forLabel: "telegram") == .warning)
        #expect(settings.level(forLabel: "amqp.channel") == .debug)
        #expect(settings.level(forLabel: "amqp.frames") == .error)
    }
}

@Suite struct LogWriterTests {
    /// Reads on a thread of its own: blocking one of Swift's threads could stop the test itself.
    private func everything(from handle: FileHandle) -> Task<[Substring], Never> {
        let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
        Thread.detachNewThread {
            continuation.yield((try? handle.readToEnd()) ?? Data())
            continuation.finish()
        }
        return Task {
            var data = Data()
            for await part in stream { data += part }
            return String(decoding: data, as: UTF8.self).split(separator: "\n")
        }
    }

    private func pipePair() throws -> (read: FileHandle, write: Int32) {
        let pipe = Pipe()
        let descriptor = dup(pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForWriting.close()
        return (pipe.fileHandleForReading, descriptor)
    }

    @Test(.timeLimit(.minutes(1))) func linesOfManyThreadsStayWhole() async throws {
        let (read, descriptor) = try pipePair()
        let reader = everything(from: read)
        let writer = LogWriter(descriptor: descriptor, capacity: 64 << 20) { Array("dropped \($0)".utf8) }
        await withTaskGroup(of: Void.self) { tasks in
            for task in 0..<8 {
                tasks.addTask {
                    for line in 0..<2000 { writer.write(line: Array("\(task):\(line):".utf8) + [UInt8](repeating: 120, count: line % 300)) }
                }
            }
        }
        writer.close(within: .seconds(20))
        close(descriptor)
        let lines = await reader.value
        #expect(lines.count == 16_000)
        var next = [Int](repeating: 0, count: 8)
        for line in lines {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            let (task, number) = (Int(parts[0]) ?? 0, Int(parts[1]) ?? -1)
            #expect(number == next[task] && parts[2].utf8.count == number % 300)
            next[task] = number + 1
        }
    }

    /// A reader that has stopped must not stop the writer.
    @Test(.timeLimit(.minutes(1))) func aStalledReaderCostsLinesNotTime() async throws {
        let (read, descriptor) = try pipePair()
        let writer = LogWriter(descriptor: descriptor, capacity: 10_000) { Array("dropped \($0)".utf8) }
        // The least a pipe can hold: the writer's thread is stuck in its first write. (1031 is F_SETPIPE_SZ, which Glibc's module lacks.)
        #expect(fcntl(descriptor, 1031, 4096) == 4096)
        let line = [UInt8](repeating: 97, count: 999)
        for _ in 0..<1000 { writer.write(line: line) }
        #expect(writer.dropped > 0)
        writer.flush(within: .milliseconds(50))
        for _ in 0..<1000 { writer.write(line: line) }
        let dropped = writer.dropped
        #expect(dropped > 1800)
        let reader = everything(from: read)
        writer.flush(within: .seconds(20))
        writer.write(line: Array("last".utf8))
        writer.close(within: .seconds(20))
        close(descriptor)
        let lines = await reader.value
        // Some lines may have got through between the two bursts, with a notice of their own.
        let notices = lines.compactMap { $0.hasPrefix("dropped ") ? Int($0.dropFirst(8)) : nil }
        #expect(notices.reduce(0, +) == dropped)
        #expect(lines.last == "last")
        #expect(lines.count == 2000 - dropped + notices.count + 1)
    }
}
