import CLI
import DevServices
import Testing

struct UpPlanTests {
    private func plan(environment: [String: String] = [:], metrics: String? = nil) throws -> UpPlan {
        var ports = PortBook()
        var next: UInt16 = 20_000
        try ports.assign(UpPlan.portNames, isFree: { _ in true }) {
            next += 1
            return next
        }
        return try UpPlan(
            UpPlan.Inputs(
                binaries: "/build", root: "/checkout", ports: ports, amqpURL: "amqp://u:broker-secret@127.0.0.1:1/v",
                postgresURL: "postgresql://u:database-secret@/d", brokerMetricsURL: metrics, webhookSecret: "webhook-secret",
                simulatorSeed: 7,
                environment: environment, mark: "/checkout/.switchboard"))
    }

    @Test func processesStartInTheOrderOfTheDataAndTheGatewayLast() throws {
        let plan = try plan()
        #expect(plan.processes.map(\.name) == ["telegram-simulator", "dialog", "scheduler", "sender", "gateway"])
        #expect(plan.processes.map(\.order) == plan.processes.map(\.order).sorted())
        #expect(plan.processes.map(\.executable) == plan.processes.map { "/build/switchboard-\($0.name)" })
    }

    @Test func everyProcessHasAnAdminPortOfItsOwnAndIsProbedThere() throws {
        let plan = try plan()
        let ports = plan.processes.compactMap { $0.environment["SWITCHBOARD_ADMIN_ADDRESS"] }
        #expect(Set(ports).count == 5)
        for process in plan.processes {
            let port = try #require(UInt16(process.environment["SWITCHBOARD_ADMIN_ADDRESS"]?.split(separator: ":").last ?? ""))
            #expect(process.readiness == .http(port: port, path: "/readyz"))
            #expect(process.environment[Leftovers.mark] == "/checkout/.switchboard")
        }
    }

    @Test func workersRunWhenTheyAreAskedFor() throws {
        let plan = try plan(environment: ["SWITCHBOARD_WORKERS": "files, probe"])
        #expect(plan.processes.map(\.name) == ["telegram-simulator", "dialog", "scheduler", "probe", "files", "sender", "gateway"])
        let files = try #require(plan.processes.first { $0.name == "files" })
        #expect(files.environment["SWITCHBOARD_AMQP_URL"] != nil && files.environment["SWITCHBOARD_WORKERS"] == nil)
        #expect(files.environment.keys.contains { $0.hasSuffix("_TOKEN") })
        #expect(throws: CLIError.self) { try self.plan(environment: ["SWITCHBOARD_WORKERS": "prob"]) }
    }

    @Test func onlyWorkersKnowTheDatabase() throws {
        for process in try plan().processes {
            #expect((process.environment["SWITCHBOARD_POSTGRES_URL"] != nil) == ["dialog", "scheduler"].contains(process.name))
            #expect((process.environment["SWITCHBOARD_AMQP_URL"] != nil) == (process.name != "telegram-simulator"))
        }
    }

    @Test func theCallersSettingsReachProcessesButNotWhatWouldMislead() throws {
        let environment = try plan(environment: [
            "SWITCHBOARD_LOG_LEVEL": "debug", "SWITCHBOARD_ADMIN_ADDRESS": "127.0.0.1:1", "SWITCHBOARD_HOME": "/checkout",
            "PGPASSWORD": "x",
            "PGSSLMODE": "require", "http_proxy": "http://proxy:3128", "no_proxy": "example.org", "HOME": "/home/me",
        ]).processes[1].environment
        #expect(environment["SWITCHBOARD_LOG_LEVEL"] == "debug")
        #expect(environment["HOME"] == "/home/me")
        #expect(environment["SWITCHBOARD_ADMIN_ADDRESS"] != "127.0.0.1:1")
        #expect(environment["SWITCHBOARD_HOME"] == nil)
        #expect(environment["PGPASSWORD"] == nil)
        #expect(environment["PGSSLMODE"] == nil)
        #expect(environment["no_proxy"] == "example.org,127.0.0.1,localhost")
    }

    @Test func addressesShowNoPasswordsAndTheEnvironmentFileHasThem() throws {
        let plan = try plan()
        let shown = plan.addresses.map(\.url).joined(separator: " ") + plan.tryThis
        #expect(!shown.contains("secret"))
        #expect(plan.environmentFile.contains("SWITCHBOARD_AMQP_URL='amqp://u:broker-secret@127.0.0.1:1/v'\n"))
        #expect(plan.environmentFile.contains("SWITCHBOARD_POSTGRES_URL='postgresql://u:database-secret@/d'\n"))
    }

    @Test func botsKnowTheirUsernames() throws {
        let environment = [
            "SWITCHBOARD_BOTS": "demo,shopbot,mine,real", "SWITCHBOARD_BOT_MINE_USERNAME": "x", "SWITCHBOARD_BOT_REAL_TOKEN": "7:y",
        ]
        let dialog = try #require(plan(environment: environment).processes.first { $0.name == "dialog" }).environment
        #expect(dialog["SWITCHBOARD_BOT_DEMO_USERNAME"] == "demo_bot")
        #expect(dialog["SWITCHBOARD_BOT_SHOPBOT_USERNAME"] == "shopbot")
        #expect(dialog["SWITCHBOARD_BOT_MINE_USERNAME"] == "x")
        #expect(dialog["SWITCHBOARD_BOT_REAL_USERNAME"] == nil)
    }

