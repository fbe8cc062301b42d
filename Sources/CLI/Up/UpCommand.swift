import ArgumentParser
import DevServices

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Starts RabbitMQ, PostgreSQL, a simulated Telegram and the whole pipeline, and looks after them.",
        discussion: """
            Processes start in order, each when the ones before it are ready; one that dies is started again. Their logs \
            appear here, each line with the name of its process, and lie in .switchboard/logs/. Ctrl-C stops everything \
            in good order, a second Ctrl-C at once. When it runs already, its addresses are printed.

            Settings in the environment (SWITCHBOARD_…) reach every process.

            Examples:
              ./switchboard up
              ./switchboard up --detach && ./switchboard status
              SWITCHBOARD_LOG_LEVEL=debug ./switchboard up
            """)

    @Flag(name: .shortAndLong, help: "Run in the background; returns when everything is ready.")
    var detach = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Seconds that --detach, or an `up` beside a starting one, waits for everything to be ready.", valueName: "seconds"))
    var timeout: Int = 180

    @Option(help: .hidden)
    var notify: Int32?

    @OptionGroup var output: OutputOption

    func validate() throws {
        guard timeout > 0 else { throw ValidationError("--timeout must be a number of seconds above 0.") }
    }

    func run() async throws {
        let checkout = try Checkout.locate()
        try checkout.prepare()
        if notify == nil, InstanceLock.isHeld(checkout.lock) {
            return try await RunningInstance(checkout).awaitReadiness(within: .seconds(timeout), output: output)
        }
        if detach {
            return try await DetachedStart(checkout: checkout).run(within: .seconds(timeout), output: output)
        }
        let failure: String?
        do {
            failure = try await UpRun(checkout: checkout, reporter: UpReporter(checkout: checkout, notify: notify), output: output).run()
        } catch let error as DevServicesError where error.code == .busy && notify == nil {
            // Another `up` was a moment faster.
            return try await RunningInstance(checkout).awaitReadiness(within: .seconds(timeout), output: output)
        }
        if let failure { throw CLIError("not everything could be started: \(failure)") }
    }
}
