import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Stands in for Telegram where speed counts: takes every call, writes down what was sent to whom, and answers after a while.
final class BotAPIReceiver: Sendable {
    struct Arrival: Sendable, Hashable {
        var text: String
        var at: ContinuousClock.Instant
    }

    struct Log: Sendable {
        /// By chat, in the order in which the calls came.
        var arrivals: [Int64: [Arrival]] = [:]
        var seen: Set<String> = []
        var calls = 0
        var underWay = 0

        /// Different messages.
        var distinct: Int { seen.count }
    }

    let log = Watched(Log())
    /// Between the arrival of a call and its answer: what Telegram takes. It keeps calls under way, for a kill to hit.
    private let latency: Duration

    private init(latency: Duration) { self.latency = latency }

    /// Runs the body with a receiver, at the address it is given.
    static func run<Value: Sendable>(
        latency: Duration = .milliseconds(40), _ body: @Sendable (BotAPIReceiver, _ url: String) async throws -> Value
    ) async throws -> Value {
        let receiver = BotAPIReceiver(latency: latency)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: Responder(receiver: receiver), configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: .quiet)
        let group = ServiceGroup(configuration: .init(services: [application], logger: .quiet))
        async let running: Void = group.run()
        let result: Result<Value, any Error>
        do {
            var iterator = ports.makeAsyncIterator()
            guard let number = await iterator.next() else { throw PipelineFailure("the stand-in for Telegram did not start") }
            result = .success(try await body(receiver, "http://127.0.0.1:\(number)"))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await running
        return try result.get()
    }

    fileprivate func answer(_ method: Substring, _ body: [UInt8]) async -> JSON {
        guard method == "sendMessage", let call = try? JSON(parsing: body), let chat = Self.chat(of: call), let text = call["text"]?.string
        else {
            return ["ok": true, "result": true]
        }
        let id = log.update { log in
            log.arrivals[chat, default: []].append(Arrival(text: text, at: .now))
            log.seen.insert("\(chat) \(text)")
            log.calls += 1
            log.underWay += 1
            return log.calls
        }
        try? await Task.sleep(for: latency)
        log.update { $0.underWay -= 1 }
        return ["ok": true, "result": ["message_id": .int(Int64(id)), "date": 0, "chat": ["id": .int(chat), "type": "private"]]]
    }

    private static func chat(of call: JSON) -> Int64? { call["chat_id"]?.int ?? call["chat_id"]?.string.flatMap { Int64($0) } }

    private struct Responder: HTTPResponder {
        typealias Context = BasicRequestContext
        let receiver: BotAPIReceiver

        func respond(to request: Request, context: Context) async throws -> Response {
            let buffer = try await request.body.collect(upTo: 1 << 20)
            let method = request.uri.path.split(separator: "/").last ?? ""
            let answer = await receiver.answer(method, Array(buffer.readableBytesView))
            return Response(
                status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: answer.bytes)))
        }
    }
}
