import CEL
import Synchronization
import Testing

@Suite("CEL interpreter")
struct InterpreterTests {
    @Test(
        "equality and order across numbers",
        arguments: [
            "dyn(1) == 1u", "dyn(1) == 1.0", "dyn(1u) == 1.0", "1 < 1.5", "2u > 1", "-1 < 0u", "[1, 2.0] == [1.0, 2u]",
            "1 in [dyn(1.0)]",
            "{1: 'a'}[dyn(1u)] == 'a'", "{1: 'a'} == {dyn(1u): 'a'}", "dyn(-1) != 18446744073709551615u",
            "!(0.0/0.0 == 0.0/0.0)",
            "!(1.0 < 0.0/0.0)", "0.0 == -0.0", "[[1], [2]] == [[1], [2]]", "'a' < 'b'", "'é' != 'e\\u0301'", "b'a' < b'b'",
            "false < true",
            "type(1) == int", "type([1]) == type(['a'])", "optional.of(1) == optional.of(1)", "'\\U0001F431'.size() == 1",
            "dyn('1') != 1",
        ])
    func equality(source: String) throws {
        #expect(try evaluate(source) == .bool(true))
    }

    @Test(
        "failures",
        arguments: [
            ("9223372036854775807 + 1", CELError.Code.overflow), ("-9223372036854775808 / -1", .overflow),
            ("1 / 0", .divideByZero),
            ("1 % 0", .divideByZero), ("0u - 1u", .overflow), ("[1][1]", .indexOutOfRange), ("[1][-1]", .indexOutOfRange),
            ("{'a': 1}.b", .noSuchKey),
            ("{'a': 1, 'a': 2}", .duplicateKey), ("dyn('a') + 1", .noMatchingOverload), ("int('x')", .invalidArgument),
            ("optional.none().value()", .emptyOptional), ("dyn(1) && true", .noMatchingOverload),
            ("dyn(1) ? 1 : 2", .noMatchingOverload),
            ("timestamp('2026-02-30T00:00:00Z')", .invalidArgument), ("duration('1y')", .invalidArgument),
            ("'a'.matches('(')", .invalidArgument),
            ("[].map(x, x).min()", .invalidArgument), ("[1, 1].one(x, x == 1)", .invalidArgument),
            ("dyn(null).a", .noSuchKey), ("int(1e19)", .overflow),
            ("lists.range(1000000000)", .invalidArgument), ("'abc'.substring(2, 1)", .indexOutOfRange),
            ("dyn({1: 2}) < dyn({1: 3})", .noMatchingOverload),
        ])
    func failures(source: String, code: CELError.Code) throws {
        let error = try failure(source)
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(error?.offset != nil || code == .emptyOptional)
    }

    @Test(
        "one decisive part is enough",
        arguments: [
            ("1 / 0 == 1 || true", true), ("false && 1 / 0 == 1", false), ("1 / 0 == 1 && false", false),
            ("[0, 1].exists(x, 1 / x == 1)", true),
            ("[0, 2].all(x, 1 / x == 1)", false), ("dyn('a') || true", true), ("true || undefined", true),
        ])
    func absorption(source: String, wanted: Bool) throws {
        let environment = CELEnvironment(variables: ["undefined": .bool])
        #expect(try evaluate(source, in: environment) == .bool(wanted))
    }

