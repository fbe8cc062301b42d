/// One expression on its way to SQL.
///
/// Every piece of SQL made here keeps to one rule: it never raises an error, and is null exactly when the expression it stands for
/// fails, or is null. Which of both it is, the type tells: what may be null must not be able to fail.
struct Lowerer {
    struct Lowered {
        var text: String
        /// As far as the checker knows at this place: a guard makes a nullable column one that isn't.
        var type: CELType
        var sqlType: String
        /// Whether the expression can fail; the text is null then.
        var canFail = false
        /// Whether the text may be written twice: a column, or a placeholder.
        var isSimple = false
        /// When it is a parameter: its place.
        var parameter: Int?
        var row: SQLRow?
        /// What a whole number lies in, as far as that is known.
        var range = WholeRange.all
        var isNullLiteral = false
        /// Whether this may be null although a guard says that it isn't, because the guard itself may have failed.
        var isDoubted = false
        /// The column that the text was made of.
        var origin: SQLOrigin?

        var isNullable: Bool { type.isNullable || type == .dyn }
    }

    /// What a name that is bound inside the SQL stands for there.
    enum Local {
        case row(SQLRow)
        case value(Lowered)
    }

    let checked: CheckedAST
    let lowering: SQLLowering
    let allowsAggregates: Bool
    /// Whether a part before, which may be a guard, can fail: what comes after counts then even where the guard wasn't met.
    var doubtsGuards = false
    /// The same where nothing that is evaluated before the query has failed, and the placeholders that tell.
    var doubtsGuardsOfRows = false
    var unknownBefore: [String] = []
    /// Variables that may be null where no guard says otherwise.
    private(set) var nullableVariables: Set<String> = []
    /// Whether parts that are evaluated before the query are taken never to fail.
    var trustsParameters = false
    var parameters: [SQLParameter] = []
    private let rows: [String: SQLRow]
    let collections: [String: SQLCollection]
    private let records: [String: SQLCollection]
    /// Variables of subqueries and of elements, by the place of the name.
    var locals: [Int: Local] = [:]
    /// What names bound by `cel.bind` and by definitions stand for, by the place of the name.
    var bound: [Int: AST.ID] = [:]
    /// By node: whether it depends on a row, whatever its local names stand for.
    var mentions: [Bool]
    /// By node: the places of the local names it uses.
    var slots: [Set<Int>]
    /// Where the row itself is read, and where an aggregate is; a value can't have both.
    var rowUse: AST.ID?
    var aggregateUse: AST.ID?
    var aggregateDepth = 0
    private var aliases: [String: Int] = [:]
    private var steps = 0

    /// A bound name is written out wherever it is used, so the text may be far larger than the expression.
    private static let stepLimit = 20_000
    /// PostgreSQL takes more, but not in reasonable time.
    private static let textLimit = 200_000

    init(_ checked: CheckedAST, _ lowering: SQLLowering, allowsAggregates: Bool = false) {
        self.checked = checked
        self.lowering = lowering
        self.allowsAggregates = allowsAggregates
        rows = Dictionary(lowering.rows.map { ($0.variable, $0) }) { first, _ in first }
        collections = Dictionary(lowering.collections.map { ($0.variable, $0) }) { first, _ in first }
        records = Dictionary(lowering.collections.compactMap { c in c.record.map { ($0, c) } }) { first, _ in first }
        mentions = Array(repeating: false, count: checked.ast.nodes.count)
        slots = Array(repeating: [], count: checked.ast.nodes.count)
        for index in checked.ast.nodes.indices where checked.types[index].isNullable {
            if case .variable(let name)? = checked.references[AST.ID(index: index)] { nullableVariables.insert(name) }
        }
        findMentions(checked.ast.root)
    }

    /// A value that a guard says isn't null, where the guard may have failed.
    func doubted(_ lowered: Lowered, _ id: AST.ID) -> Lowered {
        guard doubtsGuards, !lowered.isNullable else { return lowered }
        if case .has = checked.ast[id].kind { return lowered }
        switch checked.references[id] {
        case .field(let record, let position)? where record.fields[position].type.isNullable: break
        case .variable(let name)? where nullableVariables.contains(name): break
        default: return lowered
        }
        var doubted = lowered
        doubted.canFail = true
        doubted.isDoubted = true
        return doubted
    }

    func refuse(_ id: AST.ID, _ reason: String, suggestion: String? = nil) -> CELCompileError {
        CELCompileError(issues: [CELIssue(reason, at: checked.ast[id].focus, in: checked.source, suggestion: suggestion)])
    }

    mutating func alias(_ prefix: String) -> String {
        let number = (aliases[prefix] ?? 0) + 1
        aliases[prefix] = number
        return prefix + String(number)
    }

    func table(of record: String) -> SQLCollection? { records[record] }
    func row(named variable: String) -> SQLRow? { rows[variable] }

    /// A value that isn't a condition.
    mutating func value(_ id: AST.ID) throws(CELCompileError) -> Lowered {
        let lowered = try lower(id)
        if let row = rowUse, aggregateUse != nil {
            throw refuse(row, "beside an aggregate the row can't be read: group by it, or put it into an aggregate")
        }
        return lowered
    }

