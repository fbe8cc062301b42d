/// What `./switchboard test` was given, as `swift test` wants it.
package enum TestArguments {
    /// Options of `swift test` that take a value, which is no filter.
    private static let valued: Set<String> = [
        "--filter", "--skip", "-s", "--specifier", "--num-workers", "--xunit-output", "--test-product", "-Xswiftc", "-Xcc", "-Xlinker",
        "--scratch-path", "--package-path", "--configuration", "-c", "--traits",
    ]

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
