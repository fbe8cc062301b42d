import Foundation
import HTTPClient
import JSON
import Runtime

/// Programs of Prometheus, where they are installed (Debian: package `prometheus`).
enum Prometheus {
    static let server = find("prometheus")
    static let promtool = find("promtool")

    private static func find(_ name: String) -> String? {
        ["/usr/bin/\(name)", "/usr/local/bin/\(name)"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// `deploy/observability`.
    static let files = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/deploy/observability"

    /// What a program says, and how it ends.
    static func run(_ program: String, _ arguments: [String], input: String = "") throws -> (said: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (said, process.terminationStatus)
    }
}

/// A Prometheus of the test's own, on a loopback port, with its data in a folder that goes with it.
final class PrometheusServer {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    private let process = Process()
    private let folder: URL
    private let address: String
    private let http: HTTPClient

    /// - Parameter configuration: its scrape jobs and rules.
    init(_ program: String, configuration: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "prometheus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try configuration.write(to: folder.appending(path: "prometheus.yml"), atomically: true, encoding: .utf8)
        address = "127.0.0.1:\(try Self.freePort())"
        http = try HTTPClient()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "--config.file=\(folder.path)/prometheus.yml", "--storage.tsdb.path=\(folder.path)/data", "--web.listen-address=\(address)",
            "--enable-feature=exemplar-storage", "--log.level=error",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// One that nobody listens on now.
    private static func freePort() throws -> Int {
        let server = try AdminServer(address: HostAndPort(host: "127.0.0.1", port: 0)) { _ in .text(200, "") }
        defer { server.stop() }
        return server.address.port
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The member `data` of an answer of its API.
    func ask(_ path: String, _ parameters: [String: String] = [:]) async throws -> JSON {
        let query = parameters.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        let response = try await http.execute(HTTPRequest(.get, "http://\(address)\(path)?\(query.joined(separator: "&"))"))
        let answer = try JSON(parsing: response.body)
        guard let data = answer["data"], answer["status"]?.string == "success" else {
            throw Failed(description: "\(path): \(response.status) \(answer["error"]?.string ?? "")")
        }
        return data
    }

    /// The values of a query now, with their labels.
    func query(_ text: String) async throws -> [(labels: JSON, value: Double)] {
        let data = try await ask("/api/v1/query", ["query": text])
        return (data["result"]?.array ?? []).map { series in
            (series["metric"] ?? .null, series["value"]?.array?.last?.string.flatMap { Double($0) } ?? .nan)
        }
    }

    /// Asks until it starts to be true; there is nothing that Prometheus would tell of by itself.
    func wait(_ what: String, within bound: Duration = .seconds(40), until isTrue: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + bound
        var last = ""
        while ContinuousClock.now < end {
            do { if try await isTrue() { return } } catch { last = "\(error)" }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failed(description: "\(what) hasn't come within \(bound). \(last)")
    }
}
