package import BotEngine
package import BotLanguage
package import Contracts
import JSON
package import Postgres

/// Publishes definitions, and tells which are published.
package struct DefinitionRegistry: Sendable {
    package let pool: PostgresPool

    package init(pool: PostgresPool) { self.pool = pool }

    /// The registry's own tables; conversations and what they follow must be there as well.
    package func prepare() async throws {
        try await PostgresMigrations(schema: DefinitionTable.schema, [DefinitionTable.migration]).apply(to: pool)
    }

    // MARK: Looking

    package func current(of bots: [BotName]) async throws -> [BotName: CurrentVersion] {
        try DefinitionTable.decodeCurrent(await pool.query(DefinitionTable.current(of: bots)))
    }

    /// In their order; the last is not always the current one.
    package func versions(of bot: BotName) async throws -> [StoredVersion] {
        try DefinitionTable.decode(await pool.query(DefinitionTable.versions(of: bot).named("versions")), of: bot)
    }

    package func version(_ number: Int, of bot: BotName) async throws -> StoredVersion? {
        try DefinitionTable.decode(await pool.query(DefinitionTable.version(number, of: bot).named("version")), of: bot).first
    }

    /// A version that runs: read and checked by this program, with those whose rules its conversations need.
    package struct Loaded: Sendable {
        package var number: Int
        package var definition: Definition
        /// Up to this one, in their order.
        package var rules: [DefinitionVersion]
        /// Versions whose rules can't be read by this program.
        package var unreadable: [Int]
    }

    /// - Throws: ``DefinitionError`` when this program can't run the version; ``PostgresError`` also when there is no such one.
    package func load(_ number: Int, of bot: BotName) async throws -> Loaded {
        guard let stored = try await version(number, of: bot) else {
            throw PostgresError(.misuse, "bot \(bot) has no version \(number)")
        }
        return try await load(number, try stored.definition(), of: bot)
    }

    /// The same of a definition that is read already.
    package func load(_ number: Int, _ definition: Definition, of bot: BotName) async throws -> Loaded {
        let carrying = try DefinitionTable.decode(
            await pool.query(DefinitionTable.carrying(before: number, of: bot).named("versions with rules")), of: bot)
        var loaded = Loaded(number: number, definition: definition, rules: [], unreadable: [])
        for version in carrying {
            do throws(DefinitionError) {
                loaded.rules.append(DefinitionVersion(number: version.number, definition: try version.definition()))
            } catch {
                loaded.unreadable.append(version.number)
            }
        }
        let own = DefinitionVersion(number: number, definition: definition)
        if own.carriesOver { loaded.rules.append(own) }
        return loaded
    }

    // MARK: Publishing

    package enum Publication: Sendable, Hashable {
        /// The new version's number, and what became of the data.
        case published(Int, [DataChange])
        /// The same content was published as this version, and nothing was done.
        case known(Int)
    }

    /// What counts as known already.
    package enum Sameness: Sendable, Hashable {
        /// What is current: an author who publishes an older text again means it.
        case current
        /// Anything that was ever published: a file that lies there may have been rolled back on purpose.
        case anything
    }

    /// One transaction: tables first, then the version, then which one is current. Events are handled before it or after it.
    ///
    /// - Throws: ``DataRefusal``; nothing has happened then.
    package func publish(
        _ content: DefinitionContent, _ definition: Definition, as bot: BotName, note: String? = nil, unless sameness: Sameness = .current
    ) async throws -> Publication {
        let tables = BotTables(bot: bot, store: definition.store)
        return try await pool.transaction("publish", isolation: .readCommitted) { transaction in
            try await transaction.query(tables.order)
            let found = try await transaction.pipeline([DefinitionTable.current(of: [bot]), DefinitionTable.versions(of: bot)])
            let current = try DefinitionTable.decodeCurrent(found[0])[bot]?.number
            let versions = try DefinitionTable.decode(found[1], of: bot)
            let same = versions.last { $0.content == content && (sameness == .anything || $0.number == current) }
            if let same { return .known(same.number) }
            let changes = try await change(tables, [], transaction)
            let version = StoredVersion(
                bot: bot, number: (versions.last?.number ?? 0) + 1, content: content, authorVersion: definition.version, note: note,
                publishedAt: .now, carriesOver: DefinitionVersion(number: 1, definition: definition).carriesOver, parent: current,
                renames: changes.filter { $0.kind == .renamed })
            try transaction.atCommit(DefinitionTable.insert(version))
            try transaction.atCommit(DefinitionTable.makeCurrent(version.number, of: bot))
            return .published(version.number, changes)
        }
    }

    /// Makes a version current that was published before. Tables follow it as they follow a new one; they never shrink.
    ///
    /// - Throws: ``DataRefusal``, and ``DefinitionError`` when this program can't run the version; nothing has happened then.
    package func rollBack(_ bot: BotName, to number: Int) async throws -> [DataChange] {
        let definition = try await load(number, of: bot).definition
        let tables = BotTables(bot: bot, store: definition.store)
        return try await pool.transaction("roll back", isolation: .readCommitted) { transaction in
            try await transaction.query(tables.order)
            let changes = try await change(tables, way(of: bot, to: number, transaction), transaction)
            try transaction.atCommit(DefinitionTable.makeCurrent(number, of: bot))
            return changes
        }
    }

    /// The renames from what is current to another version.
    private func way(of bot: BotName, to number: Int, _ transaction: PostgresTransaction) async throws -> [DataChange] {
        let found = try await transaction.pipeline([DefinitionTable.current(of: [bot]), DefinitionTable.versions(of: bot)])
        guard let current = try DefinitionTable.decodeCurrent(found[0])[bot]?.number else { return [] }
        return StoredVersion.way(from: current, to: number, try DefinitionTable.decode(found[1], of: bot))
    }

    private func change(_ tables: BotTables, _ way: [DataChange], _ transaction: PostgresTransaction) async throws -> [DataChange] {
        let changes = try await tables.bringUp(transaction, way: way)
        let moves = changes.filter { $0.kind == .renamed && $0.field == nil }
        for query in DefinitionTable.follow(moves.map { ($0.former ?? "", $0.collection) }, of: tables.bot) {
            try transaction.atCommit(query)
        }
        return changes
    }

    /// What publishing it would do to the tables. Nothing is written or locked.
    ///
    /// - Parameter number: of a version that is published already, and would be rolled back to.
    /// - Throws: ``DataRefusal``.
    package func preview(_ definition: Definition, as bot: BotName, rollingBackTo number: Int? = nil) async throws -> [DataChange] {
        let tables = BotTables(bot: bot, store: definition.store)
        return try await pool.transaction("preview", isolation: .repeatableRead, access: .readOnly) { transaction in
            var steps: [DataChange] = []
            if let number { steps = try await way(of: bot, to: number, transaction) }
            return try await tables.checkedPlan(transaction, way: steps, countsHidden: true).changes
        }
    }

    /// What changes in the data from one version to another, by the definitions alone.
    ///
    /// - Parameter versions: all of the bot.
    /// - Returns: nil when this program can't read one of them.
    package static func changes(from old: StoredVersion, to new: StoredVersion, _ versions: [StoredVersion]) -> [DataChange]? {
        guard let before = try? old.definition(), let after = try? new.definition() else { return nil }
        return BotTables.changes(
            from: before.store, to: after.store, way: StoredVersion.way(from: old.number, to: new.number, versions))
    }
}

extension StoredVersion {
    /// Read and checked; the files that it sends are not looked for.
    package func definition() throws(DefinitionError) -> Definition {
        try Definition(yaml: content.text, file: "\(bot)@\(number)")
    }
}
