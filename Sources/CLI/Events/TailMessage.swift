package import AMQP
package import Contracts
package import JSON

/// A message as `events tail` shows it. Also shows what is not readable as one of ours.
package struct TailMessage: Sendable, Hashable {
    package var exchange: String
    package var routingKey: String
    package var id: String?
    package var correlation: String?
    package var causation: String?
    package var traceparent: String?
    package var kind: String
    package var bot: String
    package var chat: String?
    package var lane: String?
    /// Nil when it is no JSON.
    package var body: JSON?
    /// When it came here.
    package var arrival: Timestamp

    package init(_ delivery: AMQPDelivery, at arrival: Timestamp) {
        exchange = delivery.exchange
        routingKey = delivery.routingKey
        id = delivery.properties.messageID
        correlation = delivery.properties.correlationID
        causation = delivery.headers["causation-id"]?.stringValue
        traceparent = delivery.headers["traceparent"]?.stringValue
        lane = delivery.headers["lane"]?.stringValue
        body = try? JSON(parsing: delivery.body)
        self.arrival = arrival
        // dialog.telegram.message.demo.interactive.p11 and telegram.demo.interactive.p3
        let words = delivery.routingKey.split(separator: ".").map(String.init)
        let isInbound = exchange == Topology.Exchange.inbound.rawValue
        bot = body?["bot"]?.string ?? (isInbound ? words[safe: 3] : words[safe: 1]) ?? "?"
        kind = body?["kind"]?.string ?? delivery.properties.type.flatMap { $0.split(separator: ".").last.map(String.init) } ?? "?"
        chat = body?["chat"]?["id"]?.string ?? body?["chat"]?.string
    }

    /// The 32 digits that are the same in every process; nil when it isn't traced.
    package var trace: String? { traceparent?.split(separator: "-")[safe: 1].map(String.init) }

    /// What it is about, in a few words.
    package var brief: String {
        guard let body else { return "(no JSON)" }
        if let command = body["command"]?["name"]?.string {
            let arguments = body["command"]?["arguments"]?.string ?? ""
            return "/\(command)" + (arguments.isEmpty ? "" : " \(arguments)")
        }
        if let message = body["message"], message.object != nil { return Self.brief(ofMessage: message) }
        if let button = body["button"] { return "data=\(button["data"]?.string ?? "-")" }
        if let receipt = body["receipt"] {
            let reason = receipt["reason"]?.string.map { ": \($0)" } ?? ""
            return "\(receipt["outcome"]?.string ?? "?") of \(receipt["command"]?.string ?? "?")\(reason)"
        }
        for key in ["answer", "membership", "poll_answer", "timer", "native"] {
            if let object = body[key]?.object {
                let words = object.members.compactMap { member in member.value.string.map { "\(member.key)=\($0)" } }
                return words.joined(separator: " ")
            }
        }
        return body["target"]?.string.map { "message \($0)" } ?? ""
    }

    private static func brief(ofMessage message: JSON) -> String {
        let type = message["type"]?.string ?? "?"
        let text = message["text"]?.string ?? message["caption"]?["text"]?.string
        return type == "text" ? text ?? "" : "[\(type)]" + (text.map { " \($0)" } ?? "")
    }

    // MARK: Showing

    /// One line: time, way, bot, kind, chat, the trace's first digits, what it is about.
    package func line(colours: Bool, briefLength: Int = 100) -> String {
        let isInbound = exchange == Topology.Exchange.inbound.rawValue
        let way = (isInbound ? Style.cyan : .magenta).applied(to: isInbound ? "→ in " : "← out", colours)
        let time = Style.dim.applied(to: String(Self.iso(arrival).dropFirst(11).prefix(12)), colours)
        let words = [
            time, way, bot.printable.padded(to: 10), kind.printable.padded(to: 13), (chat ?? "-").printable.padded(to: 11),
            Style.dim.applied(to: String((trace ?? "-").prefix(8)).padded(to: 8), colours),
        ]
        // Of what people write, line breaks are content.
        let text = brief.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ").printable
        let shown = text.count > briefLength ? text.prefix(briefLength - 1) + "…" : text[...]
        return words.joined(separator: " ") + " " + shown
    }

    /// `2026-11-21T11:31:44.123Z`.
    package static func iso(_ time: Timestamp) -> String {
        var seconds = time.milliseconds / 1000
        var fraction = time.milliseconds % 1000
        if fraction < 0 {
            fraction += 1000
            seconds -= 1
        }
        return CalendarTime(secondsSince1970: seconds).text + "." + String(fraction).leftPadded(to: 3) + "Z"
    }
}

extension TailMessage: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("time", Self.iso(arrival))
            json.member("exchange", exchange)
            json.member("routing_key", routingKey)
            json.member("id", id)
            json.member("correlation", correlation)
            json.member("causation", causation)
            json.member("trace_id", trace)
            json.member("bot", bot)
            json.member("kind", kind)
            json.member("chat", chat)
            json.member("lane", lane)
            json.member("body", body)
        }
    }
}

extension Collection where Index == Int {
    /// Nil beyond the end.
    subscript(safe offset: Int) -> Element? { offset < count ? self[startIndex + offset] : nil }
}
