import CEL

extension Loader {
    /// A list of steps, or one. Names that a step introduces are seen by those behind it.
    func steps(_ node: Node, _ scope: Scope) -> [Step] {
        var inner = scope
        return steps(node, &inner).steps
    }

    /// - Parameter scope: gets the names that the steps introduce.
    /// - Returns: also whether nothing can follow them.
    func steps(_ node: Node, _ scope: inout Scope) -> (steps: [Step], areEnd: Bool) {
        guard stepDepth < 16 else {
            report("steps nest deeper than 16 levels", at: node)
            return ([], true)
        }
        stepDepth += 1
        defer { stepDepth -= 1 }
        var result: [Step] = []
        var end: String?
        // No more than that run in one event.
        for element in bounded(node.elements, 1_000, "a step", at: node) {
            if let word = end {
                report("this never runs: '\(word)' above ends the steps", at: element)
                break
            }
            guard let step = step(element, &scope) else { continue }
            result.append(step)
            end = Self.ending(step)
            learn(from: step, &scope)
        }
        if node.sequence?.isEmpty ?? false { report("there are no steps", at: node) }
        return (result, end != nil)
    }

    /// What is known of the values behind a step.
    private func learn(from step: Step, _ scope: inout Scope) {
        switch step.kind {
        case .require(let condition, _): scope = scope.knowing(condition, true)
        case .letValues, .show, .copy, .signal, .schedule, .cancel, .run, .toast: break
        default: scope.forgetFields()
        }
    }

    private static func ending(_ step: Step) -> String? {
        switch step.kind {
        case .go: "go"
        case .call: "call"
        case .back: "back"
        case .stop: "stop"
        default: nil
        }
    }

    private func step(_ node: Node, _ scope: inout Scope) -> Step? {
        guard let entries = node.mapping else {
            report("a step is written as '{name: …}', found \(node.kind)", at: node)
            return nil
        }
        let names = entries.compactMap(\.key.text)
        guard let construct = Construct.step(among: names), let name = construct.names.first else {
            if let later = entries.first(where: { Construct.stepNamesLater.contains($0.key.text ?? "") }) {
                report("'\(later.key.text ?? "")' isn't supported by this version yet", at: later.key, code: .unsupported)
                if let (variable, _, _) = later.value.text.flatMap(Self.split) { scope.add(variable, .dyn) }
            } else {
                let hint = names.first.flatMap { didYouMean($0, Construct.stepNames) } ?? "the steps are \(list(Construct.stepNames))"
                report(
                    "there is no step '\(names.first?.prefix(40) ?? "")'", at: entries.first?.key ?? node, suggestion: hint,
                    code: .unknownName)
            }
            return nil
        }
        guard let fields = fields(of: node, construct), let subject = fields[name] else { return nil }
        if ["toast", "go", "call", "back"].contains(name) { needConversation(name, node) }
        let kind: Step.Kind?
        switch name {
        case "let":
            let values = bindings(subject, &scope)
            kind = .letValues(values)
        case "require": kind = require(subject, fields, scope)
        case "insert": kind = insert(subject, fields, &scope)
        case "update": kind = update(subject, fields, scope)
        case "upsert": kind = upsert(subject, fields, &scope)
        case "delete": kind = delete(subject, fields, scope)
        case "claim": kind = claim(subject, fields, &scope)
        case "show": kind = show(subject, fields, scope)
        case "copy": kind = copy(subject, fields, scope)
        case "signal": kind = signal(subject, fields, scope)
        case "at": kind = at(subject, fields, scope)
        case "cancel": kind = cancel(subject, fields, scope)
        case "run": kind = run(subject, fields, scope)
        case "toast":
            kind = template(subject, scope, "a note", limit: Limits.toast)
                .map { .toast($0, isAlert: fields["alert"].map { flag($0, "'alert'") } ?? false) }
        case "go": kind = target(subject, fields["with"], scope, .screen).map(Step.Kind.go)
        case "call": kind = target(subject, fields["with"], scope, .form).map(Step.Kind.call)
        case "back", "stop":
            if !flag(subject, "'\(name)'") { report("leave the step out instead", at: subject) }
            kind = name == "back" ? .back : .stop
        case "if": kind = choose(subject, fields, scope)
        default: kind = each(subject, fields, scope)
        }
        return kind.map { Step($0, at: position(node)) }
    }

