package import BotEngine
package import BotLanguage
package import BotStore
package import Contracts
package import Logging
import Metrics
import Postgres
import Runtime
import Synchronization

/// The versions that this process has compiled, and which of them it believes to be current. Every transaction asks the registry
/// whether that is still so; see ``StaleVersions``.
package final class DefinitionLibrary: Sendable {
    /// A version of a bot that runs here.
    package struct Bot: Sendable {
        /// As the registry counts them.
        package var number: Int
        package var engine: BotEngine
        package var tables: BotTables

        package init(engine: BotEngine, tables: BotTables) {
            number = engine.number
            self.engine = engine
            self.tables = tables
        }
    }

    private struct Shelf {
        /// On the platform, without `@`.
        var username: String?
        var current: CurrentVersion?
        var versions: [Int: Bot] = [:]
        /// Versions that this program can't run.
        var broken: Set<Int> = []
        /// The order in which they were used last.
        var used: [Int] = []

        var bot: Bot? { current.flatMap { versions[$0.number] } }
    }

    /// Versions of a bot that are kept: rolling back and forth compiles nothing.
    private static let kept = 4

    /// Nil: there are no other versions than those that were given.
    let registry: DefinitionRegistry?
    private let configure: Configure
    private let logger: Logger
    private let shelves: Mutex<[BotName: Shelf]>
    /// Told of every version that takes over from another one.
    private let changes = AsyncStream.makeStream(of: Change.self)

    /// A version that has taken over.
    struct Change: Sendable {
        var bot: BotName
        var version: CurrentVersion
        /// Menus of commands; without commands those of languages that have none any more.
        var menus: [Definition.Menu]
    }

    var changed: AsyncStream<Change> { changes.stream }

    /// What the bot's owner has set for this definition; nil, and told in the log, when the bot can't run with that.
    package typealias Configure = @Sendable (BotName, Definition) -> BotConfig?

    /// Bots whose versions never change.
    package init(fixed bots: [BotName: Bot], logger: Logger) {
        registry = nil
        configure = { _, _ in nil }
        self.logger = logger
        shelves = Mutex(
            bots.mapValues { bot in
                Shelf(current: CurrentVersion(number: bot.number, since: Timestamp(milliseconds: 0)), versions: [bot.number: bot])
            })
    }

    /// - Parameter bots: those that run here, with their usernames on the platform.
    package init(
        registry: DefinitionRegistry, bots: [BotName: String?], logger: Logger,
        configure: @escaping Configure = { BotConfig(defaultsOf: $1) }
    ) {
        self.registry = registry
        self.configure = configure
        self.logger = logger
        shelves = Mutex(bots.mapValues { Shelf(username: $0) })
    }

    package var bots: [BotName] { shelves.withLock { $0.keys.sorted { $0.rawValue < $1.rawValue } } }

    /// What runs as far as this process knows; nil: the bot isn't one of those that run here, or can't run.
    package func bot(_ name: BotName) -> Bot? { shelves.withLock { $0[name]?.bot } }

    /// What this process believes to be current, whether it can run it or not; nil: nothing is published.
    package func version(of bot: BotName) -> CurrentVersion? { shelves.withLock { $0[bot]?.current } }

    func isKnown(_ bot: BotName) -> Bool { shelves.withLock { $0[bot] != nil } }

    /// Of every bot that can run, by name.
    var running: [(name: BotName, bot: Bot)] {
        shelves.withLock { shelves in
            shelves.compactMap { name, shelf in shelf.bot.map { (name, $0) } }.sorted { $0.0.rawValue < $1.0.rawValue }
        }
    }

    /// Asks the registry what is current, and takes it over.
    ///
    /// - Returns: whether anything has changed.
    @discardableResult
    package func refresh(_ bots: [BotName]) async throws -> Bool {
        guard let registry else { return false }
        return try await take(over: registry.current(of: bots), of: bots)
    }

    /// Makes these versions the current ones here, compiling those that this process hasn't seen yet.
    ///
    /// - Parameter bots: those that were asked for: what isn't among `versions` isn't published.
    @discardableResult
    package func take(over versions: [BotName: CurrentVersion], of bots: [BotName]) async throws -> Bool {
        var hasChanged = false
        for name in bots {
            guard isKnown(name), let version = versions[name], self.version(of: name) != version else { continue }
            let isThere = shelves.withLock { shelves in
                shelves[name].map { $0.versions[version.number] != nil || $0.broken.contains(version.number) } ?? false
            }
            if !isThere { try await load(version.number, of: name) }
            hasChanged = activate(version, of: name) || hasChanged
        }
        return hasChanged
    }

    /// Spares reading again what this process has read to publish it.
    package func add(_ loaded: DefinitionRegistry.Loaded, of name: BotName) {
        let config = configure(name, loaded.definition)
        for number in loaded.unreadable {
            logger.warning(
                "the rules of an older version can't be read by this program: conversations from before it may lose their place",
                metadata: ["bot": "\(name)", "version": "\(number)"])
        }
        shelves.withLock { shelves in
            guard let shelf = shelves[name] else { return }
            guard let config else {
                shelves[name]?.broken.insert(loaded.number)
                return
            }
            let engine = BotEngine(
                loaded.definition, username: shelf.username, config: config, number: loaded.number, rules: loaded.rules)
            shelves[name]?.versions[loaded.number] = Bot(
                engine: engine, tables: BotTables(bot: name, store: loaded.definition.store))
        }
    }

    private func load(_ number: Int, of name: BotName) async throws {
        guard let registry else { return }
        do { add(try await registry.load(number, of: name), of: name) } catch let error as DefinitionError {
            for mistake in error.diagnostics {
                logger.error("a mistake in the definition", metadata: ["bot": "\(name)", "error": "\(mistake)"])
            }
            shelves.withLock { _ = $0[name]?.broken.insert(number) }
        }
    }

    private func activate(_ version: CurrentVersion, of name: BotName) -> Bool {
        let change: (change: Change, runs: Bool, isFirst: Bool)? = shelves.withLock { shelves in
            guard var shelf = shelves[name], shelf.current != version else { return nil }
            let before = shelf.bot
            let isFirst = shelf.current == nil
            shelf.current = version
            shelf.used.removeAll { $0 == version.number }
            shelf.used.append(version.number)
            if shelf.used.count > Self.kept { shelf.versions[shelf.used.removeFirst()] = nil }
            shelves[name] = shelf
            let menus = shelf.bot?.engine.definition.menus ?? []
            let gone = (before?.engine.definition.menus ?? []).filter { old in !menus.contains { $0.language == old.language } }
            let emptied = gone.map { Definition.Menu(language: $0.language, commands: []) }
            return (Change(bot: name, version: version, menus: menus + emptied), shelf.bot != nil, isFirst)
        }
        guard let change else { return false }
        MetricCatalogue.definitionUp.meter([("bot", name.rawValue)]).set(change.runs ? 1 : 0)
        let metadata: Logger.Metadata = ["bot": "\(name)", "version": "\(version.number)"]
        if change.runs { logger.info("a version runs", metadata: metadata) } else { logger.error("this bot can't run", metadata: metadata) }
        // Menus of the first ones go out together when the process begins.
        if !change.isFirst { changes.continuation.yield(change.change) }
        return true
    }
}

/// Another version than the one in memory is current: nothing of the transaction counts.
struct StaleVersions: Error {
    var current: [BotName: CurrentVersion]
}
