import Postgres
import Testing

extension Batch {
    fileprivate var texts: [String] { statements.map(\.sql) }
}

private func serverError(_ sqlState: String = "23505", statement: Int? = 0) -> PostgresError {
    var error = PostgresError(.server, "made up")
    error.server = .init(sqlState: sqlState, message: "made up")
    error.statementIndex = statement
    return error
}

@Suite struct TransactionPlanTests {
    @Test func twoRoundTrips() throws {
        var plan = TransactionPlan()
        let first = try plan.roundTrip(["a", "b"])
        #expect(first.texts == ["BEGIN", "a", "b"])
        #expect(first.returned == 1..<3)
        #expect(first.effect == .open)
        plan.finished(nil)
        try plan.atCommit("c")
        try plan.atCommit("d")
        let last = try #require(try plan.commit())
        #expect(last.texts == ["c", "d", "COMMIT"])
        #expect(last.returned == 0..<2)
        #expect(last.effect == .commit(statement: 2))
        #expect(throws: PostgresError.self) { try plan.roundTrip(["e"]) }
    }

    @Test func oneRoundTrip() throws {
        var plan = TransactionPlan(isolation: .serializable, access: .readOnly)
        try plan.atCommit("a")
        #expect(try plan.commit()?.texts == ["BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY", "a", "COMMIT"])
    }

    @Test func nothingIsSentForNothing() throws {
        var plan = TransactionPlan()
        #expect(try plan.commit() == nil)
    }

    @Test func aFailedTransactionNeitherContinuesNorCommits() throws {
        var plan = TransactionPlan()
        _ = try plan.roundTrip(["a"])
        plan.finished(serverError())
        #expect(plan.failure?.sqlState == "23505")
        #expect { try plan.roundTrip(["b"]) } throws: { ($0 as? PostgresError)?.code == .misuse }
        // An error that the caller swallowed comes back here instead of a silent rollback.
        #expect { try plan.commit() } throws: { ($0 as? PostgresError)?.sqlState == "23505" }
    }

    @Test func savepointsRideAlong() throws {
        var plan = TransactionPlan()
        let outer = try plan.beginSavepoint()
        #expect(try plan.roundTrip(["a"]).texts == ["BEGIN", "SAVEPOINT sp1", "a"])
        let inner = try plan.beginSavepoint()
        #expect(try plan.roundTrip(["b"]).texts == ["SAVEPOINT sp2", "b"])
        try plan.atCommit("lost")
        plan.finished(serverError())
        plan.rollBack(to: inner)
        #expect(plan.failure == nil)
        #expect(try plan.roundTrip(["c"]).texts == ["ROLLBACK TO SAVEPOINT sp2", "RELEASE SAVEPOINT sp2", "c"])
        try plan.release(outer)
        #expect(try plan.commit()?.texts == ["RELEASE SAVEPOINT sp1", "COMMIT"])
    }

    @Test func anUnusedSavepointIsNeverSent() throws {
        var plan = TransactionPlan()
        let released = try plan.beginSavepoint()
        let inner = try plan.beginSavepoint()
        try plan.release(inner)
        try plan.release(released)
        let undone = try plan.beginSavepoint()
        try plan.atCommit("lost")
        plan.rollBack(to: undone)
        #expect(try plan.roundTrip(["a"]).texts == ["BEGIN", "a"])
    }

    @Test func savepointsDontMendALostConnection() throws {
        var plan = TransactionPlan()
        let mark = try plan.beginSavepoint()
        _ = try plan.roundTrip(["a"])
        plan.finished(PostgresError(.connection, "gone"))
        plan.rollBack(to: mark)
        #expect(plan.failure?.code == .connection)
    }

    @Test func whatIsRetried() {
        let policy = PostgresRetryPolicy.standard
        #expect(policy.covers(serverError("40001")))
        #expect(policy.covers(serverError("40P01")))
        #expect(policy.covers(serverError("26000")))
        #expect(policy.covers(PostgresError(.connection, "gone")))
        #expect(!policy.covers(serverError("23505")))
        #expect(!policy.covers(serverError("0A000")))
        #expect(!policy.covers(PostgresError(.commitOutcomeUnknown, "?")))
        #expect(!policy.covers(PostgresError(.cancelled, "")))
        var strict = policy
        strict.includesConnectionLoss = false
        #expect(!strict.covers(PostgresError(.connection, "gone")))
    }

    @Test func pausesGrowAndAreBounded() {
        let policy = PostgresRetryPolicy.standard
        #expect(policy.pause(after: 1, fraction: 0.5) == .microseconds(2500))
        #expect(policy.pause(after: 3, fraction: 0.5) == .milliseconds(10))
        #expect(policy.pause(after: 1000, fraction: 1) == .milliseconds(500))
        #expect(policy.pause(after: 5, fraction: 0) == .zero)
    }
}
