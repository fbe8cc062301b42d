import CLI
import DevServices
import Glibc
import JSON
import Testing

/// The built program with stand-ins for the pipeline's processes and the real RabbitMQ and PostgreSQL.
private let binaries = getenv("SWITCHBOARD_TEST_BIN").map { String(cString: $0) } ?? Files.parent(Files.realPath("/proc/self/exe") ?? "")
private let isBuilt = ["switchboard-cli", "SupervisedStub"].allSatisfy { Files.isExecutable("\(binaries)/\($0)") }
private let servicesInstalled = (try? PostgresPrograms.find()) != nil && (try? RabbitMQPrograms.find()) != nil

@Suite(
    .serialized, .timeLimit(.minutes(4)), .enabled(if: servicesInstalled, "needs the packages rabbitmq-server and postgresql"),
    .enabled(if: isBuilt, "needs the built executables: SWITCHBOARD_TEST_BIN names their folder"))
struct EndToEndTests {
    /// A copy of the program in a checkout of its own.
    final class Installation: Sendable {
        let root: String
        private let program: String

        init() async throws {
            root = "/tmp/switchboard-cli-\(getpid())-\(UInt32.random(in: 0 ... .max)) with space"
            try Files.makeFolder(root + "/bin")
            program = root + "/bin/switchboard-cli"
            try await Self.copy(binaries + "/switchboard-cli", to: program)
            for name in ["telegram-simulator", "dialog", "scheduler", "sender", "gateway"] {
                try await Self.copy(binaries + "/SupervisedStub", to: "\(root)/bin/switchboard-\(name)")
            }
        }

        deinit { try? Files.remove(root) }

        /// By another process: were the file open for writing in this one, a program that some test starts just then would inherit
        /// it for a moment, and starting the copy would fail with "Text file busy".
        private static func copy(_ source: String, to target: String) async throws {
            let result = try await Command.run("/bin/cp", [source, target], environment: [:])
            try #require(result.exit.isSuccess, "\(result.output)")
        }

        func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Command.Result {
            let base = ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "SWITCHBOARD_HOME": root, "HOME": root]
            return try await Command.run(
                program, arguments, environment: base.merging(environment) { $1 }, within: .seconds(120))
        }

        /// Of the processes in the record; nil when there is none.
        var identities: [ProcessIdentity]? { record.map { $0.processes.compactMap(\.identity) } }

        var record: SupervisorRecord? { SupervisorRecord.load(root + "/.switchboard/state.json") }

