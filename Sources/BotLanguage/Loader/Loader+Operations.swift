import CEL
import Contracts

// `run`, and `replies` to it.
extension Loader {
    /// Expressions know the types of those operations that the file names.
    func readOperationTypes(_ root: Node) {
        for name in Self.namedOperations(root) {
            guard let contract = operations[name] else { continue }
            for record in OperationMapping.records(of: contract) { structures[record.name] = record }
        }
    }

    /// What stands under `run`, wherever.
    private static func namedOperations(_ root: Node) -> Set<String> {
        var names: Set<String> = []
        var open = [root]
        while let node = open.popLast() {
            for entry in node.mapping ?? [] {
                if entry.key.text == "run", let name = entry.value.text { names.insert(name) }
                open.append(entry.value)
            }
            open += node.sequence ?? []
        }
        return names
    }

    private func contract(_ node: Node) -> OperationContract? {
        guard let name = text(node, "an operation") else { return nil }
        if let contract = operations[name] { return contract }
        let hint =
            name.hasPrefix("timers.")
            ? "use the steps 'at' and 'cancel'"
            : didYouMean(name, operations.names)
                ?? "the operations are \(list(operations.names))"
        report("there is no operation '\(name.prefix(60))'", at: node, suggestion: hint, code: .unknownName)
        return nil
    }

    // MARK: Replies

    /// What steps must know of replies before their bodies are read.
    func readReplySignatures(_ entries: [(name: String, node: Node, key: Node)]) {
        for entry in entries {
            let parts = entry.node.mapping ?? []
            let arguments = parts.first { $0.key.text == "args" }?.value
            for argument in arguments?.mapping ?? [] where ["result", "failure", "progress"].contains(argument.key.text) {
                report("'\(argument.key.text ?? "")' is what the worker says", at: argument.key, suggestion: "choose another name")
            }
            replySignatures[entry.name] = ReplySignature(
                contract: parts.first { $0.key.text == "run" }.flatMap { contract($0.value) }, parameters: parameters(arguments))
        }
    }

    func readReply(_ name: String, _ node: Node) -> ReplyHandler? {
        guard let fields = fields(of: node, .reply), fields["run"] ?? missing("run", in: fields) != nil else { return nil }
        let signature = replySignatures[name]
        let parameters = signature?.parameters ?? []
        let scope = Scope(base).adding(parameters)
        let operation = signature?.contract?.operation
        func body(_ key: String, _ variable: String, _ type: CELType) -> [Step]? {
            fields[key].map { steps($0, scope.adding(variable, type)) }
        }
        /// Of an operation that doesn't exist nothing is known.
        func record(_ name: (Operation) -> String) -> CELType { operation.map { .object(name($0)) } ?? .dyn }
        if let contract = signature?.contract, contract.progress == nil, let key = fields.key("progress") {
            report("'\(contract.operation)' says nothing before it is done", at: key)
            return nil
        }
        let progress = body("progress", "progress", record(OperationMapping.progressName))
        let failed = body("failed", "failure", operation == nil ? .dyn : .object(RecordType.failure.name))
        guard fields["done"] ?? missing("done", in: fields) != nil else { return nil }
        let done = body("done", "result", record(OperationMapping.resultName)) ?? []
        guard let contract = signature?.contract else { return nil }
        return ReplyHandler(
            name: name, contract: contract, parameters: parameters, progress: progress, done: done, failed: failed, position: position(node)
        )
    }

    // MARK: The step

    /// `run: code.run`, `with`, `reply`, `keep`, `within`
    func run(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        let contract = self.contract(node)
        let values = fields["reply"].flatMap { kept($0, fields, contract, scope) }
        let within = fields["within"].flatMap { patience($0, scope) }
        if fields["reply"] == nil {
            for key in ["keep", "within"] {
                if let key = fields.key(key) {
                    report("without 'reply' nobody waits for the operation", at: key, suggestion: "add 'reply: …'")
                }
            }
        } else {
            needConversation("reply", node, "leave 'reply' out, or send a signal to somebody and run it there")
        }
        guard let contract, let arguments = arguments(fields["with"], contract, at: node, scope) else { return nil }
        guard fields["reply"] == nil || values != nil else { return nil }
        return .run(
            Step.Run(
                contract: contract, arguments: arguments, reply: fields["reply"]?.text, kept: values ?? [], within: within,
                position: position(node)))
    }

