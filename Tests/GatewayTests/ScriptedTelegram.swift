import Hummingbird
import JSON
import NIOCore
import Synchronization
import TestSupport

/// A Bot API server that answers `getUpdates` from a script, and everything else with true. When the script is at its end, it holds
/// the request, as a long poll with nothing to tell.
final class ScriptedTelegram: Sendable {
    enum Answer: Sendable {
        /// Updates with these ids.
        case updates([Int64])
        /// An answer with this status.
        case json(Int, String)

        static func conflict(_ reason: String) -> Answer {
            .json(409, #"{"ok":false,"error_code":409,"description":"Conflict: \#(reason)"}"#)
        }

        var text: (status: Int, body: String) {
            switch self {
            case .updates(let ids):
                let updates = ids.map { id in
                    #"{"update_id":\#(id),"message":{"message_id":\#(id),"date":1700000000,"chat":{"id":42,"type":"private"},"from":{"id":42,"is_bot":false,"first_name":"Ann"},"text":"hi"}}"#
                }
                return (200, #"{"ok":true,"result":[\#(updates.joined(separator: ","))]}"#)
            case .json(let status, let body): return (status, body)
            }
        }
    }

    private struct State {
        var script: [Answer]
        var times: [ContinuousClock.Instant] = []
        var held: [CheckedContinuation<Void, Never>] = []
        var isOver = false
    }
    private let state: Mutex<State>
    private let refused: Set<String>
    let journal: Journal

    /// - Parameter refused: `token method` of calls that are answered with 401.
    init(_ script: [Answer] = [], refused: Set<String> = [], journal: Journal = Journal()) {
        state = Mutex(State(script: script))
        self.refused = refused
        self.journal = journal
    }

    /// When `getUpdates` was called.
    var times: [ContinuousClock.Instant] { state.withLock { $0.times } }

    /// Serves during `body`.
    func serve(_ body: (_ address: String) async throws -> Void) async throws {
        let router = Router()
        router.post("/:bot/:method") { request, context in
            let bot = try context.parameters.require("bot")
            let method = try context.parameters.require("method")
            let buffer = try await request.body.collect(upTo: 1 << 20)
            return try await self.respond(bot, method, JSON(parsing: Array(buffer.readableBytesView)))
        }
        try await withServer(router) { address in
            do { try await body(address) } catch {
                release()
                throw error
            }
            release()
        }
    }

    private func respond(_ bot: String, _ method: String, _ parameters: JSON) async -> Response {
        guard !refused.contains("\(bot) \(method)") else {
            journal.write("\(bot) \(method) refused")
            return response(401, #"{"ok":false,"error_code":401,"description":"Unauthorized"}"#)
        }
        guard method == "getUpdates" else {
            journal.write(refused.isEmpty ? method : "\(bot) \(method)")
            return response(200, #"{"ok":true,"result":true}"#)
        }
        let answer = state.withLock { state -> Answer? in
            state.times.append(.now)
            return state.script.isEmpty ? nil : state.script.removeFirst()
        }
        journal.write(parameters["offset"]?.int.map { "getUpdates from \($0)" } ?? "getUpdates")
        guard let answer else {
            await hold()
            return response(200, #"{"ok":true,"result":[]}"#)
        }
        return response(answer.text.status, answer.text.body)
    }

    private func hold() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.isOver { continuation.resume() } else { state.held.append(continuation) }
            }
        }
    }

    private func release() {
        state.withLock { state in
            state.isOver = true
            for held in state.held { held.resume() }
            state.held = []
        }
    }

    private func response(_ status: Int, _ body: String) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
