import Contracts
package import DevServices
import Runtime

/// What `up` runs and with which settings: computed from plain values, started by nobody.
package struct UpPlan: Sendable, Hashable {
    /// What the plan depends on.
    package struct Inputs: Sendable {
        /// The folder of the built executables.
        var binaries: String
        /// The folder processes start in: relative paths in their settings mean this.
        var root: String
        var ports: PortBook
        var amqpURL: String
        var postgresURL: String
        /// The broker's own metrics; nil: it has none.
        var brokerMetricsURL: String?
        /// What the simulated Telegram proves itself with to the gateway.
        var webhookSecret: String
        /// 0 for a new one at each start of the simulator: update ids that came before would be taken for repeats.
        var simulatorSeed: Int
        /// The file in which the simulator remembers webhooks; nil: none.
        var simulatorWebhooks: String?
        /// The environment `up` was called with: `SWITCHBOARD_LOG_LEVEL=debug ./switchboard up` reaches every process.
        var environment: [String: String]
        /// Value of ``Leftovers/mark``.
        var mark: String

        package init(
            binaries: String, root: String, ports: PortBook, amqpURL: String, postgresURL: String, brokerMetricsURL: String? = nil,
            webhookSecret: String,
            simulatorSeed: Int, simulatorWebhooks: String? = nil, environment: [String: String], mark: String
        ) {
            self.binaries = binaries
            self.root = root
            self.ports = ports
            self.amqpURL = amqpURL
            self.postgresURL = postgresURL
            self.brokerMetricsURL = brokerMetricsURL
            self.webhookSecret = webhookSecret
            self.simulatorSeed = simulatorSeed
            self.simulatorWebhooks = simulatorWebhooks
            self.environment = environment
            self.mark = mark
        }
    }

    /// Every port that is asked for, by name; the same names get the same ports from run to run.
    package static let portNames =
        [
            "rabbitmq", "rabbitmq-distribution", "rabbitmq-metrics", "epmd", "postgres", "simulator", "simulator-admin", "dialog-admin",
            "scheduler-admin", "sender-admin", "gateway", "gateway-admin",
        ] + OperationCatalogue.standard.workers.map { $0 + "-admin" }

    /// Workers that run only when they are asked for: `SWITCHBOARD_WORKERS=probe`.
    package static let workersVariable = "SWITCHBOARD_WORKERS"

    /// Where a process does its work, and where it tells of itself; nil where there is no such place.
    package static func ports(of process: SupervisedProcess, _ book: PortBook) -> (work: UInt16?, admin: UInt16?) {
        switch process.name {
        case "rabbitmq": (process.readiness.port, book["rabbitmq-metrics"].flatMap { PortBook.isFree($0) ? nil : $0 })
        case "telegram-simulator": (book["simulator"], process.readiness.port)
        case "gateway": (book["gateway"], process.readiness.port)
        case "dialog", "scheduler", "sender": (nil, process.readiness.port)
        case let name where OperationCatalogue.standard.workers.contains(name): (nil, process.readiness.port)
        default: (process.readiness.port, nil)
        }
    }

    /// In the order in which they start. The private services are not among them.
    package let processes: [ProcessSpec]
    package let addresses: [SupervisorRecord.Address]
    /// The text of `.switchboard/prometheus.yml`: a Prometheus for what runs here.
    package let prometheusFile: String
    /// For `.switchboard/env`.
    let exported: [String: String]
    package let tryThis: String

    /// - Throws: ``CLIError`` when a port is missing from the book.
    package init(_ inputs: Inputs) throws {
        func port(_ name: String) throws -> UInt16 {
            guard let port = inputs.ports[name] else { throw CLIError("no port was given to \(name)", exitCode: Exit.software) }
            return port
        }
        let simulator = "http://127.0.0.1:\(try port("simulator"))"
        let gateway = "http://127.0.0.1:\(try port("gateway"))"
        let bots = UpBots(environment: inputs.environment, simulator: simulator, gateway: gateway, secret: inputs.webhookSecret)
        // As everywhere, an empty variable counts as not set.
        let seed = inputs.environment["SWITCHBOARD_SIMULATOR_SEED", default: ""]
        let broker = ["SWITCHBOARD_AMQP_URL": inputs.amqpURL]
        let database = ["SWITCHBOARD_POSTGRES_URL": inputs.postgresURL]

        func process(_ name: String, order: Int, _ settings: [String: String]...) throws -> ProcessSpec {
            let admin = try port((name == "telegram-simulator" ? "simulator" : name) + "-admin")
            var environment = Self.inherited(inputs.environment)
            environment["SWITCHBOARD_LOG_FORMAT"] = "json"
            environment["SWITCHBOARD_ADMIN_ADDRESS"] = "127.0.0.1:\(admin)"
            for group in settings { environment.merge(group) { $1 } }
            environment[Leftovers.mark] = inputs.mark
            return ProcessSpec(
                name: name, executable: "\(inputs.binaries)/switchboard-\(name)", environment: environment,
                workingDirectory: inputs.root, readiness: .http(port: admin, path: "/readyz"), order: order)
        }

        let workers = try Self.workers(inputs.environment).map { try process($0, order: 2, broker, bots.settings) }
        // The services have orders 0 and 1. Updates come in through the gateway, so it starts last and stops first.
        processes =
            [
                try process(
                    "telegram-simulator", order: 0,
                    [
                        "SWITCHBOARD_SIMULATOR_PORT": String(try port("simulator")), "SWITCHBOARD_SIMULATOR_BOTS": bots.simulated,
                        "SWITCHBOARD_SIMULATOR_SEED": seed.isEmpty ? String(inputs.simulatorSeed) : seed,
                        "SWITCHBOARD_SIMULATOR_WEBHOOKS": inputs.simulatorWebhooks ?? "",
                    ]),
                try process("dialog", order: 2, broker, database, bots.settings),
                try process("scheduler", order: 2, broker, database),
            ] + workers + [
                try process("sender", order: 3, broker, bots.settings),
                try process("gateway", order: 4, broker, bots.settings, ["SWITCHBOARD_GATEWAY_PORT": String(try port("gateway"))]),
            ]
        prometheusFile =
            PrometheusFile(
                processes: processes.compactMap { process in process.readiness.port.map { (process.name, $0) } },
                broker: inputs.brokerMetricsURL, rules: inputs.root + "/deploy/observability/prometheus/switchboard.rules.yml"
            ).text
        addresses =
            [
                .init(name: "chat page", url: simulator + "/"),
                .init(name: "RabbitMQ", url: "amqp://127.0.0.1:\(try port("rabbitmq"))"),
                .init(name: "PostgreSQL", url: "postgresql://127.0.0.1:\(try port("postgres"))/\(PrivatePostgres.database)"),
                .init(name: "metrics", url: "http://127.0.0.1:\(try port("gateway-admin"))/metrics"),
            ] + (inputs.brokerMetricsURL.map { [.init(name: "RabbitMQ's metrics", url: $0)] } ?? [])
        exported = broker.merging(database) { $1 }
        tryThis =
            bots.simulatedNames.first.map { "open \(simulator)/?bot=\($0)&person=ann and send /start" }
            ?? "send /start to \(bots.names.joined(separator: " or ")) in Telegram"
    }

    /// - Throws: ``CLIError`` for one that isn't there.
    private static func workers(_ environment: [String: String]) throws -> [String] {
        let known = OperationCatalogue.standard.workers
        let names = (environment[workersVariable] ?? "").split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
        for name in names where !known.contains(name) {
            throw CLIError("\(workersVariable) names '\(name)'; the workers are \(known.joined(separator: ", "))", exitCode: Exit.usage)
        }
        return known.filter(names.contains)
    }

    /// What processes get of the caller's environment.
    static func inherited(_ environment: [String: String]) -> [String: String] {
        // What nobody reads was told by the command line; each process would tell it again.
        let strangers = Set(KnownVariables.strangers(in: UpBots.completed(environment)).map(\.name))
        var result = environment.filter { name, _ in
            // PGPASSWORD, PGSSLMODE and their like would change what our addresses mean; the rest is between script and CLI.
            !name.hasPrefix("PG") && !scriptVariables.contains(name) && !strangers.contains(name)
        }
        // The simulator is on loopback: no proxy reaches it.
        for name in ["no_proxy", "NO_PROXY"] {
            let others = (result[name] ?? "").split(separator: ",").map(String.init).filter { $0 != "127.0.0.1" && $0 != "localhost" }
            result[name] = (others + ["127.0.0.1", "localhost"]).joined(separator: ",")
        }
        return result
    }

    static let scriptVariables: Set<String> = ["SWITCHBOARD_HOME", "SWITCHBOARD_STATE_FOLDER", workersVariable]

    /// The executables that are not there.
    var missingExecutables: [String] { processes.map(\.executable).filter { !Files.isExecutable($0) } }

    /// The text of `.switchboard/env`.
    package var environmentFile: String {
        "# Addresses of what `./switchboard up` runs, with their passwords:  set -a; . .switchboard/env\n"
            + exported.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'\n" }.joined()
    }
}
