/// Turns checked expressions over a row into PostgreSQL. What would mean something else there is refused.
///
/// The SQL is true for exactly the rows for which the expression is, with these known limits: timestamps have
/// microseconds; arithmetic that overflows is an error for the whole query, doubles included; a condition that
/// fails for a row (`||` may absorb that in the interpreter) can't arise, because what may fail is refused.
public struct SQLLowering: Sendable {
    private let rows: [SQLRow]
    private let collections: [SQLCollection]
    private let firstPlaceholder: Int

    /// - Parameters:
    ///   - rows: the row variables; everything that mentions none of them is evaluated beforehand.
    ///   - collections: variables that stand for whole tables.
    ///   - firstPlaceholder: the number of the first placeholder, 1 unless the query has others before.
    public init(rows: [SQLRow], collections: [SQLCollection] = [], firstPlaceholder: Int = 1) {
        self.rows = rows
        self.collections = collections
        self.firstPlaceholder = firstPlaceholder
    }

    /// A condition for WHERE.
    ///
    /// - Throws: the part that can't run in SQL, and why.
    public func condition(_ program: CELProgram) throws(CELCompileError) -> SQLFragment {
        var lowerer = Lowerer(program.checked, rows: rows, collections: collections, firstPlaceholder: firstPlaceholder)
        guard program.type == .bool else {
            throw lowerer.refuse(program.checked.ast.root, "a condition must be true or false, this is \(program.type)")
        }
        let lowered = try lowerer.lower(program.checked.ast.root)
        return SQLFragment(text: lowered.text, parameters: lowerer.parameters)
    }

    /// A value for SELECT or SET.
    public func value(_ program: CELProgram) throws(CELCompileError) -> SQLFragment {
        var lowerer = Lowerer(program.checked, rows: rows, collections: collections, firstPlaceholder: firstPlaceholder)
        let lowered = try lowerer.lower(program.checked.ast.root)
        return SQLFragment(text: lowered.text, parameters: lowerer.parameters)
    }

    /// A key for ORDER BY: `m.at`, or `-m.at` for descending, which here may stand before any type that has an order.
    public func orderKey(_ source: String, in environment: CELEnvironment) throws(CELCompileError) -> SQLOrderKey {
        var (ast, text) = try environment.parse(source)
        var isDescending = false
        if case .call(Operator.negate, nil, let operands) = ast[ast.root].kind, let operand = operands.first {
            ast.root = operand
            isDescending = true
        }
        let checked = try Checker.check(ast, text, in: environment)
        var lowerer = Lowerer(checked, rows: rows, collections: collections, firstPlaceholder: firstPlaceholder)
        let type = checked.type(of: ast.root)
        switch type.unwrapped {
        case .bool, .int, .double, .string, .timestamp, .duration, .enumeration, .opaque: break
        default: throw lowerer.refuse(ast.root, "\(type) has no order")
        }
        let lowered = try lowerer.lower(ast.root)
        let collated = type.unwrapped == .string ? "\(lowered.text) COLLATE \"C\"" : lowered.text
        return SQLOrderKey(
            fragment: SQLFragment(text: collated, parameters: lowerer.parameters), isDescending: isDescending, type: type)
    }
}
