import BotEngine
import BotLanguage
import BotStore
import Bus
import Contracts
import Dialog
import Glibc
import JSON
import Logging
import Postgres
import Testing
import WorkerKit
import WorkerStore

/// A dialog handler over a database of its own, with a bot given as text.
struct DialogBench: Sendable {
    static let url: String? = getenv("SWITCHBOARD_TEST_POSTGRES_URL").map { String(cString: $0) }
    static let isMissing: Comment = "SWITCHBOARD_TEST_POSTGRES_URL is not set"

    let handler: DialogHandler
    let pool: PostgresPool
    let registry: DefinitionRegistry
    let handled = HandledTable(schema: ConversationTable.schema, handler: "dialog")
    let bot: BotName

    /// Makes a database, runs `body`, drops the database.
    static func run(_ yaml: String, _ body: @Sendable (DialogBench) async throws -> Void) async throws {
        try await run(try Definition(yaml: yaml), DefinitionContent(text: yaml), body)
    }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// - Parameter content: what is published; nil: a definition that only this process has, with its files.
    static func run(
        _ definition: Definition, _ content: DefinitionContent? = nil, _ body: @Sendable (DialogBench) async throws -> Void
    ) async throws {
        let name = "dialog_\(UInt64.random(in: 0 ... .max))"
        try await withPool(database: nil) { _ = try await $0.query(PostgresQuery("CREATE DATABASE \(identifier: name)").unprepared()) }
        do {
            try await withPool(database: name) { pool in
                try await body(DialogBench(definition, content, pool: pool))
            }
        } catch {
            try await drop(name)
            throw error
        }
        try await drop(name)
    }

    private static func drop(_ name: String) async throws {
        try await withPool(database: nil) {
            _ = try await $0.query(PostgresQuery("DROP DATABASE \(identifier: name) WITH (FORCE)").unprepared())
        }
    }

    private static func withPool(database: String?, _ body: @Sendable (PostgresPool) async throws -> Void) async throws {
        var parameters = try ConnectionParameters(try #require(url))
        if let database { try parameters.set("dbname", database) }
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let pool = try PostgresPool(PostgresConfiguration(connection: parameters), logger: logger)
        let service = Task { await pool.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(pool)) } catch { result = .failure(error) }
        pool.close()
        await service.value
        try result.get()
    }

    private init(_ definition: Definition, _ content: DefinitionContent?, pool: PostgresPool) async throws {
        bot = try #require(BotName("shop"))
        self.pool = pool
        try await PostgresMigrations(schema: ConversationTable.schema, DialogHandler.migrations).apply(to: pool)
        registry = DefinitionRegistry(pool: pool)
        try await registry.prepare()
        handler = Self.handler(pool, [bot])
        _ = try await registry.publish(content ?? DefinitionContent(text: ""), definition, as: bot)
        handler.library.add(try await registry.load(1, definition, of: bot), of: bot)
        try await handler.library.refresh([bot])
    }

    /// As another process would have it.
    static func handler(_ pool: PostgresPool, _ bots: [BotName]) -> DialogHandler {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let library = DefinitionLibrary(
            registry: DefinitionRegistry(pool: pool), bots: Dictionary(bots.map { ($0, nil) }) { first, _ in first }, logger: logger)
        return DialogHandler(
            library: library, pool: pool, handled: HandledTable(schema: ConversationTable.schema, handler: "dialog"), logger: logger)
    }

    @discardableResult
    func publish(_ yaml: String, as bot: BotName? = nil) async throws -> DefinitionRegistry.Publication {
        try await registry.publish(DefinitionContent(text: yaml), Definition(yaml: yaml), as: bot ?? self.bot)
    }

    // MARK: Talking

    func delivery(
        _ id: String, _ text: String, from person: PersonID = "42", chat: ChatID? = nil, name: String = "Ann", bot: BotName? = nil
    ) -> BusDelivery {
        let message = Message(id: "1", content: .text(FormattedText(text)))
        return delivery(id, from: person, chat: chat, name: name, bot: bot, content: .message(message))
    }

    func delivery(
        _ id: String, from person: PersonID, chat: ChatID? = nil, name: String = "Ann", bot: BotName? = nil, content: Event.Content
    ) -> BusDelivery {
        let event = Event(
            bot: bot ?? self.bot, platform: .telegram, at: Timestamp(milliseconds: 1_700_000_000_000),
            chat: Chat(id: chat ?? ChatID(person.rawValue), kind: .direct), person: Person(id: person, firstName: name), content: content)
        return BusDelivery(
            envelope: Envelope(id: EnvelopeID(id), lane: .interactive, partitionKey: event.partitionKey, type: "event.\(event.kind)"),
            routingKey: "", body: event.jsonBytes, isRedelivered: false, isCurrent: { true }, acknowledge: {}, reject: {})
    }

    /// The texts that the deliveries cause, one list for each.
    func answers(_ deliveries: BusDelivery...) async throws -> [[String]] { try await answers(by: handler, deliveries) }

    func answers(by handler: DialogHandler, _ deliveries: BusDelivery...) async throws -> [[String]] {
        try await answers(by: handler, deliveries)
    }

    func answers(by handler: DialogHandler, _ deliveries: [BusDelivery]) async throws -> [[String]] {
        try await handler.handle(deliveries).map { outcome in
            guard case .effects(let messages) = outcome else { return ["rejected"] }
            return try texts(messages)
        }
    }

    func texts(_ messages: [BusMessage]) throws -> [String] {
        try messages.map { message in
            guard case .send(let outgoing) = try Command(jsonBytes: message.body).action, case .text(let text) = outgoing.content else {
                return "other"
            }
            return text
        }
    }
}
