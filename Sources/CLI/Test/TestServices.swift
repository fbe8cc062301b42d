import DevServices

/// The broker and the database of one run of the tests.
actor TestServices {
    private let folder: TestFolder
    private var postgres: PrivatePostgres?
    private var rabbit: PrivateRabbitMQ?

    init(folder: TestFolder) { self.folder = folder }

    /// Starts both at once: about 5 s.
    func start() async throws {
        Terminal.say("starting a RabbitMQ and a PostgreSQL for the tests (about 5 s) …")
        let began = ContinuousClock.now
        let ports = try PortBook.free(4)
        let rabbit = try PrivateRabbitMQ(
            folder: folder.rabbitMQ, ports: .init(amqp: ports[0], distribution: ports[1], epmd: ports[2]), mark: folder.path)
        self.rabbit = rabbit
        async let broker: Void = rabbit.start()
        let postgres = try await PrivatePostgres(
            folder: folder.postgres, port: ports[3], durability: .relaxed, mark: folder.path)
        self.postgres = postgres
        if let note = postgres.note { Terminal.say(note) }
        try await postgres.start()
        try await broker
        Terminal.say("they are ready (\((ContinuousClock.now - began).forPeople))")
    }

    var environment: [String: String] {
        var result: [String: String] = [:]
        result["SWITCHBOARD_TEST_AMQP_URL"] = rabbit?.url
        result["SWITCHBOARD_TEST_POSTGRES_URL"] = postgres.map { $0.socketURL ?? $0.url }
        return result
    }

    /// Nothing is kept of them, so they need not drain.
    func stop() async {
        async let broker: Void? = rabbit?.stop()
        await postgres?.stop()
        _ = await broker
    }
}
