import CEL
import Postgres
import Testing

/// Every pair of edge numbers, and pairs of any bits, through every operator.
@Suite(
    "CEL in PostgreSQL: arithmetic", .enabled(if: TestServer.url != nil, "SWITCHBOARD_TEST_POSTGRES_URL is not set"),
    .timeLimit(.minutes(5)))
struct ArithmeticTests {
    private static let environment = CELEnvironment(
        variables: ["r": .object("pair")],
        records: [CELRecord(name: "pair", fields: [.init("a", .double), .init("b", .double), .init("i", .int), .init("j", .int)])])
    private static let lowering = SQLLowering(rows: [
        SQLRow(
            variable: "r",
            fields: [
                "a": SQLColumn("r.a", "double precision"), "b": SQLColumn("r.b", "double precision"), "i": SQLColumn("r.i", "bigint"),
                "j": SQLColumn("r.j", "bigint"),
            ])
    ])

    @Test(
        "both sides compute the same",
        arguments: [
            "r.a + r.b", "r.a - r.b", "r.a * r.b", "r.a / r.b", "-r.a", "math.round(r.a)", "math.sqrt(r.a)", "math.greatest(r.a, r.b)",
            "math.least(r.a, r.b)",
            "r.a == r.b", "r.a < r.b", "r.a <= r.b", "r.a > r.b", "r.a >= r.b", "r.i < r.a", "r.i >= r.a", "int(r.a)", "double(r.i) * r.a",
            "r.a * 2.0", "3.0 / r.a",
            "r.a + 1e300", "(r.a * r.b) * r.a", "(r.a + r.b) / r.a", "r.i + r.j", "r.i - r.j", "r.i * r.j", "r.i / r.j", "r.i % r.j",
            "-r.i", "math.abs(r.i)",
            "math.sign(r.a)", "r.i * 3 - r.j", "r.i / -1", "r.i % -1", "r.i / 7", "(r.i % 7) * 1000",
        ])
    func pairs(source: String) async throws {
        var random = Seeded(state: 31)
        var (a, b, i, j): ([Double], [Double], [Int64], [Int64]) = ([], [], [], [])
        for first in Edges.doubles {
            for second in Edges.doubles {
                a.append(first)
                b.append(second)
            }
        }
        for _ in 0..<3_000 {
            a.append(Double(bitPattern: random.next()))
            // Near where products and quotients become infinite or zero.
            let scale = random.chance(1, of: 2) ? 0 : Int(random.next() % 2_100) - 1_050
            b.append(
                scale == 0
                    ? Double(bitPattern: random.next())
                    : Double(sign: .plus, exponent: scale - Int(a[a.count - 1].isNormal ? a[a.count - 1].exponent : 0), significand: 1.5))
        }
        for first in Edges.ints {
            for second in Edges.ints {
                i.append(first)
                j.append(second)
            }
        }
        while i.count < a.count {
            i.append(Int64(bitPattern: random.next()) >> Int64(random.next() % 64))
            j.append(Int64(bitPattern: random.next()) >> Int64(random.next() % 64))
        }
        let count = a.count
        let program = try Self.environment.compile(source)
        let fragment = try Self.lowering.outcome(program)
        let offset = fragment.parameters.count
        var parameters = PostgresParameters()
        for (value, parameter) in zip(try fragment.values([:]).values, fragment.parameters) { parameters.append(value, parameter.sqlType) }
        parameters.append(a)
        parameters.append(b)
        parameters.append(Array(i.prefix(count)))
        parameters.append(Array(j.prefix(count)))
        let types = ["double precision[]", "double precision[]", "bigint[]", "bigint[]"]
        let arrays = types.enumerated().map { "$\(offset + $0.offset + 1)::\($0.element)" }.joined(separator: ", ")
        let sql = "SELECT (\(fragment.text))::text FROM unnest(\(arrays)) WITH ORDINALITY AS r(a, b, i, j, n) ORDER BY r.n"
        let found = try await Comparison.with(1, rows: 1) { [parameters] comparison async throws in
            try await comparison.pool.query(PostgresQuery(unsafeSQL: sql, parameters: parameters).unprepared()).decode(String?.self)
        }
        var differences: [String] = []
        let record = try #require(Self.environment.record(named: "pair"))
        for row in 0..<count {
            let object = record.object(["a": .double(a[row]), "b": .double(b[row]), "i": .int(i[row]), "j": .int(j[row])])
            let wanted: Outcome
            do { wanted = Outcome(try program.evaluate(["r": .object(object)])) } catch { wanted = .failure }
            var given = found[row].map { Outcome.value($0) } ?? .failure
            if program.type == .double, let text = found[row], let number = Double(text) { given = Outcome(.double(number)) }
            if wanted != given { differences.append("\(a[row]) \(b[row]) \(i[row]) \(j[row]): \(wanted), in the database \(given)") }
        }
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(5))")
    }
}
