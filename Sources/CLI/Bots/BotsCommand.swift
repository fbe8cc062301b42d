import ArgumentParser
import DevServices
import JSON

struct BotsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bots", abstract: "Looks at the bots of this checkout.",
        discussion: "Example:\n  ./switchboard bots list",
        subcommands: [ListCommand.self])

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the bots: which run, how, and whether their definitions are right.",
            discussion: """
                Those in the folder bots/, and those that are named in SWITCHBOARD_BOTS. DEFINITION says "can run", how many \
                mistakes there are (`bot validate` shows them), or that the definition gives its bot another name than the folder's.

                Examples:
                  ./switchboard bots list
                  ./switchboard bots list --output jsonl | jq -r 'select(.valid | not).file'
                """)

        @OptionGroup var output: OutputOption

        func run() async throws {
            let checkout = try Checkout.locate()
            let bots = BotCatalogue(checkout).bots
            let reports = try await DefinitionChecker(checkout).check(bots.map(\.file))
            let rows = zip(bots, reports).map { BotRow(bot: $0, report: $1) }
            output.print(
                text: rows.isEmpty ? "there are no bots" : table([BotRow.header] + rows.map { $0.cells(root: checkout.root) }),
                json: .array(rows.map(\.json)))
        }
    }
}

/// A bot with what its definition is worth.
struct BotRow {
    let bot: BotCatalogue.Bot
    let report: DefinitionReport

    static let header = ["BOT", "RUNS", "UPDATES", "DEFINITION", "FILE"]

    func cells(root: String) -> [String] {
        let runs = bot.isSimulated.map { $0 ? "simulated" : "Telegram" } ?? "no"
        let count = report.mistakes.count
        let worth =
            report.isUnreadable
            ? "can't be read"
            : count > 0
                ? "\(count) mistake\(count == 1 ? "" : "s")" : report.bot == bot.name ? "can run" : "can run, is '\(report.bot ?? "")'"
        let file = bot.file.hasPrefix(root + "/") ? String(bot.file.dropFirst(root.count + 1)) : bot.file
        return [bot.name, runs, bot.updates ?? "-", worth, file]
    }

    var json: JSON {
        [
            "name": .string(bot.name), "runs": .bool(bot.runs), "updates": bot.updates.map { .string($0) } ?? .null,
            "simulated": bot.isSimulated.map { .bool($0) } ?? .null, "file": .string(bot.file), "valid": .bool(report.isValid),
            "mistakes": .int(Int64(report.mistakes.count)), "definition_bot": report.bot.map { .string($0) } ?? .null,
            "definition_version": report.version.map { .int(Int64($0)) } ?? .null,
        ]
    }
}
