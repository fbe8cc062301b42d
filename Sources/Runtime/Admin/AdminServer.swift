import Glibc

/// A small HTTP server for operators and supervisors, on a thread of its own.
///
/// It neither needs Swift's thread pool (it must answer when that is stuck) nor an HTTP library in every process. A client gets one
/// answer per connection, `patience` to ask and as much to take it, and shares ``mostConnections`` with the others; so a stuck or hostile client can't
/// take more than its place.
package final class AdminServer: Sendable {
    static let mostConnections = 64
    /// Where it listens, with the port that the system picked.
    package let address: HostAndPort
    private let listener: Int32
    private let stopper: (read: Int32, write: Int32)
    private let respond: @Sendable (AdminRequest) -> AdminResponse
    private let patience: Duration
    private let monitor = Monitor()
    private let ended = Flag()

    /// Starts listening.
    ///
    /// - Parameter patience: How long a client may take to ask, and then to take its answer, however busy it looks.
    /// - Throws: ``RuntimeError`` with ``RuntimeError/Code/address`` when that isn't possible.
    package init(address: HostAndPort, patience: Duration = .seconds(10), respond: @escaping @Sendable (AdminRequest) -> AdminResponse)
        throws(RuntimeError)
    {
        (listener, self.address) = try AdminServer.listen(address)
        var pipe: [Int32] = [-1, -1]
        guard Glibc.pipe(&pipe) == 0 else {
            close(listener)
            throw RuntimeError(.address, "no pipe for the admin endpoint: \(String(cString: strerror(errno)))")
        }
        for end in pipe { AdminServer.prepare(end) }
        stopper = (pipe[0], pipe[1])
        self.respond = respond
        self.patience = patience
        startThread(named: "admin") { [self] in serve() }
    }

    /// Ends the thread and closes every connection; returns when that is done, or after a second.
    package func stop() {
        var byte: UInt8 = 0
        _ = write(stopper.write, &byte, 1)
        let deadline = MonotonicTime.now + .seconds(1)
        monitor.locked {
            while !ended.isSet { guard monitor.wait(until: deadline) else { return } }
        }
    }

    private struct Connection {
        var descriptor: Int32
        var deadline: MonotonicTime
        var received: [UInt8] = []
        /// Empty until the request is complete.
        var answer: [UInt8] = []
        var sent = 0
    }

    private func serve() {
        var connections: [Connection] = []
        while true {
            var places = [pollfd(fd: stopper.read, events: Int16(POLLIN), revents: 0)]
            // At the limit new clients wait in the kernel's queue.
            let isFull = connections.count >= AdminServer.mostConnections
            places.append(pollfd(fd: isFull ? -1 : listener, events: Int16(POLLIN), revents: 0))
            for connection in connections {
                places.append(pollfd(fd: connection.descriptor, events: Int16(connection.answer.isEmpty ? POLLIN : POLLOUT), revents: 0))
            }
            poll(&places, nfds_t(places.count), connections.isEmpty ? -1 : 1000)
            if places[0].revents != 0 { break }
            let now = MonotonicTime.now
            var kept: [Connection] = []
            for (place, connection) in zip(places.dropFirst(2), connections) {
                var connection = connection
                if connection.deadline > now, place.revents == 0 || step(&connection) {
                    kept.append(connection)
                } else {
                    close(connection.descriptor)
                }
            }
            connections = kept
            if places[1].revents != 0 { accept(into: &connections, now: now) }
        }
        for connection in connections { close(connection.descriptor) }
        close(listener)
        close(stopper.read)
        close(stopper.write)
        monitor.locked {
            ended.set()
            monitor.wake()
        }
    }

    private func accept(into connections: inout [Connection], now: MonotonicTime) {
        while connections.count < AdminServer.mostConnections {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else {
                // Without a free descriptor the client stays in the queue, which would wake this loop at once and for ever.
                if errno == EMFILE || errno == ENFILE { usleep(100_000) }
                return
            }
            AdminServer.prepare(descriptor)
            connections.append(Connection(descriptor: descriptor, deadline: now + patience))
        }
    }

    /// - Returns: Whether the connection goes on.
    private func step(_ connection: inout Connection) -> Bool {
        if connection.answer.isEmpty {
            guard receive(&connection) else { return false }
            switch AdminRequest.read(connection.received) {
            case .incomplete: return true
            case .refused(let status): connection.answer = AdminResponse.text(status, "this is no request").bytes(withBody: true)
            case .complete(let request): connection.answer = respond(request).bytes(withBody: request.method != "HEAD")
            }
            connection.deadline = .now + patience
        }
        return send(&connection)
    }

    private func receive(_ connection: inout Connection) -> Bool {
        var part = [UInt8](repeating: 0, count: AdminRequest.largestHead)
        let count = recv(connection.descriptor, &part, part.count, 0)
        if count > 0 { connection.received += part[..<count] }
        return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
    }

    private func send(_ connection: inout Connection) -> Bool {
        while connection.sent < connection.answer.count {
            let count = connection.answer.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[connection.sent...])
                return Glibc.send(connection.descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { connection.sent += count } else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        }
        return false
    }
}

/// Touched with the server's monitor locked, and only so.
private final class Flag: @unchecked Sendable {
    private(set) var isSet = false
    func set() { isSet = true }
}

extension AdminServer {
    private static func listen(_ address: HostAndPort) throws(RuntimeError) -> (descriptor: Int32, address: HostAndPort) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(address.host, String(address.port), &hints, &list)
        guard status == 0, let first = list else {
            let reason = String(cString: gai_strerror(status))
            throw RuntimeError(.address, "admin.address: \(address.host) is no address of this machine: \(reason)")
        }
        defer { freeaddrinfo(list) }
        let descriptor = socket(first.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        prepare(descriptor)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard descriptor >= 0, bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0,
            Glibc.listen(descriptor, 128) == 0
        else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw RuntimeError(.address, "admin.address: can't listen on \(address): \(reason)")
        }
        return (descriptor, HostAndPort(host: address.host, port: port(of: descriptor) ?? address.port))
    }

    /// Never blocks, and isn't inherited by child processes.
    private static func prepare(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    private static func port(of descriptor: Int32) -> Int? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { return nil }
        // The port stands at the same place in both families.
        return withUnsafeBytes(of: &storage) { Int(UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))) }
    }
}
