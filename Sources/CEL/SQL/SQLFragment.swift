/// A piece of SQL with the values its placeholders stand for. No value is ever part of the text.
public struct SQLFragment: Sendable {
    /// Placeholders are `$n::type`, counted from the number that was asked for.
    public let text: String
    public let parameters: [SQLParameter]

    public init(text: String, parameters: [SQLParameter]) {
        self.text = text
        self.parameters = parameters
    }
}

/// A value that is known before the query runs: a part of the expression that doesn't mention the row.
public struct SQLParameter: Sendable {
    public enum Source: Sendable {
        case constant(CELValue)
        /// To be evaluated with the same bindings as the rest of the expression.
        case program(CELProgram)
    }

    public let source: Source
    /// The expression language's type of the value.
    public let type: CELType
    /// PostgreSQL's type the placeholder is cast to, e.g. `bigint`, `text[]`. An object is to be bound by its id.
    public let sqlType: String

    /// - Throws: why there is no value.
    public func value(_ bindings: CELBindings, limits: CELLimits = .default) throws(CELError) -> CELValue {
        switch source {
        case .constant(let value): value
        case .program(let program): try program.evaluate(bindings, limits: limits)
        }
    }
}

/// One key of an ORDER BY.
public struct SQLOrderKey: Sendable {
    public let fragment: SQLFragment
    public let isDescending: Bool
    public let type: CELType

    /// The key with its direction. Nulls come last either way.
    public var clause: String { "\(fragment.text) \(isDescending ? "DESC" : "ASC") NULLS LAST" }
}
