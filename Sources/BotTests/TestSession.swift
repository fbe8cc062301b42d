package import BotLanguage
package import JSON
import Logging

/// The tests of some bots, played one after another.
package struct TestSession: Sendable {
    /// Definitions; the tests of `tests.yaml` beside them are theirs as well.
    package var files: [String]
    /// Only tests with this in their name; nil: all.
    package var filter: String?
    /// Gets each result as it comes, for people; nil: nobody waits.
    package var printer: (@Sendable (String) -> Void)?
    package var colours: Bool

    package init(files: [String], filter: String? = nil, printer: (@Sendable (String) -> Void)? = nil, colours: Bool = false) {
        self.files = files
        self.filter = filter
        self.printer = printer
        self.colours = colours
    }

    package struct Outcome: Sendable {
        package var report = TestReport()
        /// In definitions and files of tests.
        package var mistakes: [DefinitionError] = []
        /// Definitions whose tests were looked for, and not found.
        package var untested: [String] = []

        /// 0: all passed. 1: one failed. 65: there are mistakes. 66: a file can't be read.
        package var exitCode: Int32 {
            if mistakes.contains(where: { $0.diagnostics.contains { $0.code == .unreadable } }) { return 66 }
            if !mistakes.isEmpty { return 65 }
            return report.failures.isEmpty ? 0 : 1
        }

        /// With the lines of their sources.
        package var mistakeTexts: [String] { mistakes.map(\.rendered) }

        /// What is said when all is over.
        ///
        /// - Parameter lists: whether all that wasn't reached is listed.
        package func ending(after duration: Duration, lists: Bool, colours: Bool) -> [String] {
            var lines = untested.map { "\($0): there are no tests" }
            lines += report.coverages.map { TestReport.text($0, lists: lists, colours: colours) }
            lines.append(report.summary(after: duration, colours: colours))
            return lines
        }

        package func json(coverage: Bool) -> [JSON] {
            report.results.map(\.asJSON) + (coverage ? report.coverages.map(\.asJSON) : [])
                + mistakes.flatMap { $0.diagnostics.map(\.asJSON) }
        }
    }

    /// In this process, with a database of each bot's own.
    ///
    /// - Parameters:
    ///   - url: of a server whose role may make databases.
    ///   - name: how they are called; they get numbers.
    /// - Throws: when the database fails.
    package func play(server url: String, databases name: String) async throws -> Outcome {
        var outcome = Outcome()
        let logger = Logger(label: "bot-tests", factory: { _ in SwiftLogNoOpLogHandler() })
        for (index, file) in files.enumerated() {
            guard let definition = read(file, &outcome) else { continue }
            let tests = chosen(definition)
            let (results, coverage) = try await ScratchDatabase.with(server: url, name: "\(name)_\(index)", logger: logger) { database in
                let bot = try await PlayedBot(definition, in: database, logger: logger)
                var results: [TestResult] = []
                for test in tests {
                    try Task.checkCancellation()
                    let result = try await bot.play(test)
                    printer?(TestReport.text(result, colours: colours))
                    results.append(result)
                }
                return (results, bot.reachedPoints)
            }
            outcome.report.results += results
            outcome.report.coverages.append(coverage)
        }
        return outcome
    }

    /// Drops databases of tests that nobody plays any more; see ``ScratchDatabase/drop(server:logger:where:)``.
    package static func dropAbandoned(server url: String, where isAbandoned: @Sendable (String) -> Bool) async throws {
        try await ScratchDatabase.drop(
            server: url, logger: Logger(label: "bot-tests", factory: { _ in SwiftLogNoOpLogHandler() }), where: isAbandoned)
    }

    /// The definition with its tests; nil, and said, when there is something wrong or none to play.
    func read(_ file: String, _ outcome: inout Outcome) -> Definition? {
        do throws(DefinitionError) {
            let definition = try Definition(file: file, withTests: true)
            if definition.tests.isEmpty { outcome.untested.append(file) }
            return chosen(definition).isEmpty ? nil : definition
        } catch {
            printer?(error.rendered)
            outcome.mistakes.append(error)
            return nil
        }
    }

    func chosen(_ definition: Definition) -> [ConversationTest] {
        definition.tests.filter { test in filter.map { test.name.contains($0) } ?? true }
    }
}

extension JSONEncodable {
    /// The same as a value.
    fileprivate var asJSON: JSON { (try? JSON(parsing: jsonBytes)) ?? .null }
}
