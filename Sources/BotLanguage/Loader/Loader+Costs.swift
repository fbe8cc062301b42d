import CEL

// What expressions cost, as far as it is known before they run.
extension Loader {
    /// Steps that an evaluation may take: `RunLimits.expressionCost` by default.
    static let expressionCost = 50_000
    /// Parts of all expressions together, with functions and texts in the place of their calls. A definition with a hundred
    /// screens has about 10,000.
    private static let maximumNodes = 500_000

    /// Reports an expression that goes beyond the limit whatever the lengths are of which nothing is declared.
    func checkCost(_ program: CELProgram, _ source: String, in node: Node, offset: Int, _ scope: Scope) -> Bool {
        guard countNodes(program.checked.ast.nodes.count, in: node, offset) else { return false }
        var sizes = CELSizes(text: 1, count: 1, parts: 1)
        sizes.areResultsLargest = false
        for (name, extent) in scope.extents {
            if case .list(let count?, _) = extent { sizes.variables[name] = count }
        }
        let cost = program.worstCost(sizes)
        guard cost > Self.expressionCost else { return true }
        report(
            "this may take \(cost == .max ? "endlessly many" : String(cost)) steps; \(Self.expressionCost) are allowed", in: node, offset,
            source.utf8.count, "go through fewer elements", code: .expression)
        return false
    }

    /// False, and reported once, when the definition grows beyond all bounds.
    func countNodes(_ count: Int, in node: Node, _ offset: Int) -> Bool {
        guard nodes <= Self.maximumNodes else { return false }
        nodes += count
        guard nodes > Self.maximumNodes else { return true }
        report(
            "the expressions of the bot have more than \(Self.maximumNodes) parts, with functions and texts in the place of their calls",
            in: node, offset, 1, nil)
        return false
    }
}
