import AMQP
import Glibc
import Synchronization

/// Stands between a client and the broker and misbehaves on demand.
final class TCPProxy: Sendable {
    struct Failure: Error { let what: String }

    private struct State {
        /// Client and broker sockets of each connection.
        var pairs: [Int: (client: Int32, broker: Int32)] = [:]
        var next = 0
        var isFrozen = false
        var isRefusing = false
        var isClosed = false
        var accepted = 0
    }

    let port: Int
    private let listener: Int32
    private let target: (host: String, port: Int)
    private let state = Mutex(State())

    init(to host: String, port targetPort: Int) throws {
        listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw Failure(what: "socket") }
        target = (host, targetPort)
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                Glibc.bind(listener, generic, length) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard result else { throw Failure(what: "bind") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Self.thread { [weak self] in while self?.acceptOne(listener) == true {} }
    }

    deinit { close() }

    /// Connections made through this proxy so far.
    var accepted: Int { state.withLock { $0.accepted } }

    /// Breaks every connection.
    func cut() {
        state.withLock { state in
            for pair in state.pairs.values {
                shutdown(pair.client, Int32(SHUT_RDWR))
                shutdown(pair.broker, Int32(SHUT_RDWR))
            }
        }
    }

    /// Passes nothing on in either direction, without closing.
    func freeze(_ isFrozen: Bool) { state.withLock { $0.isFrozen = isFrozen } }

    /// Closes new connections at once.
    func refuse(_ isRefusing: Bool) { state.withLock { $0.isRefusing = isRefusing } }

    /// Sends bytes to every client as if they came from the broker; only sensible while nothing else is under way.
    func inject(_ bytes: [UInt8]) {
        state.withLock { state in
            for pair in state.pairs.values { _ = send(pair.client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    func close() {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    // MARK: Threads

    private func acceptOne(_ listener: Int32) -> Bool {
        let client = accept(listener, nil, nil)
        guard client >= 0 else {
            Glibc.close(listener)
            return false
        }
        guard !state.withLock({ $0.isRefusing || $0.isClosed }), let broker = Self.connect(target.port) else {
            Glibc.close(client)
            return true
        }
        for descriptor in [client, broker] {
            var on: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let id = state.withLock { state in
            state.next += 1
            state.accepted += 1
            state.pairs[state.next] = (client, broker)
            return state.next
        }
        Self.thread { self.pump(id, client, broker) }
        return true
    }

    private func pump(_ id: Int, _ client: Int32, _ broker: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            var descriptors = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: broker, events: Int16(POLLIN), revents: 0),
            ]
            if state.withLock({ $0.isFrozen && !$0.isClosed }) {
                usleep(5000)
                continue
            }
            _ = poll(&descriptors, 2, 20)
            if descriptors[0].revents != 0, !Self.forward(client, broker, &buffer) { break }
            if descriptors[1].revents != 0, !Self.forward(broker, client, &buffer) { break }
        }
        _ = state.withLock { $0.pairs.removeValue(forKey: id) }
        Glibc.close(client)
        Glibc.close(broker)
    }

    private static func forward(_ from: Int32, _ to: Int32, _ buffer: inout [UInt8]) -> Bool {
        let count = recv(from, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        var sent = 0
        while sent < count {
            let more = buffer.withUnsafeBytes { send(to, $0.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL)) }
            guard more > 0 else { return false }
            sent += more
        }
        return true
    }

    private static func connect(_ port: Int) -> Int32? {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: UInt16(port))
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var id = pthread_t()
        let argument = Unmanaged.passRetained(Box(body))
        let result = pthread_create(
            &id, nil,
            { argument in
                if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, argument.toOpaque())
        if result == 0 { pthread_detach(id) } else { argument.release() }
    }
}

extension TCPProxy {
    static func toTestBroker() throws -> TCPProxy {
        let configuration = try AMQPTestBroker.configuration()
        return try TCPProxy(to: configuration.host, port: configuration.port)
    }
}
