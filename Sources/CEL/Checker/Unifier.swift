/// What is known of the types still being inferred.
struct Unifier {
    private var bound: [CELType?] = []

    mutating func fresh() -> CELType {
        bound.append(nil)
        return .variable(bound.count - 1)
    }

    /// The type with what is known filled in, one level deep.
    func resolve(_ type: CELType) -> CELType {
        var type = type
        while case .variable(let index) = type, let next = bound[index] { type = next }
        if case .nullable(let inner) = type {
            let inner = resolve(inner)
            return inner.orNull
        }
        return type
    }

    /// The type with everything known filled in.
    func substitute(_ type: CELType) -> CELType {
        let type = resolve(type)
        return type.mapArguments { substitute($0) }
    }

    /// The type when nothing more will be learned: what is still open may be anything.
    func finish(_ type: CELType) -> CELType {
        let type = resolve(type)
        if case .variable = type { return .dyn }
        return type.mapArguments { finish($0) }
    }

    /// Fresh variables in the place of a signature's type parameters.
    mutating func instantiate(_ types: [CELType]) -> [CELType] {
        var parameters: [String: CELType] = [:]
        return types.map { instantiate($0, &parameters) }
    }

    private mutating func instantiate(_ type: CELType, _ parameters: inout [String: CELType]) -> CELType {
        if case .parameter(let name) = type {
            if let known = parameters[name] { return known }
            let variable = fresh()
            parameters[name] = variable
            return variable
        }
        guard !type.arguments.isEmpty else { return type }
        let arguments = type.arguments.map { instantiate($0, &parameters) }
        var position = 0
        return type.mapArguments { _ in
            defer { position += 1 }
            return arguments[position]
        }
    }

    /// Whether a value of one type may stand where another is wanted; learns from it when it may.
    mutating func assign(_ given: CELType, to wanted: CELType) -> Bool {
        let before = bound
        if assigns(given, to: wanted) { return true }
        bound = before
        return false
    }

    private mutating func assigns(_ given: CELType, to wanted: CELType) -> Bool {
        let given = resolve(given)
        let wanted = resolve(wanted)
        switch (given, wanted) {
        case (.error, _), (_, .error): return true
        case (.variable(let a), .variable(let b)) where a == b: return true
        // Also to `dyn`: what was given stays known, even if it is only that it may be anything.
        case (_, .variable(let index)): return bind(index, to: given)
        case (.dyn, _):
            loosen(wanted)
            return true
        case (_, .dyn): return true
        case (.variable(let index), _): return bind(index, to: wanted)
        case (.null, .null), (.null, .nullable): return true
        case (.nullable(let inner), .nullable(let outer)): return widens(inner, to: outer)
        case (_, .nullable(let outer)): return widens(given, to: outer)
        case (.nullable, _): return false
        default: break
        }
        guard given.constructor == wanted.constructor, given.arguments.count == wanted.arguments.count else { return false }
        return zip(given.arguments, wanted.arguments).allSatisfy { widens($0, to: $1) }
    }

    /// Assignment to a part of a type: a variable that already stands for something is generalised when it must be.
    private mutating func widens(_ given: CELType, to wanted: CELType) -> Bool {
        if case .variable(let index) = lastVariable(wanted), let known = bound[index] {
            guard let joined = joins(known, given) else { return false }
            if !occurs(index, in: joined) { bound[index] = joined }
            return true
        }
        return assigns(given, to: wanted)
    }

    /// Assignment of an argument to a parameter: its type parameters may still become more general.
    mutating func pass(_ given: CELType, to parameter: CELType) -> Bool {
        widens(given, to: parameter)
    }

    /// What is `dyn` may have anything in it, so the types of its parts are no longer those that were learned elsewhere:
    /// `dyn(x) + ['a']` is a list of anything.
    private mutating func loosen(_ wanted: CELType) {
        for part in wanted.arguments {
            if case .variable(let index) = lastVariable(part) { bound[index] = .dyn } else { loosen(part) }
        }
    }

    private func lastVariable(_ type: CELType) -> CELType {
        var type = type
        while case .variable(let index) = type, let next = bound[index], case .variable = next { type = next }
        return type
    }

    private mutating func bind(_ index: Int, to type: CELType) -> Bool {
        if case .variable(index) = type { return true }
        guard !occurs(index, in: type) else { return false }
        bound[index] = type
        return true
    }

    private func occurs(_ index: Int, in type: CELType) -> Bool {
        let type = resolve(type)
        if case .variable(index) = type { return true }
        return type.arguments.contains { occurs(index, in: $0) }
    }

    /// The nearest type that both fit; nil when there is none but `dyn`.
    mutating func join(_ a: CELType, _ b: CELType) -> CELType? {
        let before = bound
        if let joined = joins(a, b) { return joined }
        bound = before
        return nil
    }

    private mutating func joins(_ a: CELType, _ b: CELType) -> CELType? {
        let a = resolve(a)
        let b = resolve(b)
        switch (a, b) {
        case _ where a == b: return a
        case (.error, let other), (let other, .error): return other
        case (.dyn, _), (_, .dyn): return .dyn
        case (.variable(let index), let other), (let other, .variable(let index)):
            return bind(index, to: other) ? other : nil
        case (.null, let other), (let other, .null): return other.orNull
        case (.nullable(let inner), let other), (let other, .nullable(let inner)):
            return joins(inner, other.unwrapped)?.orNull
        default: break
        }
        guard a.constructor == b.constructor, a.arguments.count == b.arguments.count else { return nil }
        var parts: [CELType] = []
        for (left, right) in zip(a.arguments, b.arguments) {
            guard let part = joins(left, right) else { return nil }
            parts.append(part)
        }
        var position = 0
        return a.mapArguments { _ in
            defer { position += 1 }
            return parts[position]
        }
    }

    func snapshot() -> [CELType?] { bound }
    mutating func restore(_ snapshot: [CELType?]) { bound = snapshot }
}

extension CELType {
    /// What the type is apart from its arguments.
    fileprivate var constructor: CELType {
        switch self {
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .optional: .optional(.dyn)
        case .opaque(let name, _): .opaque(name, [])
        default: self
        }
    }
}