    // MARK: Control

    private func require(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        let condition = expression(node, scope, expecting: .bool)
        guard let otherwise = fields["else"] ?? missing("else", in: fields) else { return nil }
        if otherwise.text != nil {
            needConversation("a refusal in words", otherwise, "write steps: 'else: [{stop: true}]'")
            guard let text = template(otherwise, scope, "a refusal", limit: Limits.toast), let condition else { return nil }
            return .require(condition, otherwise: .text(text))
        }
        let steps = steps(otherwise, scope.knowing(condition, false))
        return condition.map { .require($0, otherwise: .steps(steps)) }
    }

    private func choose(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        let condition = expression(node, scope, expecting: .bool)
        let then = fields["then"].map { steps($0, scope.knowing(condition, true)) }
        let otherwise = fields["else"].map { steps($0, scope.knowing(condition, false)) }
        if then == nil, otherwise == nil { _ = missing("then", in: fields) }
        return condition.map { .choose(condition: $0, then: then ?? [], otherwise: otherwise ?? []) }
    }

    private func each(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        guard let body = fields["do"] ?? missing("do", in: fields), let text = text(node, "'each'") else { return nil }
        if let (_, rest, _) = Self.split(text), collectionNames.contains(rest) {
            guard let rows = rowSource(node, where: fields["where"], order: fields["order"], scope) else { return nil }
            let inner = scope.adding(rows.variable, .object(rows.collection)).knowing(rows.predicate?.expression, true)
            return .each(Step.Each(source: .rows(rows), steps: steps(body, inner)))
        }
        for key in ["where", "order"] {
            if let node = fields.key(key) { report("'\(key)' goes with a collection; a list has filter() and sortBy()", at: node) }
        }
        var inner = scope
        guard let (variable, values) = valueRange(node, &inner) else { return nil }
        return .each(Step.Each(source: .values(variable: variable, values), steps: steps(body, inner)))
    }

    private func show(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        if fields["to"] == nil { needConversation("show", node, "say to whom: 'to: …'") }
        let recipients = fields["to"].flatMap { self.recipients($0, scope) }
        if let to = fields["to"], let name = node.text, let recipients, Self.isChat(recipients.type) {
            chatTargets.append(ChatTarget(screen: name, node: to))
        }
        if node.text != nil { return target(node, fields["with"], scope, .screen).map { .show(.screen($0), to: recipients) } }
        if let with = fields.key("with") { report("'with' goes with the name of a screen", at: with) }
        guard let parts = self.fields(of: node, .content) else { return nil }
        return content(parts, scope, isOptional: false).map { .show(.content($0), to: recipients) }
    }

    // MARK: Rows

    private func insert(_ node: Node, _ fields: Fields, _ scope: inout Scope) -> Step.Kind? {
        guard let collection = collection(node) else {
            if let name = fields["as"]?.text { scope.add(name, .dyn) }
            return nil
        }
        let values = assignments(fields["set"], collection, scope)
        requireAll(collection, given: (fields["set"]?.mapping ?? []).compactMap(\.key.text), at: node)
        let otherwise = fields["else"].map { steps($0, scope) }
        var name: String?
        if let node = fields["as"], let text = text(node, "'as'"), checkName(text, "a row", at: node) {
            checkFree(text, at: node)
            name = text
            scope.add(text, .object(collection.name))
        }
        return .insert(Step.Insert(collection: collection.name, name: name, values: values, otherwise: otherwise))
    }

    private func update(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        guard let (row, collection) = row(node, scope), let set = fields["set"] ?? missing("set", in: fields) else { return nil }
        let changes = assignments(set, collection, scope)
        let otherwise = fields["else"].map { steps($0, scope) }
        return .update(Step.Update(row: row, collection: collection.name, changes: changes, otherwise: otherwise))
    }

