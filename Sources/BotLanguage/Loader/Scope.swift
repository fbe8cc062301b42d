import CEL

/// The variables that an expression sees beside the built-in ones.
struct Scope {
    private(set) var environment: CELEnvironment
    /// Of named values that are made of maps.
    private(set) var shapes: [String: RecordShape] = [:]

    /// Names that always mean the same.
    static let builtIn: Set<String> = ["user", "now", "event", "message", "config"]

    /// How long the values of variables may be, where more is known than their types say.
    private(set) var extents: [String: ValueExtent] = [:]

    init(_ environment: CELEnvironment) { self.environment = environment }

    func adding(_ name: String, _ type: CELType, _ shape: RecordShape? = nil) -> Scope {
        var copy = adding([name: type])
        copy.shapes[name] = shape
        return copy
    }

    func adding(_ parameters: [Parameter]) -> Scope {
        var variables: [String: CELType] = [:]
        for parameter in parameters { variables[parameter.name] = parameter.type.cel }
        return adding(variables)
    }

    private func adding(_ variables: [String: CELType]) -> Scope {
        var copy = self
        copy.environment = environment.adding(variables: variables)
        for name in variables.keys { (copy.extents[name], copy.shapes[name]) = (nil, nil) }
        return copy
    }

    /// What follows a condition that holds, or one that doesn't.
    func knowing(_ condition: Expression?, _ truth: Bool) -> Scope {
        guard let checked = condition?.program.checked else { return self }
        return knowing(nonNull: truth ? checked.nonNullIfTrue : checked.nonNullIfFalse)
    }

    func knowing(nonNull paths: Set<String>) -> Scope {
        var copy = self
        copy.environment = environment.knowing(nonNull: paths)
        return copy
    }

    /// Rows may have changed; what happened has not.
    mutating func forgetFields() { environment = environment.forgettingFields(except: ["message", "event", "config"]) }

    /// Says how long a variable's values may be.
    mutating func limit(_ name: String, to extent: ValueExtent) { extents[name] = extent }

    func type(of name: String) -> CELType? { environment.variables[name] }

    mutating func add(_ name: String, _ type: CELType, _ shape: RecordShape? = nil) { self = adding(name, type, shape) }
}
