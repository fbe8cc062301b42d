/// The arithmetic operators. Whole numbers never wrap around.
enum Arithmetic {
    static func add(_ a: CELValue, _ b: CELValue) throws(CELError) -> CELValue {
        switch (a, b) {
        case (.int(let a), .int(let b)):
            let (sum, overflow) = a.addingReportingOverflow(b)
            guard !overflow else { throw .overflow("the sum is beyond 64 bits") }
            return .int(sum)
        case (.string(let a), .string(let b)): return .string(a + b)
        case (.double(let a), .double(let b)): return .double(a + b)
        case (.uint(let a), .uint(let b)):
            let (sum, overflow) = a.addingReportingOverflow(b)
            guard !overflow else { throw .overflow("the sum is beyond 64 bits") }
            return .uint(sum)
        case (.list(let a), .list(let b)): return .list(a + b)
        case (.bytes(let a), .bytes(let b)): return .bytes(a + b)
        case (.timestamp(let time), .duration(let span)), (.duration(let span), .timestamp(let time)):
            return .timestamp(try time.adding(span))
        case (.duration(let a), .duration(let b)): return .duration(try a.adding(b))
        default: throw .noOverload(Operator.add, a, b)
        }
    }

    static func subtract(_ a: CELValue, _ b: CELValue) throws(CELError) -> CELValue {
        switch (a, b) {
        case (.int(let a), .int(let b)):
            let (difference, overflow) = a.subtractingReportingOverflow(b)
            guard !overflow else { throw .overflow("the difference is beyond 64 bits") }
            return .int(difference)
        case (.uint(let a), .uint(let b)):
            let (difference, overflow) = a.subtractingReportingOverflow(b)
            guard !overflow else { throw .overflow("a uint can't be negative") }
            return .uint(difference)
        case (.double(let a), .double(let b)): return .double(a - b)
        case (.timestamp(let a), .timestamp(let b)): return .duration(try a.since(b))
        case (.timestamp(let time), .duration(let span)):
            guard span.nanoseconds > .min else { throw .overflow("the duration is longer than 292 years") }
            return .timestamp(try time.adding(CELDuration(nanoseconds: -span.nanoseconds)))
        case (.duration(let a), .duration(let b)): return .duration(try a.subtracting(b))
        default: throw .noOverload(Operator.subtract, a, b)
        }
    }

    static func multiply(_ a: CELValue, _ b: CELValue) throws(CELError) -> CELValue {
        switch (a, b) {
        case (.int(let a), .int(let b)):
            let (product, overflow) = a.multipliedReportingOverflow(by: b)
            guard !overflow else { throw .overflow("the product is beyond 64 bits") }
            return .int(product)
        case (.uint(let a), .uint(let b)):
            let (product, overflow) = a.multipliedReportingOverflow(by: b)
            guard !overflow else { throw .overflow("the product is beyond 64 bits") }
            return .uint(product)
        case (.double(let a), .double(let b)): return .double(a * b)
        default: throw .noOverload(Operator.multiply, a, b)
        }
    }

    static func divide(_ a: CELValue, _ b: CELValue) throws(CELError) -> CELValue {
        switch (a, b) {
        case (.int(let a), .int(let b)):
            guard b != 0 else { throw CELError(.divideByZero, "") }
            let (quotient, overflow) = a.dividedReportingOverflow(by: b)
            guard !overflow else { throw .overflow("the quotient is beyond 64 bits") }
            return .int(quotient)
        case (.uint(let a), .uint(let b)):
            guard b != 0 else { throw CELError(.divideByZero, "") }
            return .uint(a / b)
        case (.double(let a), .double(let b)): return .double(a / b)
        default: throw .noOverload(Operator.divide, a, b)
        }
    }

    static func modulo(_ a: CELValue, _ b: CELValue) throws(CELError) -> CELValue {
        switch (a, b) {
        case (.int(let a), .int(let b)):
            guard b != 0 else { throw CELError(.divideByZero, "") }
            let (rest, overflow) = a.remainderReportingOverflow(dividingBy: b)
            guard !overflow else { throw .overflow("the remainder's quotient is beyond 64 bits") }
            return .int(rest)
        case (.uint(let a), .uint(let b)):
            guard b != 0 else { throw CELError(.divideByZero, "") }
            return .uint(a % b)
        default: throw .noOverload(Operator.modulo, a, b)
        }
    }

    static func negate(_ a: CELValue) throws(CELError) -> CELValue {
        switch a {
        case .int(let value):
            guard value > .min else { throw .overflow("the smallest int has no opposite") }
            return .int(-value)
        case .double(let value): return .double(-value)
        default: throw .noOverload(Operator.negate, a)
        }
    }
}

extension CELLibrary {
    /// Signatures of the operators; the interpreter runs them without looking here.
    static let operators: [CELFunction] = [
        arithmetic(
            Operator.add,
            [
                (.int, .int, .int), (.uint, .uint, .uint), (.double, .double, .double), (.string, .string, .string),
                (.bytes, .bytes, .bytes), (.list(.parameter("A")), .list(.parameter("A")), .list(.parameter("A"))),
                (.timestamp, .duration, .timestamp), (.duration, .timestamp, .timestamp), (.duration, .duration, .duration),
            ]
        ) { try Arithmetic.add($0, $1) },
        arithmetic(
            Operator.subtract,
            [
                (.int, .int, .int), (.uint, .uint, .uint), (.double, .double, .double), (.timestamp, .timestamp, .duration),
                (.timestamp, .duration, .timestamp), (.duration, .duration, .duration),
            ]
        ) { try Arithmetic.subtract($0, $1) },
        arithmetic(Operator.multiply, [(.int, .int, .int), (.uint, .uint, .uint), (.double, .double, .double)]) {
            try Arithmetic.multiply($0, $1)
        },
        arithmetic(Operator.divide, [(.int, .int, .int), (.uint, .uint, .uint), (.double, .double, .double)]) {
            try Arithmetic.divide($0, $1)
        },
        arithmetic(Operator.modulo, [(.int, .int, .int), (.uint, .uint, .uint)]) { try Arithmetic.modulo($0, $1) },
        CELFunction(
            Operator.negate,
            overloads: [CELType.int, .double].map { type in
                .global([type], returns: type, .unary { try Arithmetic.negate($0) })
            }),
        CELFunction(Operator.not, .global([.bool], returns: .bool, .unary { .bool(!(try $0.asBool())) })),
    ]

    private static func arithmetic(
        _ name: String, _ types: [(CELType, CELType, CELType)],
        _ body: @escaping @Sendable (CELValue, CELValue) throws -> CELValue
    ) -> CELFunction {
        CELFunction(name, overloads: types.map { .global([$0.0, $0.1], returns: $0.2, .binary(body)) })
    }
}
