/// An expression whose names are resolved and whose types are known.
package struct CheckedAST: Sendable {
    package let ast: AST
    package let source: SourceText
    /// By node.
    package let types: [CELType]
    package let references: [AST.ID: Reference]
    /// Free variables, by their full names.
    package let variables: Set<String>
    /// How many local variables are in scope at once at most.
    package let localCount: Int
    /// Variables and fields of theirs (`t`, `t.admin`) that aren't null when the expression is true.
    package var nonNullIfTrue: Set<String> = []
    /// And when it is false.
    package var nonNullIfFalse: Set<String> = []

    package func type(of id: AST.ID) -> CELType { types[id.index] }
}

extension CheckedAST {
    /// A part with names bound around it.
    func binding(_ names: [(slot: Int, value: AST.ID)], around part: AST.ID, variables: Set<String>) -> CheckedAST {
        var ast = ast
        var types = types
        var references = references
        var root = part
        for (slot, value) in names.reversed() {
            let id = AST.ID(index: ast.nodes.count)
            let node = ast[root]
            ast.nodes.append(
                AST.Node(kind: .bind("", value, root), range: node.range, focus: node.focus, depth: node.depth + 1))
            types.append(types[part.index])
            references[id] = .locals(slot)
            root = id
        }
        ast.root = root
        return CheckedAST(
            ast: ast, source: source, types: types, references: references, variables: variables, localCount: localCount)
    }
}

/// What a name or a call stands for.
package enum Reference: Sendable {
    /// A variable of the environment, by its full name.
    case variable(String)
    /// A variable of a comprehension, by its place among those in scope.
    case local(Int)
    /// The first place of the variables a comprehension introduces.
    case locals(Int)
    case constant(CELValue)
    /// A call: the function's full name and the overloads that may be meant, the arguments beginning with the
    /// receiver when `passesReceiver`.
    case function(name: String, overloads: [CELOverload], passesReceiver: Bool)
    /// A record's constructor, or a map literal where a record is wanted.
    case record(CELRecord)
    /// A field that is found by its place, when the value is of the shape that was declared.
    case field(CELRecord, Int)
    /// Known to fail; only without checks.
    case failure(CELError)
}
