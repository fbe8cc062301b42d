import ArgumentParser
import DevServices
import Glibc
import Synchronization

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the tests, with a RabbitMQ and a PostgreSQL of their own.",
        discussion: """
            Unit, integration and pipeline tests, on ports and in a folder of their own, beside a running `up`. Words name \
            tests to run, as `swift test --filter` does; options are passed on to `swift test`. The exit code is that of \
            the tests.

            Examples:
              ./switchboard test
              ./switchboard test GatewayTests Postgres
              ./switchboard test --skip PipelineTests --num-workers 1 --parallel
            """)

    @Flag(help: "Leave the folder with the services' logs when the tests are over.")
    var keep = false

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Which tests, and options for `swift test`.", valueName: "filter"))
    var arguments: [String] = []

    func run() async throws {
        let checkout = try Checkout.locate()
        try checkout.prepare()
        let swift = try Self.swiftProgram()
        try await TestFolder.removeAbandoned(in: checkout.state)
        let folder = try TestFolder(in: checkout.state)

        // Ctrl-C reaches the tests as well, being in our group; here it must only not end us before all is tidied up.
        let relay = SignalRelay()
        let watch = Signals.watch([SIGINT, SIGTERM, SIGHUP]) { relay.received($0) }
        defer { withExtendedLifetime(watch) {} }

        let services = TestServices(folder: folder)
        let outcome: Result<Int32, any Error>
        do {
            try await services.start()
            outcome = .success(try await runTests(swift, checkout: checkout, folder: folder, services: services, relay: relay))
        } catch {
            outcome = .failure(error)
        }
        // What tests started and, being killed, could not stop.
        await Leftovers.find(folder: folder.testMark, record: nil).stop()
        await services.stop()
        if keep { Terminal.say("kept: \(folder.path)") } else { try folder.remove() }
        let code = try outcome.get()
        if code != 0 { throw ExitCode(code) }
    }

    private func runTests(
        _ swift: String, checkout: Checkout, folder: TestFolder, services: TestServices, relay: SignalRelay
    ) async throws -> Int32 {
        if let signal = relay.first { return 128 + signal }
        var environment = currentEnvironment()
        for (name, value) in await services.environment { environment[name] = value }
        environment["SWITCHBOARD_TEST_BIN"] = checkout.binaries
        environment["SWITCHBOARD_TEST_FOLDER"] = folder.scratch
        environment[Leftovers.mark] = folder.testMark
        try Files.makeFolder(folder.scratch, mode: 0o711)
        var result: Int32 = 0
        for round in TestArguments.rounds(arguments) {
            if let signal = relay.first { return 128 + signal }
            let options = ["test", "-c", "release", "--skip-build", "--package-path", checkout.root] + round
            let exit = try await Command.runInForeground(swift, options, environment: environment, workingDirectory: checkout.root) {
                relay.attach($0)
            }
            switch exit {
            case .code(let code): result = result == 0 ? code : result
            case .signal(let number): return 128 + number
            }
        }
        return result
    }

    private static func swiftProgram() throws -> String {
        guard let swift = Files.program("swift") else {
            throw CLIError("swift is not on the PATH", exitCode: Exit.unavailable)
        }
        return swift
    }
}

/// Hands signals on to the tests. The terminal's Ctrl-C has reached them already.
private final class SignalRelay: Sendable {
    private struct State {
        var first: Int32?
        var child: pid_t?
    }

    private let state = Mutex(State())

    var first: Int32? { state.withLock { $0.first } }

    func received(_ number: Int32) {
        let child = state.withLock { state in
            state.first = state.first ?? number
            return state.child
        }
        if let child, number != SIGINT { kill(child, number) }
    }

    func attach(_ child: pid_t) {
        let first = state.withLock { state in
            state.child = child
            return state.first
        }
        if let first { kill(child, first) }
    }
}
