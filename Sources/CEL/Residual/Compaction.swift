/// Takes over the nodes of a tree that its root reaches, each after those it is made of.
struct Compaction {
    let ast: AST
    let types: [CELType]
    let references: [AST.ID: Reference]
    let widened: [AST.ID: Printer.Widening]
    let names: [AST.ID: String]

    private(set) var result = AST()
    private(set) var resultTypes: [CELType] = []
    private(set) var resultReferences: [AST.ID: Reference] = [:]
    private(set) var resultWidened: [AST.ID: Printer.Widening] = [:]
    private(set) var variables: Set<String> = []
    /// Known variables that are still mentioned.
    private(set) var retained: Set<String> = []

    init(
        ast: AST, types: [CELType], references: [AST.ID: Reference], widened: [AST.ID: Printer.Widening],
        names: [AST.ID: String]
    ) {
        self.ast = ast
        self.types = types
        self.references = references
        self.widened = widened
        self.names = names
        result.root = take(ast.root)
    }

    private mutating func take(_ id: AST.ID) -> AST.ID {
        var children: [AST.ID: AST.ID] = [:]
        for child in ast.children(of: id) { children[child] = take(child) }
        let made = AST.ID(index: result.nodes.count)
        var node = ast[id]
        node.kind = node.kind.mapChildren { children[$0] ?? $0 }
        result.nodes.append(node)
        resultTypes.append(types[id.index])
        resultReferences[made] = references[id]
        resultWidened[made] = widened[id]
        if case .variable(let name)? = references[id] { variables.insert(name) }
        if let name = names[id] { retained.insert(name) }
        return made
    }
}
