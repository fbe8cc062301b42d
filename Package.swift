// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// Tests are built with everything else in one release flavour; their own code isn't worth optimising, and Swift 6.3.1's
// optimiser crashes on some of their long asynchronous functions.
let testSettings = settings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

// Targets stand in the order of the data's way; each names all that it may import.
let package = Package(
    name: "switchboard",
    products: [
        .executable(name: "switchboard-telegram-simulator", targets: ["TelegramSimulator"]),
        .executable(name: "switchboard-cli", targets: ["CLI"]),
        .executable(name: "switchboard-gateway", targets: ["Gateway"]),
        .executable(name: "switchboard-dialog", targets: ["DialogMain"]),
        .executable(name: "switchboard-sender", targets: ["Sender"]),
        .executable(name: "switchboard-scheduler", targets: ["Scheduler"]),
        .executable(name: "switchboard-probe", targets: ["Probe"]),
        .executable(name: "switchboard-files", targets: ["Files"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What travels
        .target(name: "JSON", swiftSettings: settings),
        .target(name: "Contracts", dependencies: ["JSON"], swiftSettings: settings),
        .target(name: "Bus", dependencies: ["Contracts", "JSON"], swiftSettings: settings),

        .target(
            name: "WorkerKit",
            dependencies: [
                "Bus", "Contracts",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Update in -> event published
        .executableTarget(
            name: "Gateway",
            dependencies: [
                "Bus", "Contracts", "HTTPClient", "JSON", "RabbitBus", "Registry", "Runtime", "Telegram", "WorkerKit",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Event in -> effects
        .executableTarget(name: "DialogMain", dependencies: ["Dialog"], path: "Sources/Workers/DialogMain", swiftSettings: settings),
        .target(
            name: "Dialog",
            dependencies: [
                "BotEngine", "BotLanguage", "BotStore", "Bus", "Contracts", "JSON", "Postgres", "RabbitBus", "Runtime", "WorkerKit",
                "WorkerStore",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], path: "Sources/Workers/Dialog", swiftSettings: settings),

        // Command in -> platform call
        .executableTarget(
            name: "Sender",
            dependencies: [
                "Bus", "Contracts", "HTTPClient", "JSON", "ObjectStore", "RabbitBus", "Registry", "Runtime", "Telegram", "WorkerKit",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Requests in -> events at their time
        .target(name: "Schedules", dependencies: ["CEL", "Contracts", "JSON"], swiftSettings: settings),
        .executableTarget(
            name: "Scheduler",
            dependencies: [
                "Bus", "Contracts", "JSON", "Postgres", "RabbitBus", "Runtime", "Schedules", "WorkerKit", "WorkerStore",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Requests in -> replies
        .target(
            name: "OperationKit",
            dependencies: [
                "Bus", "Contracts", "JSON", "RabbitBus", "Runtime", "WorkerKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .executableTarget(
            name: "Probe", dependencies: ["Contracts", "JSON", "OperationKit", "Runtime"], path: "Sources/Workers/Probe",
            swiftSettings: settings),

        .executableTarget(
            name: "Files",
            dependencies: [
                "Contracts", "HTTPClient", "JSON", "ObjectStore", "OperationKit", "Registry", "Runtime", "Telegram",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], path: "Sources/Workers/Files", swiftSettings: settings),

        // Bots as data
        .target(name: "CEL", swiftSettings: settings),
        .target(
            name: "BotLanguage", dependencies: ["CEL", "Contracts", "JSON", "Schedules", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .target(
            name: "BotTools", dependencies: ["BotLanguage", "Contracts", "JSON", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .target(name: "BotEngine", dependencies: ["BotLanguage", "CEL", "Contracts", "JSON", "Schedules"], swiftSettings: settings),
        .target(name: "BotStore", dependencies: ["BotEngine", "BotLanguage", "Contracts", "JSON", "Postgres"], swiftSettings: settings),
        .target(
            name: "BotTests",
            dependencies: [
                "BotEngine", "BotLanguage", "BotStore", "Bus", "CEL", "Contracts", "Dialog", "JSON", "Postgres", "Schedules", "WorkerKit",
                "WorkerStore",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),

        // What every worker shares
        .target(
            name: "WorkerStore",
            dependencies: [
                "Bus", "Contracts", "JSON", "Postgres", "Runtime",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // What every process shares
        .target(
            name: "Runtime",
            dependencies: [
                "HTTPClient", "JSON",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Instrumentation", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .target(name: "Registry", dependencies: ["Contracts", "Runtime", "Telegram"], swiftSettings: settings),
        .target(name: "AMQPEnvelope", dependencies: ["AMQP", "Bus", "Contracts"], swiftSettings: settings),
        .target(
            name: "RabbitBus",
            dependencies: [
                "AMQP", "AMQPEnvelope", "Bus", "Contracts", "Runtime",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Files that are kept
        .target(name: "ObjectStore", dependencies: ["HTTPClient", "Runtime"], swiftSettings: settings),

        // Platforms
        .target(name: "Telegram", dependencies: ["Contracts", "HTTPClient", "JSON"], swiftSettings: settings),

        // Swift over C libraries
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "Postgres",
            dependencies: [
                "CPostgres",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ], swiftSettings: settings),
        .systemLibrary(name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
        .target(
            name: "AMQP",
            dependencies: [
                "CRabbitMQ",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ], swiftSettings: settings),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "HTTPClient", dependencies: ["CCurl", .product(name: "CoreMetrics", package: "swift-metrics")], swiftSettings: settings),

        // The other side: a Telegram to run against
        .target(name: "TelegramSimulatorKit", dependencies: ["JSON"], swiftSettings: settings),
        .executableTarget(
            name: "TelegramSimulator",
            dependencies: [
                "HTTPClient", "JSON", "Runtime", "TelegramSimulatorKit",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                "index.html", "page.css", "pane.css", "messages.css", "media.css", "requests.css", "dialogs.css",
                "actions.js", "address.js", "attachments.js", "composer.js", "content.js", "dom.js", "entities.js",
                "film.js", "forward.js", "history.js", "hub.js", "icons.js", "inline.js", "json.js", "keyboard.js", "main.js",
                "media.js", "menu.js", "message.js", "names.js", "pane.js", "player.js", "poll.js", "pollform.js",
                "reactions.js", "requests.js", "server.js", "stream.js", "suggestions.js", "tell.js", "view.js",
                "worker.js", "icon.svg",
            ]
            .map { .embedInCode("Page/\($0)") },
            swiftSettings: settings),

        // Everything a developer does by hand
        .target(name: "CProcess"),
        .target(name: "DevServices", dependencies: ["CProcess", "JSON"], swiftSettings: settings),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "AMQP", "AMQPEnvelope", "BotLanguage", "BotTests", "BotTools", "Bus", "CEL", "Contracts", "DevServices", "JSON", "Runtime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),

        // Measuring
        .executableTarget(
            name: "AMQPBenchmark", dependencies: ["AMQP", .product(name: "Logging", package: "swift-log")], path: "Benchmarks/AMQP",
            swiftSettings: settings),
        .executableTarget(
            name: "CELBenchmark", dependencies: ["BotLanguage", "CEL", "JSON", "Measuring"], path: "Benchmarks/cel",
            exclude: ["README.md", "allocations.c", "peers.py", "run"], swiftSettings: settings),

        .target(name: "Measuring", path: "Benchmarks/Measuring", swiftSettings: settings),
        .executableTarget(
            name: "DefinitionBenchmark", dependencies: ["BotLanguage", "Measuring"], path: "Benchmarks/definition", exclude: ["README.md"],
            swiftSettings: settings),
        .executableTarget(
            name: "SchedulerBenchmark",
            dependencies: [
                "AMQP", "AMQPEnvelope", "Bus", "Contracts", "JSON", "Postgres", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/scheduler", exclude: ["README.md"], swiftSettings: settings),

        // Tests
        .target(name: "TestSupport", dependencies: ["Bus", "JSON"], swiftSettings: settings),
        .executableTarget(name: "SupervisedStub", path: "Tests/SupervisedStub", swiftSettings: testSettings),
        .testTarget(
            name: "CLITests",
            dependencies: [
                "AMQP", "AMQPEnvelope", "Bus", "CEL", "CLI", "Contracts", "DevServices", "JSON", "SupervisedStub",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: testSettings),
        .testTarget(name: "DevServicesTests", dependencies: ["DevServices", "JSON"], swiftSettings: testSettings),
        .testTarget(
            name: "AMQPTests", dependencies: ["AMQP", "TestSupport", .product(name: "Logging", package: "swift-log")],
            swiftSettings: testSettings),
        .testTarget(
            name: "BotEngineTests", dependencies: ["BotEngine", "BotLanguage", "CEL", "Contracts", "JSON", "Schedules"],
            swiftSettings: testSettings),
        .testTarget(name: "BotLanguageTests", dependencies: ["BotLanguage", "CEL", "Contracts", "JSON"], swiftSettings: testSettings),
        .testTarget(
            name: "BotToolsTests",
            dependencies: ["BotLanguage", "BotTools", "Contracts", "JSON", "TestSupport", .product(name: "Yams", package: "Yams")],
            swiftSettings: testSettings),
        .executableTarget(
            name: "CELFuzz", dependencies: ["CEL"], path: "Tests/CELFuzz", exclude: ["LibFuzzer"], swiftSettings: settings),
        .testTarget(name: "CELTests", dependencies: ["CEL", "CELFuzz"], swiftSettings: testSettings),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["HTTPClient", "TestSupport", .product(name: "MetricsTestKit", package: "swift-metrics")],
            swiftSettings: testSettings),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: testSettings),
        .testTarget(
            name: "ContractsTests", dependencies: ["Contracts", "JSON"], resources: [.copy("Golden")], swiftSettings: testSettings),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Bus", "Contracts", "Gateway", "HTTPClient", "JSON", "Registry", "Runtime", "Telegram", "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: testSettings),
        .testTarget(name: "ObjectStoreTests", dependencies: ["HTTPClient", "ObjectStore"], swiftSettings: testSettings),
        .testTarget(
            name: "OperationKitTests",
            dependencies: [
                "Bus", "Contracts", "JSON", "OperationKit", "Probe", "TestSupport", "WorkerKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: testSettings),
        .testTarget(
            name: "PostgresTests", dependencies: ["Postgres", .product(name: "MetricsTestKit", package: "swift-metrics")],
            swiftSettings: testSettings),
        .testTarget(
            name: "RuntimeTests",
            dependencies: [
                "HTTPClient", "JSON", "Runtime", "TestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Instrumentation", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: testSettings),
        .testTarget(
            name: "RabbitBusTests", dependencies: ["AMQP", "AMQPEnvelope", "Bus", "Contracts", "RabbitBus"], swiftSettings: testSettings),
        .testTarget(
            name: "SenderTests",
            dependencies: [
                "Bus", "Contracts", "HTTPClient", "JSON", "ObjectStore", "Runtime", "Sender", "Telegram", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: testSettings),
        .testTarget(
            name: "SettingsTests",
            dependencies: [
                "Dialog", "Files", "Gateway", "OperationKit", "Runtime", "Scheduler", "Sender", "TelegramSimulator", "TestSupport",
            ],
            swiftSettings: testSettings),
        .testTarget(
            name: "SchedulesTests", dependencies: ["CEL", "Contracts", "JSON", "Schedules"], swiftSettings: testSettings),
        .testTarget(
            name: "SchedulerTests", dependencies: ["Bus", "Contracts", "JSON", "Scheduler", "Schedules"], swiftSettings: testSettings),
        .testTarget(name: "ChatPage", dependencies: ["JSON", "TelegramSimulator"], swiftSettings: testSettings),
        .testTarget(name: "TelegramSimulatorTests", dependencies: ["JSON", "TelegramSimulatorKit"], swiftSettings: testSettings),
        .testTarget(name: "TelegramTests", dependencies: ["Contracts", "JSON", "Telegram"], swiftSettings: testSettings),
        .testTarget(
            name: "WorkerKitTests",
            dependencies: [
                "Bus", "Contracts", "TestSupport", "WorkerKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: testSettings),

        // Tests with real services; skipped where there are none
        .testTarget(
            name: "AMQPIntegration", dependencies: ["AMQP", .product(name: "Logging", package: "swift-log")],
            path: "Tests/Integration/AMQP",
            swiftSettings: testSettings),
        .testTarget(
            name: "CELIntegration", dependencies: ["CEL", "Postgres", .product(name: "Logging", package: "swift-log")],
            path: "Tests/Integration/CEL", swiftSettings: testSettings),
        .testTarget(
            name: "CLIIntegration", dependencies: ["AMQP", "AMQPEnvelope", "Bus", "CLI", "Contracts", "JSON"],
            path: "Tests/Integration/CLI", swiftSettings: testSettings),
        .testTarget(
            name: "RabbitBusIntegration",
            dependencies: [
                "AMQP", "Bus", "Contracts", "RabbitBus", "Runtime", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/Integration/RabbitBus", swiftSettings: testSettings),
        .testTarget(name: "HTTP2Integration", dependencies: ["HTTPClient"], path: "Tests/Integration/HTTP2", swiftSettings: testSettings),
        .testTarget(
            name: "PostgresIntegration",
            dependencies: [
                "Postgres", .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
            ],
            path: "Tests/Integration/Postgres", swiftSettings: testSettings),
        .testTarget(
            name: "DialogIntegration",
            dependencies: [
                "BotEngine", "BotLanguage", "BotStore", "Bus", "CEL", "Contracts", "Dialog", "JSON", "Postgres", "TestSupport", "WorkerKit",
                "WorkerStore",
                .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/Integration/Dialog", swiftSettings: testSettings),

        .testTarget(
            name: "ObjectStoreIntegration", dependencies: ["DevServices", "HTTPClient", "JSON", "ObjectStore"],
            path: "Tests/Integration/ObjectStore", exclude: ["requirements.txt"], swiftSettings: testSettings),

        .testTarget(
            name: "BotTestsIntegration",
            dependencies: ["BotLanguage", "BotTests", "Contracts", "JSON", "Postgres", .product(name: "Logging", package: "swift-log")],
            path: "Tests/Integration/BotTests", swiftSettings: testSettings),
        .testTarget(
            name: "SchedulerIntegration",
            dependencies: [
                "AMQP", "BotEngine", "BotLanguage", "BotStore", "Bus", "CEL", "Contracts", "Dialog", "DevServices", "JSON", "Postgres",
                "RabbitBus",
                "Runtime", "Scheduler", "Schedules", "WorkerKit", "WorkerStore",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], path: "Tests/Integration/Scheduler", swiftSettings: testSettings),

        // Other people's clients against the simulated Telegram
        .testTarget(
            name: "ClientTests", dependencies: ["TelegramSimulator"], path: "Tests/Clients",
            exclude: ["prepare.sh", "bot_aiogram.py", "bot_ptb.py", "drive.py", "requirements.txt"], swiftSettings: testSettings),

        // Every process, and the simulated Telegram
        .testTarget(
            name: "Pipeline",
            dependencies: [
                "AMQP", "Bus", "CLI", "Contracts", "DevServices", "HTTPClient", "JSON", "Postgres", "RabbitBus", "Runtime", "Telegram",
                "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], exclude: ["Fixtures"], swiftSettings: testSettings),
    ]
)
