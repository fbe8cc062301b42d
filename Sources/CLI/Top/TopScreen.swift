package import DevServices

/// A report as lines for a screen of some size. Made for 80 columns and 24 rows; more rows show more errors.
package struct TopScreen: Sendable {
    package let report: TopReport
    let errors: [LogEntry]
    /// `16:17:03`.
    let time: String
    let colours: Bool

    package init(report: TopReport, errors: [LogEntry], time: String, colours: Bool) {
        self.report = report
        self.errors = errors
        self.time = time
        self.colours = colours
    }

    /// Left and right columns of the middle part, and what is between them.
    private static let left = 43
    private static let gap = 2

    /// - Parameters:
    ///   - width: in columns; nothing is longer.
    ///   - height: in rows; nil: as many as it takes.
    ///   - hint: at the right end of the first line.
    package func lines(width: Int, height: Int?, hint: String = "") -> [String] {
        var lines = [header(hint, width), ""]
        lines += processes
        lines.append("")
        lines += middle
        lines.append("")
        let shown = kindsOfErrors.suffix(max(0, (height ?? .max) - lines.count - 1))
        lines.append(bold(errors.isEmpty ? "NO ERRORS OR WARNINGS IN THE LOGS" : "LAST ERRORS AND WARNINGS"))
        lines += shown.map { error($0.last, times: $0.count) }
        return lines.prefix(height ?? .max).map { Self.cut($0, to: width) }
    }

    private func header(_ hint: String, _ width: Int) -> String {
        let ready = report.processes.count { $0.state == "ready" }
        let isWell = report.phase == "ready" && ready == report.processes.count
        let uptime = report.uptime.map { " · up \($0.forPeople)" } ?? ""
        let words = "switchboard \(report.phase) · \(ready) of \(report.processes.count) processes ready\(uptime)"
        let right = [hint, time].filter { !$0.isEmpty }.joined(separator: "  ")
        let space = String(repeating: " ", count: max(2, width - words.count - right.count))
        return (isWell ? Style.green : .yellow).applied(to: words, colours) + space + right
    }

    private var processes: [String] {
        let header = Self.row([
            ("PROCESS", -18), ("STATE", -10), ("PID", 7), ("CPU", 6), ("MEMORY", 8), ("IN/s", 8), ("OUT/s", 8), ("RESTARTS", 8),
        ])
        return [bold(header)]
            + report.processes.map { process in
                let line = Self.row([
                    (process.name, -18), (process.state, -10), (process.pid.map(String.init) ?? "-", 7), (Self.percent(process.cpu), 6),
                    (Self.size(process.memory), 8), (Self.rate(process.incoming), 8), (Self.rate(process.outgoing), 8),
                    (String(process.restarts), 8),
                ])
                return process.state == "ready" ? line : Style.red.applied(to: line, colours)
            }
    }

    /// Queues beside latencies.
    private var middle: [String] {
        var left = [bold(Self.row([("QUEUES", -14), ("WAITING", 7), ("IN HAND", 7), ("IN/s", 6), ("OUT/s", 5)]))]
        for queue in report.queues ?? [] {
            let line = Self.row([
                (queue.name, -14), (Self.short(queue.waiting), 7), (queue.inHand.map(Self.short) ?? "-", 7),
                (Self.shortRate(queue.published), 6), (Self.shortRate(queue.done), 5),
            ])
            left.append(
                queue.waiting > 0 && (queue.name == "dead letters" || queue.consumers == 0) ? Style.yellow.applied(to: line, colours) : line
            )
        }
        if report.queues == nil { left.append("the broker does not answer") }
        let span = report.latencySpan.map { "LATENCY \(Int($0 / .seconds(1))) s" } ?? "LATENCY"
        var right = [bold(Self.row([(span, -14), ("p50", 6), ("p99", 6), ("/s", 6)]))]
        right += report.latencies.map { latency in
            Self.row([
                (latency.name, -14), (Self.seconds(latency.median), 6), (Self.seconds(latency.p99), 6), (Self.rate(latency.perSecond), 6),
            ])
        }
        return (0..<max(left.count, right.count)).map { index in
            let cell = left[safe: index] ?? ""
            let space = String(repeating: " ", count: max(0, Self.left - Self.visibleLength(cell)) + Self.gap)
            return cell + space + (right[safe: index] ?? "")
        }
    }

    /// The same message of the same process once, with how often it came, in the order of the last ones: a flood of one
    /// must not hide the others.
    private var kindsOfErrors: [(last: LogEntry, count: Int)] {
        var counts: [[String]: Int] = [:]
        let keys = errors.map { [$0.process, $0.level ?? "", $0.message] }
        for key in keys { counts[key, default: 0] += 1 }
        var seen: Set<[String]> = []
        let latest = zip(keys, errors).reversed().filter { seen.insert($0.0).inserted }
        return latest.reversed().map { ($0.1, counts[$0.0] ?? 1) }
    }

    private func error(_ entry: LogEntry, times: Int) -> String {
        let level = (entry.level ?? "").uppercased()
        let style: Style = level == "WARNING" || level == "WARN" ? .yellow : .red
        // What it is about must not be cut off: the error first, and no ids.
        let details = entry.details.filter { !$0.hasPrefix("process=") && !$0.hasPrefix("trace_id=") && !$0.hasPrefix("span_id=") }
        let errors = details.filter { $0.hasPrefix("error=") }
        let time = entry.time.map { String($0.dropFirst(11).prefix(8)) } ?? "        "
        let text = ([entry.message + (times > 1 ? " ×\(times)" : "")] + errors + details.filter { !errors.contains($0) }).joined(
            separator: " "
        ).printable
        return "\(time) \(entry.process.padded(to: 10)) " + style.applied(to: level.padded(to: 7), colours) + " " + text
    }

    private func bold(_ text: String) -> String { Style.bold.applied(to: text, colours) }

    // MARK: Cells

    /// Cells of fixed widths, negative: aligned to the left.
    private static func row(_ cells: [(text: String, width: Int)]) -> String {
        cells.map { text, width in
            let shown = text.count > abs(width) ? String(text.prefix(abs(width) - 1)) + "…" : text
            return width < 0 ? shown.padded(to: -width) : shown.leftPadded(to: width, with: " ")
        }.joined(separator: " ")
    }

    package static func percent(_ share: Double?) -> String { share.map { "\(fixed($0 * 100, 1))%" } ?? "-" }

    package static func rate(_ value: Double?) -> String {
        guard let value else { return "-" }
        guard value.isFinite, abs(value) < 1e12 else { return "?" }
        if value == 0 { return "0" }
        if abs(value) < 10 { return fixed(value, 1) }
        return Int(value.rounded()).grouped
    }

    /// In at most six characters: `12,345`, `1,235k`, `67M`.
    package static func short(_ count: Int) -> String {
        switch count {
        case ..<100_000: count.grouped
        case ..<10_000_000: "\(((count + 500) / 1000).grouped)k"
        default: "\(((count + 500_000) / 1_000_000).grouped)M"
        }
    }

    /// In at most five characters.
    package static func shortRate(_ value: Double?) -> String {
        guard let value, value.isFinite, value >= 10_000, value < 1e12 else { return rate(value) }
        let thousands = Int((value / 1000).rounded())
        return thousands < 10_000 ? "\(thousands)k" : "\((thousands + 500) / 1000)M"
    }

    package static func size(_ bytes: Int?) -> String {
        guard let bytes else { return "-" }
        let megabytes = Double(bytes) / 1_048_576
        return megabytes < 1024 ? "\(fixed(megabytes, megabytes < 10 ? 1 : 0)) MB" : "\(fixed(megabytes / 1024, 1)) GB"
    }

    package static func seconds(_ value: Double?) -> String {
        guard let value else { return "-" }
        switch value {
        case ..<0.01: return "\(fixed(value * 1000, 1))ms"
        case ..<1: return "\(fixed(value * 1000, 0))ms"
        case ..<100: return "\(fixed(value, 1))s"
        default: return "\(fixed(value, 0))s"
        }
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "?" }
        if digits == 0 { return String(Int(value.rounded())) }
        let tenths = Int((value * 10).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    // MARK: Widths

    /// Without the escape sequences of colours.
    package static func visibleLength(_ line: String) -> Int {
        var length = 0
        var isEscape = false
        for character in line {
            if character == "\u{1B}" { isEscape = true }
            if !isEscape { length += 1 }
            if isEscape, character == "m" { isEscape = false }
        }
        return length
    }

    /// To so many visible characters; colours are ended.
    package static func cut(_ line: String, to width: Int) -> String {
        guard visibleLength(line) > width else { return line }
        var result = ""
        var length = 0
        var isEscape = false
        for character in line {
            if character == "\u{1B}" { isEscape = true }
            if isEscape {
                result.append(character)
                if character == "m" { isEscape = false }
            } else if length < width - 1 {
                result.append(character)
                length += 1
            } else {
                break
            }
        }
        return result + "…" + (line.contains("\u{1B}") ? "\u{1B}[0m" : "")
    }
}
