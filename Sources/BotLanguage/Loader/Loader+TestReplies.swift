import CEL
import Contracts
import JSON

// `{reply: probe.echo, result: {text: hello}}`: what a worker says in a test.
extension Loader {
    func reply(_ node: Node, _ entries: [Node.Entry], at step: Node) -> TestStep.Action? {
        guard let name = text(node, "an operation") else { return nil }
        guard let contract = OperationCatalogue.standard[name] else {
            report(
                "there is no operation '\(name.prefix(60))'", at: node, suggestion: didYouMean(name, OperationCatalogue.standard.names),
                code: .unknownName)
            return nil
        }
        let given = entries.filter { Self.replyWords.contains($0.key.text ?? "") }
        guard let entry = given.first, given.count == 1, let word = entry.key.text else {
            report("say what comes back: 'result', 'progress' or 'failure'", at: given.dropFirst().first?.key ?? step)
            return nil
        }
        switch word {
        case "failure": return failure(entry.value, contract).map { .reply(contract.operation, .failure($0)) }
        case "progress":
            guard let fields = contract.progress else {
                report("'\(name)' tells nothing before its end", at: entry.key)
                return nil
            }
            return values(entry.value, fields).map { .reply(contract.operation, .progress($0)) }
        default: return values(entry.value, contract.result).map { .reply(contract.operation, .result($0)) }
        }
    }

    private func failure(_ node: Node, _ contract: OperationContract) -> OperationFailure? {
        guard let fields = fields(of: node, .testFailure), let code = fields["code"] ?? missing("code", in: fields) else { return nil }
        let known = (contract.failures + OperationFailure.Code.common).map(\.code.description)
        guard let word = word(code, "the code of a failure of '\(contract.operation)'", of: known) else { return nil }
        return OperationFailure(OperationFailure.Code(word), fields["message"]?.text ?? "")
    }

    private func values(_ node: Node, _ fields: [OperationField]) -> JSONObject? {
        guard let entries = node.mapping else {
            report("values are written as a mapping, found \(node.kind)", at: node)
            return nil
        }
        var values = JSONObject()
        for entry in entries {
            guard let name = entry.key.text else { continue }
            guard let field = fields[name] else {
                report("there is no '\(name.prefix(40))' in it", at: entry.key, suggestion: didYouMean(name, fields.map(\.name)), code: .unknownName)
                return nil
            }
            guard let value = value(entry.value, field.type) else { return nil }
            values[name] = value
        }
        if let problem = fields.problem(with: values) {
            report(problem, at: node)
            return nil
        }
        return values
    }

    /// As people write it; nil, and reported, when it is none of the type.
    private func value(_ node: Node, _ type: OperationType) -> JSON? {
        switch type {
        case .list(let element):
            let values = node.elements.compactMap { value($0, element) }
            return values.count == node.elements.count ? .array(values) : nil
        case .record(let fields): return values(node, fields).map { .object($0) }
        case .file:
            guard let name = text(node, "a file") else { return nil }
            return (try? JSON(parsing: OperationFile(id: name, kind: .document, name: name).jsonBytes)) ?? .null
        case .timestamp: return moment(node).map { .int($0.milliseconds) }
        case .duration: return span(node).map { .int($0) }
        case .string, .secret: return node.text.map { .string($0) } ?? refused(node, type)
        case .int, .money, .number, .bool:
            let field: FieldType = type == .int ? .int : type == .money ? .money : type == .bool ? .bool : .number
            guard let text = node.text, let value = try? AnswerParser.parse(text, as: field, bounds: .none) else { return refused(node, type) }
            return try? ValueMapping.json(value, ValueType(field))
        }
    }

    private func refused(_ node: Node, _ type: OperationType) -> JSON? {
        report("this is no \(type.description)", at: node)
        return nil
    }
}
