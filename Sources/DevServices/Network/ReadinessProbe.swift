import Dispatch
import Glibc
import JSON

/// How to tell from outside whether a process is ready to work.
package enum ReadinessProbe: Sendable, Hashable {
    /// Ready as soon as it runs.
    case none
    /// Something listens on the loopback port.
    case tcp(port: UInt16)
    /// `GET` answers 200.
    case http(port: UInt16, path: String)
    /// An AMQP 0-9-1 broker greets: RabbitMQ opens its port last of all, when it can serve.
    case amqp(port: UInt16)
    /// A PostgreSQL server asks for the password; while it starts or stops it answers with an error instead.
    case postgres(port: UInt16, user: String, database: String)

    package enum Answer: Sendable, Hashable {
        case ready
        case notReady(String)
    }

    package var port: UInt16? {
        switch self {
        case .none: nil
        case .tcp(let port), .http(let port, _), .amqp(let port), .postgres(let port, _, _): port
        }
    }

    /// Asks once. Takes no longer than about a second.
    package func check() async -> Answer {
        if self == .none { return .ready }
        return await withCheckedContinuation { continuation in
            DispatchQueue(label: "switchboard.probe").async { continuation.resume(returning: checkBlocking()) }
        }
    }

    private func checkBlocking() -> Answer {
        guard let port else { return .ready }
        guard let socket = LoopbackSocket.open(port: port, timeout: .seconds(1)) else {
            return .notReady("nobody listens on port \(port)")
        }
        switch self {
        case .none, .tcp: return .ready
        case .http(_, let path):
            let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
            guard socket.send(Array(request.utf8)),
                let reply = socket.receive(upTo: 4096, until: { _ in false })
            else { return .notReady("port \(port) does not answer \(path)") }
            return Self.judge(httpReply: reply, path: path)
        case .amqp:
            guard socket.send(Array("AMQP".utf8) + [0, 0, 9, 1]), let reply = socket.receive(upTo: 11, until: { $0.count >= 11 })
            else { return .notReady("port \(port) does not speak AMQP yet") }
            return Self.judge(amqpGreeting: reply)
        case .postgres(_, let user, let database):
            guard socket.send(Self.postgresStartup(user: user, database: database)),
                let reply = socket.receive(upTo: 512, until: { $0.count >= 5 })
            else { return .notReady("port \(port) does not answer as PostgreSQL") }
            return Self.judge(postgresReply: reply)
        }
    }

    // MARK: Judging answers

    package static func judge(httpReply reply: [UInt8], path: String) -> Answer {
        let firstLine = String(decoding: reply.prefix { $0 != 13 }, as: UTF8.self)
        let words = firstLine.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return .notReady("\(path) does not answer in HTTP")
        }
        guard status != 200 else { return .ready }
        let content = LoopbackHTTP.content(ofReply: reply) ?? []
        if let reason = failedChecks(content) { return .notReady(reason) }
        // A body such as "waiting for the broker" is the best reason there is.
        let body = String(decoding: content.prefix(200), as: UTF8.self)
        let reason = body.split(whereSeparator: \.isNewline).joined(separator: " ")
        return .notReady("\(path) answers \(status)" + (reason.isEmpty ? "" : ": \(reason)"))
    }

    /// The checks that failed in an answer of our own processes, `{"checks":{"amqp":{"status":"down","reason":"…"}}}`; nil when
    /// it is another one.
    private static func failedChecks(_ body: ArraySlice<UInt8>) -> String? {
        guard let checks = (try? JSON(parsing: Array(body)))?["checks"]?.object else { return nil }
        let failed = checks.members.compactMap { name, check -> String? in
            check["status"]?.string == "up" ? nil : "\(name): \(check["reason"]?.string ?? check["status"]?.string ?? "down")"
        }
        return failed.isEmpty ? nil : failed.joined(separator: ", ")
    }

    /// `connection.start` is a method frame (1) of class 10, method 10.
    package static func judge(amqpGreeting reply: [UInt8]) -> Answer {
        guard reply.count >= 11, reply[0] == 1, reply[7] == 0, reply[8] == 10, reply[9] == 0, reply[10] == 10 else {
            return .notReady("the broker does not greet yet")
        }
        return .ready
    }

    /// `R`: an authentication request. `E`: an error with its fields.
    package static func judge(postgresReply reply: [UInt8]) -> Answer {
        switch reply.first {
        case UInt8(ascii: "R"): return .ready
        case UInt8(ascii: "E"):
            let fields = reply.dropFirst(5).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            let message = fields.first { $0.hasPrefix("M") }?.dropFirst()
            return .notReady("PostgreSQL says: \(message ?? "an error")")
        default: return .notReady("the port is served by something that is not PostgreSQL")
        }
    }

    /// The start-up packet of protocol 3.0.
    private static func postgresStartup(user: String, database: String) -> [UInt8] {
        var body: [UInt8] = [0, 3, 0, 0]
        for text in ["user", user, "database", database] { body += Array(text.utf8) + [0] }
        body.append(0)
        let length = UInt32(body.count + 4)
        return withUnsafeBytes(of: length.bigEndian) { Array($0) } + body
    }
}
