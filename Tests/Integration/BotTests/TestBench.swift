import BotLanguage
import BotTests
import Glibc
import Logging
import Testing

/// Plays the tests of definitions that are given as texts, in a scratch database.
enum TestBench {
    static let url: String? = getenv("SWITCHBOARD_TEST_POSTGRES_URL").map { String(cString: $0) }
    static let isMissing: Comment = "SWITCHBOARD_TEST_POSTGRES_URL is not set"

    /// - Returns: the results, in the order of the file, and what they have reached.
    static func play(_ yaml: String) async throws -> (results: [TestResult], coverage: Coverage) {
        let definition = try Definition(yaml: yaml)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return try await ScratchDatabase.with(
            server: try #require(url), name: "bot_tests_\(UInt64.random(in: 0 ... .max))", logger: logger
        ) { database in
            let bot = try await PlayedBot(definition, in: database, logger: logger)
            var results: [TestResult] = []
            for test in definition.tests { results.append(try await bot.play(test)) }
            return (results, bot.reachedPoints)
        }
    }

    /// That all tests of the definition pass.
    static func passes(_ yaml: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let results = try await play(yaml).results
        #expect(!results.isEmpty, sourceLocation: sourceLocation)
        for result in results {
            #expect(!result.hasFailed, "\(TestReport.text(result, colours: false))", sourceLocation: sourceLocation)
        }
    }

    /// How the only test fails.
    static func failure(_ yaml: String) async throws -> TestResult.Failure {
        let results = try await play(yaml).results
        guard case .failed(let failure)? = results.first?.outcome else { throw NoFailure() }
        return failure
    }

    struct NoFailure: Error {}
}
