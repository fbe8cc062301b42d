import Glibc
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import TelegramSimulatorKit

/// A request's connection, so that it can be broken.
struct SimulatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Routes by hand: three prefixes and a few files need no router.
struct Server: HTTPResponder {
    typealias Context = SimulatorContext

    /// An upload of 50 MB and what stands around it.
    static let maximumBody = 52 << 20

    let simulator: Simulator
    let transport: any WebhookTransport
    let recorder: RequestRecorder
    /// The chat page; nil when it is off, and then what it alone asks for is not served either.
    let page: Page?

    func respond(to request: Request, context: SimulatorContext) async throws -> Response {
        let path = request.uri.path
        if path.hasPrefix("/bot") { return await callBot(request, path.dropFirst("/bot".count), context) }
        if path.hasPrefix("/file/bot") { return downloadFile(path.dropFirst("/file/bot".count), request) }
        if path.hasPrefix("/control/v1/") { return await control(request, path.dropFirst("/control/v1/".count)) }
        guard request.method == .get || request.method == .head else {
            return .json(.methodNotAllowed, APIAnswer.failure(APIFailure(405, "Method Not Allowed")).body)
        }
        guard let page else {
            return .json(.notFound, APIAnswer.failure(APIFailure(404, "Not Found: the chat page is off (simulator.page)")).body)
        }
        return page.response(path, query: request.uri.query, ifNoneMatch: request.headers[.ifNoneMatch])
    }

    // MARK: Bot API

    /// A token as it stands in a path: some clients escape its colon. A plus sign means itself there.
    private static func token(_ part: Substring) -> String? {
        URLEncoded.decode(Array(part.replacing("+", with: "%2B").utf8))
    }

    private func callBot(_ request: Request, _ path: Substring, _ context: SimulatorContext) async -> Response {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let token = parts.first.flatMap(Self.token) else { return answer(.failure(.notFound)) }
        // Between token and method the real server takes "/test" for its test environment.
        let names = parts.dropFirst().filter { !$0.isEmpty }
        guard names.count == 1 || (names.count == 2 && names.first == "test"), let method = names.last else {
            return answer(.failure(.notFound))
        }
        guard request.method == .get || request.method == .post else { return answer(.failure(APIFailure(405, "Method Not Allowed"))) }
        let parameters: TelegramSimulatorKit.Parameters
        do {
            let body = try await body(request)
            parameters = try RequestParser.parse(
                query: request.uri.query, contentType: request.headers[.contentType], body: body)
        } catch {
            return answer(.failure(error as? APIFailure ?? APIFailure(400, "Bad Request: can't read the request")))
        }
        let start = ContinuousClock.now
        switch await simulator.handle(token: token, method: String(method), parameters, transport: transport) {
        case .answer(let result):
            record(String(method), parameters, result, token, since: start)
            return answer(result)
        case .reset:
            record(String(method), parameters, nil, token, since: start)
            await reset(context.channel)
            return Response(status: .serviceUnavailable)
        }
    }

    /// Writes a call down for the page's raw view.
    private func record(
        _ method: String, _ parameters: TelegramSimulatorKit.Parameters, _ answer: APIAnswer?, _ token: String,
        since start: ContinuousClock.Instant
    ) {
        guard page != nil else { return }
        let (bot, now) = simulator.with { ($0.bot(token: token), $0.now) }
        recorder.record(
            .call(method: method, parameters, answer: answer), bot: bot, date: now,
            milliseconds: (ContinuousClock.now - start) / .milliseconds(1))
    }

    private func answer(_ answer: APIAnswer) -> Response {
        var response = Response.json(HTTPResponse.Status(code: answer.status), answer.body)
        if case .failure(let failure) = answer, let seconds = failure.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    /// Collects the body without a copy more than needed.
    private func body(_ request: Request) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.maximumBody {
            throw APIFailure(413, "Request Entity Too Large")
        }
        var buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: Self.maximumBody) } catch is NIOTooManyBytesError {
            throw APIFailure(413, "Request Entity Too Large")
        }
        return buffer.readBytes(length: buffer.readableBytes) ?? []
    }

    /// Breaks the connection with a reset, as a crashed server or a middlebox does.
    private func reset(_ channel: any Channel) async {
        if let socket = channel as? any SocketOptionProvider {
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close().get()
    }

    private func downloadFile(_ path: Substring, _ request: Request) -> Response {
        let parts = path.split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return answer(.failure(.notFound)) }
        let token = Self.token(parts[0]) ?? ""
        let name = URLEncoded.decode(Array(parts[1].utf8)) ?? ""
        guard simulator.with({ $0.bot(token: token) }) != nil else { return answer(.failure(.unauthorized)) }
        guard let file = simulator.with({ $0.files.file(path: name) }), let bytes = file.bytes, bytes.count <= 20 << 20 else {
            return answer(.failure(.notFound))
        }
        return .file(bytes, [.contentType: "application/octet-stream"], for: request)
    }

    // MARK: Control API

    private func control(_ request: Request, _ path: Substring) async -> Response {
        do {
            try refuseForeignPages(request)
            let body = try await body(request)
            let names = path.split(separator: "/").map { URLEncoded.decode(Array($0.utf8)) ?? "" }
            // The body of an upload is the file; all others are JSON.
            let isUpload = names.first == "files"
            let parameters = try RequestParser.parse(
                query: request.uri.query, contentType: isUpload ? nil : "application/json", body: isUpload ? [] : body)
            if names == ["events"] { return try events(parameters, request) }
            if names.first == "page", page != nil { return try showPage(names, parameters, request) }
            let answer = await ControlAPI(simulator, transport: transport).handle(
                ControlAPI.Request(
                    method: request.method.rawValue, path: names, parameters: parameters, body: body,
                    contentType: request.headers[.contentType]))
            return Response.control(answer, for: request)
        } catch {
            return self.answer(.failure(error as? APIFailure ?? APIFailure(400, "Bad Request: can't read the request")))
        }
    }

    /// A page of somebody else, open in the same browser, has no business here.
    private func refuseForeignPages(_ request: Request) throws(APIFailure) {
        guard let origin = request.headers[.origin], let host = request.head.authority else { return }
        guard origin == "http://\(host)" || origin == "https://\(host)" else {
            throw APIFailure(403, "Forbidden: requests from pages of \(origin) are not served")
        }
    }

    /// Server-sent events of one chat, from the cursor `since` or the header `Last-Event-ID` on.
    private func events(_ parameters: TelegramSimulatorKit.Parameters, _ request: Request) throws -> Response {
        let key = try simulator.chatKey(parameters)
        let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap { Int64($0) }
        let start = last ?? parameters.int("since") ?? 0
        let simulator = simulator
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: .init { writer in
                var cursor = start
                // A comment every 20 s keeps idle connections open and finds closed ones.
                while !simulator.isEnding, !Task.isCancelled {
                    for await _ in simulator.watch(key, seconds: 20) {
                        let (body, next, isEmpty) = simulator.with { $0.changesJSON(key, since: cursor) }
                        if isEmpty { continue }
                        cursor = next
                        try await writer.write(ByteBuffer(bytes: Array("id: \(next)\ndata: ".utf8) + body + [0x0A, 0x0A]))
                    }
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                }
                try await writer.finish(nil)
            })
    }
}

extension Response {
    static func json(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
