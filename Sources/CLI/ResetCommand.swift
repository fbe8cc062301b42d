import ArgumentParser
import DevServices
import Glibc

struct ResetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Removes the private databases, queues, logs and ports, to start anew.",
        discussion: """
            What is built stays. Nothing must be running.

            Examples:
              ./switchboard down && ./switchboard reset
              ./switchboard reset --yes
            """)

    @Flag(name: .shortAndLong, help: "Don't ask.")
    var yes = false

    func run() async throws {
        let checkout = try Checkout.locate()
        guard Files.exists(checkout.state) else { return Terminal.say("there is nothing to remove") }
        let lock: InstanceLock
        do {
            lock = try InstanceLock(checkout.lock)
        } catch {
            guard error.code == .busy else { throw error }
            throw CLIError("it is running: `./switchboard down` first", exitCode: Exit.temporaryFailure)
        }
        defer { withExtendedLifetime(lock) {} }
        if !yes {
            guard isatty(STDIN_FILENO) == 1 else {
                throw CLIError("this removes all data in \(checkout.state); say --yes", exitCode: Exit.usage)
            }
            Terminal.say("This removes all data in \(checkout.state). Go on? [y/N]")
            guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
                throw CLIError("nothing was removed", exitCode: Exit.temporaryFailure)
            }
        }
        let leftovers = Leftovers.find(folder: checkout.state, record: SupervisorRecord.load(checkout.record))
        await leftovers.stop()
        try PrivatePostgres.removeData(folder: checkout.postgres)
        // Test runs have folders and owners of their own; the lock goes with the folder, last.
        for name in Files.list(checkout.state) where !TestFolder.isName(name) && name != "up.lock" && name != "build.log" {
            try Files.remove(checkout.state + "/" + name)
        }
        Terminal.say("everything in \(checkout.state) was removed")
    }
}
