import BotEngine
package import BotLanguage
import BotStore
package import Contracts
import Dialog
package import Logging
import Postgres
import Synchronization
import WorkerStore

/// A bot with tables in a scratch database and the dialog worker's own handler in front of them.
package final class PlayedBot: Sendable {
    package let definition: Definition
    package let name: BotName
    let engine: BotEngine
    let tables: BotTables
    let database: ScratchDatabase
    let coverage = CoverageRecorder()
    private let logger: Logger
    private let reset: ScratchDatabase.Reset

    package init(_ definition: Definition, in database: ScratchDatabase, logger: Logger) async throws {
        self.definition = definition
        self.database = database
        self.logger = logger
        guard let name = BotName(definition.bot) else { throw PostgresError(.misuse, "'\(definition.bot)' is no name of a bot") }
        self.name = name
        engine = BotEngine(definition, username: Self.username(definition.bot))
        tables = BotTables(bot: name, store: definition.store)
        try await PostgresMigrations(schema: ConversationTable.schema, DialogHandler.migrations).apply(to: database.pool)
        try await tables.create(in: database.pool)
        reset = try await database.reset()
    }

    /// As the simulated Telegram calls a bot.
    static func username(_ bot: String) -> String { bot.lowercased().hasSuffix("bot") ? bot : bot + "_bot" }

    /// Nothing has happened here yet.
    func begin() async throws {
        try await database.perform(reset)
        try await tables.seed(in: database.pool)
    }

    /// What the bot's owner has set in a test.
    func config(_ test: ConversationTest) throws(ConfigError) -> BotConfig {
        try BotConfig(definition) { name in
            guard let values = test.config[name] else { return nil }
            return values.count == 1 ? .text(values[0]) : .list(values)
        }
    }

    /// The worker's handler, in which chance is pinned.
    func handler(chance: Int?, _ config: BotConfig, observer: @escaping DialogHandler.Observer) -> DialogHandler {
        var engine = BotEngine(definition, username: engine.username, config: config)
        engine.recorder = coverage
        engine.chance = chance.map { UInt64($0) }
        return DialogHandler(
            bots: [name: DialogHandler.Bot(engine: engine, tables: tables)], pool: database.pool,
            handled: HandledTable(schema: ConversationTable.schema, handler: "dialog"), logger: logger, observer: observer)
    }

    /// With which the rows that a test begins with are made: as many as it likes.
    func builder(chance: Int?, _ config: BotConfig) -> BotEngine {
        let many = 1_000_000
        var engine = BotEngine(
            definition, username: engine.username,
            limits: RunLimits(steps: many, requests: many, rows: many, commands: many, events: many, hops: many, evaluations: many),
            config: config)
        engine.chance = chance.map { UInt64($0) }
        return engine
    }
}

/// Keeps what was run.
package final class CoverageRecorder: RunRecorder {
    struct Mark: Hashable {
        var position: SourcePosition
        var part: CoveragePoint.Part
    }

    private let marks = Mutex<Set<Mark>>([])

    package func note(_ position: SourcePosition, _ part: CoveragePoint.Part) {
        marks.withLock { _ = $0.insert(Mark(position: position, part: part)) }
    }

    func contains(_ point: CoveragePoint) -> Bool {
        marks.withLock { $0.contains(Mark(position: point.position, part: point.part)) }
    }
}
