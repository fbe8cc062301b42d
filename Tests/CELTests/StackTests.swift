import CEL
import Foundation
import Testing

/// The largest expressions that the limits let through, on a thread with the stack of a worker thread.
@Suite("CEL on a small stack")
struct StackTests {
    /// 512 KiB for optimised code. Without optimisation its frames are several times as large.
    #if DEBUG
        static let stackSize = 3 << 20
    #else
        static let stackSize = 512 << 10
    #endif

    static func onSmallStack<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Result { try body() }) }
            thread.stackSize = stackSize
            thread.start()
        }
    }

    static func nested(_ open: String, _ middle: String, _ close: String, _ count: Int) -> String {
        String(repeating: open, count: count) + middle + String(repeating: close, count: count)
    }

    static let environment = CELEnvironment(
        variables: ["n": .int, "b": .bool, "s": .string, "m": .dyn, "xs": .list(.int)],
        functions: [CELFunction("f", .global([.int], returns: .int, .unary { $0 }), .receiver([.int], returns: .int, .unary { $0 }))])

    @Test(
        "every stage holds the deepest expressions",
        arguments: [
            nested("(1 + [", "n", "][0])", 42), nested("(", "n", ")", 120), "n" + String(repeating: " + n", count: 250),
            nested("f(", "n", ")", 120),
            "n" + String(repeating: ".f()", count: 250), "m" + String(repeating: ".a", count: 250),
            "m" + String(repeating: "[0]", count: 250),
            nested("b ? n : (", "n", ")", 60), nested("b ? n : ", "n", "", 120), nested("[", "n", "]", 120),
            nested("{'a': ", "n", "}", 120),
            nested("xs.map(x, ", "n", ")", 100), nested("!(b && ", "b", ")", 60), nested("(b || (b && ", "b", "))", 55),
            nested("cel.bind(x, n, ", "n", ")", 110),
            "xs" + String(repeating: ".filter(x, x > n)", count: 120), nested("-(", "n", ")", 100),
            "n" + String(repeating: " - n * n", count: 120),
        ])
    func deepest(_ source: String) async throws {
        try await Self.onSmallStack {
            let program = try Self.environment.compile(source)
            var bindings: CELBindings = ["n": .int(1), "b": .bool(true), "s": .string("a"), "xs": .list([.int(1)])]
            _ = try? program.evaluate(bindings)
            _ = try? Self.environment.compileUnchecked(source).evaluate(bindings)
            #expect(try Self.environment.compile(program.formatted).type == program.type)
            _ = program.worstCost()
            _ = program.checked.ast.outline()
            bindings["n"] = nil
            _ = try program.residual(bindings).text
            bindings = ["n": .int(0)]
            _ = try program.residual(bindings).text
        }
    }

    @Test(
        "what goes deeper is refused",
        arguments: [
            nested("(", "n", ")", 30_000), nested("[", "n", "]", 30_000), nested("f(", "n", ")", 15_000), nested("{1:", "n", "}", 15_000),
            String(repeating: "(", count: 60_000), String(repeating: "[{(", count: 20_000), String(repeating: "b ? n : ", count: 8000),
            "n" + String(repeating: "+n", count: 30_000), "n" + String(repeating: ".f()", count: 15_000),
            "m" + String(repeating: "[0]", count: 20_000),
            String(repeating: "xs.map(x, ", count: 6000), String(repeating: "cel.bind(x, n, ", count: 4000),
            String(repeating: "a[b(", count: 15_000),
        ])
    func refused(_ source: String) async throws {
        try await Self.onSmallStack {
            let found = issues(source, in: Self.environment)
            #expect(found.contains { $0.message.contains("levels") }, "\(found.prefix(3))")
        }
    }

    @Test(
        "large nonsense ends in issues, and soon", .timeLimit(.minutes(5)),
        arguments: [
            String(repeating: "1 2 ", count: 16_000), String(repeating: "[1 2, (3 4, ", count: 5000), String(repeating: ")", count: 60_000),
            String(repeating: ",", count: 60_000), String(repeating: "f(1 2, 3 4), ", count: 4500), String(repeating: "§ ", count: 20_000),
            String(repeating: "'\\q' ", count: 10_000), String(repeating: "{1 2 3, 4: 5 6} ", count: 4000),
            String(repeating: "nope + ", count: 8000),
            String(repeating: "!-", count: 30_000), String(repeating: ". ", count: 30_000), String(repeating: "? : ", count: 15_000),
            String(repeating: "in ", count: 20_000),
            "[" + String(repeating: "1 2, ", count: 12_000) + "]", String(repeating: "((1 2) ", count: 9000),
            String(repeating: "\"", count: 60_001),
        ])
    func nonsense(_ source: String) async throws {
        let source = String(decoding: source.utf8.prefix(20_000), as: UTF8.self)
        try await Self.onSmallStack { #expect((1...45).contains(issues(source, in: Self.environment).count)) }
    }
}
