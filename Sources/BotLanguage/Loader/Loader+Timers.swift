import CEL
import Contracts
import Schedules

// `timers`, and the steps `at` and `cancel`.
extension Loader {
    func readTimers(_ node: Node?) -> [String: TimerHandler] {
        var timers: [String: TimerHandler] = [:]
        for entry in declarations(node, "a timer", isVariable: false) { timers[entry.name] = readTimer(entry.name, entry.node) }
        return timers
    }

    private func readTimer(_ name: String, _ node: Node) -> TimerHandler? {
        guard let fields = fields(of: node, .timer) else { return nil }
        let kinds = ["at", "daily", "cron"].filter { fields[$0] != nil }
        guard let kind = kinds.first else {
            if !fields.hasUnknown { report("a timer needs one of 'at', 'daily' and 'cron'", at: node) }
            return nil
        }
        if kinds.count > 1, let key = fields.key(kinds[1]) { report("a timer has only one of 'at', 'daily' and 'cron'", at: key) }
        checkTimerKeys(kind, fields)
        guard let each = fields["each"] else { return readTimer(name, kind, fields, node) }
        guard let (variable, collection) = rowRange(each) else { return nil }
        if variable == "due" { report("'due' is the moment for which a timer fires", at: each, suggestion: "choose another name") }
        readsRows = true
        var scope = Scope(base).adding(variable, .object(collection))
        let condition = fields["where"].flatMap { timed($0, scope, "where", expecting: .bool) }
        scope = scope.knowing(condition, true)
        let schedule = schedule(kind, fields, scope)
        let person = fields["as"].flatMap { timerPerson($0, scope) }
        let rows = RowSource(variable: variable, collection: collection, predicate: nil, order: [], position: position(each))
        guard let body = fields["do"] ?? missing("do", in: fields) else { return nil }
        let steps = timerSteps(
            body, Scope(fields["as"] == nil ? baseWithoutPerson : base).adding(variable, .object(collection)).knowing(condition, true),
            hasPerson: fields["as"] != nil)
        guard let schedule, (condition != nil) == (fields["where"] != nil), (person != nil) == (fields["as"] != nil) else { return nil }
        let expressions = [condition, person].compactMap { $0 } + schedule.expressions
        guard let dependencies = dependencies(of: expressions, rows, at: each) else { return nil }
        return TimerHandler(
            name: name, rows: rows, condition: condition, schedule: schedule, person: person,
            isGlobal: fields["global"].map { flag($0, "'global'") } ?? false, steps: steps, position: position(node),
            dependencies: dependencies, fingerprint: fingerprint([collection], schedule, [condition, person], fields),
            looksAtConfig: expressions.contains(where: looksAtConfig))
    }

    /// One that belongs to no row.
    private func readTimer(_ name: String, _ kind: String, _ fields: Fields, _ node: Node) -> TimerHandler? {
        for key in ["where", "as"] {
            if let node = fields.key(key) {
                report("'\(key)' is about a row, and this timer has none", at: node, suggestion: "add 'each: x in collection'")
            }
        }
        guard kind == "cron" else {
            if !fields.hasUnknown {
                report("'\(kind)' is about rows", at: fields.key(kind) ?? node, suggestion: "add 'each: x in collection'")
            }
            return nil
        }
        let schedule = schedule(kind, fields, Scope(base))
        guard let body = fields["do"] ?? missing("do", in: fields) else { return nil }
        let steps = timerSteps(body, Scope(baseWithoutPerson), hasPerson: false)
        guard let schedule else { return nil }
        return TimerHandler(
            name: name, rows: nil, condition: nil, schedule: schedule, person: nil,
            isGlobal: fields["global"].map { flag($0, "'global'") } ?? false, steps: steps, position: position(node), dependencies: [],
            fingerprint: fingerprint([], schedule, [], fields), looksAtConfig: schedule.expressions.contains(where: looksAtConfig))
    }

