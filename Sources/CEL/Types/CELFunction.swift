/// A function of the library or of the host: one name, several overloads told apart by their types.
public struct CELFunction: Sendable {
    public let name: String
    /// What it does, in a sentence, for editors and generated documentation.
    public let documentation: String
    public let overloads: [CELOverload]

    public init(_ name: String, documentation: String = "", overloads: [CELOverload]) {
        self.name = name
        self.documentation = documentation
        self.overloads = overloads
    }

    public init(_ name: String, documentation: String = "", _ overloads: CELOverload...) {
        self.init(name, documentation: documentation, overloads: overloads)
    }
}

extension CELFunction {
    /// How it is called, a line for each overload: `string.contains(string) -> bool`.
    public var signatures: [String] { overloads.map { "\($0.signature(of: name)) -> \($0.result)" } }
    /// Whether it stands behind an operator, so that its name can't be written.
    public var isOperator: Bool { Operator.isOperator(name) }
}

/// One signature of a function with its implementation.
public struct CELOverload: Sendable {
    /// How a call is written.
    public enum Style: Sendable, Hashable {
        /// `f(a, b)`
        case global
        /// `a.f(b)`: the first parameter is the receiver.
        case receiver
    }

    /// How arguments reach the implementation. An error that isn't a ``CELError`` is reported as `hostFailure`.
    public enum Implementation: Sendable {
        case nullary(@Sendable () throws -> CELValue)
        case unary(@Sendable (CELValue) throws -> CELValue)
        case binary(@Sendable (CELValue, CELValue) throws -> CELValue)
        case ternary(@Sendable (CELValue, CELValue, CELValue) throws -> CELValue)
        /// Any number of arguments.
        case variadic(@Sendable ([CELValue]) throws -> CELValue)
        /// Sees the bindings of the evaluation too, e.g. for the seed of its random numbers.
        case contextual(@Sendable (CELCallContext, [CELValue]) throws -> CELValue)
        /// Declared for the checker alone: calling it is an error.
        case none
    }

    public let style: Style
    public let parameters: [CELType]
    /// When set, any number of further arguments of this type may follow.
    public let rest: CELType?
    public let result: CELType
    /// Whether equal arguments always give the same result, so that calls with constants are done once, at compile time.
    public let isPure: Bool
    public let implementation: Implementation

    public init(
        _ style: Style, _ parameters: [CELType], rest: CELType? = nil, returns result: CELType, isPure: Bool = true,
        _ implementation: Implementation
    ) {
        self.style = style
        self.parameters = parameters
        self.rest = rest
        self.result = result
        self.implementation = implementation
        if case .contextual = implementation { self.isPure = false } else { self.isPure = isPure }
    }

    /// A global overload, e.g. `.global([.string], returns: .int, .unary { … })`.
    public static func global(
        _ parameters: [CELType], returns result: CELType, isPure: Bool = true, _ implementation: Implementation
    ) -> CELOverload {
        CELOverload(.global, parameters, returns: result, isPure: isPure, implementation)
    }

    /// A receiver overload; the first parameter is the receiver.
    public static func receiver(
        _ parameters: [CELType], returns result: CELType, isPure: Bool = true, _ implementation: Implementation
    ) -> CELOverload {
        CELOverload(.receiver, parameters, returns: result, isPure: isPure, implementation)
    }
}

/// What a contextual function may see of the evaluation it is called from.
public struct CELCallContext: Sendable {
    let bindings: CELBindings

    /// The value bound to a name, whether or not the expression mentions it; nil when there is none.
    public func value(of name: String) throws(CELError) -> CELValue? {
        try bindings.value(of: name)
    }
}

extension CELOverload {
    /// `string.contains(string) -> bool`
    package func signature(of name: String) -> String {
        var shown = parameters.map(\.description)
        if let rest { shown.append("\(rest)…") }
        switch style {
        case .global: return "\(name)(\(shown.joined(separator: ", ")))"
        case .receiver: return "\(shown.first ?? "").\(name)(\(shown.dropFirst().joined(separator: ", ")))"
        }
    }

    package func accepts(argumentCount: Int) -> Bool {
        rest == nil ? argumentCount == parameters.count : argumentCount >= parameters.count
    }
}
