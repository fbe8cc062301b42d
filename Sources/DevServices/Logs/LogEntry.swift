package import JSON

/// One line of a process's log: of ours, which log in JSON, or of a service, which logs as it likes.
package struct LogEntry: Sendable, Hashable {
    package let process: String
    /// As the process wrote it.
    package let text: String
    /// The members of the JSON object; nil when the line is none.
    package let fields: JSONObject?
    /// Sortable: `YYYY-MM-DDTHH:MM:SS` with what fraction there is, in UTC; nil when the line bears none.
    package let time: String?

    package init(process: String, text: String) {
        self.process = process
        self.text = text
        fields = text.hasPrefix("{") ? (try? JSON(parsing: text))?.object : nil
        let stamp = fields.flatMap { fields in Self.timeKeys.lazy.compactMap { fields[$0]?.string }.first } ?? text
        time = Self.time(stamp)
    }

    static let timeKeys = ["time", "timestamp", "ts", "@timestamp"]
    static let levelKeys = ["level", "severity"]
    static let messageKeys = ["message", "msg"]
    static let loggerKeys = ["logger", "label"]

    package var level: String? { first(Self.levelKeys) }
    package var message: String { first(Self.messageKeys) ?? text }

    private func first(_ keys: [String]) -> String? {
        guard let fields else { return nil }
        return keys.lazy.compactMap { fields[$0]?.string }.first
    }

    /// What else the line says, as `key=value`. Values that contain spaces stand in quotation marks.
    package var details: [String] {
        let shown = Set(Self.timeKeys + Self.levelKeys + Self.messageKeys + Self.loggerKeys)
        var result: [String] = []
        func add(_ object: JSONObject, prefix: String) {
            for (key, value) in object.members where !shown.contains(prefix + key) {
                if case .object(let inner) = value {
                    // Metadata in an object of their own read best without its name.
                    add(inner, prefix: key == "metadata" ? "" : prefix + key + ".")
                } else if !value.isNull {
                    let text = value.string ?? "\(value)"
                    let quoted = text.isEmpty || text.contains { $0 == " " || $0 == "\"" }
                    result.append("\(prefix)\(key)=" + (quoted ? "\(JSON.string(text))" : text))
                }
            }
        }
        if let fields { add(fields, prefix: "") }
        return result
    }

    /// The time a line begins with: ISO 8601, or as PostgreSQL and RabbitMQ write it, both told to log in UTC.
    private static func time(_ text: String) -> String? {
        let shape = Array("0000-00-00 00:00:00".utf8)
        var stamp = Array(text.utf8.prefix(30))
        guard stamp.count >= shape.count else { return nil }
        for (index, expected) in shape.enumerated() {
            switch expected {
            case UInt8(ascii: "0"): guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(stamp[index]) else { return nil }
            case UInt8(ascii: " "): guard stamp[index] == expected || stamp[index] == UInt8(ascii: "T") else { return nil }
            default: guard stamp[index] == expected else { return nil }
            }
        }
        stamp[10] = UInt8(ascii: "T")
        let fraction = stamp[shape.count...].prefix { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return String(decoding: stamp[..<shape.count] + fraction, as: UTF8.self)
    }

    /// Entries of several logs in the order of their times. A line without one belongs to the line before it.
    package static func merge(_ logs: [[LogEntry]]) -> [LogEntry] {
        var keyed: [(time: String, log: Int, line: Int, entry: LogEntry)] = []
        for (log, entries) in logs.enumerated() {
            var time = ""
            for (line, entry) in entries.enumerated() {
                time = entry.time ?? time
                keyed.append((time, log, line, entry))
            }
        }
        // Within one log the written order counts, even when times go back a little.
        return keyed.sorted { ($0.time, $0.log, $0.line) < ($1.time, $1.log, $1.line) }.map(\.entry)
    }
}

extension LogEntry: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("process", process)
            if let fields {
                for (key, value) in fields.members where key != "process" { json.member(key, value) }
            } else {
                json.member("time", time)
                json.member("message", text)
            }
        }
    }
}
