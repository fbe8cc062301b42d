import CEL

extension Loader {
    /// Compiles what stands under a key that is always CEL.
    ///
    /// - Returns: nil when something is wrong with it, which is then reported at its place.
    func expression(_ node: Node, _ scope: Scope, expecting type: CELType? = nil) -> Expression? {
        guard let source = node.text else {
            report("an expression is a text, found \(node.kind)", at: node)
            return nil
        }
        return expression(source, in: node, offset: 0, scope, expecting: type)
    }

    /// - Parameters:
    ///   - node: the scalar that contains the source.
    ///   - offset: the byte within the scalar's value at which the source begins.
    func expression(_ source: String, in node: Node, offset: Int, _ scope: Scope, expecting type: CELType? = nil) -> Expression? {
        guard !isHopeless else { return nil }
        do throws(CELCompileError) {
            let checked = try scope.environment.check(source, expecting: type)
            return try expression(checked, in: node, offset: offset, scope.environment, expecting: type).flatMap {
                checkCost($0.program, source, in: node, offset: offset, scope) ? $0 : nil
            }
        } catch {
            for issue in error.issues { report(issue, in: node, offset) }
            return nil
        }
    }

    private func expression(
        _ checked: CheckedAST, in node: Node, offset: Int, _ environment: CELEnvironment, expecting type: CELType?
    ) throws(CELCompileError) -> Expression? {
        noteReferences(checked)
        checkZones(checked, in: node, offset)
        guard checkTexts(in: checked, node, offset: offset) else { return nil }
        var hoisting = Hoisting(checked: checked, collections: Set(collectionNames), queries: queryNames)
        hoisting.find()
        guard let subqueries = try subqueries(hoisting, in: node, offset: offset, environment) else { return nil }
        let program = try environment.adding(variables: hoisting.variables).compile(hoisting.rewritten, of: checked, expecting: type)
        return Expression(program: program, position: file.position(file.mark(in: node, offset: offset)), subqueries: subqueries)
    }

    /// What was found in an expression; nil, and reported, when some of it can't be asked.
    func subqueries(
        _ hoisting: Hoisting, in node: Node, offset: Int, _ environment: CELEnvironment
    ) throws(CELCompileError) -> [Subquery]? {
        for problem in hoisting.problems {
            report(problem.message, in: node, offset + problem.range.lowerBound, problem.range.count, nil)
        }
        guard hoisting.problems.isEmpty else { return nil }
        var subqueries: [Subquery] = []
        let position = file.position(file.mark(in: node, offset: offset))
        for found in hoisting.found {
            switch found.question {
            case .rows(let kind, let collection, let row, let condition):
                let inner = environment.adding(variables: [row: .object(collection)])
                let checked = try inner.compile(condition, of: hoisting.checked, expecting: .bool).checked
                guard let predicate = try predicate(checked, in: node, offset: offset, row: row, collection, inner) else { return nil }
                let rows = RowSource(variable: row, collection: collection, predicate: predicate, order: [], position: position)
                subqueries.append(Subquery(variable: found.variable, source: .rows(kind, rows)))
            case .query(let name, let arguments):
                let focus = hoisting.checked.ast[found.node].focus
                guard let query = callable(name, in: node, offset, focus, environment) else { return nil }
                var values: [Expression] = []
                for (argument, parameter) in zip(arguments, query.parameters) {
                    let checked = try environment.compile(argument, of: hoisting.checked, expecting: parameter.type.cel).checked
                    guard let value = try expression(checked, in: node, offset: offset, environment, expecting: parameter.type.cel) else {
                        return nil
                    }
                    values.append(value)
                }
                let place = file.position(file.mark(in: node, offset: offset + focus.lowerBound))
                subqueries.append(
                    Subquery(variable: found.variable, source: .query(QueryCall(query: query, arguments: values, position: place))))
            }
        }
        return subqueries
    }

    func report(_ issue: CELIssue, in node: Node, _ offset: Int) {
        report(issue.message, in: node, offset + issue.range.lowerBound, issue.range.count, textHint(issue) ?? issue.suggestion)
    }

    /// For the name of a text without parentheses.
    private func textHint(_ issue: CELIssue) -> String? {
        guard !texts.isEmpty, let name = issue.message.split(separator: "'").dropFirst().first, let text = texts[String(name)],
            issue.message.hasPrefix("there is nothing named")
        else { return nil }
        return "'\(text.name)' is a text: write '\(text.name)(\(text.parameters.joined(separator: ", ")))'"
    }

    func report(
        _ message: String, in node: Node, _ offset: Int, _ length: Int, _ suggestion: String?, code: Diagnostic.Code = .expression
    ) {
        guard !isHopeless else { return }
        report(message, at: file.mark(in: node, offset: offset), length: length, suggestion: suggestion, code: code)
    }

    /// Remembers which references an expression looks through: `o.customer.name` needs the customer of every order.
    func noteReferences(_ checked: CheckedAST) {
        let nodes = reachable(checked)
        var looksThroughOther = false
        for id in nodes {
            guard case .select(let operand, _, _) = checked.ast[id].kind, isRow(checked.type(of: operand)) != nil else { continue }
            if !note(operand, checked) { looksThroughOther = true }
        }
        guard looksThroughOther else { return }
        for id in nodes {
            guard case .select(let operand, let field, _) = checked.ast[id].kind else { continue }
            if isRow(checked.type(of: id)) != nil { _ = note(id, checked) }
            // The rows of a list: `o.guests.map(g, g.name)`.
            if case .list(let element) = checked.type(of: id).unwrapped, isRow(element) != nil,
                let collection = isRow(checked.type(of: operand))
            {
                expansions[collection, default: []].insert(field)
            }
        }
    }

    private func reachable(_ checked: CheckedAST) -> [AST.ID] {
        var nodes = [checked.ast.root]
        var next = 0
        while next < nodes.count {
            nodes += checked.ast.children(of: nodes[next])
            next += 1
        }
        return nodes
    }

    /// False when it isn't known where the row comes from.
    private func note(_ id: AST.ID, _ checked: CheckedAST) -> Bool {
        switch checked.ast[id].kind {
        case .name:
            if case .variable? = checked.references[id] { return true }
            return false
        case .select(let operand, let field, _):
            guard let collection = isRow(checked.type(of: operand)) else { return true }
            expansions[collection, default: []].insert(field)
            return true
        case .conditional(_, let yes, let no): return note(yes, checked) && note(no, checked)
        default: return false
        }
    }

    private func isRow(_ type: CELType) -> String? {
        guard case .object(let name) = type.unwrapped, collectionNames.contains(name) else { return nil }
        return name
    }
}
