import ArgumentParser
import DevServices
import Glibc

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stops everything that `up` started, in good order.",
        discussion: """
            Updates in hand are finished first. What does not stop in time is ended by force. It also ends what a killed \
            `up` left behind. State and logs stay; `reset` removes them.

            Examples:
              ./switchboard down
              ./switchboard down --force
            """)

    @Flag(help: "End everything at once instead of draining.")
    var force = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Seconds it may take before everything is ended by force.", valueName: "seconds"))
    var timeout: Int = 120

    func validate() throws {
        guard timeout > 0 else { throw ValidationError("--timeout must be a number of seconds above 0.") }
    }

    func run() async throws {
        let checkout = try Checkout.locate()
        let instance = RunningInstance(checkout)
        // In its first moments a supervisor holds the lock and has not written down who it is.
        let patience = ContinuousClock.now + .seconds(15)
        while instance.isRunning, instance.record == nil, ContinuousClock.now < patience {
            try await Task.sleep(for: .milliseconds(100))
        }
        var stopped = false
        if let supervisor = instance.record?.supervisor {
            Terminal.say(force ? "ending everything at once …" : "stopping everything in good order …")
            supervisor.signal(SIGTERM)
            // The second signal is the one that forces.
            if force { supervisor.signal(SIGINT) }
            if await !supervisor.waitUntilGone(within: .seconds(timeout)) {
                Terminal.warn("it did not stop within \(timeout) s and is ended by force")
                supervisor.signal(SIGINT)
                supervisor.signal(SIGTERM)
                await supervisor.stop(signal: SIGTERM, within: .seconds(5))
            }
            stopped = true
        } else if instance.isRunning {
            throw CLIError("another command is at work in \(checkout.state); try again", exitCode: Exit.temporaryFailure)
        }
        // Read again: a supervisor that was killed just now left its record.
        let leftovers = Leftovers.find(folder: checkout.state, record: SupervisorRecord.load(checkout.record))
        if !leftovers.isEmpty {
            Terminal.say("stopping what was left behind: \(leftovers.entries.map(\.name).joined(separator: ", ")) …")
            if force { await leftovers.kill() } else { await leftovers.stop() }
            stopped = true
        }
        try Files.remove(checkout.record)
        Terminal.say(stopped ? "everything has stopped" : "nothing was running")
    }
}
