import Foundation
import Glibc

/// The built simulator on a port of its own, with the bot `demo`.
final class SimulatorProcess {
    static let token = "4242:secret"

    /// The folder of the built programs; tests are built beside them.
    static let path: String? = {
        let folders = [ProcessInfo.processInfo.environment["SWITCHBOARD_TEST_BIN"] ?? "", folder(of: CommandLine.arguments.first ?? "")]
        return folders.flatMap { folder in ["switchboard-telegram-simulator", "TelegramSimulator"].map { "\(folder)/\($0)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    private static func folder(of program: String) -> String {
        let absolute = program.hasPrefix("/") ? program : FileManager.default.currentDirectoryPath + "/" + program
        return URL(fileURLWithPath: absolute).resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    private let child: Child
    private let output: Int32
    let url: String

    init(_ settings: [String: String] = [:]) throws {
        guard let path = Self.path else { throw Child.Failure(description: "the simulator is not built") }
        let pipe = try Child.pipe()
        let standard = [
            "SWITCHBOARD_SIMULATOR_BOTS": "demo:\(Self.token)", "SWITCHBOARD_SIMULATOR_PORT": "0", "SWITCHBOARD_SIMULATOR_LIMITS": "false",
        ]
        child = try Child(path, [], environment: standard.merging(settings) { $1 }, descriptors: [1: pipe.writing, 2: pipe.writing])
        close(pipe.writing)
        output = pipe.reading
        do { url = try Self.address(output) } catch {
            child.end()
            throw error
        }
    }

    deinit {
        child.end()
        close(output)
    }

    /// Reads the log until it tells where the server listens.
    private static func address(_ output: Int32) throws -> String {
        var text = ""
        var piece = [UInt8](repeating: 0, count: 4_096)
        var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        while poll(&descriptor, 1, 20_000) > 0 {
            let count = read(output, &piece, piece.count)
            guard count > 0 else { break }
            text += String(decoding: piece[..<count], as: UTF8.self)
            // The server of the health checks is named in the log too, by another word.
            if let match = text.firstMatch(of: #/"address":"(http://127\.0\.0\.1:\d+)/#) { return String(match.1) }
        }
        throw Child.Failure(description: "the simulator did not start: \(text)")
    }
}