    @Test func whatNobodyReadsIsNotPassedOn() throws {
        for process in try plan(environment: ["SWITCHBOARD_LOG_LEVL": "debug", "SWITCHBOARD_LOG_LEVELS": "amqp=debug"]).processes {
            #expect(process.environment["SWITCHBOARD_LOG_LEVL"] == nil)
            #expect(process.environment["SWITCHBOARD_LOG_LEVELS"] == "amqp=debug")
        }
    }

    @Test func portsAreThoseOfTheWorkAndOfTheAdminEndpoint() throws {
        let book = PortBook(["simulator": 20_001, "gateway": 20_002, "rabbitmq-metrics": 20_003])
        func ports(_ name: String, _ readiness: ReadinessProbe) -> [UInt16?] {
            let process = SupervisedProcess(
                name: name, identity: nil, state: .ready, restarts: 0, order: 0, stopSignal: 15, drainTime: .zero, readiness: readiness)
            let ports = UpPlan.ports(of: process, book)
            return [ports.work, ports.admin]
        }
        #expect(ports("gateway", .http(port: 20_009, path: "/readyz")) == [20_002, 20_009])
        #expect(ports("telegram-simulator", .http(port: 20_009, path: "/readyz")) == [20_001, 20_009])
        #expect(ports("dialog", .http(port: 20_009, path: "/readyz")) == [nil, 20_009])
        #expect(ports("postgres", .postgres(port: 20_009, user: "u", database: "d")) == [20_009, nil])
        #expect(ports("rabbitmq", .amqp(port: 20_009)) == [20_009, nil], "nobody listens at the port of its metrics")
    }

    @Test func prometheusIsToldOfEveryProcess() throws {
        let plan = try plan(metrics: "http://127.0.0.1:23456/metrics/per-object")
        for process in plan.processes {
            let port = try #require(process.readiness.port)
            #expect(plan.prometheusFile.contains(#"{ targets: ["127.0.0.1:\#(port)"], labels: { process: \#(process.name) } }"#))
        }
        #expect(plan.prometheusFile.contains(#"[{ targets: ["127.0.0.1:23456"] }]"#))
        #expect(plan.prometheusFile.contains("metrics_path: /metrics/per-object\n"))
        #expect(plan.addresses.contains { $0.url == "http://127.0.0.1:23456/metrics/per-object" })
        #expect(try !self.plan().prometheusFile.contains("rabbitmq"))
    }

    @Test func aMissingPortIsAnError() {
        #expect(throws: CLIError.self) {
            try UpPlan(
                .init(
                    binaries: "/b", root: "/r", ports: PortBook(), amqpURL: "", postgresURL: "", webhookSecret: "", simulatorSeed: 1,
                    environment: [:], mark: ""))
        }
    }

    @Test func botsLiveOnTheSimulatorUnlessTheyHaveAToken() throws {
        let plan = try plan(environment: ["SWITCHBOARD_BOTS": "shop, my-bot", "SWITCHBOARD_BOT_MY_BOT_TOKEN": "7:real"])
        let gateway = try #require(plan.processes.last).environment
        #expect(gateway["SWITCHBOARD_BOTS"] == "shop,my-bot")
        #expect(gateway["SWITCHBOARD_BOT_SHOP_UPDATES"] == "webhook")
        #expect(gateway["SWITCHBOARD_BOT_SHOP_SERVER"]?.hasPrefix("http://127.0.0.1:") == true)
        #expect(gateway["SWITCHBOARD_BOT_MY_BOT_TOKEN"] == "7:real")
        #expect(gateway["SWITCHBOARD_BOT_MY_BOT_SERVER"] == nil)
        #expect(plan.processes[0].environment["SWITCHBOARD_SIMULATOR_BOTS"] == "shop:100001:simulated_shop")
    }

    @Test func emptyVariablesCountAsNotSet() throws {
        let plan = try plan(environment: ["SWITCHBOARD_BOTS": "", "SWITCHBOARD_BOT_DEMO_UPDATES": "", "SWITCHBOARD_SIMULATOR_SEED": ""])
        #expect(plan.processes.last?.environment["SWITCHBOARD_BOT_DEMO_UPDATES"] == "webhook")
        #expect(plan.processes.first?.environment["SWITCHBOARD_SIMULATOR_SEED"] == "7")
    }

    @Test func withoutFurtherSettingsBothWaysOfUpdatesAreUsed() throws {
        let gateway = try #require(plan().processes.last).environment
        #expect(gateway["SWITCHBOARD_BOTS"] == "demo,count")
        #expect(gateway["SWITCHBOARD_BOT_DEMO_UPDATES"] == "webhook")
        #expect(gateway["SWITCHBOARD_BOT_COUNT_UPDATES"] == "polling")
    }
}
