import CEL
import Postgres
import Testing

@Suite("CEL in PostgreSQL", .enabled(if: TestServer.url != nil, "SWITCHBOARD_TEST_POSTGRES_URL is not set"), .timeLimit(.minutes(30)))
struct LoweringTests {
    /// 4,000 expressions, with SWITCHBOARD_TEST_LONG=1 100,000, each over 40 rows.
    static let count = TestServer.variable("CEL_SQL_EXPRESSIONS").flatMap { Int($0) } ?? (TestServer.isLong ? 100_000 : 4_000)
    static let seed = TestServer.variable("CEL_SQL_SEED").flatMap { UInt64($0) } ?? 20_260_105

    @Test("the database gives what the interpreter gives, failures included")
    func property() async throws {
        var generator = Generator(seed: Self.seed)
        var (lowered, failing, compiled, worlds) = (0, 0, 0, UInt64(0))
        var mismatches: [Mismatch] = []
        while lowered < Self.count, mismatches.count < 5 {
            let trees = (0..<5_000).map { _ in generator.expression() }
            worlds += 1
            let (goal, world) = (Self.count - lowered, Self.seed &+ worlds)
            let result = try await Comparison.with(world, rows: 40) { comparison async throws in
                var (lowered, failing, compiled) = (0, 0, 0)
                var mismatches: [Mismatch] = []
                for batch in stride(from: 0, to: trees.count, by: 40) where lowered < goal && mismatches.count < 5 {
                    let bindings = comparison.world.bindings[batch / 40 % comparison.world.bindings.count]
                    // Every fifth batch is first reduced to what is left when everything but the row is known.
                    let isReduced = batch / 40 % 5 == 4
                    let trials = trees[batch..<min(batch + 40, trees.count)].compactMap { Trial($0, bindings, isReduced: isReduced) }
                    compiled += trials.count
                    let result = try await comparison.run(trials)
                    lowered += result.lowered
                    failing += result.failing
                    mismatches += result.mismatches
                }
                return (lowered, failing, compiled, mismatches)
            }
            lowered += result.0
            failing += result.1
            compiled += result.2
            mismatches += result.3
        }
        for mismatch in mismatches { Issue.record("\(mismatch.text)") }
        print("CEL in PostgreSQL: \(lowered) of \(compiled) expressions ran, over 40 rows each; \(failing) of them fail for some row")
        #expect(lowered >= Self.count || !mismatches.isEmpty)
        #expect(Double(failing) > Double(lowered) * 0.02, "too few fail for this to mean something")
    }
}
