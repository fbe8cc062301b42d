import JSON

/// How an exchange is shown. Secrets are taken out here, at the only way out.
extension RequestLog.Entry {
    /// - Parameter bot: its username and token; nil for a token that was nobody's.
    package func json(bot: (username: String, token: String)?) -> [UInt8] {
        var json = JSONWriter(capacity: 1_024)
        json.object { json in
            json.member("number", number)
            json.member("date", date)
            json.member("milliseconds", milliseconds)
            json.member("bot", bot?.username)
            switch exchange {
            case .call(let method, let parameters, let answer):
                json.member("direction", "call")
                json.member("method", MethodTable.byName[method.lowercased()]?.name ?? method)
                json.key("parameters")
                json.object { json in
                    for (name, value) in parameters.values { Self.write(name, value, to: &json) }
                }
                json.member("status", answer?.status ?? 0)
                json.key("answer")
                if let answer { Self.write(answer.body, to: &json) } else { json.value("connection reset") }
            case .delivery(let update, let status, let answer):
                json.member("direction", "webhook")
                json.member("method", "webhook")
                json.key("parameters")
                Self.write(update, to: &json)
                json.member("status", status ?? 0)
                json.key("answer")
                if status == nil { json.value("no answer") } else { Self.write(answer, to: &json) }
            }
        }
        return bot.map { Redaction.remove(token: $0.token, from: json.bytes) } ?? json.bytes
    }

    private static func write(_ name: String, _ value: Parameters.Value, to json: inout JSONWriter) {
        if Redaction.isSecret(parameter: name) { return json.member(name, "<redacted>") }
        switch value {
        case .json(let value): json.member(name, value)
        case .text(let text):
            // Objects come as text in forms. They are shown as what they are.
            if text.utf8.first == UInt8(ascii: "{") || text.utf8.first == UInt8(ascii: "["), let value = try? JSON(parsing: text) {
                json.member(name, value)
            } else {
                json.member(name, text.utf8.count > 16_384 ? "\(text.prefix(4_096))… (\(text.utf8.count) bytes)" : text)
            }
        }
    }

    /// JSON as it is when it is some, else text.
    private static func write(_ bytes: [UInt8], to json: inout JSONWriter) {
        if bytes.count > RequestLog.maximumAnswer {
            json.value("\(String(decoding: bytes.prefix(2_048), as: UTF8.self))… (\(bytes.count) bytes)")
        } else if let value = try? JSON(parsing: bytes) {
            value.write(to: &json)
        } else {
            json.value(String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// What must not be seen, even by those who may see everything else.
enum Redaction {
    static func isSecret(parameter name: String) -> Bool {
        let name = name.lowercased()
        return name.contains("token") || name.contains("secret") || name.contains("password")
    }

    /// Bots put their token into the addresses of webhooks and files; here it is replaced in all its spellings.
    static func remove(token: String, from bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var plain = JSONWriter(capacity: 96)
        plain.value(token)
        let escaped = Array(plain.bytes.dropFirst().dropLast())
        let colons = ["%3A", "%3a"].map { Array(token.replacing(":", with: $0).utf8) }
        for spelling in [escaped] + colons { bytes = replace(spelling, with: Array("<token>".utf8), in: bytes) }
        return bytes
    }

    private static func replace(_ needle: [UInt8], with other: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        guard let first = needle.first, bytes.count >= needle.count else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == first, bytes.count - index >= needle.count, bytes[index..<index + needle.count].elementsEqual(needle) {
                result += other
                index += needle.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
