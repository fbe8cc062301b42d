/// One step of a schema's history.
public struct PostgresMigration: Sendable, Hashable {
    /// Unique and never changed, such as `001-conversations`.
    public var id: String
    /// Any number of statements, run in one transaction with the schema first in `search_path`. Statements that refuse
    /// transactions, such as `CREATE INDEX CONCURRENTLY`, have no place here.
    public var sql: String

    public init(id: String, sql: String) {
        self.id = id
        self.sql = sql
    }

    /// FNV-1a over the text, 64 bits, as 16 hexadecimal digits: guards against mistakes, not against attackers.
    package var checksum: String {
        let digits = String(sql.fnv1a, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

/// Brings a schema up to date: each migration once, in order, whoever else is doing the same at the time.
///
/// What has been applied is recorded in a table in the schema itself. Every migration has its own transaction, which
/// takes an advisory lock first.
public struct PostgresMigrations: Sendable {
    public var schema: String
    public var table: String
    public var migrations: [PostgresMigration]

    /// - Parameter table: where applied ones are recorded. Default `schema_migrations`.
    public init(schema: String, table: String = "schema_migrations", _ migrations: [PostgresMigration]) {
        self.schema = schema
        self.table = table
        self.migrations = migrations
    }

    /// Longest time for one migration, and for waiting until another process is done with one.
    private static let timeout: Duration = .seconds(3600)

    /// Applies what is missing and returns its ids, in order; empty when everything was there.
    ///
    /// Throws ``PostgresError/Code/migration`` when an applied migration's text has changed since, or a new one was put
    /// before an applied one; and the server's error when a statement fails, naming the migration. Recorded migrations
    /// that are not in the list are left alone: a newer version of the program has been here.
    @discardableResult
    public func apply(to pool: PostgresPool) async throws -> [String] {
        try checkList()
        try await prepare(pool)
        var applied: [String] = []
        while let id = try await applyNext(to: pool) { applied.append(id) }
        return applied
    }

    private func checkList() throws {
        var seen: Set<String> = []
        for migration in migrations where !seen.insert(migration.id).inserted {
            throw PostgresError(.migration, "migration \"\(migration.id)\" is listed twice")
        }
    }

    private func prepare(_ pool: PostgresPool) async throws {
        try await pool.transaction("migrate") { transaction in
            // CREATE … IF NOT EXISTS fails when two run it at the same moment, so it is done under the lock as well.
            try await transaction.query(lock, timeout: Self.timeout)
            try await transaction.script(
                unsafeSQL: """
                    CREATE SCHEMA IF NOT EXISTS \(PostgresQuery.quoted(identifier: schema));
                    CREATE TABLE IF NOT EXISTS \(qualifiedTable) (
                        id text PRIMARY KEY,
                        checksum text NOT NULL,
                        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
                    );
                    """)
        }
    }

    /// Nil when nothing was left to do.
    private func applyNext(to pool: PostgresPool) async throws -> String? {
        try await pool.transaction("migrate") { transaction in
            try await transaction.query(lock, timeout: Self.timeout)
            let recorded = try await transaction.query("SELECT id, checksum FROM \(identifier: schema, table)")
            let known = Dictionary(uniqueKeysWithValues: try recorded.decode((String, String).self).map { ($0.0, $0.1) })
            guard let next = try Self.next(of: migrations, applied: known) else { return nil }
            try await transaction.query("SELECT set_config('search_path', \(searchPath), true)")
            do {
                try await transaction.script(unsafeSQL: next.sql, timeout: Self.timeout)
            } catch var error as PostgresError {
                error.message = "migration \"\(next.id)\"\(Self.place(of: error, in: next.sql)): \(error.message)"
                throw error
            }
            try transaction.atCommit("INSERT INTO \(identifier: schema, table) (id, checksum) VALUES (\(next.id), \(next.checksum))")
            return next.id
        }
    }

    /// The first one that is not applied, after checking those that are.
    package static func next(of migrations: [PostgresMigration], applied: [String: String]) throws -> PostgresMigration? {
        var next: PostgresMigration?
        for migration in migrations {
            switch applied[migration.id] {
            case nil:
                if next == nil { next = migration }
            case .some(let checksum):
                if let next {
                    throw PostgresError(
                        .migration, "migration \"\(next.id)\" stands before \"\(migration.id)\", which is already applied; new ones go last"
                    )
                }
                guard checksum == migration.checksum else {
                    throw PostgresError(
                        .migration,
                        "migration \"\(migration.id)\" has changed since it was applied (checksum \(checksum), now \(migration.checksum)); put the change into a new migration"
                    )
                }
            }
        }
        return next
    }

    private static func place(of error: PostgresError, in sql: String) -> String {
        guard let position = error.server?.position, position > 0 else { return "" }
        let line = sql.unicodeScalars.prefix(position - 1).count { $0 == "\n" } + 1
        return ", line \(line)"
    }

    private var qualifiedTable: String { PostgresQuery.quoted(identifier: schema) + "." + PostgresQuery.quoted(identifier: table) }
    private var searchPath: String { PostgresQuery.quoted(identifier: schema) + ", public" }

    private var lock: PostgresQuery {
        let key = Int64(bitPattern: "switchboard migrations \(qualifiedTable)".fnv1a)
        return "SELECT pg_advisory_xact_lock(\(key))"
    }
}

extension String {
    fileprivate var fnv1a: UInt64 {
        utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
