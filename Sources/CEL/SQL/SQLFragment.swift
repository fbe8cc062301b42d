/// A piece of SQL with the values its placeholders stand for. No value is ever part of the text.
public struct SQLFragment: Sendable {
    /// Placeholders are `$n::type`, counted from the number that was asked for.
    public let text: String
    /// What the placeholders stand for, in the order of their numbers.
    public let parameters: [SQLParameter]
    /// Whether the expression can fail for a row, e.g. by a division. The text then makes the whole query fail for such a
    /// row; see ``SQLLowering/failure``.
    public let canFail: Bool

    public init(text: String, parameters: [SQLParameter], canFail: Bool = false) {
        self.text = text
        self.parameters = parameters
        self.canFail = canFail
    }

    /// The values of the placeholders, in their order.
    ///
    /// A part that fails is passed as null, which means just that in the text: rows that are decided without it
    /// (`size(xs) == 0 || xs[0] == o.n`) are, and any other row makes the query fail.
    ///
    /// - Returns: the values, and why parts of them failed: what to tell when the query fails then.
    /// - Throws: when an evaluation was cancelled or cost too much, or what can't fail by its types did.
    public func values(
        _ bindings: CELBindings, limits: CELLimits = .default
    ) throws(CELError) -> (values: [CELValue], failures: [CELError]) {
        var cost = 0
        return try values(bindings, limits: limits, cost: &cost)
    }

    /// The same for a caller that adds up what evaluations take: `cost` grows by the steps that were taken.
    public func values(
        _ bindings: CELBindings, limits: CELLimits, cost: inout Int
    ) throws(CELError) -> (values: [CELValue], failures: [CELError]) {
        var values: [CELValue] = []
        var failures: [CELError] = []
        for parameter in parameters {
            do throws(CELError) {
                values.append(try parameter.value(bindings, limits: limits, cost: &cost))
            } catch {
                guard parameter.canFail, !error.isFinal else { throw error }
                values.append(.null)
                failures.append(error)
            }
        }
        return (values, failures)
    }
}

/// A value that is known before the query runs: a part of the expression that doesn't mention the row.
public struct SQLParameter: Sendable {
    /// Where a value comes from.
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
    /// Whether null may be bound when there is no value; see ``SQLFragment/values(_:limits:)``.
    public let canFail: Bool
    /// What PostgreSQL wants instead, such as its own form of a regular expression.
    package let adapted: (@Sendable (CELValue) throws(CELError) -> CELValue)?

    public init(source: Source, type: CELType, sqlType: String) {
        self.init(source: source, type: type, sqlType: sqlType, canFail: false, adapted: nil)
    }

    package init(
        source: Source, type: CELType, sqlType: String, canFail: Bool,
        adapted: (@Sendable (CELValue) throws(CELError) -> CELValue)?
    ) {
        self.source = source
        self.type = type
        self.sqlType = sqlType
        self.canFail = canFail
        self.adapted = adapted
    }

    /// - Throws: why there is no value.
    public func value(_ bindings: CELBindings, limits: CELLimits = .default) throws(CELError) -> CELValue {
        var cost = 0
        return try value(bindings, limits: limits, cost: &cost)
    }

    /// The same for a caller that adds up what evaluations take: `cost` grows by the steps that were taken.
    public func value(_ bindings: CELBindings, limits: CELLimits, cost: inout Int) throws(CELError) -> CELValue {
        let value: CELValue
        switch source {
        case .constant(let known): value = known
        case .program(let program): value = try program.evaluate(bindings, limits: limits, cost: &cost)
        }
        guard let adapted, !value.isNull else { return value }
        return try adapted(value)
    }
}

/// One key of an ORDER BY.
public struct SQLOrderKey: Sendable {
    /// The key alone, without its direction.
    public let fragment: SQLFragment
    /// Whether the expression had a minus in front.
    public let isDescending: Bool
    public let type: CELType

    /// The key with its direction. Nulls come last either way.
    public var clause: String { "\(fragment.text) \(isDescending ? "DESC" : "ASC") NULLS LAST" }
}
