import Glibc
import Postgres
import Synchronization

/// A TCP proxy in front of the server that can lose answers, cut connections and refuse new ones.
final class CuttingProxy: Sendable {
    private struct State {
        var sockets: [Int32] = []
        var swallowsAnswers = false
        var refuses = false
    }

    let port: UInt16
    private let listener: Int32
    private let target: Target
    private let state = Mutex(State())

    enum Target: Sendable {
        case unix(String)
        case tcp(host: String, port: UInt16)
    }

    init(for parameters: ConnectionParameters) throws {
        let host = parameters["host"] ?? "127.0.0.1"
        let serverPort = UInt16(parameters["port"] ?? "5432") ?? 5432
        target =
            host.hasPrefix("/")
            ? .unix("\(host)/.s.PGSQL.\(serverPort)") : .tcp(host: host == "localhost" ? "127.0.0.1" : host, port: serverPort)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound, listen(listener, 64) == 0 else { throw PostgresError(.connection, "the proxy cannot listen") }
        port = UInt16(bigEndian: address.sin_port)
    }

    func start() {
        Thread { [self] in accept() }.start()
    }

    /// The same server, reached through the proxy.
    func parameters(_ direct: ConnectionParameters) throws -> ConnectionParameters {
        var result = direct
        try result.set("host", "127.0.0.1")
        try result.set("port", String(port))
        return result
    }

    /// From now on what the server answers never arrives.
    func swallowAnswers() { state.withLock { $0.swallowsAnswers = true } }

    /// Ends all connections, and what was swallowed is forgotten.
    func cut() {
        state.withLock { state in
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            state.sockets = []
            state.swallowsAnswers = false
        }
    }

    func refuseNew(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    private struct Thread {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        func start() {
            final class Box { let body: @Sendable () -> Void; init(_ body: @escaping @Sendable () -> Void) { self.body = body } }
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
                    return nil
                }, Unmanaged.passRetained(Box(body)).toOpaque())
            pthread_detach(thread)
        }
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { Glibc.close(listener); return }
            guard !state.withLock({ $0.refuses }), let server = connectToTarget() else { Glibc.close(client); continue }
            state.withLock { $0.sockets += [client, server] }
            Thread { [self] in pump(from: client, to: server, areAnswers: false) }.start()
            Thread { [self] in pump(from: server, to: client, areAnswers: true) }.start()
        }
    }

    private func pump(from source: Int32, to sink: Int32, areAnswers: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count <= 0 { break }
            if areAnswers, state.withLock({ $0.swallowsAnswers }) { continue }
            var offset = 0
            while offset < count {
                let written = buffer.withUnsafeBytes {
                    send(sink, $0.baseAddress?.advanced(by: offset), count - offset, Int32(MSG_NOSIGNAL))
                }
                if written <= 0 { break }
                offset += written
            }
        }
        // Both pumps end; each closes the descriptor it reads from.
        shutdown(sink, Int32(SHUT_RDWR))
        state.withLock { $0.sockets.removeAll { $0 == source } }
        Glibc.close(source)
    }

    private func connectToTarget() -> Int32? {
        let descriptor: Int32
        let status: Int32
        switch target {
        case .unix(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
            status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
            }
        case .tcp(let host, let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(port: port)
            inet_pton(AF_INET, host, &address.sin_addr)
            status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
        }
        guard status == 0 else { Glibc.close(descriptor); return nil }
        return descriptor
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
