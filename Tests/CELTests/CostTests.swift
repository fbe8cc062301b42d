import CEL
import Testing

@Suite("CEL worst cost")
struct CostTests {
    static let environment = CELEnvironment(
        variables: ["xs": .list(.int), "ys": .list(.list(.string)), "s": .string, "n": .int, "m": .map(.string, .list(.int)), "d": .dyn])

    @Test("loops multiply, branches don't add up")
    func shape() throws {
        let sizes = CELSizes(text: 160, count: 10)
        func worst(_ source: String) throws -> Int { try Self.environment.compile(source).worstCost(sizes) }
        #expect(try worst("n + 1") <= 2)
        let loop = try worst("xs.all(x, x > n)")
        #expect((10...40).contains(loop))
        let nested = try worst("xs.all(x, xs.all(y, x != y))")
        #expect((100...500).contains(nested))
        #expect(try worst("n > 0 ? xs.all(x, x > n) : xs.exists(x, x > n)") < 2 * loop)
        #expect(try worst("lists.range(1000).map(i, i * n)") >= 1000)
        #expect(try worst("lists.range(n).map(i, i)") >= 1_000_000)
        #expect(try worst("s + s") >= 20)
        #expect(try worst("xs.map(a, xs.map(b, xs.map(c, xs.map(d, xs.map(e, a))))) == []") >= 100_000)
    }

    @Test("sizes of single variables count before the others")
    func variables() throws {
        let program = try Self.environment.compile("xs.all(x, x > n)")
        #expect(program.worstCost(CELSizes(variables: ["xs": 3])) < program.worstCost(CELSizes()))
    }

    @Test("what has no bound is told as such")
    func unbounded() throws {
        let deep = (0..<20).reduce("1") { inner, level in "lists.range(1000000).map(v\(level), \(inner))" }
        #expect(try Self.environment.compile(deep).worstCost() == .max)
    }

    @Test("no evaluation costs more", .timeLimit(.minutes(10)))
    func property() throws {
        let sizes = CELSizes(text: 40, count: 3, parts: 200)
        var generator = ExpressionGenerator(random: SeededGenerator(state: FuzzTests.seed &+ 3))
        var compared = 0
        for round in 0..<FuzzTests.rounds {
            let source = generator.expression(1 + round % 5)
            guard let program = try? Shop.environment.compile(source) else { continue }
            let worst = program.worstCost(sizes)
            if worst > 5_000_000 { continue }
            compared += 1
            do {
                _ = try program.evaluate(FuzzTests.bindings, limits: CELLimits(cost: worst))
            } catch {
                if error.code == .costLimit { Issue.record("'\(source)' takes more than the \(worst) steps it should") }
            }
        }
        #expect(compared > FuzzTests.rounds / 40)
    }
}
