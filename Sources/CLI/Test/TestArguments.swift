/// What `./switchboard test` was given, as `swift test` wants it.
package enum TestArguments {
    /// Options of `swift test` that take a value, which is no filter.
    private static let valued: Set<String> = [
        "--filter", "--skip", "-s", "--specifier", "--num-workers", "--xunit-output", "--test-product", "-Xswiftc", "-Xcc", "-Xlinker",
        "--scratch-path", "--package-path", "--configuration", "-c", "--traits",
    ]

    /// Targets whose tests would take the processor from the others': what waits for something within a time would wait in vain.
    private static let rounds = [
        // They compute for long and wait for nothing.
        ["JSONTests", "ContractsTests", "CELTests", "CELIntegration", "SchedulesTests", "BotLanguageTests", "BotEngineTests"],
        // They start programs: shells, browsers, whole installations.
        ["CLITests", "CLIIntegration", "DevServicesTests", "ChatPage", "ClientTests"],
        // The whole pipeline, with faults.
        ["Pipeline"],
    ]

    /// What `swift test` is run with, one after another: everything in rounds, what was asked for by name in one.
    package static func rounds(_ arguments: [String]) -> [[String]] {
        let options = forSwift(arguments)
        guard !options.contains(where: { $0.hasPrefix("--filter") }) else { return [options] }
        func names(_ targets: [String]) -> String { targets.joined(separator: "|") }
        let others = options + ["--skip", "^(\(names(rounds.flatMap { $0 })))\\."]
        var result = rounds.map { options + ["--skip", "^(?!(\(names($0)))\\.)"] }
        result.insert(others, at: 1)
        return result
    }

    /// Words become filters; options and their values are passed on as they are.
    package static func forSwift(_ arguments: [String]) -> [String] {
        var result: [String] = []
        var isValue = false
        for argument in arguments where argument != "--" {
            if isValue || argument.hasPrefix("-") {
                result.append(argument)
                isValue = !isValue && valued.contains(argument)
            } else {
                result += ["--filter", argument]
            }
        }
        return result
    }
}
