/// Where traces go, if anywhere.
package struct OTLPSettings: SettingsGroup {
    /// Nil: no traces.
    package let endpoint: ConnectionURL?
    /// For the collector, such as a key.
    package let headers: [(name: String, value: String)]
    package let queue: Int
    package let interval: Duration
    package let timeout: Duration
    /// 0…1
    package let sampleRatio: Double

    package init(_ settings: SettingsReader) {
        endpoint = settings.optional(
            "otlp.endpoint", .url(schemes: ["http", "https"], example: "http://localhost:4318"),
            "An OpenTelemetry collector that takes OTLP over HTTP; `/v1/traces` is added. Without it no traces are recorded.")
        let text = settings.optional(
            "otlp.headers", .secret, "Sent with every request to the collector: `name=value`, several separated by commas.")
        if let text, OTLPSettings.parse(text.reveal()) == nil {
            settings.reject("otlp.headers", "must be `name=value`, several separated by commas")
        }
        headers = text.flatMap { OTLPSettings.parse($0.reveal()) } ?? []
        queue = settings.value(
            "otlp.queue", .integer(1...1_000_000), default: 8192,
            "Spans that may wait for the collector; further ones are dropped and counted, so that tracing never stops the work.")
        interval = settings.value(
            "otlp.interval", .duration(atLeast: .milliseconds(10)), default: .seconds(1),
            "How long a span waits at most for others to travel with; 512 go at once.")
        timeout = settings.value(
            "otlp.timeout", .duration(atLeast: .milliseconds(10)), default: .seconds(10), "How long the collector may take to answer.")
        sampleRatio = settings.value(
            "otlp.sample_ratio", .number(0...1), default: 1,
            "The part of the traces that begin in this process that is recorded, by every process they come through.")
    }

    /// Nil for what isn't a list of headers.
    package static func parse(_ text: String) -> [(name: String, value: String)]? {
        var headers: [(name: String, value: String)] = []
        for part in text.split(separator: ",") {
            guard let equals = part.firstIndex(of: "=") else { return nil }
            let name = trimmed(part[..<equals])
            let value = trimmed(part[part.index(after: equals)...])
            guard !name.isEmpty, name.utf8.allSatisfy({ isToken($0) }), value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                return nil
            }
            headers.append((name, value))
        }
        return headers
    }

    /// What a header's name is made of, by RFC 9110.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
