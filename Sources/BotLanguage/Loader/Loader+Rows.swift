import CEL

extension Loader {
    /// `i in items` -> the variable and the collection; nil, and reported, when it is something else.
    func rowRange(_ node: Node) -> (variable: String, collection: String)? {
        guard let text = text(node, "'variable in collection'") else { return nil }
        guard let (variable, rest, _) = Self.split(text) else {
            report("write 'x in collection'", at: node)
            return nil
        }
        guard checkName(variable, "a variable", at: node) else { return nil }
        checkFree(variable, at: node)
        guard collectionNames.contains(rest) else {
            report(
                "there is no collection '\(rest.prefix(60))'", at: node, suggestion: didYouMean(rest, collectionNames), code: .unknownName)
            return nil
        }
        return (variable, rest)
    }

    /// `x in rest`, with the byte at which the rest begins.
    static func split(_ text: String) -> (variable: String, rest: String, offset: Int)? {
        let bytes = Array(text.utf8)
        let word = bytes.drop { $0 == 0x20 }.prefix { $0 != 0x20 }
        let space = bytes[word.endIndex...].prefix { $0 == 0x20 }
        let keyword = bytes[space.endIndex...].prefix { $0 != 0x20 }
        let gap = bytes[keyword.endIndex...].prefix { $0 == 0x20 }
        guard !word.isEmpty, keyword.elementsEqual("in".utf8), !gap.isEmpty else { return nil }
        let rest = bytes[gap.endIndex...].reversed().drop { $0 == 0x20 || $0 == 0x0A }.reversed()
        return (String(decoding: word, as: UTF8.self), String(decoding: Array(rest), as: UTF8.self), gap.endIndex)
    }

    /// `from`-like key with `where` and `order` beside it.
    func rowSource(_ range: Node, where predicateNode: Node?, order orderNode: Node?, _ scope: Scope) -> RowSource? {
        guard let (variable, collection) = rowRange(range) else { return nil }
        readsRows = true
        let inner = scope.adding(variable, .object(collection))
        var predicate: RowPredicate?
        if let predicateNode {
            guard let source = predicateNode.text else {
                report("a condition is a text, found \(predicateNode.kind)", at: predicateNode)
                return nil
            }
            predicate = self.predicate(source, in: predicateNode, offset: 0, row: variable, collection, inner)
            guard predicate != nil else { return nil }
        }
        var order: [OrderKey] = []
        var parameters = predicate?.sql.parameters.count ?? 0
        for node in orderNode?.elements ?? [] {
            guard let key = orderKey(node, row: variable, collection, inner, after: parameters) else { return nil }
            parameters += key.sql.parameters.count
            order.append(key)
        }
        return RowSource(variable: variable, collection: collection, predicate: predicate, order: order, position: position(range))
    }
}
