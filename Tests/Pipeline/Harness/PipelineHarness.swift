import CLI
import DevServices
import Glibc
import JSON
import Synchronization
import Testing

/// Every process of the installation, as `./switchboard up` runs them, with a database of its own.
final class PipelineHarness: Sendable {
    enum Part: String, CaseIterable, Sendable {
        case simulator = "telegram-simulator"
        case dialog, scheduler, sender, gateway
        /// Further instances of the dialog worker.
        case secondDialog = "dialog-2"
        case thirdDialog = "dialog-3"
        /// Run only where `SWITCHBOARD_WORKERS` names them.
        case probe, files

        static let dialogs: [Part] = [.dialog, .secondDialog, .thirdDialog]
    }

    enum Updates: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case webhook, polling
        var testDescription: String { rawValue }
    }

    struct Options: Sendable {
        var bots = ["demo", "count"]
        var updates = Updates.webhook
        /// In this order. Without the simulator something else answers at ``server``.
        var parts: [Part] = [.simulator, .dialog, .sender, .gateway]
        /// The Bot API server; nil: the simulator.
        var server: String?
        /// Environment variables of all processes.
        var settings: [String: String] = [:]
    }

    private struct State {
        var processes: [Part: ManagedProcess] = [:]
        /// Those whose end is wanted.
        var ending: Set<pid_t> = []
        var unexpectedEnds: [String] = []
    }

    static let secret = "pipeline-secret"

    let services: PipelineServices
    let databaseURL: String
    let folder: String
    let options: Options
    private let ports: PortBook
    private let specs: [Part: ProcessSpec]
    private let logs: [Part: ProcessLog]
    private let state = Mutex(State())

    init(_ options: Options, services: PipelineServices) async throws {
        self.options = options
        self.services = services
        let number = UInt32.random(in: 0 ... .max)
        folder = "\(services.folder)/run-\(number)"
        try Files.makeFolder(folder)
        databaseURL = try await services.makeDatabase("run_\(number)")
        guard let binaries = TestEnvironment.binaries else { throw PipelineFailure("SWITCHBOARD_TEST_BIN is not set") }
        var ports = PortBook()
        try ports.assign(UpPlan.portNames + Part.dialogs.map { "\($0.rawValue)-admin" })
        self.ports = ports
        let plan = try UpPlan(
            UpPlan.Inputs(
                binaries: binaries, root: TestEnvironment.checkout, ports: ports, amqpURL: services.rabbitMQ.url, postgresURL: databaseURL,
                // Another seed each time: a simulator that began with the same update ids would seem to repeat itself.
                webhookSecret: Self.secret, simulatorSeed: Int(number), environment: Self.environment(options),
                mark: getenv(Leftovers.mark).map { String(cString: $0) } ?? folder))
        var specs = Dictionary(uniqueKeysWithValues: plan.processes.compactMap { spec in Part(rawValue: spec.name).map { ($0, spec) } })
        for part in Part.dialogs where specs[part] == nil { specs[part] = specs[.dialog].map { Self.another($0, part, ports) } }
        self.specs = specs
        let folder = folder
        logs = Dictionary(
            uniqueKeysWithValues: Part.allCases.map { ($0, ProcessLog(name: $0.rawValue, path: "\(folder)/\($0.rawValue).log")) })
        for part in options.parts {
            guard let spec = specs[part] else { throw PipelineFailure("`up` runs no \(part.rawValue)") }
            guard Files.isExecutable(spec.executable) else { throw PipelineFailure("\(spec.executable) is not there: build first") }
        }
    }

    /// One more of a process, which tells of itself elsewhere.
    private static func another(_ spec: ProcessSpec, _ part: Part, _ ports: PortBook) -> ProcessSpec {
        var spec = spec
        let port = ports["\(part.rawValue)-admin"] ?? 0
        spec.name = part.rawValue
        spec.environment["SWITCHBOARD_ADMIN_ADDRESS"] = "127.0.0.1:\(port)"
        spec.readiness = .http(port: port, path: "/readyz")
        return spec
    }

    private static func environment(_ options: Options) -> [String: String] {
        var environment = [
            "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "SWITCHBOARD_BOTS": options.bots.joined(separator: ","),
            "SWITCHBOARD_FLOOD_RATE": "0",
        ]
        for (index, bot) in options.bots.enumerated() {
            let prefix = "SWITCHBOARD_BOT_\(bot.uppercased())_"
            environment[prefix + "UPDATES"] = options.updates.rawValue
            if let server = options.server {
                environment[prefix + "TOKEN"] = "\(100_001 + index):standin"
                environment[prefix + "SERVER"] = server
                environment[prefix + "WEBHOOK_SECRET"] = secret
            }
        }
        return environment.merging(options.settings) { $1 }
    }

    // MARK: Addresses

    private func url(_ port: String) -> String { "http://127.0.0.1:\(ports[port] ?? 0)" }

    var simulatorURL: String { url("simulator") }
    func webhookURL(_ bot: String) -> String { "\(url("gateway"))/telegram/\(bot)" }
    func adminURL(_ part: Part) -> String { url((part == .simulator ? "simulator" : part.rawValue) + "-admin") }

    func log(_ part: Part) -> ProcessLog {
        // Every part has one from the initializer on.
        logs[part] ?? ProcessLog(name: part.rawValue, path: "/dev/null")
    }

    // MARK: Life

    func start() async throws {
        for part in options.parts { try await start(part) }
    }

    /// Starts it and waits until it is ready.
    func start(_ part: Part) async throws {
        guard let spec = specs[part] else { throw PipelineFailure("`up` runs no \(part.rawValue)") }
        let log = log(part)
        let process = try ManagedProcess.start(spec, output: .lines { log.append($0) })
        state.withLock { state in
            state.processes[part] = process
            state.ending.remove(process.pid)
        }
        Task {
            guard let exit = await process.wait() else { return }
            state.withLock { state in
                if !state.ending.contains(process.pid) { state.unexpectedEnds.append("\(part.rawValue): \(exit)") }
            }
        }
        try await process.waitUntilReady()
    }

    /// As an operator does, with SIGTERM: it drains.
    @discardableResult
    func stop(_ part: Part) async -> ProcessExit? {
        guard let process = end(part) else { return nil }
        let exit = await process.stop(within: .seconds(30))
        await process.waitForOutput()
        return exit
    }

    /// As `kill -9`.
    func kill(_ part: Part) async {
        guard let process = end(part) else { return }
        await process.kill()
        await process.waitForOutput()
    }

    private func end(_ part: Part) -> ManagedProcess? {
        state.withLock { state in
            guard let process = state.processes[part] else { return nil }
            // One that is gone already was not told to.
            if process.exit == nil { state.ending.insert(process.pid) }
            return process
        }
    }

    /// Processes that ended without being told to.
    var unexpectedEnds: [String] { state.withLock { $0.unexpectedEnds } }

    func killAll() async {
        for part in options.parts.reversed() { await kill(part) }
    }

    // MARK: The end

    /// Stops everything in the order of `down` and checks that nothing was left behind: every process drained and said so with
    /// status 0, none ended before, every queue is empty, no dead letters.
    func finish(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        #expect(unexpectedEnds.isEmpty, sourceLocation: sourceLocation)
        if options.parts.contains(.dialog), options.parts.contains(.sender) {
            try await eventually("every queue is empty", within: .seconds(30)) { try await self.services.waitingMessages() == [:] }
        }
        for part in options.parts.reversed() {
            let exit = await stop(part)
            if exit != .code(0) {
                Issue.record(
                    "\(part.rawValue) ended with \(exit.map(String.init(describing:)) ?? "nothing")\n\(log(part).tail)",
                    sourceLocation: sourceLocation)
            }
        }
        let left = try await services.waitingMessages()
        guard left != [:] else { return }
        Issue.record("left in the queues: \(left)\n\(tails)", sourceLocation: sourceLocation)
        try await services.purge()
    }

    // MARK: Waiting

    /// Asks until the answer is yes. For what gives no sign of itself.
    func eventually(_ what: String, within bound: Duration, _ condition: @Sendable () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + bound
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw PipelineFailure("not within \(bound): \(what)") }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// What every part said last.
    var tails: String { options.parts.map { log($0).tail }.joined(separator: "\n") }
}

/// Runs the body with a running pipeline, which is gone afterwards, whatever happened.
///
/// - Returns: what the body does, after the pipeline has stopped in good order.
func withPipeline<Value: Sendable>(
    _ options: PipelineHarness.Options = .init(), sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @Sendable (PipelineHarness) async throws -> Value
) async throws -> Value {
    guard let services = PipelineServices.current else { throw PipelineFailure("this test is not in the suite that starts the services") }
    let pipeline = try await PipelineHarness(options, services: services)
    do {
        try await pipeline.start()
        let value = try await body(pipeline)
        try await pipeline.finish(sourceLocation: sourceLocation)
        return value
    } catch {
        await pipeline.killAll()
        try? await services.purge()
        let ends = pipeline.unexpectedEnds
        throw PipelineFailure("\(error)\(ends.isEmpty ? "" : "\nended unasked: \(ends)")\n\(pipeline.tails)")
    }
}
