import ArgumentParser
import DevServices
import JSON

struct VersionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "Lists the published versions of a bot.",
        discussion: """
            The current one, which answers, has a star. AUTHOR is `version:` of the definition.

            Example:
              ./switchboard bot versions demo
            """)

    @Argument(help: ArgumentHelp("The name of a bot.", valueName: "bot"), completion: .shellCommand("ls bots"))
    var bot: String

    @OptionGroup var output: OutputOption

    func run() async throws {
        let client = try DefinitionClient(Checkout.locate())
        let versions = try await client.ask(["versions", "--", bot])["versions"]?.array ?? []
        guard !versions.isEmpty else { throw CLIError("no version of \(bot) is published", exitCode: Exit.noInput) }
        let rows = versions.map { version in
            [
                (version["current"]?.bool == true ? "*" : " ") + "\(version["number"]?.int ?? 0)",
                CalendarTime(secondsSince1970: (version["published_at"]?.int ?? 0) / 1_000).text, "\(version["author_version"]?.int ?? 1)",
                version["note"]?.string ?? "",
            ]
        }
        output.print(text: table([["VERSION", "PUBLISHED (UTC)", "AUTHOR", "NOTE"]] + rows), json: .array(versions))
    }
}

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints a published definition.",
        discussion: """
            Without a number the one that answers. json tells {number, current, published_at, author_version, note, definition, \
            file_hashes}.

            Examples:
              ./switchboard bot show demo
              ./switchboard bot show demo 3 > old.yaml
            """)

    @Argument(help: ArgumentHelp("The name of a bot.", valueName: "bot"), completion: .shellCommand("ls bots"))
    var bot: String

    @Argument(help: ArgumentHelp("The version's number.", valueName: "version"))
    var number: Int?

    @OptionGroup var output: OutputOption

    func run() async throws {
        let client = try DefinitionClient(Checkout.locate())
        let number = try await number ?? Self.current(of: bot, client)
        let report = try await client.ask(["versions", "--", bot, String(number)])
        try VersionReport(report).checkPossible()
        let version = report["versions"]?.array?.first ?? .null
        let text = version["definition"]?.string ?? ""
        output.print(text: text.hasSuffix("\n") ? String(text.dropLast()) : text, json: version)
    }

    static func current(of bot: String, _ client: DefinitionClient) async throws -> Int {
        guard let current = try await client.ask(["versions", "--", bot])["current"]?.int else {
            throw CLIError("no version of \(bot) is published", exitCode: Exit.noInput)
        }
        return Int(current)
    }
}

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Shows what differs between two versions of a bot.",
        discussion: """
            The texts as a unified diff, behind it what changes in the data and in the files of the folder. With one number, what came \
            with that version; without any, what came with the one that answers.

            Examples:
              ./switchboard bot diff demo
              ./switchboard bot diff demo 3 5
            """)

    @Argument(help: ArgumentHelp("The name of a bot.", valueName: "bot"), completion: .shellCommand("ls bots"))
    var bot: String

    @Argument(help: ArgumentHelp("The older version's number.", valueName: "from"))
    var from: Int?

    @Argument(help: ArgumentHelp("The newer version's number.", valueName: "to"))
    var to: Int?

    @OptionGroup var output: OutputOption

    func run() async throws {
        let client = try DefinitionClient(Checkout.locate())
        var newer = to
        if newer == nil { newer = try await from ?? ShowCommand.current(of: bot, client) }
        let last = newer ?? 1
        let first = to == nil ? last - 1 : from ?? last - 1
        guard first > 0 else { throw CLIError("version \(last) of \(bot) is its first: there is nothing before it", exitCode: Exit.noInput) }
        let report = try await client.ask(["changes", "--", bot, String(first), String(last)])
        try VersionReport(report).checkPossible()
        let versions = report["versions"]?.array ?? []
        let texts = versions.map { ($0["definition"]?.string ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
        guard texts.count == 2 else { throw CLIError("the versions can't be read", exitCode: Exit.software) }
        let diff = TextDiff(texts[0], texts[1]).unified(from: "\(bot)@\(first)", to: "\(bot)@\(last)")
        let files = Self.files(versions[0]["file_hashes"]?.object, versions[1]["file_hashes"]?.object)
        let data = VersionReport(report).data
        var lines = diff.isEmpty ? ["the definitions are the same"] : diff
        if !data.isEmpty { lines += ["data:"] + data.map { "  \($0)" } }
        if !files.isEmpty { lines += ["files:"] + files.map { "  \($0)" } }
        output.print(
            text: lines.joined(separator: "\n"),
            json: [
                "bot": .string(bot), "from": .int(Int64(first)), "to": .int(Int64(last)), "diff": .string(diff.joined(separator: "\n")),
                "data": report["data"] ?? [], "files": .array(files.map { .string($0) }),
            ])
    }

    private static func files(_ old: JSONObject?, _ new: JSONObject?) -> [String] {
        let before = old ?? JSONObject()
        let after = new ?? JSONObject()
        return Set((before.members + after.members).map(\.key)).sorted().compactMap { name in
            switch (before[name], after[name]) {
            case (nil, _): "\(name) is new"
            case (_, nil): "\(name) is gone"
            case (let one, let other): one == other ? nil : "\(name) has changed"
            }
        }
    }
}
