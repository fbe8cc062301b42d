import CEL
import CELFuzz
import Foundation
import Testing

/// A short run of what the program CELFuzz does at length.
@Suite("CEL fuzz")
struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let seed = environment["CEL_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_261_121
    static let rounds = environment["CEL_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 3000

    @Test("no input crashes, hangs, or breaks a promise", .timeLimit(.minutes(60)))
    func fuzz() {
        var run = FuzzRun()
        run.rounds = 0..<Self.rounds
        run.seed = Self.seed
        run.corpus = Corpus.all(in: Self.environment["CEL_VECTORS"])
        #if DEBUG
            // Without optimisation everything takes many times as long, and its frames are larger.
            run.slowest = 20_000
            run.largest = 2500
            run.stackSize = 4 << 20
        #endif
        let report = run.run()
        for violation in report.violations { Issue.record("\(violation)") }
        #expect(report.violationCount == 0)
        #expect(report.inputs == run.rounds.count)
        #expect(report.compiled > report.inputs / 4, "too few of the inputs compile for this to mean something")
        #expect(report.withValue > report.inputs / 5, "too few of the inputs have a value for this to mean something")
    }

    @Test("the same round is the same input")
    func repeatable() {
        func input(_ round: Int) -> String {
            var generator = InputGenerator(random: CELFuzz.SeededGenerator(seed: 1, round: round), corpus: Corpus.builtIn)
            return generator.input()
        }
        #expect((0..<200).map(input) == (0..<200).map(input))
        #expect(Set((0..<200).map(input)).count > 150)
    }

    @Test("what is dyn makes the types of its parts dyn")
    func dynamicParts() throws {
        let environment = CELEnvironment(variables: ["any": .dyn])
        #expect(try environment.compile("any + ['a']").type == .list(.dyn))
        #expect(try environment.compile("['a'] + any").type == .list(.dyn))
        #expect(try environment.compile("[true, any.b.value()]").type == .list(.dyn))
        #expect(try environment.compile("['a'] + ['b']").type == .list(.string))
    }

    @Test("a value that shares its parts is not walked through for ever", .timeLimit(.minutes(1)))
    func sharedParts() throws {
        var nesting = "[any]"
        for number in 0..<60 { nesting = "cel.bind(v\(number), \(nesting), [v\(number), v\(number)])" }
        let environment = CELEnvironment(variables: ["any": .dyn, "n": .int])
        let program = try environment.compile("[\(nesting)].size() + n")
        let residual = try program.residual(["any": .int(1)])
        #expect(try residual.program.evaluate(["n": .int(2)]) == .int(3))
    }

    /// Values of the shop, for tests that compare two ways of evaluating one expression.
    static let bindings: CELBindings = [
        "user": Shop.user(1), "o": Shop.order(1, ["courier": Shop.user(2), "tip": .int(3)]),
        "items": .list([.int(1), .int(-5), .int(.max)]),
        "now": .timestamp(CELTimestamp(seconds: 1_700_000_000)), "x": .null, "ys": .list([Shop.order(1), Shop.order(2)]),
        "name": .string("ann"),
    ]
}
