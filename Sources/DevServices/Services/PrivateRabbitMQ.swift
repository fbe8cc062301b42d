import Glibc

/// A RabbitMQ broker of our own in a folder of our own, with its own name server (epmd), cookie, user and virtual host, on loopback only.
package actor PrivateRabbitMQ {
    /// Loopback ports: AMQP itself, Erlang's distribution, epmd, which tells the latter, and RabbitMQ's own metrics.
    package struct Ports: Sendable, Hashable {
        package var amqp: UInt16
        package var distribution: UInt16
        package var epmd: UInt16
        /// For Prometheus; nil: they are off, which saves 17 MB.
        package var metrics: UInt16?

        package init(amqp: UInt16, distribution: UInt16, epmd: UInt16, metrics: UInt16? = nil) {
            self.amqp = amqp
            self.distribution = distribution
            self.epmd = epmd
            self.metrics = metrics
        }

        /// Three that are free now.
        package static func free() throws(DevServicesError) -> Ports {
            let ports = try PortBook.free(3)
            return Ports(amqp: ports[0], distribution: ports[1], epmd: ports[2])
        }
    }

    package nonisolated let folder: String
    package nonisolated let ports: Ports
    package nonisolated let credentials: Credentials
    package nonisolated let url: String
    /// Where Prometheus finds its metrics, one series for each queue; nil when they are off, this RabbitMQ has none, or
    /// the folder's path contains a space.
    package nonisolated let metricsURL: String?
    package nonisolated let brokerSpec: ProcessSpec
    package nonisolated let epmdSpec: ProcessSpec
    /// For `rabbitmqctl` (in the same folder as the server): what it must have in its environment.
    package nonisolated let controlEnvironment: [String: String]

    private let output: ProcessOutput
    private var broker: ManagedProcess?
    private var epmd: ManagedProcess?

    package static let virtualHost = "switchboard"
    package static let node = "switchboard@localhost"

    /// Prepares the broker: finds the programs and writes its configuration.
    ///
    /// - Parameters:
    ///   - settings: further lines of `rabbitmq.conf`.
    ///   - mark: value of `SUPERVISED_BY_SWITCHBOARD` in its environment, by which leftovers are found; nil: none.
    ///   - output: where its log goes.
    /// - Throws: ``DevServicesError``: `missing`, `system`, `corrupt`.
    package init(
        folder: String, ports: Ports, settings: [String: String] = [:], mark: String? = nil, output: ProcessOutput? = nil
    ) throws(DevServicesError) {
        let programs = try RabbitMQPrograms.find()
        try Files.makeFolder(folder, mode: 0o700)
        self.folder = folder
        self.ports = ports
        credentials = try Credentials.loadOrCreate(folder + "/credentials.json", user: "switchboard")
        // RabbitMQ asks df for its free disk without quoting the path. When that fails, its metrics hold a 'NaN' in apostrophes, and
        // Prometheus refuses them all.
        let metricsPort = programs.hasMetrics && folder.allSatisfy({ !$0.isWhitespace }) ? ports.metrics : nil
        metricsURL = metricsPort.map { "http://127.0.0.1:\($0)/metrics/per-object" }
        let layout = RabbitMQLayout(folder: folder, ports: ports, metricsPort: metricsPort)
        try layout.write(credentials: credentials, settings: settings)

        var environment = layout.environment
        environment["SUPERVISED_BY_SWITCHBOARD"] = mark
        controlEnvironment = environment
        // The start script stays in between as a parent unless it believes to be detached; then it becomes the Erlang machine.
        environment["detached"] = "1"
        epmdSpec = ProcessSpec(
            name: "epmd", executable: programs.epmd, arguments: ["-port", String(ports.epmd), "-address", "127.0.0.1"],
            environment: environment, workingDirectory: folder, readiness: .tcp(port: ports.epmd), order: 0,
            readyTime: .seconds(10), drainTime: .seconds(3))
        brokerSpec = ProcessSpec(
            name: "rabbitmq", executable: programs.server, environment: environment, workingDirectory: folder,
            readiness: .amqp(port: ports.amqp), order: 1, readyTime: .seconds(90), drainTime: .seconds(30))
        url = "amqp://\(credentials.user.urlEncoded):\(credentials.password.urlEncoded)@127.0.0.1:\(ports.amqp)/\(Self.virtualHost)"
        self.output = output ?? .file(folder + "/rabbitmq.log")
    }

    /// The broker's process id; nil while it does not run.
    package var pid: Int32? { broker.flatMap { $0.exit == nil ? $0.pid : nil } }

    /// Starts it and waits until it is ready: about 5 s. One that runs already is fine.
    package func start() async throws {
        if epmd == nil || epmd?.exit != nil {
            let started = try ManagedProcess.start(epmdSpec, output: output)
            epmd = started
            try await started.waitUntilReady()
        }
        guard broker == nil || broker?.exit != nil else { return }
        let started = try ManagedProcess.start(brokerSpec, output: output)
        broker = started
        do {
            try await started.waitUntilReady()
        } catch {
            await stop()
            throw error
        }
    }

    /// Stops the broker in good order, then epmd.
    package func stop() async {
        await broker?.stop()
        broker = nil
        await epmd?.stop()
        epmd = nil
    }

    /// As `kill -9` of the broker. Its epmd lives on for the next start.
    package func kill() async {
        await broker?.kill()
        broker = nil
    }

    package func restart() async throws {
        await broker?.stop()
        broker = nil
        try await start()
    }
}
