/// Turns checked expressions over a row into PostgreSQL (14 or newer, with UTF-8 as its encoding). What would mean
/// something else there is refused, with the reason and the place.
///
/// The SQL gives for every row what an evaluation would give. Inside the text null stands for "this fails", as well as for null
/// where the type allows null: PostgreSQL's AND, OR and NOT then absorb failures as `&&`, `||` and `!` do.
/// A row for which the whole fails makes the query fail. Aliases of a letter and a number (`q1`) are the lowering's own;
/// the query should have others.
public struct SQLLowering: Sendable {
    /// Part of the message with which PostgreSQL refuses a query when the expression fails for a row.
    public static let failure = "the expression has no value for a row"

    let rows: [SQLRow]
    let collections: [SQLCollection]
    let functions: [SQLFunction]
    let firstPlaceholder: Int
    let isLenient: Bool

    /// - Parameters:
    ///   - rows: the row variables; everything that mentions none of them is evaluated beforehand.
    ///   - collections: variables that stand for whole tables.
    ///   - functions: what the host's own functions are in SQL. Without, they can only be called with what is known beforehand.
    ///   - firstPlaceholder: the number of the first placeholder, 1 unless the query has others before.
    ///   - isLenient: whether aggregates are those of ``lenientAggregates(ofGroups:)``.
    public init(
        rows: [SQLRow], collections: [SQLCollection] = [], functions: [SQLFunction] = [], firstPlaceholder: Int = 1,
        isLenient: Bool = false
    ) {
        self.isLenient = isLenient
        self.rows = rows
        self.collections = collections
        self.functions = functions
        self.firstPlaceholder = firstPlaceholder
    }

    /// A condition for WHERE.
    ///
    /// - Throws: the part that can't run in SQL, and why.
    public func condition(_ program: CELProgram) throws(CELCompileError) -> SQLFragment {
        var lowerer = Lowerer(program.checked, self)
        let root = program.checked.ast.root
        guard program.type == .bool else {
            throw lowerer.refuse(root, "a condition must be true or false, this is \(program.type)")
        }
        let condition = try lowerer.conjunction(root)
        let whole = condition.whole
        guard whole.canFail else { return SQLFragment(text: whole.text, parameters: lowerer.parameters) }
        // What indexes can serve stands alone as well; a row that it leaves out doesn't make the query fail. Where only
        // what was evaluated before can fail and hasn't, the planner drops the rest.
        let isKnown = condition.unknown.map { "\($0) IS NOT NULL" }
        let known = condition.failsByParametersOnly ? "(\(isKnown.joined(separator: " AND "))) OR " : ""
        let text = (condition.sure + ["(\(known)\(Self.asserted(whole)))"]).joined(separator: " AND ")
        return SQLFragment(text: "(\(text))", parameters: lowerer.parameters, canFail: true)
    }

    /// A value for SELECT, SET or GROUP BY. It may be made of aggregates; see ``aggregates``.
    public func value(_ program: CELProgram) throws(CELCompileError) -> SQLFragment {
        var lowerer = Lowerer(program.checked, self, allowsAggregates: true)
        let lowered = try lowerer.value(program.checked.ast.root)
        return SQLFragment(
            text: lowered.canFail ? Self.asserted(lowered) : lowered.text, parameters: lowerer.parameters, canFail: lowered.canFail)
    }

    /// A column of a query with or without groups, and what it is made of.
    package func column(_ program: CELProgram) throws(CELCompileError) -> (value: SQLFragment, readsRow: Bool, isAggregate: Bool) {
        var lowerer = Lowerer(program.checked, self, allowsAggregates: true)
        let lowered = try lowerer.value(program.checked.ast.root)
        let text = lowered.canFail ? Self.asserted(lowered) : lowered.text
        return (
            SQLFragment(text: text, parameters: lowerer.parameters, canFail: lowered.canFail), lowerer.rowUse != nil,
            lowerer.aggregateUse != nil
        )
    }

    /// A key for ORDER BY over the columns of a query, which the expression calls by their names alone.
    ///
    /// - Parameters:
    ///   - columns: the names, as variables of the environment.
    ///   - record: the type of the rows that are ordered, the lowering's only row variable's.
    /// - Returns: also the key without the minus, over the names.
    package func orderKey(
        _ source: String, in environment: CELEnvironment, columns: Set<String>, of record: String
    ) throws(CELCompileError) -> (key: SQLOrderKey, program: CELProgram) {
        var (ast, text) = try environment.parse(source)
        var isDescending = false
        if case .call(Operator.negate, nil, let operands) = ast[ast.root].kind, let operand = operands.first {
            ast.root = operand
            isDescending = true
        }
        let named = try Checker.check(ast, text, in: environment)
        let row = rows.first?.variable ?? ""
        var inRow = named.ast
        for (id, reference) in named.references {
            if case .variable(let name) = reference, columns.contains(name) { inRow.replace(id, withField: name, of: row) }
        }
        let checked = try Checker.check(inRow, text, in: environment.adding(variables: [row: .object(record)]))
        return (try orderKey(checked, isDescending: isDescending), CELProgram(checked: named, environment: environment))
    }

    /// A key for ORDER BY: `m.at`, or `-m.at` for descending, which here may stand before any type that has an order.
    public func orderKey(_ source: String, in environment: CELEnvironment) throws(CELCompileError) -> SQLOrderKey {
        var (ast, text) = try environment.parse(source)
        var isDescending = false
        if case .call(Operator.negate, nil, let operands) = ast[ast.root].kind, let operand = operands.first {
            ast.root = operand
            isDescending = true
        }
        return try orderKey(try Checker.check(ast, text, in: environment), isDescending: isDescending)
    }

    private func orderKey(_ checked: CheckedAST, isDescending: Bool) throws(CELCompileError) -> SQLOrderKey {
        var lowerer = Lowerer(checked, self, allowsAggregates: true)
        let root = checked.ast.root
        let type = checked.type(of: root)
        switch type.unwrapped {
        case .bool, .int, .double, .string, .bytes, .timestamp, .duration, .enumeration, .opaque: break
        default: throw lowerer.refuse(root, "\(type) has no order")
        }
        let lowered = try lowerer.value(root)
        let value = lowered.canFail ? Self.asserted(lowered) : lowered.text
        let collated = type.unwrapped == .string ? "\(value) COLLATE \"C\"" : value
        return SQLOrderKey(
            fragment: SQLFragment(text: collated, parameters: lowerer.parameters, canFail: lowered.canFail),
            isDescending: isDescending, type: type)
    }

    /// The value as it is, null where it fails: for comparison with the interpreter.
    package func outcome(_ program: CELProgram) throws(CELCompileError) -> SQLFragment {
        var lowerer = Lowerer(program.checked, self)
        let lowered = try lowerer.value(program.checked.ast.root)
        return SQLFragment(text: lowered.text, parameters: lowerer.parameters, canFail: lowered.canFail)
    }

    /// The value, or an error of the query where there is none: text that is no truth value can't be cast to one.
    static func asserted(_ lowered: Lowerer.Lowered) -> String {
        if lowered.sqlType == "boolean" { return "COALESCE((\(lowered.text))::text, '\(failure)')::boolean" }
        return "COALESCE(\(lowered.text), COALESCE((\(lowered.text))::text, '\(failure)')::boolean::text::\(lowered.sqlType))"
    }
}
