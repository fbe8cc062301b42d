extension CELLibrary {
    private static let numbers: [CELType] = [.int, .uint, .double]

    /// The functions under `math.`.
    static let math: [CELFunction] = [
        extreme("math.greatest", "The greatest of the numbers given, one by one or as a list.", .greater),
        extreme("math.least", "The least of the numbers given, one by one or as a list.", .less),
        rounding("math.ceil", "The next whole number above.") { $0.rounded(.up) },
        rounding("math.floor", "The next whole number below.") { $0.rounded(.down) },
        rounding("math.round", "The nearest whole number; halves away from zero.") { $0.rounded(.toNearestOrAwayFromZero) },
        rounding("math.trunc", "The number without its decimals.") { $0.rounded(.towardZero) },
        CELFunction(
            "math.sqrt", documentation: "The square root; NaN of what is negative.",
            overloads: numbers.map {
                .global(
                    [$0], returns: .double,
                    .unary { value in
                        guard case .double(let number) = try Convert.double(value) else {
                            throw CELError.noOverload("math.sqrt", value)
                        }
                        return .double(number.squareRoot())
                    })
            }),
        CELFunction(
            "math.abs", documentation: "The number without its sign.",
            overloads: numbers.map { .global([$0], returns: $0, .unary { try absolute($0) }) }),
        CELFunction(
            "math.sign", documentation: "-1, 0 or 1, in the number's own type.",
            overloads: numbers.map { .global([$0], returns: $0, .unary { try sign($0) }) }),
        property("math.isNaN", "Whether this is no number.") { $0.isNaN },
        property("math.isInf", "Whether the number is infinite.") { $0.isInfinite },
        property("math.isFinite", "Whether the number is neither infinite nor NaN.") { $0.isFinite },
        bits("math.bitAnd", "Bits that both have.") { $0 & $1 },
        bits("math.bitOr", "Bits that either has.") { $0 | $1 },
        bits("math.bitXor", "Bits that one of them has.") { $0 ^ $1 },
        CELFunction(
            "math.bitNot", documentation: "All bits turned over.",
            .global([.int], returns: .int, .unary { .int(~(try $0.asInt())) }),
            .global([.uint], returns: .uint, .unary { .uint(~(try $0.asUInt())) })),
        shift("math.bitShiftLeft", "Bits moved up; what leaves is lost.") { value, by in value << by },
        shift("math.bitShiftRight", "Bits moved down, zeros following.") { value, by in value >> by },
    ]

    private static func extreme(_ name: String, _ documentation: String, _ wanted: Ordering) -> CELFunction {
        let pick: @Sendable ([CELValue]) throws -> CELValue = { values in
            guard var best = values.first else { throw CELError.invalid("\(name) needs at least one number") }
            guard best.isNumber else { throw CELError.noOverload(name, values) }
            for value in values.dropFirst() {
                guard value.isNumber else { throw CELError.noOverload(name, values) }
                if Numbers.compare(value, best) == wanted { best = value }
            }
            return best
        }
        var overloads = numbers.flatMap { type in
            [
                CELOverload(.global, [type], rest: type, returns: type, .variadic(pick)),
                .global([.list(type)], returns: type, .unary { try pick(try $0.asList()) }),
            ]
        }
        overloads.append(
            CELOverload(
                .global, [.dyn], rest: .dyn, returns: .dyn,
                .variadic { arguments in
                    if arguments.count == 1, case .list(let list) = arguments[0] { return try pick(list) }
                    return try pick(arguments)
                }))
        return CELFunction(name, documentation: documentation, overloads: overloads)
    }

    private static func rounding(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (Double) -> Double
    ) -> CELFunction {
        CELFunction(
            name, documentation: documentation,
            .global([.double], returns: .double, .unary { .double(body(try $0.asDouble())) }))
    }

    private static func property(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (Double) -> Bool
    ) -> CELFunction {
        CELFunction(
            name, documentation: documentation,
            .global([.double], returns: .bool, .unary { .bool(body(try $0.asDouble())) }))
    }

    private static func bits(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> CELFunction {
        CELFunction(
            name, documentation: documentation,
            .global(
                [.int, .int], returns: .int,
                .binary { a, b in
                    .int(Int64(bitPattern: body(UInt64(bitPattern: try a.asInt()), UInt64(bitPattern: try b.asInt()))))
                }),
            .global([.uint, .uint], returns: .uint, .binary { .uint(body(try $0.asUInt(), try $1.asUInt())) }))
    }

    private static func shift(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> CELFunction {
        @Sendable func distance(_ value: CELValue) throws(CELError) -> UInt64 {
            guard let by = UInt64(exactly: try value.asInt()) else {
                throw .invalid("\(name) needs a distance that isn't negative")
            }
            return by
        }
        return CELFunction(
            name, documentation: documentation,
            .global(
                [.int, .int], returns: .int,
                .binary { a, b in
                    .int(Int64(bitPattern: body(UInt64(bitPattern: try a.asInt()), try distance(b))))
                }),
            .global([.uint, .int], returns: .uint, .binary { .uint(body(try $0.asUInt(), try distance($1))) }))
    }

    private static func absolute(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .int(let number):
            guard number > .min else { throw .overflow("the smallest int has no opposite") }
            return .int(abs(number))
        case .uint: return value
        case .double(let number): return .double(abs(number))
        default: throw .noOverload("math.abs", value)
        }
    }

    private static func sign(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .int(let number): return .int(number.signum())
        case .uint(let number): return .uint(number.signum())
        case .double(let number): return .double(number.isNaN ? number : number > 0 ? 1 : number < 0 ? -1 : 0)
        default: throw .noOverload("math.sign", value)
        }
    }
}