    private func upsert(_ node: Node, _ fields: Fields, _ scope: inout Scope) -> Step.Kind? {
        guard let condition = fields["where"] ?? missing("where", in: fields), let set = fields["set"] ?? missing("set", in: fields),
            let rows = rowSource(node, where: condition, order: nil, scope), let collection = collections[rows.collection]
        else { return nil }
        // In `set` the row is null when there is none yet.
        let values = assignments(set, collection, scope.adding(rows.variable, .nullable(.object(rows.collection))))
        requireAll(collection, given: (fields["set"]?.mapping ?? []).compactMap(\.key.text), at: node)
        let otherwise = fields["else"].map { steps($0, scope) }
        scope.add(rows.variable, .object(rows.collection))
        return .upsert(Step.Upsert(rows: rows, values: values, otherwise: otherwise))
    }

    private func delete(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        if let text = node.text, Self.split(text) != nil {
            guard let rows = rowSource(node, where: fields["where"], order: nil, scope) else { return nil }
            guard rows.collection != Table.usersName else {
                report("people can't be deleted", at: node)
                return nil
            }
            return .delete(.rows(rows))
        }
        if let condition = fields.key("where") { report("'where' goes with 'delete: x in collection'", at: condition) }
        guard let (row, collection) = row(node, scope) else { return nil }
        guard collection.name != Table.usersName else {
            report("people can't be deleted", at: node)
            return nil
        }
        return .delete(.row(row, collection: collection.name))
    }

    /// An expression that is a row.
    private func row(_ node: Node, _ scope: Scope) -> (Expression, Collection)? {
        guard let value = expression(node, scope) else { return nil }
        guard case .object(let name) = value.type, let collection = collections[name] else {
            // A name whose own expression is wrong has no type; that has been reported.
            if value.type == .dyn, !diagnostics.isEmpty { return nil }
            let isNull = value.type.isNullable
            report(
                isNull ? "there may be no such row" : "this is \(value.type), but a row is wanted", at: node,
                suggestion: isNull
                    ? "add '{require: … != null, else: …}' before" : nil)
            return nil
        }
        return (value, collection)
    }

    private func collection(_ node: Node) -> Collection? {
        guard let name = text(node, "a collection") else { return nil }
        guard let collection = collections[name] else {
            report(
                "there is no collection '\(name.prefix(60))'", at: node, suggestion: didYouMean(name, collectionNames), code: .unknownName)
            return nil
        }
        guard name != Table.usersName else {
            report("people come by themselves; 'users' can't be inserted into", at: node, suggestion: "use 'update: user'")
            return nil
        }
        return collection
    }

    func assignments(_ node: Node?, _ collection: Collection, _ scope: Scope) -> [Step.Assignment] {
        guard let node else { return [] }
        guard let entries = node.mapping else {
            report("'set' is a mapping of fields", at: node)
            return []
        }
        return entries.compactMap { entry in
            guard let name = entry.key.text else { return nil }
            guard let field = collection[name] else {
                if brokenFields[collection.name]?.contains(name) ?? false { return nil }
                let known = collection.fields.filter { !$0.isReadOnly }.map(\.name)
                report(
                    "'\(collection.name)' has no field '\(name)'", at: entry.key, suggestion: didYouMean(name, known), code: .unknownName)
                return nil
            }
            guard !field.isReadOnly else {
                report("'\(name)' can't be set", at: entry.key)
                return nil
            }
            return value(entry.value, scope, for: field.type).map { Step.Assignment(field: name, value: $0) }
        }
    }

    private func requireAll(_ collection: Collection, given: [String], at node: Node) {
        let missing = collection.fields.filter { field in
            !field.isReadOnly && !field.type.isNullable && field.default == nil && !given.contains(field.name)
        }
        guard !missing.isEmpty else { return }
        report(
            "a row of '\(collection.name)' needs \(list(missing.map(\.name)))", at: node,
            suggestion: "add to 'set', or give the field a default")
    }
}
