// Conditions and comparisons.

/// `&&` or `||`: one part with the decisive outcome decides, even when others fail.
final class ConnectiveNode: PlanNode {
    private let parts: [any PlanNode]
    private let decisive: Bool
    private let offset: Int

    init(_ parts: [any PlanNode], decisive: Bool, offset: Int) {
        self.parts = parts
        self.decisive = decisive
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        var failure: CELError?
        for part in parts {
            do throws(CELError) {
                switch try part.evaluate(&frame) {
                case .bool(let value): if value == decisive { return .bool(value) }
                case let other:
                    if failure == nil { failure = CELError.expected("bool", other).located(offset) }
                }
            } catch {
                if error.isFinal { throw error }
                if failure == nil { failure = error }
            }
        }
        if let failure { throw failure }
        return .bool(!decisive)
    }
}

final class NotNode: PlanNode {
    private let operand: any PlanNode
    private let offset: Int

    init(_ operand: any PlanNode, offset: Int) {
        self.operand = operand
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try operand.evaluate(&frame)
        guard case .bool(let truth) = value else { throw .noOverload(Operator.not, value).located(offset) }
        return .bool(!truth)
    }
}

final class ConditionalNode: PlanNode {
    private let condition: any PlanNode
    private let yes: any PlanNode
    private let no: any PlanNode
    private let offset: Int

    init(_ condition: any PlanNode, _ yes: any PlanNode, _ no: any PlanNode, offset: Int) {
        self.condition = condition
        self.yes = yes
        self.no = no
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try condition.evaluate(&frame)
        guard case .bool(let truth) = value else { throw CELError.expected("bool", value).located(offset) }
        return truth ? try yes.evaluate(&frame) : try no.evaluate(&frame)
    }
}

final class EqualNode: PlanNode {
    private let left: any PlanNode
    private let right: any PlanNode
    private let isNegated: Bool

    init(_ left: any PlanNode, _ right: any PlanNode, isNegated: Bool) {
        self.left = left
        self.right = right
        self.isNegated = isNegated
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let a = try left.evaluate(&frame)
        let b = try right.evaluate(&frame)
        return .bool(try frame.equal(a, b) != isNegated)
    }
}

final class CompareNode: PlanNode {
    private let left: any PlanNode
    private let right: any PlanNode
    private let wanted: Ordering
    private let orEqual: Bool
    private let offset: Int

    init(_ left: any PlanNode, _ right: any PlanNode, _ wanted: Ordering, orEqual: Bool, offset: Int) {
        self.left = left
        self.right = right
        self.wanted = wanted
        self.orEqual = orEqual
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let a = try left.evaluate(&frame)
        let b = try right.evaluate(&frame)
        do throws(CELError) {
            guard let order = try CELValue.order(a, b) else { return .bool(false) }
            return .bool(order == wanted || (orEqual && order == .equal))
        } catch {
            throw error.located(offset)
        }
    }
}

/// `x in ['a', 'b', …]`: which texts there are is known beforehand.
final class ContainsTextNode: PlanNode {
    private let item: any PlanNode
    private let texts: [String]
    /// Only for so many that looking through them would be slower.
    private let index: Set<CELValue>
    private let cost: Int

    private static let linearLimit = 8

    /// Nil unless all elements are strings.
    init?(_ item: any PlanNode, _ container: any PlanNode) {
        guard case .list(let list)? = (container as? ConstantNode)?.value else { return nil }
        var texts: [String] = []
        for element in list {
            guard case .string(let text) = element else { return nil }
            texts.append(text)
        }
        self.item = item
        self.texts = texts
        index = texts.count > Self.linearLimit ? Set(list) : []
        cost = 1 + list.count / 8
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try item.evaluate(&frame)
        try frame.charge(cost)
        guard case .string(let text) = value else { return .bool(false) }
        guard index.isEmpty else { return .bool(index.contains(value)) }
        for candidate in texts where CodePoints.equal(candidate, text) { return .bool(true) }
        return .bool(false)
    }
}

/// `x in list`, `key in map`
final class ContainsNode: PlanNode {
    private let item: any PlanNode
    private let container: any PlanNode
    private let offset: Int

    init(_ item: any PlanNode, _ container: any PlanNode, offset: Int) {
        self.item = item
        self.container = container
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let value = try item.evaluate(&frame)
        let within = try container.evaluate(&frame)
        switch within {
        case .list(let list):
            try frame.charge(1 + list.count / 8)
            for element in list where try frame.equal(value, element) { return .bool(true) }
            return .bool(false)
        case .map(let map): return .bool(map[value] != nil)
        default: throw .noOverload(Operator.contains, value, within).located(offset)
        }
    }
}
