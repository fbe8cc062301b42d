import BotLanguage
package import BotStore
import Contracts
import JSON
import Logging
import Postgres
import Runtime

/// What one may do with published versions from the command line: `switchboard-dialog publish`, `versions`, `rollback`, `changes`.
/// Everything is told as one JSON document on the standard output; `./switchboard bot …` makes sentences of it.
package struct DefinitionTool: Sendable, Hashable {
    package enum Verb: Sendable, Hashable {
        case publish(file: String, bot: String?, note: String?)
        /// All of them; with a number that one alone, with its text.
        case versions(bot: String, number: Int?)
        case rollBack(bot: String, number: Int)
        /// What changes in the data between two versions, or from one to a file.
        case changes(bot: String, from: Int, to: Int)
    }

    package var verb: Verb
    /// Tell what would happen, and do nothing.
    package var isDry = false

    package enum Request: Sendable, Hashable {
        case run(DefinitionTool)
        case misuse(String)
        case help(String)
    }

    static let usage = """
        usage: switchboard-dialog publish [--dry-run] [--bot NAME] [--note TEXT] FILE
               switchboard-dialog versions BOT [NUMBER]
               switchboard-dialog rollback [--dry-run] BOT NUMBER
               switchboard-dialog changes BOT FROM TO

        Works on published definitions in the database of SWITCHBOARD_POSTGRES_URL, and tells about it in JSON.
        Exit code: 0 done, 64 wrong usage, 65 refused, 66 no such file or version, 69 no database.
        """

    /// - Returns: nil when the arguments ask for something else.
    package static func request(_ arguments: [String]) -> Request? {
        guard let name = arguments.dropFirst().first, ["publish", "versions", "rollback", "changes"].contains(name) else { return nil }
        var words: [String] = []
        var options: [String: String] = [:]
        var isDry = false
        var rest = arguments.dropFirst(2)
        while let word = rest.popFirst() {
            switch word {
            case "--help", "-h": return .help(usage)
            case "--dry-run": isDry = true
            case "--bot", "--note":
                guard let value = rest.popFirst() else { return .misuse("\(word) needs a value\n\(usage)") }
                options[word] = value
            case "--":
                words += rest
                rest = []
            case _ where word.hasPrefix("-"): return .misuse("there is no option \(word)\n\(usage)")
            default: words.append(word)
            }
        }
        func number(_ index: Int) -> Int? { words.indices.contains(index) ? Int(words[index]) : nil }
        let verb: Verb? =
            switch (name, words.count) {
            case ("publish", 1): .publish(file: words[0], bot: options["--bot"], note: options["--note"])
            case ("versions", 1): .versions(bot: words[0], number: nil)
            case ("versions", 2): number(1).map { .versions(bot: words[0], number: $0) }
            case ("rollback", 2): number(1).map { .rollBack(bot: words[0], number: $0) }
            case ("changes", 3): number(1).flatMap { from in number(2).map { .changes(bot: words[0], from: from, to: $0) } }
            default: nil
            }
        guard let verb else { return .misuse("these arguments mean nothing\n\(usage)") }
        return .run(DefinitionTool(verb: verb, isDry: isDry))
    }

    // MARK: Running

    package enum Status {
        package static let done: Int32 = 0
        package static let refused: Int32 = 65
        package static let noInput: Int32 = 66
        package static let unavailable: Int32 = 69
        package static let configuration: Int32 = 78
    }

    /// - Parameter print: gets the document.
    /// - Returns: the exit status.
    package func run(on registry: DefinitionRegistry, _ print: (String) -> Void) async throws -> Int32 {
        try await PostgresMigrations(schema: ConversationTable.schema, DialogHandler.migrations).apply(to: registry.pool)
        try await registry.prepare()
        let report = try await report(registry)
        print(String(decoding: report.jsonBytes, as: UTF8.self))
        return report.status
    }

    private func report(_ registry: DefinitionRegistry) async throws -> ToolReport {
        switch verb {
        case .publish(let file, let bot, let note): try await publish(file, bot, note, registry)
        case .rollBack(let bot, let number): try await rollBack(Self.name(bot), number, registry)
        case .versions(let bot, let number): try await versions(Self.name(bot), number, registry)
        case .changes(let bot, let from, let to): try await changes(Self.name(bot), from, to, registry)
        }
    }

    private static func name(_ text: String) throws -> BotName {
        guard let name = BotName(text) else { throw PostgresError(.misuse, "'\(text)' is no name of a bot") }
        return name
    }

    private func publish(_ file: String, _ bot: String?, _ note: String?, _ registry: DefinitionRegistry) async throws -> ToolReport {
        var report = ToolReport(file: file)
        do {
            let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
            let text = try Definition.text(ofFile: file)
            let definition = try Definition(yaml: text, file: file, assets: folder)
            let name = try Self.name(bot ?? definition.bot)
            report.bot = name
            let content = DefinitionContent(text: text, files: BotFolder(bot: name, definition: file, folder: folder).files())
            let versions = try await registry.versions(of: name)
            report.current = try await registry.current(of: [name])[name]?.number
            if let current = report.current, versions.contains(where: { $0.number == current && $0.content == content }) {
                report.result = .unchanged
                return report
            }
            guard isDry else {
                switch try await registry.publish(content, definition, as: name, note: note) {
                case .known: report.result = .unchanged
                case .published(let number, let changes):
                    report.result = .done
                    report.version = number
                    report.data = changes
                }
                return report
            }
            report.version = (versions.last?.number ?? 0) + 1
            try await preview(definition, &report, registry)
        } catch let error as DefinitionError {
            report.mistakes = error.diagnostics
        } catch let error as DataRefusal {
            report.refusals = error.reasons
        }
        return report
    }

    private func rollBack(_ bot: BotName, _ number: Int, _ registry: DefinitionRegistry) async throws -> ToolReport {
        var report = ToolReport(bot: bot)
        report.current = try await registry.current(of: [bot])[bot]?.number
        report.version = number
        guard let stored = try await registry.version(number, of: bot) else {
            report.missing = number
            return report
        }
        if report.current == number {
            report.result = .unchanged
            return report
        }
        do {
            if isDry {
                try await preview(try stored.definition(), &report, registry, rollsBack: true)
            } else {
                report.data = try await registry.rollBack(bot, to: number)
                report.result = .done
            }
        } catch let error as DefinitionError {
            report.mistakes = error.diagnostics
        } catch let error as DataRefusal {
            report.refusals = error.reasons
        }
        return report
    }

    /// What would happen to rows and conversations.
    private func preview(
        _ definition: Definition, _ report: inout ToolReport, _ registry: DefinitionRegistry, rollsBack: Bool = false
    ) async throws {
        guard let bot = report.bot, let version = report.version else { return }
        report.result = .preview
        report.data = try await registry.preview(definition, as: bot, rollingBackTo: rollsBack ? version : nil)
        let next = try await registry.load(version, definition, of: bot)
        var current: DefinitionRegistry.Loaded?
        if let number = report.current {
            // One that can't run loses nothing.
            do { current = try await registry.load(number, of: bot) } catch is DefinitionError {}
        }
        report.impact = try await registry.impact(on: bot, of: next, after: current)
    }

    private func versions(_ bot: BotName, _ number: Int?, _ registry: DefinitionRegistry) async throws -> ToolReport {
        var report = ToolReport(bot: bot)
        report.current = try await registry.current(of: [bot])[bot]?.number
        report.versions = try await registry.versions(of: bot).filter { number == nil || $0.number == number }
        report.showsText = number != nil
        if let number, report.versions?.isEmpty == true { report.missing = number }
        return report
    }

    private func changes(_ bot: BotName, _ from: Int, _ to: Int, _ registry: DefinitionRegistry) async throws -> ToolReport {
        var report = ToolReport(bot: bot)
        report.current = try await registry.current(of: [bot])[bot]?.number
        let versions = try await registry.versions(of: bot)
        var chosen: [StoredVersion] = []
        for number in [from, to] {
            guard let version = versions.first(where: { $0.number == number }) else {
                report.missing = number
                return report
            }
            chosen.append(version)
        }
        report.versions = chosen
        report.showsText = true
        // Of a version that this program can't read, the texts alone are told.
        report.data = DefinitionRegistry.changes(from: chosen[0], to: chosen[1], versions) ?? []
        return report
    }
}
