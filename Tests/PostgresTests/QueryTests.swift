import Postgres
import Testing

@Suite struct QueryTests {
    @Test func valuesBecomeParameters() {
        let name = "x'; DROP TABLE bots; --"
        let missing: Int64? = nil
        let query: PostgresQuery =
            "SELECT * FROM \(identifier: "public", "Bots\"") WHERE a = \(name) AND b = \(missing) AND c = \([1, 2] as [Int64])"
        #expect(query.sql == "SELECT * FROM \"public\".\"Bots\"\"\" WHERE a = $1 AND b = $2 AND c = $3")
        #expect(query.parameters.entries.map(\.type) == [.text, .int8, .int8Array])
        let lengths: [Int?] = [name.utf8.count, nil, 44]
        #expect(query.parameters.entries.map(\.length) == lengths)
    }

    @Test func identifiersCannotEndEarly() {
        #expect(PostgresQuery.quoted(identifier: "a\"b\u{0}c") == "\"a\"\"bc\"")
    }

    @Test(arguments: [
        ("SELECT 1", "SELECT"), ("  insert into t", "INSERT"), ("WITH a AS (SELECT 1) SELECT 2", "WITH"), ("", "OTHER"),
        ("frobnicate", "OTHER"), ("(select 1)", "SELECT"), ("commit", "COMMIT"), ("selectselectselect", "OTHER"),
    ])
    func operationNames(_ sql: String, _ expected: String) {
        #expect(PostgresQuery(unsafeSQL: sql).operationName == expected)
        #expect(PostgresQuery(unsafeSQL: sql).named("own").operationName == "own")
    }

    @Test func descriptionsDontShowValues() {
        let query: PostgresQuery = "SELECT \("private")"
        #expect("\(query)" == "SELECT $1")
    }
}

@Suite struct ErrorTests {
    private func error(_ sqlState: String, routine: String? = nil) -> PostgresError {
        var error = PostgresError(.server, "duplicate key value violates unique constraint \"k\"")
        error.server = .init(sqlState: sqlState, message: error.message)
        error.server?.detail = "Key (phone)=(123456) already exists."
        error.server?.constraint = "k"
        error.server?.routine = routine
        return error
    }

    @Test func descriptionIsQuiet() {
        var subject = error("23505")
        subject.statementIndex = 2
        subject.sql = "INSERT INTO t VALUES ($1)"
        #expect(
            subject.description == "server 23505: duplicate key value violates unique constraint \"k\" (statement 2) (constraint \"k\")")
        #expect(String(reflecting: subject).contains("123456"))
        #expect(String(reflecting: subject).contains("INSERT INTO t"))
    }

    @Test(arguments: ["08006", "40001", "40P01", "53300", "57P01", "57P03", "58030", "55P03", "26000"])
    func transientStates(_ sqlState: String) { #expect(error(sqlState).persistence == .transient) }

    @Test(arguments: ["23505", "42601", "22P02", "28P01", "0A000", "XX000"])
    func permanentStates(_ sqlState: String) { #expect(error(sqlState).persistence == .permanent) }

    @Test func codes() {
        #expect(PostgresError(.connection, "").persistence == .transient)
        #expect(PostgresError(.poolExhausted, "").persistence == .transient)
        #expect(PostgresError(.decoding, "").persistence == .permanent)
        #expect(PostgresError(.cancelled, "").persistence == .permanent)
        #expect(error("0A000", routine: "RevalidateCachedQuery").persistence == .transient)
    }
}

@Suite struct MigrationListTests {
    private let first = PostgresMigration(id: "1", sql: "CREATE TABLE a ()")
    private let second = PostgresMigration(id: "2", sql: "CREATE TABLE b ()")

    @Test func theNextOne() throws {
        #expect(try PostgresMigrations.next(of: [first, second], applied: [:]) == first)
        #expect(try PostgresMigrations.next(of: [first, second], applied: ["1": first.checksum]) == second)
        #expect(try PostgresMigrations.next(of: [first], applied: ["1": first.checksum, "2": second.checksum]) == nil)
    }

    @Test func aChangedOneIsRefused() {
        #expect { try PostgresMigrations.next(of: [first], applied: ["1": second.checksum]) } throws: {
            ($0 as? PostgresError)?.code == .migration && "\($0)".contains("has changed")
        }
    }

    @Test func aLateOneIsRefused() {
        #expect { try PostgresMigrations.next(of: [first, second], applied: ["2": second.checksum]) } throws: {
            "\($0)".contains("stands before")
        }
    }

    /// Recorded in databases, so it must never change.
    @Test func checksumsAreStable() {
        #expect(PostgresMigration(id: "", sql: "").checksum == "cbf29ce484222325")
        #expect(PostgresMigration(id: "", sql: "a").checksum == "af63dc4c8601ec8c")
    }
}
