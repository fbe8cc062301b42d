import CoreMetrics
import Foundation
import Glibc
import JSON
import Logging
import Runtime
import Testing

@Suite struct HealthTests {
    @Test func readyOnlyWhileRunningAndEverythingIsUp() {
        var report = HealthReport()
        #expect(!report.isReady)
        report.enter(.running)
        #expect(report.isReady)
        var isNews = report.set("amqp", .down(reason: "refused"))
        #expect(isNews)
        #expect(!report.isReady)
        isNews = report.set("amqp", .down(reason: "timed out"))
        #expect(!isNews)
        #expect(report.checks["amqp"] == .down(reason: "timed out"))
        isNews = report.set("amqp", .up)
        #expect(isNews)
        isNews = report.set("amqp", .up)
        #expect(!isNews)
        #expect(report.isReady)
        report.enter(.draining)
        #expect(!report.isReady)
        report.enter(.running)
        #expect(report.phase == .draining)
    }

    @Test func changesAreLoggedOnce() {
        let sink = LineCollector()
        let health = HealthRegistry(logger: testLogger(.pretty(coloured: false), sink: sink, label: "health"))
        let broker = health.check("amqp")
        #expect(!health.isReady)
        health.start()
        #expect(!health.isReady)
        for _ in 0..<3 { broker.up() }
        #expect(health.isReady)
        for _ in 0..<3 { broker.down("refused") }
        #expect(
            sink.lines == [
                "11:31:44.123 INFO  gateway health: amqp is up  check=amqp",
                "11:31:44.123 WARN  gateway health: amqp is down  check=amqp  reason=refused",
            ])
    }

    @Test func asJSON() {
        var report = HealthReport()
        report.enter(.running)
        report.set("postgres", .up)
        report.set("amqp", .down(reason: "refused"))
        #expect(
            String(decoding: report.jsonBytes, as: UTF8.self)
                == #"{"ready":false,"phase":"running","checks":{"amqp":{"status":"down","reason":"refused"},"postgres":{"status":"up"}}}"#)
    }

    @Test func theHeart() {
        let start = MonotonicTime(nanoseconds: 0)
        let liveness = Liveness(now: start)
        #expect(liveness.silence(now: start + .seconds(15)) == nil)
        #expect(liveness.silence(now: start + .seconds(16)) == .seconds(16))
        liveness.beat(now: start + .seconds(16))
        #expect(liveness.silence(now: start + .seconds(17)) == nil)
    }
}