    private func checkTimerKeys(_ kind: String, _ fields: Fields) {
        if kind != "cron", let key = fields.key("tz") {
            report(
                "'tz' goes with 'cron'", at: key,
                suggestion: kind == "daily" ? "write 'daily: {at: …, tz: …}'" : "a timestamp is the same moment everywhere")
        }
        if fields["global"] != nil, fields["each"] != nil, let key = fields.key("global") {
            report("rows belong to one bot, so 'global' goes with a 'cron' without 'each'", at: key)
        }
    }

    private func timerSteps(_ node: Node, _ scope: Scope, hasPerson: Bool) -> [Step] {
        let outer = (hasConversation, nobodys)
        (hasConversation, nobodys) = (hasPerson, "a timer without 'as'")
        defer { (hasConversation, nobodys) = outer }
        return steps(node, scope.adding("due", .timestamp))
    }

    // MARK: When

    private func schedule(_ kind: String, _ fields: Fields, _ scope: Scope) -> TimerHandler.Schedule? {
        guard let node = fields[kind] else { return nil }
        switch kind {
        case "at":
            guard let value = timed(node, scope, "at") else { return nil }
            switch value.type.unwrapped {
            case .timestamp, .list(.timestamp), .null, .list(.dyn): return .moments(value)
            default:
                report(
                    "this is \(value.type), but 'at' wants a timestamp or a list of them", at: node,
                    suggestion: value.type.unwrapped == .duration ? "add it to a moment, as in 'i.due - duration('1h')'" : nil)
                return nil
            }
        case "daily":
            guard let parts = self.fields(of: node, .daily), let at = parts["at"] ?? missing("at", in: parts),
                let zone = parts["tz"] ?? missing("tz", in: parts)
            else { return nil }
            guard let time = dailyTime(at, scope), let zone = self.zone(zone, scope) else { return nil }
            return .daily(at: time, zone: zone)
        default:
            let cron = cron(node)
            guard let zone = fields["tz"] ?? missing("tz", in: fields), let zone = self.zone(zone, scope), let cron else { return nil }
            return .cron(cron, zone: zone)
        }
    }

    private func dailyTime(_ node: Node, _ scope: Scope) -> Expression? {
        if let text = node.text, TimeOfDay(text) != nil {
            report("a time of day is a text in an expression", at: node, suggestion: "write \"'\(text)'\"")
            return nil
        }
        guard let value = timed(node, scope, "at") else { return nil }
        guard [.string, .null, .dyn].contains(value.type.unwrapped) else {
            report("this is \(value.type), but a time of day such as '09:30' is wanted", at: node)
            return nil
        }
        if case .string(let text)? = value.program.constant, TimeOfDay(text) == nil {
            report("'\(text.prefix(30))' is no time of day such as '09:30'", at: node)
            return nil
        }
        return value
    }

    private func zone(_ node: Node, _ scope: Scope) -> Expression? {
        if let text = node.text, text == "UTC" || text.contains("/") && !text.contains("'") && !text.contains("\"") {
            report("a time zone is a text in an expression", at: node, suggestion: "write \"'\(text.prefix(40))'\"")
            return nil
        }
        guard let value = timed(node, scope, "tz", expecting: .string) else { return nil }
        if case .string(let name)? = value.program.constant {
            do throws(CELError) { _ = try CELTimeZone.named(name) } catch {
                report("there is no time zone '\(name.prefix(40))'", at: node, suggestion: "write one such as 'Europe/Berlin' or 'UTC'")
                return nil
            }
        }
        return value
    }

    /// `*/5 * * * *`: neither an expression nor a template.
    private func cron(_ node: Node) -> String? {
        guard let text = text(node, "a cron expression") else { return nil }
        do throws(ScheduleError) {
            _ = try CronExpression(text)
            return text
        } catch {
            guard let offset = error.offset, offset < text.count else {
                report(error.message, at: node)
                return nil
            }
            let place = text.index(text.startIndex, offsetBy: offset)
            let word = text[place...].prefix { !$0.isWhitespace }.unicodeScalars.count
            report(
                error.message, at: file.mark(in: node, offset: text.utf8.distance(from: text.startIndex, to: place)), length: max(1, word))
            return nil
        }
    }

