import DevServices
import JSON

/// The `up` that runs in this checkout, seen from outside.
struct RunningInstance {
    let checkout: Checkout

    init(_ checkout: Checkout) { self.checkout = checkout }

    var isRunning: Bool { InstanceLock.isHeld(checkout.lock) }

    /// What it wrote down; nil when nothing runs or it is too early.
    var record: SupervisorRecord? {
        guard let record = SupervisorRecord.load(checkout.record), record.supervisor.isAlive else { return nil }
        return record
    }

    /// Prints the addresses as soon as the other one is ready.
    func awaitReadiness(within bound: Duration, output: OutputOption) async throws {
        let deadline = ContinuousClock.now + bound
        var said = false
        while isRunning {
            if let record, record.phase == .ready {
                Terminal.say(
                    "It runs already, as built and with the settings it was started with. `./switchboard logs -f` shows what it does, `./switchboard down` stops it."
                )
                return output.print(text: Self.describe(record), json: Self.json(record))
            }
            if !said {
                Terminal.say(
                    record?.phase == .stopping ? "Another one is stopping: waiting for it …" : "Another one is starting: waiting for it …")
                said = true
            }
            guard ContinuousClock.now < deadline else {
                throw CLIError("it was not ready after \(bound.forPeople)", exitCode: Exit.temporaryFailure)
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw CLIError("the one that was running has stopped; start it again", exitCode: Exit.temporaryFailure)
    }

    static func describe(_ record: SupervisorRecord) -> String {
        var lines = [table(record.addresses.map { ["  " + $0.name, $0.url] })]
        if let tryThis = record.tryThis { lines += ["", "Try this: \(tryThis)"] }
        return lines.joined(separator: "\n")
    }

    static func json(_ record: SupervisorRecord) -> JSON {
        [
            "phase": .string(record.phase.rawValue),
            "supervisor_pid": .int(Int64(record.supervisor.pid)),
            "addresses": .object(JSONObject(record.addresses.map { ($0.name, .string($0.url)) })),
            "try_this": record.tryThis.map { .string($0) } ?? .null,
        ]
    }
}