@Suite struct AdminRequestTests {
    @Test func aRequestInPieces() {
        let text = Array("GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\nACCEPT:  text/plain \r\n\r\n".utf8)
        for end in 0..<text.count { #expect(AdminRequest.read(Array(text[..<end])) == .incomplete) }
        #expect(AdminRequest.read(text) == .complete(AdminRequest(method: "GET", path: "/metrics", accept: "text/plain")))
    }

    @Test(arguments: [
        ("\r\n\r\n", 400), ("GET\r\n\r\n", 400), ("GET x HTTP/1.1\r\n\r\n", 400), ("GET / SMTP\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nnocolon\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\n\r\n", 400), ("GET /" + String(repeating: "a", count: 9000) + " HTTP/1.1\r\n\r\n", 431),
        (String(repeating: "a", count: 9000), 431),
    ])
    func refused(_ text: String, _ status: Int) {
        #expect(AdminRequest.read(Array(text.utf8)) == .refused(status: status))
    }

    @Test func bytesThatAreNoText() {
        #expect(AdminRequest.read([0xFF, 0xFE, 10, 10]) == .refused(status: 400))
    }
}

@Suite(.timeLimit(.minutes(1))) struct AdminServerTests {
    private let health = HealthRegistry(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    private let metrics = MetricsRegistry()
    private let liveness = Liveness()

    private func server() throws -> AdminServer {
        let version = BuildInfo(process: "gateway", version: "1.2.3", started: LogTime(milliseconds: 0))
        let endpoints = AdminEndpoints(health: health, liveness: liveness, metrics: metrics, version: version)
        return try AdminServer(address: HostAndPort(host: "127.0.0.1", port: 0)) { endpoints.respond(to: $0) }
    }

    @Test func answers() throws {
        let server = try server()
        defer { server.stop() }
        let client = Client(server.address)
        #expect(try client.ask("GET /healthz HTTP/1.1\r\n\r\n").hasSuffix("\r\n\r\nok\n"))
        #expect(try client.ask("GET /readyz HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        health.start()
        #expect(try client.ask("GET /readyz HTTP/1.1\r\n\r\n").hasSuffix("\r\n\r\n{\"ready\":true,\"phase\":\"running\",\"checks\":{}}\n"))
        health.drain()
        #expect(try client.ask("GET /readyz HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 503 "))
        #expect(
            try client.ask("GET /version HTTP/1.0\n\n").hasSuffix(
                "\r\n\r\n{\"process\":\"gateway\",\"version\":\"1.2.3\",\"started\":\"1970-01-01T00:00:00.000Z\"}\n"))
        #expect(try client.ask("HEAD /version HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\n"))
        #expect(try client.ask("GET /nowhere HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 404 "))
        #expect(try client.ask("DELETE / HTTP/1.1\r\n\r\n").contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(try client.ask("\u{1}\u{2}\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
        Counter(label: "c", factory: RegistryMetricsFactory(metrics)).increment()
        #expect(try client.ask("GET /metrics HTTP/1.1\r\n\r\n").contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        #expect(try client.ask("GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text\r\n\r\n").hasSuffix("c_total 1\n# EOF\n"))
    }

    /// Half a request, none at all, and going away in the middle: the others are answered all the same.
    /// What a container's health check sees.
    @Test func aProbeIsToldWhetherItIsReady() throws {
        let server = try server()
        let probe = HealthProbe(address: HostAndPort(host: "0.0.0.0", port: server.address.port))
        #expect(probe.ask() == (false, "{\"ready\":false,\"phase\":\"starting\",\"checks\":{}}\n"))
        health.start()
        #expect(probe.ask() == (true, "{\"ready\":true,\"phase\":\"running\",\"checks\":{}}\n"))
        server.stop()
        #expect(probe.ask() == (false, "nobody answers at 127.0.0.1:\(server.address.port)"))
        #expect(HealthProbe(address: HostAndPort(host: "127.0.0.1", port: 0)).ask().isReady == false)
    }

    @Test func rudeClientsHinderNobody() throws {
        let server = try server()
        defer { server.stop() }
        let client = Client(server.address)
        let waiting = try (0..<20).map { number in
            let descriptor = try client.connect()
            if number % 2 == 0 { client.send("GET /met", to: descriptor) }
            return descriptor
        }
        for number in 0..<10 { close(waiting[number]) }
        let factory = RegistryMetricsFactory(metrics)
        for name in 0..<2000 { Meter(label: "filler.\(name)", factory: factory).set(1.0) }
        for _ in 0..<5 {
            // A long answer that nobody reads.
            let descriptor = try client.connect()
            client.send("GET /metrics HTTP/1.1\r\n\r\n", to: descriptor)
            close(descriptor)
        }
        #expect(try client.ask("GET /metrics HTTP/1.1\r\n\r\n").hasSuffix("filler_999 1\n"))
        for number in 10..<20 { close(waiting[number]) }
    }

    /// One that sends a byte now and then, and so never looks idle.
    @Test(.timeLimit(.minutes(1))) func aClientThatNeverGetsToThePointIsCutOff() throws {
        let server = try AdminServer(address: HostAndPort(host: "127.0.0.1", port: 0), patience: .milliseconds(50)) { _ in .text(200, "") }
        defer { server.stop() }
        let client = Client(server.address)
        let descriptor = try client.connect()
        defer { close(descriptor) }
        var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&place, 1, 5) == 0 { client.send("x", to: descriptor) }
        var byte: UInt8 = 0
        #expect(recv(descriptor, &byte, 1, 0) <= 0)
    }

    @Test func aTakenAddressIsNamed() throws {
        let server = try server()
        defer { server.stop() }
        let error = try #require(throws: RuntimeError.self) { _ = try AdminServer(address: server.address) { _ in .text(200, "") } }
        #expect(error.code == .address)
        #expect(error.exitStatus == .unavailable)
        #expect(error.message.contains("\(server.address)"))
        #expect(throws: RuntimeError.self) {
            _ = try AdminServer(address: HostAndPort(host: "no such host", port: 0)) { _ in .text(200, "") }
        }
    }

    @Test func afterStopNobodyListens() throws {
        let server = try server()
        server.stop()
        #expect(throws: (any Error).self) { try Client(server.address).connect() }
    }
}

/// The least of an HTTP client.
private struct Client {
    var address: HostAndPort
    init(_ address: HostAndPort) { self.address = address }

    struct Refused: Error {}

    func connect() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(address.port).bigEndian
        place.sin_addr.s_addr = inet_addr(address.host)
        let status = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw Refused()
        }
        return descriptor
    }

    func send(_ text: String, to descriptor: Int32) { _ = text.withCString { Glibc.send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) } }

    func ask(_ text: String) throws -> String {
        let descriptor = try connect()
        defer { close(descriptor) }
        send(text, to: descriptor)
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += part[..<count]
        }
    }
}
