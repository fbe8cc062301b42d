import Glibc
import JSON
import Synchronization

/// A collector of traces for tests: takes requests on a loopback port, answers as told, and keeps what it got.
final class CollectorStandIn: Sendable {
    struct Request: Sendable {
        var head: String
        var body: [UInt8]
    }

    struct Answer: Sendable {
        var status = 200
        var headers = ""
        var body = "{}"
        /// Never answers.
        var isSilent = false
    }

    let port: Int
    private let listener: Int32
    private let state = Mutex((requests: [Request](), answers: [Answer](), held: [Int32]()))
    let requests: AsyncStream<Request>
    private let arrival: AsyncStream<Request>.Continuation

    /// - Parameter answers: In this order, then 200 for ever.
    init(answering answers: [Answer] = []) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Failed() }
        port = Int(UInt16(bigEndian: place.sin_port))
        (requests, arrival) = AsyncStream.makeStream()
        state.withLock { $0.answers = answers }
        Thread.start { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                serve(client)
            }
        }
    }

    struct Failed: Error {}

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for client in state.withLock({ $0.held }) { close(client) }
        arrival.finish()
    }

    /// One request per connection.
    private func serve(_ client: Int32) {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(client, &part, part.count, 0)
            guard count > 0 else {
                close(client)
                return
            }
            bytes += part[..<count]
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) }
            guard let length, bytes.count >= end.upperBound + length else { continue }
            let request = Request(head: head, body: Array(bytes[end.upperBound...]))
            let answer = state.withLock { state in
                state.requests.append(request)
                return state.answers.isEmpty ? Answer() : state.answers.removeFirst()
            }
            arrival.yield(request)
            if answer.isSilent { return state.withLock { $0.held.append(client) } }
            let text =
                "HTTP/1.1 \(answer.status) X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: \(answer.body.utf8.count)\r\n"
                + "\(answer.headers)\r\n\(answer.body)"
            _ = text.withCString { send(client, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
            close(client)
            return
        }
    }
}

private enum Thread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        pthread_create(
            &thread, nil,
            { body in
                if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
                return nil
            }, body)
        pthread_detach(thread)
    }
}

/// What a collector checks in a request: the shape that OTLP prescribes for JSON, and that its numbers make sense.
struct OTLPRequest {
    struct Span: Hashable {
        var trace: String
        var id: String
        var parent: String?
        var name: String
        var kind: Int64
        var start: UInt64
        var end: UInt64
        var attributes: [String: String]
        var isError: Bool
    }

    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var resource: [String: String] = [:]
    private(set) var spans: [Span] = []

    init(_ body: [UInt8]) throws {
        let json = try JSON(parsing: body)
        for resourceSpans in try Self.list(json, "resourceSpans") {
            resource = try Self.attributes(resourceSpans["resource"])
            for scopeSpans in try Self.list(resourceSpans, "scopeSpans") {
                guard scopeSpans["scope"]?["name"]?.string?.isEmpty == false else { throw Invalid(description: "a scope without a name") }
                for span in try Self.list(scopeSpans, "spans") { spans.append(try Self.span(span)) }
            }
        }
    }

    private static func list(_ json: JSON, _ key: String) throws -> [JSON] {
        guard let list = json[key]?.array, !list.isEmpty else { throw Invalid(description: "\(key) is no list with something in it") }
        return list
    }

    private static func span(_ json: JSON) throws -> Span {
        func id(_ key: String, _ digits: Int) throws -> String? {
            guard let value = json[key] else { return nil }
            guard let text = value.string, text.utf8.count == digits, text.contains(where: { $0 != "0" }),
                text.utf8.allSatisfy({
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
                })
            else { throw Invalid(description: "\(key) is not \(digits) hexadecimal digits: \(value)") }
            return text
        }
        func time(_ key: String) throws -> UInt64 {
            // 64-bit numbers are text; after 2020 and before 2100.
            guard let time = json[key]?.string.flatMap({ UInt64($0) }), (1_577_836_800...4_102_444_800).contains(time / 1_000_000_000)
            else {
                throw Invalid(description: "\(key) is no time: \(json[key] ?? .null)")
            }
            return time
        }
        guard let trace = try id("traceId", 32), let own = try id("spanId", 16) else { throw Invalid(description: "a span without ids") }
        guard let name = json["name"]?.string, !name.isEmpty else { throw Invalid(description: "a span without a name") }
        guard let kind = json["kind"]?.int, (1...5).contains(kind) else { throw Invalid(description: "no kind: \(json["kind"] ?? .null)") }
        if let flags = json["flags"], !(0...0x3FF).contains(flags.int ?? -1) { throw Invalid(description: "flags: \(flags)") }
        let (start, end) = (try time("startTimeUnixNano"), try time("endTimeUnixNano"))
        guard start <= end else { throw Invalid(description: "\(name) ends before it starts") }
        let code = json["status"]?["code"]?.int ?? 0
        guard (0...2).contains(code) else { throw Invalid(description: "status \(code)") }
        let known: Set<String> = [
            "traceId", "spanId", "parentSpanId", "flags", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "status",
        ]
        for (key, _) in json.object?.members ?? [] where !known.contains(key) { throw Invalid(description: "no member of a span: \(key)") }
        let parent = try id("parentSpanId", 16)
        guard parent != own else { throw Invalid(description: "\(name) is its own parent") }
        return Span(
            trace: trace, id: own, parent: parent, name: name, kind: kind, start: start, end: end,
            attributes: json["attributes"] == nil ? [:] : try attributes(json), isError: code == 2)
    }

    private static func attributes(_ json: JSON?) throws -> [String: String] {
        var attributes: [String: String] = [:]
        for attribute in json?["attributes"]?.array ?? [] {
            guard let key = attribute["key"]?.string, !key.isEmpty, let value = attribute["value"]?.object, value.members.count == 1 else {
                throw Invalid(description: "no attribute: \(attribute)")
            }
            let text: String? =
                switch value.members[0].key {
                case "stringValue": value.members[0].value.string
                case "intValue": value.members[0].value.string.flatMap { Int64($0) }.map { String($0) }
                case "boolValue": value.members[0].value.bool.map { String($0) }
                default: nil
                }
            guard let text else { throw Invalid(description: "\(key) has no value of its type: \(attribute)") }
            guard attributes.updateValue(text, forKey: key) == nil else { throw Invalid(description: "\(key) stands twice") }
        }
        return attributes
    }
}
