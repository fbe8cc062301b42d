import CEL
import Postgres
import Testing

/// Conditions as they stand in a query: rows, or the failure of the whole.
@Suite(
    "CEL in PostgreSQL: conditions", .enabled(if: TestServer.url != nil, "SWITCHBOARD_TEST_POSTGRES_URL is not set"),
    .timeLimit(.minutes(5)))
struct ConditionTests {
    enum Found: Hashable {
        case rows([Int64])
        case failure
    }

    static func found(_ source: String, _ comparison: Comparison, _ bindings: CELBindings) async throws -> (
        database: Found, interpreter: Found
    )? {
        guard let program = try? World.environment.compile(source, expecting: .bool),
            let fragment = try? World.lowering().condition(program),
            let values = try? fragment.values(bindings).values
        else { return nil }
        var rows: [Int64] = []
        var fails = false
        for (index, row) in comparison.world.rows.enumerated() {
            var bindings = bindings
            bindings["r"] = row
            do {
                if case .bool(true) = try program.evaluate(bindings) { rows.append(Int64(index + 1)) }
            } catch { fails = true }
        }
        var parameters = PostgresParameters()
        for (value, parameter) in zip(values, fragment.parameters) { parameters.append(value, parameter.sqlType) }
        let query = PostgresQuery(unsafeSQL: "SELECT r.id FROM rows AS r WHERE \(fragment.text) ORDER BY r.id", parameters: parameters)
        do {
            let ids = try await comparison.pool.query(query.unprepared()).decode(Int64.self)
            return (.rows(ids), fails ? .failure : .rows(rows))
        } catch let error as PostgresError {
            guard error.debugDescription.contains(SQLLowering.failure) else { throw error }
            return (.failure, fails ? .failure : .rows(rows))
        }
    }

    @Test("a query returns the rows for which the condition holds, and fails when it fails for one")
    func conditions() async throws {
        let count = TestServer.isLong ? 10_000 : 1_000
        try await Comparison.with(LoweringTests.seed, rows: 5) { comparison async throws in
            var generator = Generator(seed: LoweringTests.seed &+ 1)
            var (seen, failing, mismatches) = (0, 0, 0)
            while seen < count, mismatches < 5 {
                let tree = generator.make(.bool, 3)
                let bindings = comparison.world.bindings[seen % 8]
                guard let (database, interpreter) = try await Self.found(tree.text, comparison, bindings) else { continue }
                seen += 1
                if interpreter == .failure { failing += 1 }
                if database != interpreter {
                    mismatches += 1
                    Issue.record("\(tree.text)\n  interpreter: \(interpreter), database: \(database)")
                }
            }
            #expect(failing > count / 50)
        }
    }

    @Test(
        "failures are absorbed where the language absorbs them",
        arguments: [
            ("r.n / 0 == 1 || true", false), ("r.id > 0 || r.n / 0 == 1", false), ("r.id < 0 && r.n / 0 == 1", false),
            ("r.n / 0 == 1 && r.id < 0", false),
            ("r.n / 0 == 1", true), ("!(r.n / 0 == 1)", true), ("r.id == 1 && r.id / 0 == 1", true),
            ("people.exists(p, p.id / 0 == 1 || p.id == 1)", false),
            ("people.exists(p, p.id / (p.id - 1) == 2)", false), ("people.all(p, p.id / (p.id - 1) == 2)", false),
            ("people.exists(p, p.id / 0 == 1)", true),
            ("people.count(p, p.id / (p.id - 1) == 2) == 1", true), ("people.filter(p, p.id / (p.id - 1) == 2).exists(p, p.id == 2)", true),
            ("size(none) > 0 && r.n == none[0]", false), ("size(none) == 0 || r.n == none[0]", false), ("r.id > 0 && r.n == none[0]", true),
            ("r.id < 0 && r.n == none[0]", false), ("(r.n / 0 == 1 ? true : true)", true), ("none[0] in [1, 2] || r.id > 0", false),
        ])
    func absorption(source: String, fails: Bool) async throws {
        try await Comparison.with(3, rows: 5) { comparison async throws in
            let (database, interpreter) = try #require(try await Self.found(source, comparison, comparison.world.bindings[0]))
            #expect(database == interpreter)
            #expect((database == .failure) == fails)
        }
    }

    @Test("order and groups")
    func orderAndGroups() async throws {
        try await Comparison.with(11, rows: 40) { comparison async throws in
            let environment = World.environment
            let key = try World.lowering().orderKey("-r.owner.name", in: environment)
            let sql = "SELECT p.name FROM rows AS r JOIN people AS p ON p.id = r.owner ORDER BY \(key.clause)"
            let names = try await comparison.pool.query(PostgresQuery(unsafeSQL: sql).unprepared()).decode(String.self)
            #expect(names == names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.reversed())
            let grouped = CELEnvironment(
                variables: ["r": .object("row")], records: [World.rows, World.people, World.lines, World.places], enums: [World.kinds],
                functions: SQLLowering.aggregates)
            let group = try World.lowering().value(grouped.compile("string(r.kind)")).text
            let sum = try World.lowering().value(grouped.compile("sum(r.small % 10)"))
            var parameters = PostgresParameters()
            for (value, parameter) in zip(try sum.values([:]).values, sum.parameters) { parameters.append(value, parameter.sqlType) }
            let totals = try await comparison.pool.query(
                PostgresQuery(unsafeSQL: "SELECT \(group), \(sum.text) FROM rows AS r GROUP BY 1 ORDER BY 1", parameters: parameters)
                    .unprepared()
            ).decode((String, Int64).self)
            var wanted: [String: Int64] = [:]
            for case .object(let row) in comparison.world.rows {
                guard case .string(let kind)? = row["kind"], case .int(let small)? = row["small"] else { continue }
                wanted[kind, default: 0] += small % 10
            }
            #expect(Dictionary(uniqueKeysWithValues: totals.map { ($0.0, $0.1) }) == wanted)
        }
    }
}
