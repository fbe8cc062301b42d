import Glibc

/// Asks a running process on this machine whether it is ready: `switchboard-gateway health`, for health checks of containers, whose
/// images hold nothing else that could ask.
package struct HealthProbe: Sendable {
    package let address: HostAndPort
    /// For connecting, and for each wait for a piece of the answer.
    package var patience: Duration = .seconds(2)

    /// - Parameter address: where the process answers; one that means every address of the machine is asked on loopback.
    package init(address: HostAndPort) {
        let everywhere = ["0.0.0.0", "::", "*", ""].contains(address.host)
        self.address = everywhere ? HostAndPort(host: "127.0.0.1", port: address.port) : address
    }

    /// - Returns: whether it is ready, and what it said, or why it said nothing. Blocks.
    package func ask() -> (isReady: Bool, words: String) {
        guard address.port != 0 else { return (false, "admin.address has no fixed port to ask") }
        guard let descriptor = connect() else { return (false, "nobody answers at \(address)") }
        defer { close(descriptor) }
        let request = Array("GET /readyz HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return (false, "\(address) takes no request")
        }
        let answer = String(decoding: receive(descriptor), as: UTF8.self)
        guard let end = answer.firstRange(of: "\r\n\r\n") else { return (false, "\(address) does not answer in HTTP") }
        return (answer.hasPrefix("HTTP/1.1 200 "), String(answer[end.upperBound...]))
    }

    private func connect() -> Int32? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &list) == 0, let first = list?.pointee else { return nil }
        defer { freeaddrinfo(list) }
        let descriptor = socket(first.ai_family, first.ai_socktype, 0)
        guard descriptor >= 0 else { return nil }
        var bound = timeval(tv_sec: Int(patience.components.seconds), tv_usec: Int(patience.components.attoseconds / 1_000_000_000_000))
        // The bound for sending is that for connecting too.
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &bound, socklen_t(MemoryLayout<timeval>.size))
        }
        guard Glibc.connect(descriptor, first.ai_addr, first.ai_addrlen) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Until the other side closes, or 64 KiB: an answer has a few hundred bytes.
    private func receive(_ descriptor: Int32) -> [UInt8] {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.count < 65_536 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return answer
    }
}