    private func timerPerson(_ node: Node, _ scope: Scope) -> Expression? {
        guard let value = timed(node, scope, "as") else { return nil }
        let person = CELType.object(Table.usersName)
        guard [person, .dyn].contains(value.type.unwrapped) else {
            report("this is \(value.type), but 'as' wants the person in whose conversation it runs", at: node)
            return nil
        }
        return value
    }

    /// An expression that is looked at when its row changes, and not as time goes by.
    private func timed(_ node: Node, _ scope: Scope, _ key: String, expecting type: CELType? = nil) -> Expression? {
        guard let value = expression(node, scope, expecting: type) else { return nil }
        if let question = value.subqueries.first {
            report(
                "'\(key)' of a timer is worked out when its row changes, so it can't ask '\(question.name)'", at: node,
                suggestion: "keep what it needs in a field of the row")
            return nil
        }
        let checked = value.program.checked
        var open = [checked.ast.root]
        while let id = open.popLast() {
            open += checked.ast.children(of: id)
            let part = checked.ast[id]
            var refusal: (message: String, suggestion: String)?
            switch (part.kind, checked.references[id]) {
            case (.name, .variable("now")?):
                refusal = ("'\(key)' of a timer is worked out when its row changes, so it has no 'now'", "look at 'now' in the steps")
            case (.name, .variable("user")?):
                refusal = ("whose row changes isn't who changes it, so '\(key)' of a timer has no 'user'", "take the person from the row")
            case (.call("pick", _, _), _):
                refusal = (
                    "'\(key)' of a timer is worked out again when it fires, so chance can't be part of it", "choose when the row is made"
                )
            default: break
            }
            if let (message, suggestion) = refusal {
                let range = part.range
                report(message, in: node, range.lowerBound, max(1, range.count), suggestion)
                return nil
            }
        }
        return value
    }

    // MARK: On what it depends