    /// - Parameter sqlType: what a parameter in this place is to be; nil leaves it to the value's type.
    mutating func lower(_ id: AST.ID, as sqlType: String? = nil) throws(CELCompileError) -> Lowered {
        steps += 1
        let id = meaning(of: id)
        let lowered = doubted(mentionsRows(id) ? try node(id, sqlType) : try parameter(id, as: sqlType), id)
        guard steps <= Self.stepLimit, lowered.text.utf8.count <= Self.textLimit else {
            throw refuse(id, "the expression gets too large for the database")
        }
        if lowered.canFail, lowered.isNullable {
            throw refuse(
                id, "this may be null and may fail, which the database can't tell apart",
                suggestion: "compare it where it is read, or give it a value for null")
        }
        return lowered
    }

    private mutating func node(_ id: AST.ID, _ sqlType: String?) throws(CELCompileError) -> Lowered {
        switch checked.ast[id].kind {
        case .name: return try name(id)
        case .select(let operand, let field, let isOptional): return try select(id, operand, field, isOptional: isOptional)
        case .has(let operand, let field): return try presence(id, operand, field)
        case .index(let operand, let key, let isOptional): return try element(id, operand, key, isOptional: isOptional)
        case .and(let parts): return try connective(parts, "AND")
        case .or(let parts): return try connective(parts, "OR")
        case .conditional(let condition, let yes, let no): return try conditional(id, condition, yes, no, sqlType)
        case .call(let name, let receiver, let arguments): return try call(id, name, receiver, arguments)
        case .comprehension(let loop): return try comprehension(id, loop)
        case .bind(_, let value, let body):
            guard case .locals(let slot)? = checked.references[id] else { throw refuse(id, "this can't run in the database") }
            bound[slot] = meaning(of: value)
            defer { bound[slot] = nil }
            return try lower(body, as: sqlType)
        case .list: throw refuse(id, "a list made from the row can't be a value in the database")
        case .map, .record: throw refuse(id, "a value made of several can't be made in the database")
        case .literal, .invalid: throw refuse(id, "this can't run in the database")
        }
    }

    func boolean(_ text: String, canFail: Bool = false) -> Lowered {
        Lowered(text: text, type: .bool, sqlType: "boolean", canFail: canFail)
    }
}

// Operands that are needed more than once.
extension Lowerer {
    /// SQL in which each operand has a name, evaluated once however often the name occurs.
    ///
    /// - Parameter isStrict: true makes the result null when an operand fails; false where the body is null then by itself.
    mutating func naming(_ operands: [Lowered], isStrict: Bool = false, _ body: ([String]) -> String) -> String {
        var names: [String] = []
        var definitions: [String] = []
        let alias = operands.allSatisfy(\.isSimple) ? "" : alias("v")
        for operand in operands {
            if operand.isSimple {
                names.append(operand.text)
            } else {
                names.append("\(alias).x\(definitions.count)")
                definitions.append("\(operand.text) AS x\(definitions.count)")
            }
        }
        let tests = !isStrict ? [] : zip(operands, names).filter { $0.0.canFail }.map { "\($0.1) IS NOT NULL" }
        let text = tests.isEmpty ? body(names) : "CASE WHEN \(tests.joined(separator: " AND ")) THEN \(body(names)) END"
        // OFFSET keeps the planner from writing the operands out again.
        return definitions.isEmpty
            ? "(\(text))" : "(SELECT \(text) FROM (SELECT \(definitions.joined(separator: ", ")) OFFSET 0) AS \(alias))"
    }
}

/// What a whole number lies in.
struct WholeRange: Sendable {
    var low: Int64
    var high: Int64

    static let all = WholeRange(low: .min, high: .max)
    static let count = WholeRange(low: 0, high: 1 << 30)

    init(low: Int64, high: Int64) { (self.low, self.high) = (low, high) }
    init(_ value: Int64) { (low, high) = (value, value) }

    var isAll: Bool { low == .min && high == .max }
    func contains(_ value: Int64) -> Bool { low <= value && value <= high }

    /// The range of an operation that grows or falls with each operand; nil when it may leave 64 bits.
    func combined(
        _ other: WholeRange, _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) -> WholeRange? {
        var corners: [Int64] = []
        for a in [low, high] {
            for b in [other.low, other.high] {
                let (value, overflow) = operation(a, b)
                if overflow { return nil }
                corners.append(value)
            }
        }
        return WholeRange(low: corners.min() ?? .min, high: corners.max() ?? .max)
    }

    func joined(_ other: WholeRange) -> WholeRange { WholeRange(low: min(low, other.low), high: max(high, other.high)) }

    static func of(sqlType: String) -> WholeRange {
        switch sqlType {
        case "smallint", "int2": WholeRange(low: -32_768, high: 32_767)
        case "integer", "int", "int4": WholeRange(low: -2_147_483_648, high: 2_147_483_647)
        default: .all
        }
    }
}
