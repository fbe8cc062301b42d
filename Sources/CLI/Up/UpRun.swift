import DevServices
import Glibc
import Synchronization

/// One run of `up`, from the lock to the last process's end.
struct UpRun {
    let checkout: Checkout
    let reporter: UpReporter
    let output: OutputOption

    /// - Returns: why the start was given up; nil when everything ran and was stopped.
    /// - Throws: ``DevServicesError`` (`busy`) when another one holds the lock, and others when the preparation fails.
    func run() async throws -> String? {
        let lock = try InstanceLock(checkout.lock)
        defer { withExtendedLifetime(lock) {} }
        guard let identity = ProcessIdentity.current else { throw CLIError("/proc is not mounted", exitCode: Exit.systemError) }
        do {
            let stopper = Stopper()
            let watch = Signals.watch([SIGINT, SIGTERM, SIGHUP]) { [reporter] _ in stopper.request(reporter) }
            defer { withExtendedLifetime(watch) {} }
            try await endLeftovers()
            let prepared = try await prepare()
            if stopper.isRequested { return nil }

            let record = RecordKeeper(checkout: checkout, supervisor: identity, plan: prepared.plan)
            let logs = try Logs(checkout: checkout, names: prepared.specs.map(\.name), reporter: reporter)
            let supervisor = Supervisor(prepared.specs, output: { logs.output(for: $0) }) { [reporter, output] notice in
                record.note(notice)
                reporter.report(notice)
                if case .allReady = notice { reporter.announce(record.current, output: output) }
            }
            stopper.attach(supervisor)
            let failure = await supervisor.run()
            record.remove()
            reporter.finished(failure: failure)
            return failure.map { $0 + reporter.failedProcessSaid }
        } catch {
            reporter.finished(failure: Exit.message(for: error))
            throw error
        }
    }

    /// Ends what a killed supervisor left: it can't be adopted, since the pipes that took its logs are gone.
    private func endLeftovers() async throws {
        let leftovers = Leftovers.find(folder: checkout.state, record: SupervisorRecord.load(checkout.record))
        if !leftovers.isEmpty {
            reporter.progress("stopping what an earlier run left behind: \(leftovers.entries.map(\.name).joined(separator: ", "))")
            await leftovers.stop()
        }
        try Files.remove(checkout.record)
    }

    private func prepare() async throws -> (specs: [ProcessSpec], plan: UpPlan) {
        var ports = PortBook.load(checkout.ports)
        let moved = try ports.assign(UpPlan.portNames)
        if !moved.isEmpty { reporter.progress("another program took a port, so these moved: \(moved.joined(separator: ", "))") }
        try ports.save(checkout.ports)
        func port(_ name: String) -> UInt16 { ports[name] ?? 0 }

        if !Files.exists(checkout.postgres) { reporter.progress("making the database (once, about 2 s)") }
        let postgres = try await PrivatePostgres(folder: checkout.postgres, port: port("postgres"), mark: checkout.state)
        if let note = postgres.note { reporter.progress(note) }
        let rabbit = try PrivateRabbitMQ(
            folder: checkout.rabbitMQ,
            ports: .init(
                amqp: port("rabbitmq"), distribution: port("rabbitmq-distribution"), epmd: port("epmd"), metrics: port("rabbitmq-metrics")),
            mark: checkout.state)

        let plan = try UpPlan(
            UpPlan.Inputs(
                binaries: checkout.binaries, root: checkout.root, ports: ports, amqpURL: rabbit.url,
                postgresURL: postgres.socketURL ?? postgres.url, brokerMetricsURL: rabbit.metricsURL,
                webhookSecret: Credentials.loadOrCreate(checkout.webhookSecret, user: "telegram").password,
                simulatorSeed: 0, simulatorWebhooks: checkout.simulatorWebhooks, environment: currentEnvironment(), mark: checkout.state))
        let missing = plan.missingExecutables
        guard missing.isEmpty else {
            throw CLIError("not built: \(missing.joined(separator: ", "))\n  `./switchboard up` builds them.", exitCode: Exit.software)
        }
        try Files.write(plan.environmentFile, to: checkout.environmentFile, mode: 0o600)
        try Files.write(plan.prometheusFile, to: checkout.prometheusFile)
        return ([postgres.spec, rabbit.epmdSpec, rabbit.brokerSpec] + plan.processes, plan)
    }
}

/// Turns the first request to stop into draining and the second into ending at once.
private final class Stopper: Sendable {
    private struct State {
        var requests = 0
        var supervisor: Supervisor?
    }

    private let state = Mutex(State())

    var isRequested: Bool { state.withLock { $0.requests > 0 } }

    func request(_ reporter: UpReporter) {
        let (requests, supervisor) = state.withLock { state in
            state.requests += 1
            return (state.requests, state.supervisor)
        }
        reporter.stopping(force: requests > 1)
        if requests == 1 { supervisor?.stop() } else { supervisor?.force() }
    }

    func attach(_ supervisor: Supervisor) {
        let requests = state.withLock { state in
            state.supervisor = supervisor
            return state.requests
        }
        if requests > 0 { supervisor.stop() }
    }
}

/// Keeps `.switchboard/state.json` true.
private final class RecordKeeper: Sendable {
    private let path: String
    private let state: Mutex<SupervisorRecord>

    init(checkout: Checkout, supervisor: ProcessIdentity, plan: UpPlan) {
        path = checkout.record
        state = Mutex(
            SupervisorRecord(
                supervisor: supervisor, phase: .starting, processes: [], addresses: plan.addresses, tryThis: plan.tryThis))
    }

    var current: SupervisorRecord { state.withLock { $0 } }

    func note(_ notice: Supervisor.Notice) {
        guard case .changed(let phase, let processes) = notice else { return }
        state.withLock { record in
            switch phase {
            case .starting: record.phase = .starting
            case .ready: record.phase = .ready
            case .stopping, .finished: record.phase = .stopping
            }
            record.processes = processes
            do { try record.save(path) } catch { Terminal.warn("the state can't be written down: \(error)") }
        }
    }

    func remove() { try? Files.remove(path) }
}

/// Where the processes' lines go: to their files, and to the terminal.
private struct Logs: Sendable {
    private let files: [String: RotatingLog]
    private let reporter: UpReporter

    init(checkout: Checkout, names: [String], reporter: UpReporter) throws {
        var files: [String: RotatingLog] = [:]
        for name in names { files[name] = try RotatingLog(checkout.log(name)) }
        self.files = files
        self.reporter = reporter
    }

    func output(for name: String) -> ProcessOutput {
        guard let file = files[name] else { return .discarded }
        let reporter = reporter
        return .lines { line in
            file.write(line)
            reporter.line(line, of: name)
        }
    }
}
