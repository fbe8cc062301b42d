package import BotLanguage

/// How a test went.
package struct TestResult: Sendable {
    package enum Outcome: Sendable {
        case passed
        case failed(Failure)
        /// It can't be played where it was to be, and why.
        case skipped(String)
    }

    package struct Failure: Sendable, Hashable {
        package var message: String
        package var position: SourcePosition
        package var expected: String?
        package var actual: String?
        /// The conversation up to there, a line each.
        package var transcript: [String]
    }

    package var bot: String
    package var name: String
    package var position: SourcePosition
    package var duration: Duration
    package var outcome: Outcome

    package var hasFailed: Bool { if case .failed = outcome { true } else { false } }
}

/// What of a definition the tests have reached.
package struct Coverage: Sendable {
    package var bot: String
    package var points: [(point: CoveragePoint, isReached: Bool)]

    /// By kind, in the order of ``CoveragePoint/Kind``; kinds that the bot has none of are left out.
    package var counts: [(kind: CoveragePoint.Kind, reached: Int, all: Int)] {
        CoveragePoint.Kind.allCases.compactMap { kind in
            let own = points.filter { $0.point.kind == kind }
            return own.isEmpty ? nil : (kind, own.count { $0.isReached }, own.count)
        }
    }

    package var reached: Int { points.count { $0.isReached } }
}

extension PlayedBot {
    /// Of all tests that were played so far.
    package var reachedPoints: Coverage {
        Coverage(bot: definition.bot, points: definition.coveragePoints.map { ($0, coverage.contains($0)) })
    }
}
