import Glibc
import Synchronization

/// A collector of traces for tests: takes requests on a loopback port, answers as told, and keeps what it got.
package final class CollectorStandIn: Sendable {
    package struct Request: Sendable {
        package var head: String
        package var body: [UInt8]
    }

    package struct Answer: Sendable {
        package var status: Int
        /// Whole lines.
        package var headers: String
        package var body: String
        /// Never answers.
        package var isSilent: Bool

        package init(status: Int = 200, headers: String = "", body: String = "{}", isSilent: Bool = false) {
            self.status = status
            self.headers = headers
            self.body = body
            self.isSilent = isSilent
        }
    }

    package let port: Int
    private let listener: Int32
    private let state = Mutex((requests: [Request](), answers: [Answer](), held: [Int32]()))
    package let requests: AsyncStream<Request>
    private let arrival: AsyncStream<Request>.Continuation

    /// - Parameter answers: In this order, then 200 for ever.
    package init(answering answers: [Answer] = []) throws {
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

    package struct Failed: Error {}

    package func stop() {
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
