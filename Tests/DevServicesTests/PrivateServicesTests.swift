import DevServices
import Glibc
import Testing

/// Whether the programs are there; the tests say so when they are not.
private let hasPostgres = (try? PostgresPrograms.find()) != nil
private let hasRabbitMQ = (try? RabbitMQPrograms.find()) != nil

@Suite(.serialized, .timeLimit(.minutes(3)))
struct PrivateServicesTests {
    @Test(.enabled(if: hasPostgres, "needs the package postgresql"))
    func postgresServesRestartsAndKeepsItsDataAfterKill() async throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.path + "/pg"
        let port = try PortBook.free(1)[0]
        let postgres = try await PrivatePostgres(folder: folder, port: port, durability: .relaxed)
        try await postgres.start()
        let first = try #require(await postgres.pid)

        let tcp = try await psql(postgres.url, "CREATE TABLE kept AS SELECT lower('Ж') AS letter; SELECT letter FROM kept")
        #expect(tcp.output.hasSuffix("ж"))
        let socket = try await psql(try #require(postgres.socketURL), "SELECT current_user || ' in ' || current_database()")
        #expect(socket.output == "switchboard in switchboard")
        let stranger = try await psql("postgresql://switchboard:wrong@127.0.0.1:\(port)/switchboard", "SELECT 1")
        #expect(!stranger.exit.isSuccess)

        await postgres.kill()
        #expect(await postgres.pid == nil)
        try await postgres.start()
        #expect(try await psql(postgres.url, "SELECT letter FROM kept").output == "ж")

        let before = try #require(await postgres.pid)
        try await postgres.restart()
        #expect(try await psql(postgres.url, "SELECT letter FROM kept").output == "ж")
        #expect(try #require(await postgres.pid) != before)

        await postgres.stop()
        for pid in [first, before] { #expect(ProcessIdentity(of: pid)?.isAlive != true) }
        #expect(PortBook.isFree(port))
        #expect(!postgres.credentials.description.contains(postgres.credentials.password))
        try PrivatePostgres.removeData(folder: folder)
    }

    @Test(.enabled(if: hasPostgres, "needs the package postgresql"))
    func postgresThatNobodySupervisesIsEndedFirst() async throws {
        let temporary = try TemporaryFolder()
        let ports = try PortBook.free(2)
        let orphan = try await PrivatePostgres(folder: temporary.path, port: ports[0], durability: .relaxed)
        try await orphan.start()
        let pid = try #require(await orphan.pid)
        let next = try await PrivatePostgres(folder: temporary.path, port: ports[1], durability: .relaxed)
        #expect(ProcessIdentity(of: pid)?.isAlive != true)
        try await next.start()
        #expect(try await psql(next.url, "SELECT 1").output == "1")
        await next.stop()
        await orphan.stop()
    }

    @Test(.enabled(if: hasRabbitMQ, "needs the package rabbitmq-server"))
    func rabbitTellsItsMetrics() async throws {
        let temporary = try TemporaryFolder()
        let ports = try PortBook.free(8)
        let rabbit = try PrivateRabbitMQ(
            folder: temporary.path + "/broker", ports: .init(amqp: ports[0], distribution: ports[1], epmd: ports[2], metrics: ports[3]))
        try await rabbit.start()
        let port = try #require(rabbit.ports.metrics)
        #expect(rabbit.metricsURL == "http://127.0.0.1:\(port)/metrics/per-object")
        let text = await LoopbackHTTP.get(port: port, path: "/metrics/per-object").map { String(decoding: $0, as: UTF8.self) }
        let detail = await LoopbackHTTP.get(port: port, path: "/metrics/detailed?family=queue_coarse_metrics")
        await rabbit.stop()
        let lines = try #require(text).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.contains { $0.hasPrefix("rabbitmq_build_info{") })
        // As strictly as Prometheus, which takes all or nothing.
        for line in lines { #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)") }
        #expect(String(decoding: try #require(detail), as: UTF8.self).contains("rabbitmq_detailed_queue_messages_unacked"))
        #expect(PortBook.isFree(port))

        let spaced = try PrivateRabbitMQ(
            folder: temporary.path + "/a broker", ports: .init(amqp: ports[4], distribution: ports[5], epmd: ports[6], metrics: ports[7]))
        #expect(spaced.metricsURL == nil, "RabbitMQ can't look at its disk there")
    }

    @Test(.enabled(if: hasRabbitMQ, "needs the package rabbitmq-server"))
    func rabbitServesSurvivesKillAndLeavesNothingBehind() async throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.path + "/a broker"
        let rabbit = try PrivateRabbitMQ(folder: folder, ports: .free(), mark: folder)
        try await rabbit.start()
        #expect(await rabbit.brokerSpec.readiness.check() == .ready)

        let users = try await control(rabbit, ["list_users", "--quiet"])
        #expect(users.contains("switchboard"))
        #expect(!users.contains("guest"))
        #expect(try await control(rabbit, ["list_vhosts", "--quiet"]).contains("switchboard"))

        await rabbit.kill()
        #expect(await rabbit.brokerSpec.readiness.check() != .ready)
        try await rabbit.start()
        #expect(try await control(rabbit, ["list_users", "--quiet"]).contains("switchboard"))

        await rabbit.stop()
        // Erlang's helper for starting programs notices by itself, a moment later, that its machine is gone.
        #expect(try await eventually(within: .seconds(5)) { Leftovers.find(folder: folder, record: nil).isEmpty })
        for port in [rabbit.ports.amqp, rabbit.ports.distribution, rabbit.ports.epmd] { #expect(PortBook.isFree(port)) }
    }

    private func psql(_ url: String, _ statement: String) async throws -> Command.Result {
        let psql = try PostgresPrograms.find().folder + "/psql"
        return try await Command.run(
            psql, ["-X", "-q", "-A", "-t", "-d", url, "-c", statement], environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"])
    }

    private func control(_ rabbit: PrivateRabbitMQ, _ arguments: [String]) async throws -> String {
        // The broker serves clients a moment before it counts as running for this tool.
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let result = try await Command.run(
                "/usr/lib/rabbitmq/bin/rabbitmqctl", arguments, environment: rabbit.controlEnvironment)
            if result.exit.isSuccess { return result.output }
            try #require(ContinuousClock.now < deadline, "\(result.output)")
        }
    }
}
