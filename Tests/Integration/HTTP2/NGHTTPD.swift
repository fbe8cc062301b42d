import Foundation

/// A TLS server for one test, in a folder of its own, on a port of its own.
struct NGHTTPD: Sendable {
    let folder: URL
    let port: Int
    private let process: Int32

    var certificate: String { folder.appendingPathComponent("certificate.pem").path }

    func url(_ path: String) -> String { "https://localhost:\(port)\(path)" }

    /// Freezes it: connections stay, answers don't come.
    func pause() {
        Foundation.kill(process, SIGSTOP)
    }

    func kill() {
        Foundation.kill(process, SIGKILL)
    }

    static let isInstalled = find("nghttpd") != nil && find("openssl") != nil

    static func run(_ body: (NGHTTPD) async throws -> Void) async throws {
        try await serve(
            "nghttpd",
            { folder, port in
                [
                    "-a", "127.0.0.1", "-d", folder + "/htdocs", "--no-content-length", "\(port)", folder + "/key.pem",
                    folder + "/certificate.pem",
                ]
            }, body)
    }

    /// The same over HTTP/1.0, by openssl's own server, which offers no HTTP/2.
    static func runOpenSSL(_ body: (NGHTTPD) async throws -> Void) async throws {
        try await serve(
            "openssl",
            { folder, port in
                [
                    "s_server", "-quiet", "-www", "-accept", "127.0.0.1:\(port)", "-key", folder + "/key.pem", "-cert",
                    folder + "/certificate.pem",
                ]
            }, body)
    }

    private struct Trouble: Error, CustomStringConvertible {
        var description: String
    }

    private static func serve(
        _ program: String, _ arguments: (String, Int) -> [String], _ body: (NGHTTPD) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("http2-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("htdocs"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("hello over HTTP/2".utf8).write(to: folder.appendingPathComponent("htdocs/hello"))
        let openssl = try start(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder.path + "/key.pem", "-out",
                folder.path + "/certificate.pem",
            ])
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else { throw Trouble(description: "openssl made no certificate") }
        let port = try freePort()
        let process = try start(program, arguments(folder.path, port))
        defer {
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let deadline = ContinuousClock.now + .seconds(20)
        while !accepts(port) {
            guard process.isRunning, ContinuousClock.now < deadline else { throw Trouble(description: "\(program) did not start") }
            try await Task.sleep(for: .milliseconds(10))
        }
        try await body(NGHTTPD(folder: folder, port: port, process: process.processIdentifier))
    }

    private static func find(_ program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/sbin", "/usr/bin"]
        return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func start(_ program: String, _ arguments: [String]) throws -> Process {
        guard let path = find(program) else { throw Trouble(description: "\(program) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func with<Result>(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result) -> Result {
        withUnsafeMutablePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
    }

    /// nghttpd can't choose one itself; taken between here and its start, the test fails and says so.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = with(&address) { bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1 }
        guard result == 0 else { throw Trouble(description: "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func accepts(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = address(port)
        return with(&address) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) } == 0
    }
}
