import AMQP
import ArgumentParser
import Contracts
import DevServices
import Glibc
import JSON

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Shows live what runs: processes, queues, latencies, the last errors.",
        discussion: """
            Made for 80 × 24 and for ssh; a higher terminal shows more errors. q quits.

            CPU is a share of one processor, memory what is resident, both with child processes. IN/s and OUT/s are messages: updates
            into the gateway, events and commands out of queues and into them, commands done by the sender. Of queues the broker
            tells: WAITING messages, those IN HAND of a consumer, published into them (IN/s) and acknowledged (OUT/s). Latencies are of the last minute, with --once of everything since the
            start: answers to webhooks, a publish until it is confirmed, a batch of events until its COMMIT, round trips to the
            database, calls of the Bot API.
            Exit code: 0, or 69 when nothing runs.

            Examples:
              ./switchboard top
              ./switchboard top --once
              ./switchboard top --once --output json | jq '.queues[] | select(.waiting > 0)'
              ./switchboard top --interval 10 --output jsonl >load.jsonl
            """)

    @Flag(help: "Print it once and end.")
    var once = false

    @Option(parsing: .unconditional, help: ArgumentHelp("From one look to the next, in seconds, 1 to 3600.", valueName: "seconds"))
    var interval = 2.0

    @OptionGroup var output: OutputOption

    func validate() throws {
        guard interval >= 1, interval <= 3600 else { throw ValidationError("--interval must be from 1 to 3600.") }
        if output.format == .json, !once { throw ValidationError("--output json is one document: add --once, or take jsonl.") }
    }

    func run() async throws {
        let checkout = try Checkout.locate()
        guard let record = RunningInstance(checkout).record else { throw CLIError("nothing runs: ./switchboard up") }
        let (wishes, wish) = AsyncStream.makeStream(of: Wish.self, bufferingPolicy: .bufferingNewest(4))
        let screen: FullScreen?
        if once || output.format != .text {
            screen = nil
        } else {
            screen = FullScreen { key in wish.yield(key == UInt8(ascii: "q") || key == UInt8(ascii: "Q") || key == 3 ? .quit : .redraw) }
            guard screen != nil else {
                throw CLIError("there is no terminal to draw on: --once prints it once", exitCode: Exit.usage)
            }
        }
        let watch = Signals.watch([SIGINT, SIGTERM, SIGHUP, SIGWINCH]) { wish.yield($0 == SIGWINCH ? .redraw : .quit) }
        defer { withExtendedLifetime((watch, screen)) {} }

        // Queues can't be seen without a broker, the rest can.
        let connection = (try? Broker(checkout)).map { broker in
            AMQPConnection(configuration: broker.configuration, logger: Broker.silent)
        }
        let running = Task { await connection?.run() }
        var look = Look(checkout: checkout, connection: connection)
        if once {
            await look.awaitBroker()
            await look.take(record)
            try await Task.sleep(for: .seconds(1))
            await look.take(RunningInstance(checkout).record ?? record)
            print(look, sinceStart: true)
        } else {
            await live(&look, screen, wishes, wish)
        }
        await connection?.close()
        await running.value
    }

    private enum Wish: Sendable { case tick, redraw, quit }

    private func live(_ look: inout Look, _ screen: FullScreen?, _ wishes: AsyncStream<Wish>, _ wish: AsyncStream<Wish>.Continuation) async
    {
        let interval = interval
        let ticker = Task {
            while !Task.isCancelled {
                wish.yield(.tick)
                try? await Task.sleep(for: .seconds(interval))
            }
        }
        defer { ticker.cancel() }
        for await wished in wishes {
            switch wished {
            case .quit: return
            case .redraw: break
            case .tick:
                guard let record = RunningInstance(look.checkout).record else {
                    Terminal.say("it has stopped")
                    return
                }
                await look.take(record)
                if screen == nil { print(look, sinceStart: false) }
            }
            guard let screen else { continue }
            let size = FullScreen.size
            screen.draw(look.lines(width: size.width, height: size.height, hint: "q quits", colours: Terminal.coloursOnOutput))
        }
    }

    private func print(_ look: Look, sinceStart: Bool) {
        guard let report = look.history.report(sinceStart: sinceStart) else { return }
        let errors = look.trouble.entries.suffix(50)
        output.print(
            text: look.lines(
                width: isatty(STDOUT_FILENO) == 1 ? FullScreen.size.width : 120, height: 24, hint: "", colours: Terminal.coloursOnOutput,
                sinceStart: sinceStart
            ).joined(separator: "\n"),
            json: report.json(errors: errors.map { (try? JSON(parsing: $0.jsonBytes)) ?? .null }))
    }
}

/// What has been seen so far.
private struct Look {
    let checkout: Checkout
    let connection: AMQPConnection?
    private let brokerMetrics: UInt16?
    private let start = ContinuousClock.now
    private(set) var history = TopHistory()
    private(set) var trouble: TroubleLog

    init(checkout: Checkout, connection: AMQPConnection?) {
        self.checkout = checkout
        self.connection = connection
        brokerMetrics = PortBook.load(checkout.ports)["rabbitmq-metrics"]
        trouble = TroubleLog(checkout)
    }

    /// Two seconds at most: without it everything but the queues is shown.
    func awaitBroker() async {
        guard let connection else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await connection.waitUntilReady() }
            group.addTask { try? await Task.sleep(for: .seconds(2)) }
            await group.next()
            group.cancelAll()
        }
    }

    mutating func take(_ record: SupervisorRecord) async {
        trouble.update()
        history.append(await TopSample.take(record, connection: connection, brokerMetrics: brokerMetrics, since: start))
    }

    func lines(width: Int, height: Int, hint: String, colours: Bool, sinceStart: Bool = false) -> [String] {
        guard let report = history.report(sinceStart: sinceStart) else { return [] }
        let time = String(TailMessage.iso(.now).dropFirst(11).prefix(8))
        return TopScreen(report: report, errors: trouble.entries, time: time, colours: colours)
            .lines(width: width, height: height, hint: hint)
    }
}
