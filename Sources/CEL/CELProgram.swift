/// A compiled expression. Evaluate it as often as needed, from any task.
public struct CELProgram: Sendable {
    private final class Storage: Sendable {
        let source: String
        let checked: CheckedAST
        let plan: Plan
        /// What functions that see the bindings find besides those of the evaluation.
        let known: CELBindings?

        init(source: String, checked: CheckedAST, plan: Plan, known: CELBindings? = nil) {
            self.source = source
            self.checked = checked
            self.plan = plan
            self.known = known
        }
    }

    private let storage: Storage

    init(checked: CheckedAST, environment: CELEnvironment) {
        let text = checked.source
        storage = Storage(
            source: text.text(0..<text.bytes.count), checked: checked,
            plan: Planner.plan(checked, root: checked.ast.root))
    }

    /// A part of a checked expression as a program of its own. It must not use variables of a comprehension around it.
    ///
    /// - Parameter names: the bound names around the part that it uses, by their places, the outermost first.
    package init(
        part: AST.ID, of checked: CheckedAST, binding names: [(slot: Int, value: AST.ID)], variables: Set<String>
    ) {
        let whole = checked.binding(names, around: part, variables: variables)
        storage = Storage(
            source: checked.source.text(checked.ast[part].range), checked: whole,
            plan: Planner.plan(whole, root: whole.ast.root))
    }

    /// What is left of an expression.
    init(_ checked: CheckedAST, source: String, known: CELBindings?) {
        storage = Storage(
            source: source, checked: checked, plan: Planner.plan(checked, root: checked.ast.root), known: known)
    }

    /// The text it was compiled from; places in errors are places in it.
    public var source: String { storage.source }
    /// The type of the result.
    public var type: CELType { storage.checked.type(of: storage.checked.ast.root) }
    /// The free variables, by their full names.
    public var variables: Set<String> { storage.checked.variables }
    package var checked: CheckedAST { storage.checked }
    var known: CELBindings? { storage.known }

    /// The value when it is known without evaluating; nil when it depends on variables or impure functions.
    public var constant: CELValue? { storage.plan.constant }

    /// - Throws: why there is no value.
    public func evaluate(_ bindings: CELBindings = CELBindings(), limits: CELLimits = .default) throws(CELError)
        -> CELValue
    {
        guard let known = storage.known else { return try storage.plan.evaluate(bindings, limits: limits) }
        return try storage.plan.evaluate(bindings.filled(from: known), limits: limits)
    }

    /// The same, where several evaluations share a budget.
    ///
    /// - Parameter spent: grows by the steps that it took, whether it succeeded or not.
    package func evaluate(_ bindings: CELBindings, limits: CELLimits, spent: inout Int) throws(CELError) -> CELValue {
        guard let known = storage.known else { return try storage.plan.evaluate(bindings, limits: limits, spent: &spent) }
        return try storage.plan.evaluate(bindings.filled(from: known), limits: limits, spent: &spent)
    }
}

/// How much an evaluation may cost.
public struct CELLimits: Sendable, Hashable {
    /// Steps: an element visited, a function called, a piece of text or list made. 1,000,000 by default, which
    /// takes about a tenth of a second.
    public var cost: Int
    /// Whether a cancelled task ends the evaluation, looked at every thousand steps or so. True by default.
    public var observesCancellation: Bool

    public init(cost: Int = 1_000_000, observesCancellation: Bool = true) {
        self.cost = cost
        self.observesCancellation = observesCancellation
    }

    /// A million steps, and heed cancellation.
    public static let `default` = CELLimits()
}
