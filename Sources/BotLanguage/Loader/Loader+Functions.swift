import CEL

// `fn`: functions in the expression language. Their bodies are put in the place of each call.
extension Loader {
    /// `total(items): items.map(i, i.price * i.qty).sum()`
    ///
    /// What is wrong in a body is reported there, once; ``checkFunctions(_:_:)`` looks at its names when there is an environment.
    func readFunctions(_ node: Node?) -> [(definition: CELDefinition, body: Node)] {
        guard let node, !node.isEmpty else { return [] }
        guard let entries = node.mapping else {
            report("write 'name(parameters): expression' for a function, found \(node.kind)", at: node)
            return []
        }
        var known: Set<String> = []
        return bounded(entries, 2_000, "a function", at: node).compactMap { entry in
            guard let (name, parameters) = functionHead(entry.key, "a function"), let body = text(entry.value, "a function's body") else {
                return nil
            }
            if !known.insert(name).inserted { report("there are two functions '\(name)'", at: entry.key) }
            return (CELDefinition(name, parameters, body: body), entry.value)
        }
    }

    /// `name(parameters)`
    ///
    /// - Parameter isBare: whether a name alone is the head of something without parameters.
    func functionHead(_ key: Node, _ what: String, isBare: Bool = false) -> (name: String, parameters: [String])? {
        guard var head = text(key, "\(what)'s name") else { return nil }
        if isBare, !head.contains("(") { head += "()" }
        let parts = head.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix(")") else {
            report("\(what) is written 'name(parameters)'", at: key, suggestion: "write '\(head.prefix(30))()' when it takes none")
            return nil
        }
        let name = String(parts[0])
        guard checkName(name, what, at: key) else { return nil }
        checkFree(name, at: key)
        let library = CELLibrary.standard
        if library.functionNames.contains(name) || library.macroNames.contains(name)
            || HostFunctions.all.contains(where: { $0.name == name })
        {
            report("'\(name)' is a function of the expression language", at: key, suggestion: "choose another name")
            return nil
        }
        let inner = parts[1].dropLast()
        let parameters =
            inner.allSatisfy { $0 == " " } ? [] : inner.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
        for (index, parameter) in parameters.enumerated() {
            guard checkName(parameter, "a parameter", at: key) else { return nil }
            checkFree(parameter, at: key)
            if parameters[..<index].contains(parameter) { report("'\(name)' has two parameters '\(parameter)'", at: key) }
        }
        return (name, parameters)
    }

    /// Checks each body for itself. The types of parameters are known only where it is called, names are known here.
    func checkFunctions(_ functions: [(definition: CELDefinition, body: Node)]) {
        let issues = environment.definitionIssues
        for (definition, body) in functions {
            if let error = issues[definition.name] {
                for issue in error.issues { report(issue, in: body, 0) }
                continue
            }
            let parameters = Dictionary(definition.parameters.map { ($0, CELType.dyn) }) { first, _ in first }
            do throws(CELCompileError) {
                let checked = try base.adding(variables: parameters).check(definition.body)
                guard countNodes(checked.ast.nodes.count, in: body, 0) else { return }
                noteReferences(checked)
            } catch {
                for issue in error.issues { report(issue, in: body, 0) }
            }
        }
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