        func process(_ name: String) -> SupervisedProcess? { record?.processes.first { $0.name == name } }
    }

    @Test func aWholeLife() async throws {
        let here = try await Installation()
        let nothing = try await here.run("status")
        #expect(nothing.exit == .code(69))

        let up = try await here.run("up", "--detach")
        try #require(up.exit.isSuccess, "\(up.output)")
        #expect(up.output.contains("Try this: open http://127.0.0.1:"))
        let status = try await here.run("status", "--output", "json")
        #expect(status.exit.isSuccess)
        let json = try JSON(parsing: status.output)
        #expect(json["phase"] == "ready")
        #expect(json["processes"]?.array?.count == 8)
        #expect(json["processes"]?.array?.allSatisfy { $0["ready"] == true } == true)

        try await prometheusScrapesAll(here)

        // A second one finds the first.
        let supervisor = try #require(here.record?.supervisor)
        let again = try await here.run("up")
        #expect(again.exit.isSuccess)
        #expect(again.output.contains("It runs already"))
        #expect(here.record?.supervisor == supervisor)

        // One that dies comes back.
        let gateway = try #require(here.process("gateway")?.identity)
        gateway.signal(SIGKILL)
        #expect(try await eventually { here.process("gateway").map { $0.restarts == 1 && $0.state == .ready } == true })

        let logs = try await here.run("logs", "--trace", "4bf92f3577b34da6", "--output", "jsonl")
        let lines = try logs.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(
            lines.compactMap { $0["process"]?.string }.sorted() == [
                "dialog", "gateway", "gateway", "scheduler", "sender", "telegram-simulator",
            ])

        // Killed, it leaves processes behind, and the next command finds them all.
        let identities = try #require(here.identities)
        supervisor.signal(SIGKILL)
        #expect(await supervisor.waitUntilGone(within: .seconds(5)))
        #expect(identities.count == 8 && identities.allSatisfy(\.isAlive))
        let down = try await here.run("down")
        #expect(down.exit.isSuccess, "\(down.output)")
        #expect(identities.allSatisfy { !$0.isAlive })
        #expect(Leftovers.find(folder: here.root + "/.switchboard", record: nil).isEmpty)

        // The same addresses and data after a new start.
        let ports = PortBook.load(here.root + "/.switchboard/ports.json")
        let restarted = try await here.run("up", "-d")
        try #require(restarted.exit.isSuccess, "\(restarted.output)")
        #expect(PortBook.load(here.root + "/.switchboard/ports.json") == ports)
        #expect(try await here.run("reset", "--yes").exit == .code(75))
        let last = try #require(here.identities)
        #expect(try await here.run("down").exit.isSuccess)
        #expect(last.allSatisfy { !$0.isAlive })
        #expect(Files.text(here.root + "/.switchboard/logs/gateway.log")?.contains("drained") == true)

        #expect(try await here.run("reset").exit == .code(64))
        #expect(try await here.run("reset", "--yes").exit.isSuccess)
        #expect(Files.list(here.root + "/.switchboard") == ["up.lock"])
    }

    private static let prometheus = "/usr/bin/prometheus"

    /// With the file that `up` has written, as a person would start it.
    private func prometheusScrapesAll(_ here: Installation) async throws {
        guard Files.isExecutable(Self.prometheus) else { return }
        let rules = Files.parent(Files.parent(Files.parent(#filePath))) + "/deploy/observability/prometheus/switchboard.rules.yml"
        try Files.makeFolder(here.root + "/deploy/observability/prometheus")
        try Files.write(
            try #require(Files.text(rules)), to: here.root + "/deploy/observability/prometheus/switchboard.rules.yml")
        let port = try PortBook.free(1)[0]
        let server = try ManagedProcess.start(
            ProcessSpec(
                name: "prometheus", executable: Self.prometheus,
                arguments: [
                    "--config.file=\(here.root)/.switchboard/prometheus.yml", "--storage.tsdb.path=\(here.root)/prometheus",
                    "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
                ], environment: ["PATH": "/usr/bin:/bin"], readiness: .http(port: port, path: "/-/ready")),
            output: .file(here.root + "/prometheus.log"))
        do {
            try await server.waitUntilReady()
            // The broker is not among them: this checkout's path has a space, which its metrics don't survive.
            let expected = ["dialog", "gateway", "scheduler", "sender", "telegram-simulator"]
            // A short question: the answer must come in one piece.
            var series: [JSON] = []
            let deadline = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < deadline {
                let answer = await LoopbackHTTP.get(port: port, path: "/api/v1/query?query=up").flatMap { try? JSON(parsing: $0) }
                series = answer?["data"]?["result"]?.array ?? []
                if series.count == expected.count, series.allSatisfy({ $0["value"]?.array?.last == "1" }) { break }
                try await Task.sleep(for: .milliseconds(200))
            }
            let up = series.filter { $0["value"]?.array?.last == "1" }
                .compactMap { $0["metric"]?["process"]?.string ?? $0["metric"]?["job"]?.string }
            #expect(up.sorted() == expected)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test func aStartThatFailsSaysWhyAndLeavesNothing() async throws {
        let here = try await Installation()
        let up = try await here.run("up", "--detach", environment: ["STUB_FAILS": "switchboard-sender"])
        #expect(up.exit == .code(69))
        #expect(up.output.contains("sender: exit code 3, 3 times"))
        #expect(up.output.contains("failing as told"))
        #expect(Leftovers.find(folder: here.root + "/.switchboard", record: here.record).isEmpty)
        #expect(!InstanceLock.isHeld(here.root + "/.switchboard/up.lock"))
    }

    @Test func missingExecutablesAreNamed() async throws {
        let here = try await Installation()
        try Files.remove(here.root + "/bin/switchboard-dialog")
        let up = try await here.run("up", "--detach")
        #expect(up.exit == .code(69))
        #expect(up.output.contains("switchboard-dialog"))
    }

    private func eventually(within bound: Duration = .seconds(20), _ condition: @Sendable () -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + bound
        while ContinuousClock.now < deadline {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return condition()
    }
}
