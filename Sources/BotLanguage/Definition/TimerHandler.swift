/// What is done when a moment has come: one that a row names, a time of day, or one of a cron expression.
package struct TimerHandler: Sendable {
    package enum Schedule: Sendable {
        /// A moment, a list of them, or null for none.
        case moments(Expression)
        /// Every day at a time of day, or null for never, by the clocks of a zone.
        case daily(at: Expression, zone: Expression)
        /// By a cron expression.
        case cron(String, zone: Expression)

        package var position: SourcePosition {
            switch self {
            case .moments(let expression), .daily(let expression, _), .cron(_, let expression): expression.position
            }
        }
    }

    package var name: String
    /// The rows that have it, each for itself; nil: the bot has one.
    package var rows: RowSource?
    /// For which rows it is set; nil: all.
    package var condition: Expression?
    package var schedule: Schedule
    /// In whose conversation it runs, where null means not at all; nil: in nobody's.
    package var person: Expression?
    /// Whether of all bots that run this definition only the one that it is named after has it.
    package var isGlobal: Bool
    package var steps: [Step]
    package var position: SourcePosition
    package var dependencies: [Dependency]
    /// Differs when something differs that decides for which rows and when it fires.
    package var fingerprint: String
    /// Whether settings of the bot's owner decide, too.
    package var looksAtConfig: Bool

    /// Rows of another collection that decide when it fires: `i.owner.tz`.
    package struct Dependency: Sendable {
        /// The references from the timer's row to the other.
        package var path: [String]
        package var collection: String
        /// What it looks at there.
        package var fields: Set<String>
        /// Whether the reference becomes null when the other row is deleted.
        package var isCleared: Bool
        /// The rows that refer so to the row called ``changed``.
        package var rows: RowSource

        /// The variable for the other row in ``rows``.
        package static let changed = "changed_row"
    }
}
