import Glibc

/// Stands in for any process of the pipeline where only its supervision is tested: serves `/readyz` and `/metrics` on its admin port, logs a line
/// when it starts and when it is asked to stop.
///
/// Its name is that of its file. Variables: `STUB_FAILS` names the one that ends at once with code 3, `STUB_HANGS` the one that
/// never becomes ready, `STUB_STUBBORN` the one that ignores SIGTERM.
@main
enum SupervisedStub {
    static func main() {
        let name = variable("STUB_NAME") ?? CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? "stub"
        guard let port = variable("SWITCHBOARD_ADMIN_ADDRESS")?.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            log("error", "SWITCHBOARD_ADMIN_ADDRESS has no port")
            exit(78)
        }
        if variable("STUB_FAILS") == name {
            log("error", "failing as told")
            exit(3)
        }
        if variable("STUB_STUBBORN") == name { signal(SIGTERM, SIG_IGN) } else { signal(SIGTERM, Termination.handle) }
        guard let listener = listen(on: port) else {
            log("error", "port \(port) is taken")
            exit(1)
        }
        log("info", "started")
        serve(listener, ready: variable("STUB_HANGS") != name)
    }

    private static func serve(_ listener: Int32, ready: Bool) -> Never {
        func reply(_ status: String, _ body: String) -> String {
            "HTTP/1.1 \(status)\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        }
        let readiness = ready ? reply("200 OK", "ok") : reply("503 Service Unavailable", "waiting for nothing")
        let metrics = reply("200 OK", "switchboard_ready \(ready ? 1 : 0)\n")
        var request = [UInt8](repeating: 0, count: 4096)
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            let count = read(connection, &request, request.count)
            if count > 0 {
                let reply = request.prefix(count).starts(with: Array("GET /metrics ".utf8)) ? metrics : readiness
                _ = send(connection, reply, reply.utf8.count, Int32(MSG_NOSIGNAL))
            }
            close(connection)
        }
    }

    private static func listen(on port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return bound == 0 && Glibc.listen(descriptor, 16) == 0 ? descriptor : nil
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func log(_ level: String, _ message: String) {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        var seconds = clock.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var stamp = [CChar](repeating: 0, count: 32)
        strftime(&stamp, stamp.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let time = String(decoding: stamp.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let line = #"{"time":"\#(time)Z","level":"\#(level)","message":"\#(message)","metadata":{"trace_id":"4bf92f3577b34da6"}}"# + "\n"
        _ = write(STDOUT_FILENO, line, line.utf8.count)
    }
}
