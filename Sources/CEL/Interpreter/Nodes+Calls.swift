// Arithmetic and calls.

typealias BinaryOperation = @Sendable (CELValue, CELValue) throws(CELError) -> CELValue

final class ArithmeticNode: PlanNode {
    private let left: any PlanNode
    private let right: any PlanNode
    private let offset: Int
    private let body: BinaryOperation

    init(_ left: any PlanNode, _ right: any PlanNode, offset: Int, _ body: @escaping BinaryOperation) {
        self.left = left
        self.right = right
        self.offset = offset
        self.body = body
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let a = try left.evaluate(&frame)
        let b = try right.evaluate(&frame)
        // Paid before it is made: a chain of doublings must end in time.
        switch (a, b) {
        case (.string(let a), .string(let b)): try frame.charge(1 + (a.utf8.count + b.utf8.count) / 16)
        case (.list(let a), .list(let b)): try frame.charge(1 + a.count + b.count)
        case (.bytes(let a), .bytes(let b)): try frame.charge(1 + (a.count + b.count) / 16)
        default: break
        }
        do throws(CELError) {
            return try body(a, b)
        } catch {
            throw error.located(offset)
        }
    }
}

/// `a + b + c …` that can only be strings: put together in one go.
final class ConcatenationNode: PlanNode {
    /// Two at least, with the place of the operator before each; the first has that of the second.
    private let parts: [(node: any PlanNode, offset: Int)]

    init(_ parts: [(node: any PlanNode, offset: Int)]) { self.parts = parts }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        // The operator fails when it has both its operands.
        let first = try parts[0].node.evaluate(&frame)
        let second = try parts[1].node.evaluate(&frame)
        guard case .string(var text) = first, case .string(let next) = second else {
            throw .noOverload(Operator.add, first, second).located(parts[1].offset)
        }
        try append(next, to: &text, &frame)
        for (node, offset) in parts.dropFirst(2) {
            let value = try node.evaluate(&frame)
            guard case .string(let next) = value else {
                throw .noOverload(Operator.add, .string(text), value).located(offset)
            }
            try append(next, to: &text, &frame)
        }
        return .string(text)
    }

    private func append(_ next: String, to text: inout String, _ frame: inout Frame) throws(CELError) {
        // Paid before it is made: a chain of doublings must end in time.
        try frame.charge(1 + (text.utf8.count + next.utf8.count) / 16)
        text += next
    }
}

final class NegateNode: PlanNode {
    private let operand: any PlanNode
    private let offset: Int

    init(_ operand: any PlanNode, offset: Int) {
        self.operand = operand
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try operand.evaluate(&frame)
        do throws(CELError) {
            return try Arithmetic.negate(value)
        } catch {
            throw error.located(offset)
        }
    }
}

final class UnaryCallNode: PlanNode {
    private let operand: any PlanNode
    private let offset: Int
    private let body: @Sendable (CELValue) throws -> CELValue

    init(_ operand: any PlanNode, offset: Int, _ body: @escaping @Sendable (CELValue) throws -> CELValue) {
        self.operand = operand
        self.offset = offset
        self.body = body
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try operand.evaluate(&frame)
        try frame.charge(reading: value)
        do {
            let result = try body(value)
            try frame.charge(for: result)
            return result
        } catch {
            throw CELError.from(error, offset)
        }
    }
}

final class BinaryCallNode: PlanNode {
    private let first: any PlanNode
    private let second: any PlanNode
    private let offset: Int
    private let body: @Sendable (CELValue, CELValue) throws -> CELValue

    init(
        _ first: any PlanNode, _ second: any PlanNode, offset: Int,
        _ body: @escaping @Sendable (CELValue, CELValue) throws -> CELValue
    ) {
        self.first = first
        self.second = second
        self.offset = offset
        self.body = body
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let a = try first.evaluate(&frame)
        let b = try second.evaluate(&frame)
        try frame.charge(reading: a)
        try frame.charge(reading: b)
        do {
            let result = try body(a, b)
            try frame.charge(for: result)
            return result
        } catch {
            throw CELError.from(error, offset)
        }
    }
}

/// A call of the one overload the types allow.
final class CallNode: PlanNode {
    private let name: String
    private let overload: CELOverload
    private let operands: [any PlanNode]
    private let offset: Int

