/// A checked expression made ready to run: a tree of small immutable objects, each of which knows its operands.
protocol PlanNode: AnyObject, Sendable {
    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue
}

struct Plan: Sendable {
    let root: any PlanNode
    let slotCount: Int

    var constant: CELValue? { (root as? ConstantNode)?.value }

    func evaluate(_ bindings: CELBindings, limits: CELLimits) throws(CELError) -> CELValue {
        var frame = Frame(slotCount: slotCount, bindings: bindings, limits: limits)
        return try root.evaluate(&frame)
    }

    /// - Parameter spent: grows by the steps that it took, whether it succeeded or not.
    func evaluate(_ bindings: CELBindings, limits: CELLimits, spent: inout Int) throws(CELError) -> CELValue {
        var frame = Frame(slotCount: slotCount, bindings: bindings, limits: limits)
        defer { spent += limits.cost - max(0, frame.remaining) }
        return try root.evaluate(&frame)
    }
}