    /// The values for the reply's arguments.
    private func kept(_ node: Node, _ fields: Fields, _ contract: OperationContract?, _ scope: Scope) -> [Binding]? {
        guard let name = text(node, "a reply") else { return nil }
        guard let signature = replySignatures[name] else {
            let hint = didYouMean(name, replySignatures.keys) ?? (replySignatures.isEmpty ? "add it to 'replies'" : nil)
            report("there is no reply '\(name.prefix(60))'", at: node, suggestion: hint, code: .unknownName)
            return nil
        }
        if let own = signature.contract, let contract, own != contract {
            report("'\(name)' handles what '\(own.operation)' says, and this runs '\(contract.operation)'", at: node)
            return nil
        }
        return arguments(fields["keep"], for: signature.parameters, of: name, at: node, scope, key: "keep")
    }

    private func patience(_ node: Node, _ scope: Scope) -> Expression? {
        guard let value = expression(node, scope, expecting: .duration) else { return nil }
        if case .duration(let duration)? = value.program.constant, !Step.Run.patience.contains(duration.nanoseconds / 1_000_000) {
            report("'within' is from 1 second to 7 days", at: node)
        }
        return value
    }

    private func arguments(_ with: Node?, _ contract: OperationContract, at node: Node, _ scope: Scope) -> [Binding]? {
        if let with, with.mapping == nil {
            report("'with' is a mapping of arguments", at: with)
            return nil
        }
        var result: [Binding] = []
        var isValid = true
        for entry in with?.mapping ?? [] {
            guard let name = entry.key.text else { continue }
            guard let field = contract.arguments[name] else {
                let names = contract.arguments.map(\.name)
                report(
                    "'\(contract.operation)' has no argument '\(name.prefix(60))'", at: entry.key,
                    suggestion: didYouMean(name, names) ?? (names.isEmpty ? "it takes none" : "it takes \(list(names))"), code: .unknownName
                )
                isValid = false
                continue
            }
            guard let value = argument(entry.value, field, contract, scope) else {
                isValid = false
                continue
            }
            result.append(Binding(name: name, value: value))
        }
        let missing = contract.arguments.filter { field in
            !field.isOptional && !(with?.mapping ?? []).contains { $0.key.text == field.name }
        }
        if !missing.isEmpty {
            report(
                "'\(contract.operation)' needs \(list(missing.map(\.name)))", at: node, suggestion: "add 'with: {\(missing[0].name): …}'")
            isValid = false
        }
        return isValid ? result : nil
    }

    private func argument(_ node: Node, _ field: OperationField, _ contract: OperationContract, _ scope: Scope) -> Expression? {
        guard let value = expression(node, scope, expecting: OperationMapping.argumentType(field, of: contract.operation)) else {
            return nil
        }
        if field.type == .file || field.type == .secret, !Self.fits(value.type, field) {
            let hint = field.type == .file ? "such as message.photo" : "take it from 'config', where it is 'secret: true'"
            report("this is \(value.type), but a \(field.type.description) is wanted", at: node, suggestion: hint)
            return nil
        }
        // What is known already needn't fail when somebody runs it.
        if let constant = value.program.constant, !constant.isNull, let json = try? OperationMapping.json(constant, field.type),
            let problem = field.type.problem(with: json, maximum: field.maximum)
        {
            report("'\(field.name)' \(problem)", at: node)
            return nil
        }
        return value
    }

    /// Whether it is one of the types that a file may have, or a secret.
    private static func fits(_ type: CELType, _ field: OperationField) -> Bool {
        guard !type.isNullable || field.isOptional else { return false }
        if field.type == .secret { return type.unwrapped == SecretText.type || type.unwrapped == .dyn }
        guard case .object(let name) = type.unwrapped else { return type.unwrapped == .dyn }
        return name == RecordType.storedFile.name || RecordType.files.values.contains { $0.name == name }
    }
}

struct ReplySignature {
    /// Nil: there is no such operation, which is reported.
    var contract: OperationContract?
    var parameters: [Parameter]
}
