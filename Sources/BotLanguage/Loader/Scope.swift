import CEL

/// The variables that an expression sees beside the built-in ones.
struct Scope {
    private(set) var environment: CELEnvironment
    /// Of named values that are made of maps.
    private(set) var shapes: [String: RecordShape] = [:]

    /// Names that always mean the same.
    static let builtIn: Set<String> = ["user", "now", "event", "message", "chat", "config"]

    init(_ environment: CELEnvironment) { self.environment = environment }

    func adding(_ name: String, _ type: CELType, _ shape: RecordShape? = nil) -> Scope {
        var scope = with(environment.adding(variables: [name: type]))
        scope.shapes[name] = shape
        return scope
    }

    private func with(_ environment: CELEnvironment) -> Scope {
        var scope = self
        scope.environment = environment
        return scope
    }

    func adding(_ parameters: [Parameter]) -> Scope {
        var variables: [String: CELType] = [:]
        for parameter in parameters { variables[parameter.name] = parameter.type.cel }
        var scope = with(environment.adding(variables: variables))
        for parameter in parameters { scope.shapes[parameter.name] = nil }
        return scope
    }

    /// What follows a condition that holds, or one that doesn't.
    func knowing(_ condition: Expression?, _ truth: Bool) -> Scope {
        guard let checked = condition?.program.checked else { return self }
        return with(environment.knowing(nonNull: truth ? checked.nonNullIfTrue : checked.nonNullIfFalse))
    }

    func knowing(nonNull paths: Set<String>) -> Scope { with(environment.knowing(nonNull: paths)) }

    /// Rows may have changed; what happened has not.
    mutating func forgetFields() { environment = environment.forgettingFields(except: ["message", "event", "chat", "config"]) }

    func type(of name: String) -> CELType? { environment.variables[name] }

    mutating func add(_ name: String, _ type: CELType, _ shape: RecordShape? = nil) { self = adding(name, type, shape) }
}
