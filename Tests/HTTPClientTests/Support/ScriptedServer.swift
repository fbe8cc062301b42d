import Dispatch
import Glibc
import Synchronization

/// An HTTP server for tests that does exactly what it is told, wrongs included: every connection runs the script on a thread of its own.
final class ScriptedServer: Sendable {
    struct Received: Sendable {
        var connection: Int
        var method: String
        var path: String
        var headers: [(name: String, value: String)]
        var body: [UInt8]

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    typealias Script = @Sendable (ServerConnection) throws -> Void

    let port: Int
    let connections = Counter()
    let requests = Counter()
    private let listener: Int32
    private let listening = Atomic(true)
    private let log = Mutex<[Received]>([])
    private let open = Mutex<Set<Int32>>([])

    init(_ script: @escaping Script) throws {
        let (descriptor, port) = try Self.bound()
        guard listen(descriptor, 1024) == 0 else { throw ServerError.system(errno) }
        listener = descriptor
        self.port = port
        Thread.run { [self] in
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0 else { break }
                open.withLock { _ = $0.insert(accepted) }
                let number = connections.increment()
                let connection = ServerConnection(descriptor: accepted, number: number) { [self] request in
                    log.withLock { $0.append(request) }
                    _ = requests.increment()
                }
                let box = Handoff(connection)
                Thread.run { [self] in
                    try? script(box.value)
                    open.withLock { _ = $0.remove(accepted) }
                    box.value.close()
                }
            }
        }
    }

    /// Ends the accept thread; connections go on, new ones are refused.
    func stopListening() {
        if listening.exchange(false, ordering: .relaxed) {
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
        }
    }

    /// Ends the accept thread and every connection.
    func stop() {
        stopListening()
        for descriptor in open.withLock({ $0 }) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    var received: [Received] { log.withLock { $0 } }

    /// A socket with a port; nothing listens on it yet.
    static func bound() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw ServerError.system(errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                Glibc.bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        guard result == 0 else { throw ServerError.system(errno) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}

enum ServerError: Error {
    case system(Int32), ended, timedOut
}

/// Runs a server for as long as a test needs it.
func withServer<Result>(_ script: @escaping ScriptedServer.Script, _ body: (ScriptedServer) async throws -> Result) async throws -> Result {
    let server = try ScriptedServer(script)
    defer { server.stop() }
    return try await body(server)
}

/// One accepted connection; used by its script's thread alone.
final class ServerConnection {
    let number: Int
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private let note: (ScriptedServer.Received) -> Void

    init(descriptor: Int32, number: Int, note: @escaping (ScriptedServer.Received) -> Void) {
        self.descriptor = descriptor
        self.number = number
        self.note = note
        var bound = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Reads a request, its body included. nil: the client closed the connection between requests.
    func readRequest() throws -> ScriptedServer.Received? {
        guard var request = try readHead() else { return nil }
        if let length = request.header("Content-Length").flatMap({ Int($0) }) {
            request.body = try take(length)
        } else if request.header("Transfer-Encoding")?.lowercased() == "chunked" {
            while true {
                let size = Int(try readLine(), radix: 16) ?? 0
                request.body += try take(size)
                _ = try readLine()
                if size == 0 { break }
            }
        }
        note(request)
        return request
    }

    func readHead() throws -> ScriptedServer.Received? {
        if buffer.isEmpty, try !fill() { return nil }
        let first = try readLine().split(separator: " ").map(String.init)
        guard first.count == 3 else { throw ServerError.ended }
        var request = ScriptedServer.Received(connection: number, method: first[0], path: first[1], headers: [], body: [])
        while true {
            let line = try readLine()
            if line.isEmpty { return request }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            request.headers.append((String(parts[0]), String(parts.last?.drop { $0 == " " } ?? "")))
        }
    }

    func respond(_ status: Int = 200, headers: [String] = [], body: [UInt8] = []) throws {
        let head = (["HTTP/1.1 \(status) Status", "Content-Length: \(body.count)"] + headers).joined(separator: "\r\n")
        try write(Array((head + "\r\n\r\n").utf8) + body)
    }

    func respond(_ status: Int = 200, headers: [String] = [], text: String) throws {
        try respond(status, headers: headers, body: Array(text.utf8))
    }

    func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let n = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            guard n > 0 else { throw ServerError.ended }
            sent += n
        }
    }

    /// Answers every request the same way until the client goes.
    func serve(_ answer: (ScriptedServer.Received) throws -> Void) throws {
        while let request = try readRequest() { try answer(request) }
    }

    /// Says nothing until the client closes.
    func waitForClose() throws {
        repeat { buffer = [] } while try fill()
    }

    /// Ends the connection with a RST instead of a FIN.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close()
    }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    private func readLine() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end].filter { $0 != 0x0D }, as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line
            }
            guard try fill() else { throw ServerError.ended }
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { guard try fill() else { throw ServerError.ended } }
        let taken = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        return taken
    }

    private func fill() throws -> Bool {
        guard descriptor >= 0 else { return false }
        var chunk = [UInt8](repeating: 0, count: 65536)
        let n = recv(descriptor, &chunk, chunk.count, 0)
        guard n >= 0 else { throw ServerError.system(errno) }
        buffer += chunk.prefix(n)
        return n > 0
    }
}

/// Gives a value that only one thread uses at a time to that thread.
private struct Handoff<Value>: @unchecked Sendable {
    // Safe: the giver doesn't touch it after the thread has started.
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

enum Thread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    static func run(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        var thread = pthread_t()
        let result = pthread_create(&thread, nil, { Thread.enter($0) }, work)
        if result == 0 { pthread_detach(thread) } else { Unmanaged<Work>.fromOpaque(work).release() }
    }

    private static func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
    }
}