    @Test("records are found by place and by name, rows are equal by id")
    func objects() throws {
        let environment = Shop.environment
        let program = try environment.compile("o.customer == user && user.role == 'admin'")
        #expect(try program.evaluate(["o": Shop.order(1), "user": Shop.user(1, "other name")]) == .bool(true))
        #expect(try program.evaluate(["o": Shop.order(1), "user": Shop.user(2)]) == .bool(false))
        let foreign = CELObject(type: "users", fields: ["role": .string("admin"), "extra": .int(1)], id: .int(1))
        #expect(try program.evaluate(["o": Shop.order(1), "user": .object(foreign)]) == .bool(true))
        let error = try failure("user.name", ["user": .object(CELObject(type: "users", fields: [:]))], in: environment)
        #expect(error?.code == .noSuchField && error?.offset == 5)
        #expect(try evaluate("has(o.note)", ["o": Shop.order(1)], in: environment) == .bool(false))
        #expect(try evaluate("o.?courier.?name.orValue('none')", ["o": Shop.order(1)], in: environment) == .string("none"))
        let taken = Shop.order(1, ["courier": Shop.user(3, "cleo")])
        #expect(try evaluate("o.?courier.?name.orValue('none')", ["o": taken], in: environment) == .string("cleo"))
        #expect(
            try evaluate("string(o.status) + '!'", ["o": taken], in: CELEnvironment(variables: ["o": .dyn]))
                == .string("placed!"))
    }

    @Test("bindings are looked up through their parents; lazy ones are computed once, when needed")
    func bindings() throws {
        let count = Mutex(0)
        var inner = CELBindings(["a": .int(1)], parent: ["a": .int(5), "b": .int(2)])
        let environment = CELEnvironment(variables: ["a": .int, "b": .int, "c": .int])
        #expect(try evaluate("a * 10 + b", inner, in: environment) == .int(12))
        inner.setLazy("c") {
            count.withLock { $0 += 1 }
            return .int(7)
        }
        #expect(try evaluate("a == 1 || c == 7", inner, in: environment) == .bool(true))
        #expect(count.withLock { $0 } == 0)
        #expect(try evaluate("c + c", inner, in: environment) == .int(14))
        #expect(count.withLock { $0 } == 1)
        struct Broken: Error {}
        inner.setLazy("c") { throw Broken() }
        #expect(try failure("c", inner, in: environment)?.code == .hostFailure)
        #expect(try failure("a + b + c", ["a": .int(1)], in: environment)?.code == .unboundVariable)
    }

    @Test("functions of the host")
    func hostFunctions() throws {
        struct Broken: Error {}
        let money = CELType.opaque("money", [])
        let environment = CELEnvironment(
            variables: ["price": money],
            functions: [
                CELFunction(
                    "twice", documentation: "Twice as much.",
                    .global([.int], returns: .int, .unary { .int(try $0.asInt() * 2) }),
                    .global([.string], returns: .string, .unary { .string(try $0.asString() + $0.asString()) })),
                CELFunction("shout", .receiver([.string], returns: .string, .unary { .string(try $0.asString() + "!") })),
                CELFunction("break_", .global([], returns: .int, .nullary { throw Broken() })),
                CELFunction(
                    "pick",
                    .global(
                        [.list(.parameter("T"))], returns: .parameter("T"),
                        .contextual { context, arguments in
                            let seed = try context.value(of: "seed")?.asInt() ?? 0
                            return try arguments[0].asList()[Int(seed)]
                        })),
                CELFunction(
                    "_*_",
                    .global(
                        [money, .int], returns: money,
                        .binary { price, count in
                            let cents = try price.asObject()["cents"]?.asInt() ?? 0
                            return .object(CELObject(type: "money", fields: ["cents": .int(cents * (try count.asInt()))]))
                        })),
            ])
        #expect(try evaluate("twice(2) + size(twice('ab')) + 1", in: environment) == .int(9))
        #expect(try evaluate("dyn(twice)(1)", in: environment, orNil: true) == nil)
        #expect(try evaluate("twice(dyn('a')).shout()", in: environment) == .string("aa!"))
        #expect(try failure("break_()", in: environment)?.code == .hostFailure)
        #expect(try evaluate("pick(['a', 'b']) + 'c'", ["seed": .int(1)], in: environment) == .string("bc"))
        let price = CELValue.object(CELObject(type: "money", fields: ["cents": .int(250)]))
        #expect(try environment.compile("price * 3").type == money)
        #expect(
            try evaluate("price * 3", ["price": price], in: environment)
                == .object(CELObject(type: "money", fields: ["cents": .int(750)])))
        #expect(try evaluate("2 * 3", in: environment) == .int(6))
    }

    @Test("cost is bounded")
    func cost() throws {
        let loop = "lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0)))"
        #expect(try failure(loop)?.code == .costLimit)
        #expect(
            try failure("true || \(loop)".replacing("true ||", with: "false ||"), limits: CELLimits(cost: 10_000))?.code
                == .costLimit)
        var doubling = "'xxxxxxxxxxxxxxxx'"
        for name in (0..<60).map({ "v\($0)" }) { doubling = "cel.bind(\(name), \(doubling), \(name) + \(name))" }
        #expect(try failure(doubling)?.code == .costLimit)
        var nesting = "[dyn(1)]"
        for name in (0..<40).map({ "v\($0)" }) { nesting = "cel.bind(\(name), \(nesting), [dyn(\(name)), dyn(\(name))])" }
        #expect(try failure("cel.bind(a, \(nesting), cel.bind(b, \(nesting), a == b))")?.code == .costLimit)
    }

    @Test("lists that share their parts are not searched for ever", .timeLimit(.minutes(5)))
    func sharing() throws {
        var nesting = "[dyn(1)]"
        for name in (0..<40).map({ "v\($0)" }) { nesting = "cel.bind(\(name), \(nesting), [dyn(\(name)), dyn(\(name))])" }
        #expect(try failure("\(nesting).distinct()")?.code == .invalidArgument)
        let keys = (0..<20).map { "\($0): 1" }.joined(separator: ", ")
        #expect(try failure("{\(keys)}[dyn(\(nesting))]")?.code == .noSuchKey)
        #expect(try failure("'%s'.format([\(nesting)])")?.code == .invalidArgument)
    }

    @Test("a cancelled task ends an evaluation")
    func cancellation() async throws {
        let program = try CELEnvironment().compile("lists.range(1000).all(a, lists.range(1000).all(b, a + b >= 0))")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return Result { try program.evaluate([:], limits: CELLimits(cost: .max)) }
        }
        guard case .failure(let error as CELError) = await task.value else {
            Issue.record("not cancelled")
            return
        }
        #expect(error.code == .cancelled)
    }

    @Test("what is constant is computed once")
    func constants() throws {
        #expect(try CELEnvironment().compile("1 + 2 * 3").constant == .int(7))
        #expect(try CELEnvironment().compile("duration('90m').getHours()").constant == .int(1))
        #expect(try CELEnvironment().compile("1 / 0").constant == nil)
        #expect(try CELEnvironment(variables: ["a": .int]).compile("a + 1").constant == nil)
    }
}

private func evaluate(_ source: String, in environment: CELEnvironment, orNil: Bool) throws -> CELValue? {
    guard let program = try? environment.compile(source) else { return nil }
    return try program.evaluate()
}
