// Nodes without operands.

final class ConstantNode: PlanNode {
    let value: CELValue
    init(_ value: CELValue) { self.value = value }
    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue { value }
}

final class FailingNode: PlanNode {
    private let error: CELError
    init(_ error: CELError) { self.error = error }
    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue { throw error }
}

/// A free variable. Looked up once per evaluation.
final class VariableNode: PlanNode {
    private let name: String
    private let slot: Int

    init(_ name: String, slot: Int) {
        self.name = name
        self.slot = slot
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        if let known = frame.slots[slot] { return known }
        guard let value = try frame.bindings.value(of: name) else {
            throw CELError(.unboundVariable, "'\(name)' has no value")
        }
        frame.slots[slot] = value
        return value
    }
}

final class LocalNode: PlanNode {
    private let slot: Int
    init(slot: Int) { self.slot = slot }
    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue { frame.slots[slot] ?? .null }
}
