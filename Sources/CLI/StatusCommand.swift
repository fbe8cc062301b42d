import ArgumentParser
import DevServices
import JSON

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows what runs, since when, whether it is ready, and where.",
        discussion: """
            PORT is where a process does its work: AMQP, PostgreSQL, webhooks, the simulated Bot API and chat page. ADMIN is where it \
            answers /metrics and, but for RabbitMQ, /readyz and /healthz. RESTARTS counts since `up` was started. All are on 127.0.0.1.
            Exit code: 0 everything is ready, 75 something is not, 69 nothing runs.

            Examples:
              ./switchboard status
              ./switchboard status --output json
            """)

    @OptionGroup var output: OutputOption

    func run() async throws {
        let checkout = try Checkout.locate()
        guard let record = RunningInstance(checkout).record else {
            let leftovers = Leftovers.find(folder: checkout.state, record: SupervisorRecord.load(checkout.record))
            output.print(
                text: leftovers.isEmpty
                    ? "nothing runs" : "`up` was killed and left behind: \(leftovers.named); `./switchboard down` stops them",
                json: [
                    "phase": "stopped", "processes": [],
                    "leftovers": .array(leftovers.entries.map { ["name": .string($0.name), "pid": .int(Int64($0.identity.pid))] }),
                ])
            throw ExitCode(Exit.unavailable)
        }
        let rows = await withTaskGroup(of: ProcessReport.self) { [ports = PortBook.load(checkout.ports)] group in
            for process in record.processes { group.addTask { await ProcessReport(process, ports) } }
            var rows: [ProcessReport] = []
            for await row in group { rows.append(row) }
            return rows.sorted { ($0.order, $0.name) < ($1.order, $1.name) }
        }
        output.print(text: text(record, rows), json: json(record, rows))
        guard record.phase == .ready, rows.allSatisfy(\.isReady) else { throw ExitCode(Exit.temporaryFailure) }
    }

    private func text(_ record: SupervisorRecord, _ rows: [ProcessReport]) -> String {
        let header = ["PROCESS", "STATE", "PID", "UPTIME", "RESTARTS", "PORT", "ADMIN"]
        let processes = table(
            [header]
                + rows.map { row in
                    [
                        row.name, row.stateText, row.pid.map(String.init) ?? "-", row.uptime?.forPeople ?? "-", String(row.restarts),
                        row.port.map(String.init) ?? "-", row.adminPort.map(String.init) ?? "-",
                    ]
                })
        return processes + "\n\n" + RunningInstance.describe(record)
    }

    private func json(_ record: SupervisorRecord, _ rows: [ProcessReport]) -> JSON {
        guard var object = RunningInstance.json(record).object else { return .null }
        object["processes"] = .array(rows.map(\.json))
        return .object(object)
    }
}

/// One process with what it answers now.
private struct ProcessReport: Sendable {
    let name: String
    let order: Int
    let state: SupervisedProcess.State
    let pid: Int32?
    let uptime: Duration?
    let restarts: Int
    /// Where it does its work; nil for one that only calls others.
    let port: UInt16?
    /// Where it tells of itself.
    let adminPort: UInt16?
    /// nil when it is ready.
    let whyNotReady: String?

    init(_ process: SupervisedProcess, _ ports: PortBook) async {
        name = process.name
        order = process.order
        state = process.state
        uptime = process.identity?.uptime
        pid = uptime == nil ? nil : process.identity?.pid
        restarts = process.restarts
        (port, adminPort) = UpPlan.ports(of: process, ports)
        guard pid != nil else {
            whyNotReady = "it does not run"
            return
        }
        switch await process.readiness.check() {
        case .ready: whyNotReady = nil
        case .notReady(let reason): whyNotReady = reason
        }
    }

    var isReady: Bool { state == .ready && whyNotReady == nil }

    var stateText: String {
        guard state == .ready, let whyNotReady else { return state.rawValue }
        return "not ready (\(whyNotReady))"
    }

    var json: JSON {
        [
            "name": .string(name), "state": .string(state.rawValue), "ready": .bool(isReady),
            "reason": whyNotReady.map { .string($0) } ?? .null, "pid": pid.map { .int(Int64($0)) } ?? .null,
            "uptime_seconds": uptime.map { .double($0 / .seconds(1)) } ?? .null, "restarts": .int(Int64(restarts)),
            "port": port.map { .int(Int64($0)) } ?? .null, "admin_port": adminPort.map { .int(Int64($0)) } ?? .null,
        ]
    }
}
