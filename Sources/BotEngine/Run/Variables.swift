import BotLanguage
import CEL
import Contracts

/// The values that expressions see, by name.
struct Variables: Sendable {
    private(set) var bindings: CELBindings
    /// Those that were added to the built-in ones.
    private var names: [String] = []

    init(_ bindings: CELBindings) { self.bindings = bindings }

    subscript(name: String) -> CELValue? {
        get { bindings[name] }
        set {
            if !names.contains(name) { names.append(name) }
            bindings[name] = newValue
        }
    }

    /// Every variable that holds this row sees its new values.
    mutating func refresh(_ row: CELObject) {
        for name in names + ["user"] {
            if case .object(let old)? = bindings[name], old == row { bindings[name] = .object(row) }
        }
    }

    /// The language of who is meant.
    mutating func speak(_ language: String) { bindings[Languages.variable] = .string(language) }

    var language: String {
        if case .string(let language)? = bindings[Languages.variable] { language } else { "" }
    }

    mutating func seed(_ seed: UInt64) { bindings["@seed"] = .int(Int64(bitPattern: seed)) }
}

extension Interpreter {
    /// `user`, `now` and the seed of chance.
    func baseVariables() -> Variables {
        let milliseconds = event.at.milliseconds
        var bindings = CELBindings()
        if event.person != nil { bindings["user"] = .object(user) }
        bindings["chat"] = chat.map(MessageValue.chat) ?? .null
        bindings["now"] = ValueMapping.timestamp(microseconds: milliseconds.multipliedReportingOverflow(by: 1_000).partialValue)
        if !definition.config.isEmpty { bindings["config"] = engine.config.value }
        var variables = Variables(bindings)
        variables.speak(language)
        variables.seed(seed())
        return variables
    }

    /// Differs from step to step and from event to event; the same when the event is handled again.
    func seed() -> UInt64 {
        engine.chance ?? StableHash.of(String(usage.steps), seed: StableHash.of(id.rawValue))
    }

    // MARK: Evaluation

    var cost: CELLimits { CELLimits(cost: min(engine.limits.expressionCost, max(0, engine.limits.cost - usage.cost))) }

    mutating func evaluate(_ expression: Expression, _ variables: Variables) throws(Interruption) -> CELValue {
        usage.evaluations += 1
        guard usage.evaluations <= engine.limits.evaluations else {
            throw fail(.limit, "more than \(engine.limits.evaluations) expressions for one event", at: expression.position)
        }
        if expression.subqueries.isEmpty {
            do throws(CELError) { return try expression.program.evaluate(variables.bindings, limits: cost, spent: &usage.cost) } catch {
                throw failure(error, expression)
            }
        }
        return try evaluate(asking: expression, variables)
    }

    /// Asks collections only for what the evaluation really needs: it is repeated with each answer.
    private mutating func evaluate(asking expression: Expression, _ variables: Variables) throws(Interruption) -> CELValue {
        var bindings = variables.bindings
        for query in expression.subqueries {
            let name = query.variable
            bindings.setLazy(name) { throw CELError(.hostFailure, name) }
        }
        while true {
            let query: Subquery
            do throws(CELError) {
                return try expression.program.evaluate(bindings, limits: cost, spent: &usage.cost)
            } catch {
                guard error.code == .hostFailure, let asked = expression.subqueries.first(where: { $0.variable == error.message }) else {
                    throw failure(error, expression)
                }
                query = asked
            }
            bindings[query.variable] = try ask(query, variables)
        }
    }

    private func failure(_ error: CELError, _ expression: Expression) -> Interruption {
        fail(error.code == .costLimit ? .limit : .expression, error.description, at: expression.position)
    }

    mutating func holds(_ condition: Expression?, _ variables: Variables) throws(Interruption) -> Bool {
        guard let condition else { return true }
        guard case .bool(let holds) = try evaluate(condition, variables) else { throw fail(.expression, "no bool", at: condition.position) }
        return holds
    }

    mutating func holds(_ access: Access, _ variables: Variables) throws(Interruption) -> Bool {
        guard isOpen(access.screens), try holds(access.roles, variables) else { return false }
        return try holds(access.condition, variables)
    }

    private func isOpen(_ screens: [String]) -> Bool {
        guard !screens.isEmpty else { return true }
        guard let frame = state.frames.last, frame.kind == .screen else { return false }
        return screens.contains(frame.name)
    }

    /// Whether the person has one of these roles; without any everybody has.
    mutating func holds(_ roles: [Expression], _ variables: Variables) throws(Interruption) -> Bool {
        for role in roles where try holds(role, variables) { return true }
        return roles.isEmpty
    }

    /// Fills a template in; values are escaped as the marking needs it.
    mutating func text(_ template: Template, _ variables: Variables, _ escaping: Escaping = .none) throws(Interruption) -> String {
        var result = ""
        for part in template.parts {
            switch part {
            case .text(let text): result += text
            case .value(let expression): result += escaping.escape(Texts.show(try evaluate(expression, variables)))
            case .translated(let translation): result += try text(translation, variables, escaping)
            }
        }
        return result
    }

    mutating func text(_ texts: ConditionalText, _ variables: Variables, _ escaping: Escaping = .none) throws(Interruption) -> String {
        for item in texts.cases where try holds(item.condition, variables) {
            note(item.text.position)
            return try text(item.text, variables, escaping)
        }
        return ""
    }
}