    /// Nil, and reported, when it looks too far.
    private func dependencies(of expressions: [Expression], _ rows: RowSource, at node: Node) -> [TimerHandler.Dependency]? {
        let collections = collections
        var paths = TimerPaths(variable: rows.variable, of: rows.collection) { collection, field in
            guard case .reference(let other)? = collections[collection]?[field]?.type.type else { return nil }
            return other
        }
        for expression in expressions { paths.add(expression.program.checked) }
        var fields = paths.fields
        // What is only compared with null changes when the other row is deleted.
        for (path, names) in paths.fields {
            for name in names where paths.collection(path + [name]) != nil { fields[path + [name], default: []].formUnion([]) }
        }
        var found: [TimerHandler.Dependency] = []
        for (path, names) in fields.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            guard let last = path.last, let other = paths.collection(path), let owner = paths.collection(path.dropLast()),
                let field = collections[owner]?[last]
            else { continue }
            guard !names.isEmpty || field.type.isNullable else { continue }
            guard let source = referring(path, from: rows, to: other, paths, at: node) else {
                report("a timer can't look so far: '\(([rows.variable] + path).joined(separator: "."))'", at: node)
                return nil
            }
            found.append(
                TimerHandler.Dependency(path: path, collection: other, fields: names, isCleared: field.type.isNullable, rows: source))
        }
        return found
    }

    /// The rows from which references lead to a row called ``TimerHandler/Dependency/changed``.
    private func referring(_ path: [String], from rows: RowSource, to other: String, _ paths: TimerPaths, at node: Node) -> RowSource? {
        let row = "referring_row", changed = TimerHandler.Dependency.changed
        var conditions: [String] = []
        for count in path.indices where count > 0 {
            guard let owner = paths.collection(path.prefix(count - 1)) else { return nil }
            if collections[owner]?[path[count - 1]]?.type.isNullable ?? false {
                conditions.append("\(([row] + path.prefix(count)).joined(separator: ".")) != null")
            }
        }
        conditions.append("\(([row] + path).joined(separator: ".")) == \(changed)")
        let scope = Scope(baseWithoutPerson).adding(row, .object(rows.collection)).adding(changed, .object(other))
        do throws(CELCompileError) {
            let checked = try scope.environment.check(conditions.joined(separator: " && "), expecting: .bool)
            guard let predicate = try predicate(checked, in: node, offset: 0, row: row, rows.collection, scope.environment) else {
                return nil
            }
            return RowSource(variable: row, collection: rows.collection, predicate: predicate, order: [], position: rows.position)
        } catch {
            return nil
        }
    }

    private func fingerprint(_ words: [String], _ schedule: TimerHandler.Schedule, _ others: [Expression?], _ fields: Fields) -> String {
        var words = words
        // As trees: what stands in a `fn` is part of them, and where it stands in the file is not.
        words += (schedule.expressions + others.compactMap { $0 }).map { $0.program.checked.ast.outline() }
        words += ["at", "daily", "cron", "where", "as"].map { fields[$0] == nil ? "" : $0 }
        if case .cron(let text, _) = schedule { words.append(text) }
        if fields["global"] != nil { words.append("global") }
        return String(StableHash.of(words.joined(separator: "\u{0}")), radix: 36)
    }

    private func looksAtConfig(_ expression: Expression) -> Bool { expression.program.variables.contains("config") }

    // MARK: Steps

    /// `at: moment`, `signal`, `with`, `to`, `key`
    func at(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        let moment = expression(node, scope)
        if let moment, ![.timestamp, .dyn].contains(moment.type) {
            report(
                "this is \(moment.type), but 'at' wants a timestamp", at: node,
                suggestion: moment.type == .duration ? "add it to a moment, as in 'now + …'" : nil)
            return nil
        }
        let key = fields["key"].flatMap { expression($0, scope, expecting: .string) }
        guard let name = fields["signal"] ?? missing("signal", in: fields),
            case .signal(let signal)? = signal(name, fields, scope, step: "at")
        else {
            return nil
        }
        needKey(signal.target.name, fields, at: name)
        scheduledSignals.insert(signal.target.name)
        guard let moment, (key != nil) == (fields["key"] != nil) else { return nil }
        return .schedule(Step.Later(moment: moment, signal: signal, key: key))
    }

    /// `cancel: signal`, `to`, `key`
    func cancel(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        guard let name = text(node, "a signal") else { return nil }
        guard let signature = signalSignatures[name] else {
            report(
                "there is no signal '\(name.prefix(60))'", at: node, suggestion: didYouMean(name, signalSignatures.keys), code: .unknownName
            )
            return nil
        }
        if signature.hasLane, let key = fields.key("to") {
            report("'\(name)' has a lane of its own, so it is nobody's", at: key, suggestion: "leave out 'to'")
            return nil
        }
        if !signature.hasLane, fields["to"] == nil { needConversation("cancel", node, "say whose: 'to: …'") }
        needKey(name, fields, at: node)
        cancelledSignals.append((name, node))
        let recipients = fields["to"].flatMap { self.recipients($0, scope) }
        let key = fields["key"].flatMap { expression($0, scope, expecting: .string) }
        guard (recipients != nil) == (fields["to"] != nil), (key != nil) == (fields["key"] != nil) else { return nil }
        return .cancel(Step.Cancel(signal: name, to: recipients, key: key))
    }

    /// A lane for each room: which of them is meant is not said by the signal's name.
    private func needKey(_ name: String, _ fields: Fields, at node: Node) {
        guard fields["key"] == nil, !fields.hasUnknown, signalSignatures[name]?.hasManyLanes ?? false else { return }
        report("'\(name)' has many lanes, and without 'key' there is one moment for all of them", at: node, suggestion: "add 'key: …'")
    }

    /// After all steps are read.
    func checkCancelled() {
        for (name, node) in cancelledSignals where !scheduledSignals.contains(name) {
            report("no step sets '\(name)' with 'at', so there is nothing to cancel", at: node)
        }
    }
}

extension TimerHandler.Schedule {
    var expressions: [Expression] {
        switch self {
        case .moments(let moments): [moments]
        case .daily(let time, let zone): [time, zone]
        case .cron(_, let zone): [zone]
        }
    }
}
