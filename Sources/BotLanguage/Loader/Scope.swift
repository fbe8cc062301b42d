import CEL

/// The variables that an expression sees beside the built-in ones.
struct Scope {
    private(set) var environment: CELEnvironment

    /// Names that always mean the same.
    static let builtIn: Set<String> = ["user", "now", "event", "message", "chat"]

    init(_ environment: CELEnvironment) { self.environment = environment }

    func adding(_ name: String, _ type: CELType) -> Scope {
        Scope(environment.adding(variables: [name: type]))
    }

    func adding(_ parameters: [Parameter]) -> Scope {
        var variables: [String: CELType] = [:]
        for parameter in parameters { variables[parameter.name] = parameter.type.cel }
        return Scope(environment.adding(variables: variables))
    }

    /// What follows a condition that holds, or one that doesn't.
    func knowing(_ condition: Expression?, _ truth: Bool) -> Scope {
        guard let checked = condition?.program.checked else { return self }
        return Scope(environment.knowing(nonNull: truth ? checked.nonNullIfTrue : checked.nonNullIfFalse))
    }

    func knowing(nonNull paths: Set<String>) -> Scope { Scope(environment.knowing(nonNull: paths)) }

    /// Rows may have changed; what happened has not.
    mutating func forgetFields() { environment = environment.forgettingFields(except: ["message", "event", "chat"]) }

    func type(of name: String) -> CELType? { environment.variables[name] }

    mutating func add(_ name: String, _ type: CELType) { self = adding(name, type) }
}
