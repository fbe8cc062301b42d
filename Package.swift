// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// Targets stand in the order of the data's way; each names all that it may import.
let package = Package(
    name: "switchboard",
    targets: [
        // What travels
        .target(name: "JSON", swiftSettings: settings),
        .target(name: "Contracts", dependencies: ["JSON"], swiftSettings: settings),
        .target(name: "Bus", dependencies: ["Contracts", "JSON"], swiftSettings: settings),

        // Platforms
        .target(name: "Telegram", dependencies: ["Contracts", "JSON"], swiftSettings: settings),

        // Tests
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: settings),
        .testTarget(name: "ContractsTests", dependencies: ["Contracts", "JSON"], resources: [.copy("Golden")], swiftSettings: settings),
        .testTarget(name: "TelegramTests", dependencies: ["Contracts", "JSON", "Telegram"], swiftSettings: settings),
    ]
)