    init(_ name: String, _ overload: CELOverload, _ operands: [any PlanNode], offset: Int) {
        self.name = name
        self.overload = overload
        self.operands = operands
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        var arguments: [CELValue] = []
        arguments.reserveCapacity(operands.count)
        for operand in operands { arguments.append(try operand.evaluate(&frame)) }
        for argument in arguments { try frame.charge(reading: argument) }
        let result = try overload.call(name, arguments, frame.bindings, offset: offset)
        try frame.charge(for: result)
        return result
    }
}

/// A call with one operand for which the value decides among several overloads.
final class UnaryDispatchNode: PlanNode {
    private let name: String
    private let overloads: [(type: CELType, body: @Sendable (CELValue) throws -> CELValue)]
    private let operand: any PlanNode
    private let offset: Int

    /// Nil unless all overloads take one argument.
    init?(_ name: String, _ overloads: [CELOverload], _ operands: [any PlanNode], offset: Int) {
        guard operands.count == 1, let operand = operands.first else { return nil }
        var found: [(type: CELType, body: @Sendable (CELValue) throws -> CELValue)] = []
        for overload in overloads {
            guard case .unary(let body) = overload.implementation, let type = overload.parameters.first,
                overload.parameters.count == 1
            else { return nil }
            found.append((type, body))
        }
        self.name = name
        self.overloads = found
        self.operand = operand
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try operand.evaluate(&frame)
        try frame.charge(reading: value)
        for (type, body) in overloads where type.admits(value) {
            do {
                let result = try body(value)
                try frame.charge(for: result)
                return result
            } catch {
                throw CELError.from(error, offset)
            }
        }
        throw .noOverload(name, value).located(offset)
    }
}

/// A call for which the values decide among several overloads.
final class DispatchNode: PlanNode {
    private let name: String
    private let overloads: [CELOverload]
    private let operands: [any PlanNode]
    private let offset: Int

    init(_ name: String, _ overloads: [CELOverload], _ operands: [any PlanNode], offset: Int) {
        self.name = name
        self.overloads = overloads
        self.operands = operands
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        var arguments: [CELValue] = []
        arguments.reserveCapacity(operands.count)
        for operand in operands { arguments.append(try operand.evaluate(&frame)) }
        guard let overload = overloads.first(where: { $0.takes(arguments) }) else {
            throw .noOverload(name, arguments).located(offset)
        }
        for argument in arguments { try frame.charge(reading: argument) }
        let result = try overload.call(name, arguments, frame.bindings, offset: offset)
        try frame.charge(for: result)
        return result
    }
}

extension CELError {
    static func from(_ error: any Error, _ offset: Int) -> CELError {
        if let error = error as? CELError { return error.located(offset) }
        return CELError(.hostFailure, "a function of the host failed", offset: offset)
    }
}

extension CELOverload {
    func takes(_ arguments: [CELValue]) -> Bool {
        guard accepts(argumentCount: arguments.count) else { return false }
        for (position, argument) in arguments.enumerated() {
            let type = position < parameters.count ? parameters[position] : rest ?? .dyn
            guard type.admits(argument) else { return false }
        }
        return true
    }

    func call(
        _ name: String, _ arguments: [CELValue], _ bindings: CELBindings, offset: Int
    ) throws(CELError) -> CELValue {
        do {
            switch implementation {
            case .nullary(let body) where arguments.isEmpty: return try body()
            case .unary(let body) where arguments.count == 1: return try body(arguments[0])
            case .binary(let body) where arguments.count == 2: return try body(arguments[0], arguments[1])
            case .ternary(let body) where arguments.count == 3: return try body(arguments[0], arguments[1], arguments[2])
            case .variadic(let body): return try body(arguments)
            case .contextual(let body): return try body(CELCallContext(bindings: bindings), arguments)
            default: throw CELError(.noMatchingOverload, "'\(name)' has no implementation for \(arguments.count) arguments")
            }
        } catch {
            throw CELError.from(error, offset)
        }
    }
}

extension CELType {
    /// Whether a value is of this type, as far as can be told without looking at every element.
    func admits(_ value: CELValue) -> Bool {
        switch (self, value) {
        case (.dyn, _), (.parameter, _), (.variable, _): return true
        case (.nullable, .null), (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double),
            (.string, .string), (.enumeration, .string), (.bytes, .bytes), (.timestamp, .timestamp), (.duration, .duration),
            (.type, .type), (.map, .map), (.optional, .optional):
            return true
        case (.nullable(let inner), _): return inner.admits(value)
        case (.list(let element), .list(let list)): return list.first.map { element.admits($0) } ?? true
        case (.object(let name), .object(let object)), (.opaque(let name, _), .object(let object)):
            return object.type == name
        default: return false
        }
    }
}
