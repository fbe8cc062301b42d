import HTTPTypes
import Hummingbird
import NIOCore
import TelegramSimulatorKit

/// What the chat page alone asks for, under `/control/v1/page`.
extension Server {
    func showPage(_ names: [String], _ parameters: TelegramSimulatorKit.Parameters, _ request: Request) throws -> Response {
        let api = PageAPI(simulator, recorder)
        switch names.dropFirst().first {
        case "history" where request.method == .get:
            var response = Response.json(.ok, try api.history(parameters))
            response.headers[.cacheControl] = "no-store"
            return response
        case "stream" where request.method == .get: return try stream(api, parameters, request)
        default: throw APIFailure(404, "Not Found: no such endpoint of the page")
        }
    }

    /// Several chats and the request log as one stream of server-sent events. Browsers open six connections to a server at
    /// most, so a page must not spend one on each chat.
    private func stream(_ api: PageAPI, _ parameters: TelegramSimulatorKit.Parameters, _ request: Request) throws -> Response {
        let keys = try api.places(parameters)
        let showsRequests = parameters.bool("requests")
        let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        let start = PageAPI.Cursor(last ?? parameters.text("since") ?? "") ?? PageAPI.Cursor(change: 0, request: 0)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: .init { [simulator, recorder] writer in
                var cursor = start
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                // A comment every 20 s keeps idle connections open and finds closed ones.
                while !simulator.isEnding, !Task.isCancelled {
                    for await _ in Self.signals(simulator, showsRequests ? recorder : nil, keys, seconds: 20) {
                        guard let news = api.news(keys, &cursor, showsRequests: showsRequests) else { continue }
                        try await writer.write(ByteBuffer(bytes: Array("id: \(cursor.text)\ndata: ".utf8) + news + [0x0A, 0x0A]))
                        // A busy server signals thousands of times a second; nobody reads faster than this.
                        try await Task.sleep(for: .milliseconds(30))
                    }
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                }
                try await writer.finish(nil)
            })
    }

    /// Yields when something happens in one of the chats or in the log; ends after so many seconds.
    private static func signals(
        _ simulator: Simulator, _ recorder: RequestRecorder?, _ keys: [ChatKey], seconds: Double
    ) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let work = Task {
            await withTaskGroup(of: Void.self) { group in
                for key in keys { group.addTask { for await _ in simulator.watch(key, seconds: seconds) { continuation.yield() } } }
                if let recorder { group.addTask { for await _ in recorder.watch() { continuation.yield() } } }
                group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
                // The first to end is the time, or the simulator that shuts down.
                await group.next()
                group.cancelAll()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in work.cancel() }
        return stream
    }
}
