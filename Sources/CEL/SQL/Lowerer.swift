/// One expression on its way to SQL.
struct Lowerer {
    struct Lowered {
        var text: String
        /// As far as the checker knows at this place: a guard makes a nullable column one that isn't.
        let type: CELType
        let sqlType: String
        /// When it is a parameter: its place.
        var parameter: Int?
        var row: SQLRow?
        var isNullLiteral = false

        var isNullable: Bool { type.isNullable || type == .dyn }
    }

    let checked: CheckedAST
    private(set) var parameters: [SQLParameter] = []
    private let rows: [String: SQLRow]
    private let collections: [String: SQLCollection]
    private let firstPlaceholder: Int
    /// Rows of subqueries by the place of their variable.
    private var subqueryRows: [Int: SQLRow] = [:]
    private var aliases = 0
    /// What names bound by `cel.bind` and by definitions stand for, by the place of the name.
    private var bound: [Int: AST.ID] = [:]
    /// By node: whether it depends on a row.
    private var mentions: [Bool]
    private var steps = 0

    /// A bound name is written out wherever it is used, so the text may be far larger than the expression.
    private static let stepLimit = 20_000

    init(_ checked: CheckedAST, rows: [SQLRow], collections: [SQLCollection], firstPlaceholder: Int) {
        self.checked = checked
        self.rows = Dictionary(rows.map { ($0.variable, $0) }) { first, _ in first }
        self.collections = Dictionary(collections.map { ($0.variable, $0) }) { first, _ in first }
        self.firstPlaceholder = firstPlaceholder
        mentions = Array(repeating: false, count: checked.ast.nodes.count)
        var slots: [Int: Bool] = [:]
        findMentions(checked.ast.root, &slots)
    }

    func refuse(_ id: AST.ID, _ reason: String) -> CELCompileError {
        CELCompileError(issues: [CELIssue(reason, at: checked.ast[id].focus, in: checked.source)])
    }

    /// - Parameter sqlType: what a parameter in this place is to be; nil leaves it to the value's type.
    mutating func lower(_ id: AST.ID, as sqlType: String? = nil) throws(CELCompileError) -> Lowered {
        steps += 1
        guard steps <= Self.stepLimit else { throw refuse(id, "the expression gets too large for the database") }
        let id = meaning(of: id)
        if !mentionsRows(id) { return try parameter(id, as: sqlType) }
        switch checked.ast[id].kind {
        case .name: return try row(id)
        case .select(let operand, let field, false): return try column(id, operand, field)
        case .has(let operand, let field):
            let found = try column(id, operand, field)
            return boolean("(\(found.text) IS NOT NULL)")
        case .and(let parts): return try connective(parts, "AND")
        case .or(let parts): return try connective(parts, "OR")
        case .conditional(let condition, let yes, let no): return try conditional(id, condition, yes, no, sqlType)
        case .call(let name, let receiver, let arguments): return try call(id, name, receiver, arguments)
        case .comprehension(let loop): return try subquery(id, loop)
        case .bind(_, let value, let body):
            guard case .locals(let slot)? = checked.references[id] else { throw refuse(id, "this can't run in the database") }
            bound[slot] = meaning(of: value)
            defer { bound[slot] = nil }
            return try lower(body, as: sqlType)
        default: throw refuse(id, "this can't run in the database")
        }
    }

    func boolean(_ text: String) -> Lowered { Lowered(text: text, type: .bool, sqlType: "boolean") }
}

// What is known before the query, and what isn't.
extension Lowerer {
    /// The node that a bound name stands for; any other node itself.
    func meaning(of id: AST.ID) -> AST.ID {
        var id = id
        while case .local(let slot)? = checked.references[id], let value = bound[slot] { id = value }
        return id
    }

    func mentionsRows(_ id: AST.ID) -> Bool { mentions[id.index] }

    /// Finds out for every node whether it mentions a row. `slots` says so of the local names in scope.
    private mutating func findMentions(_ id: AST.ID, _ slots: inout [Int: Bool]) {
        var found = false
        switch checked.references[id] {
        case .variable(let name)?: found = rows[name] != nil || collections[name] != nil
        case .local(let slot)?: found = slots[slot] ?? false
        default: break
        }
        for (position, child) in checked.ast.children(of: id).enumerated() {
            findMentions(child, &slots)
            found = found || mentions[child.index]
            // The first child of what has names is what they stand for or run over.
            if position == 0, case .locals(let slot)? = checked.references[id] {
                slots[slot] = mentions[child.index]
                slots[slot + 1] = mentions[child.index]
            }
        }
        mentions[id.index] = found
    }

    private func findVariables(in id: AST.ID, _ found: inout Set<String>, _ seen: inout Set<Int>) {
        switch checked.references[id] {
        case .variable(let name)?: found.insert(name)
        case .local(let slot)?:
            if let value = bound[slot], seen.insert(slot).inserted { findVariables(in: value, &found, &seen) }
        default: break
        }
        for child in checked.ast.children(of: id) { findVariables(in: child, &found, &seen) }
    }

    private mutating func parameter(_ id: AST.ID, as sqlType: String?) throws(CELCompileError) -> Lowered {
        let type = checked.type(of: id)
        if case .literal(.null) = checked.ast[id].kind {
            return Lowered(text: "NULL", type: .null, sqlType: sqlType ?? "text", isNullLiteral: true)
        }
        guard let cast = sqlType ?? Self.sqlType(of: type) else {
            throw refuse(id, "a value of type \(type) can't be passed to the database")
        }
        var variables: Set<String> = []
        var slots: Set<Int> = []
        findVariables(in: id, &variables, &slots)
        let names = slots.sorted().compactMap { slot in bound[slot].map { (slot: slot, value: $0) } }
        let program = CELProgram(part: id, of: checked, binding: names, variables: variables)
        let source = program.constant.map { SQLParameter.Source.constant($0) } ?? .program(program)
        parameters.append(SQLParameter(source: source, type: type, sqlType: cast))
        let text = "$\(firstPlaceholder + parameters.count - 1)::\(cast)"
        return Lowered(text: text, type: type, sqlType: cast, parameter: parameters.count - 1)
    }

    /// The value of a parameter that is known already.
    func constant(_ lowered: Lowered) -> CELValue? {
        guard let position = lowered.parameter, case .constant(let value) = parameters[position].source else { return nil }
        return value
    }

    static func sqlType(of type: CELType) -> String? {
        switch type.unwrapped {
        case .bool: "boolean"
        case .int: "bigint"
        case .double: "double precision"
        case .string, .enumeration: "text"
        case .bytes: "bytea"
        case .timestamp: "timestamptz"
        case .duration: "interval"
        case .list(let element): element.isNullable ? nil : sqlType(of: element).map { "\($0)[]" }
        default: nil
        }
    }
}

// Rows and their columns.
extension Lowerer {
    private func found(_ id: AST.ID) -> SQLRow? {
        switch checked.references[meaning(of: id)] {
        case .variable(let name)?: rows[name]
        case .local(let slot)?: subqueryRows[slot]
        default: nil
        }
    }

    private func row(_ id: AST.ID) throws(CELCompileError) -> Lowered {
        guard let row = found(id) else { throw refuse(id, "a whole collection can't be a value in the database") }
        guard let key = row.key else { throw refuse(id, "rows of this kind have no key to compare them by") }
        return Lowered(text: key.text, type: checked.type(of: id), sqlType: key.sqlType, row: row)
    }

    private mutating func column(_ id: AST.ID, _ operand: AST.ID, _ field: String) throws(CELCompileError) -> Lowered {
        let row: SQLRow
        if let direct = found(operand) {
            row = direct
        } else {
            let operand = meaning(of: operand)
            guard case .select(let inner, let name, false) = checked.ast[operand].kind else {
                throw refuse(id, "'\(field)' of this can't be read in the database")
            }
            guard let joined = try column(operand, inner, name).row else {
                throw refuse(id, "'\(field)' lies in another row, which this query doesn't join")
            }
            row = joined
        }
        guard let column = row.fields[field] else { throw refuse(id, "'\(field)' has no column in the database") }
        return Lowered(text: column.text, type: checked.type(of: id), sqlType: column.sqlType, row: column.row)
    }

    /// `tickets.exists(t, …)` and its kin.
    private mutating func subquery(_ id: AST.ID, _ loop: Comprehension) throws(CELCompileError) -> Lowered {
        guard case .variable(let name)? = checked.references[meaning(of: loop.range)], let collection = collections[name],
            loop.secondVariable == nil, let condition = loop.condition, case .locals(let slot)? = checked.references[id]
        else { throw refuse(id, "'\(loop.macro)' over this can't run in the database") }
        aliases += 1
        let alias = "q\(aliases)"
        subqueryRows[slot] = collection.row(alias)
        let inner = try lower(condition)
        subqueryRows[slot] = nil
        let from = collection.from(alias)
        switch loop.kind {
        case .exists: return boolean("EXISTS (SELECT 1 FROM \(from) WHERE \(inner.text))")
        case .all: return boolean("NOT EXISTS (SELECT 1 FROM \(from) WHERE NOT \(inner.text))")
        case .existsOne: return boolean("((SELECT count(*) FROM \(from) WHERE \(inner.text)) = 1)")
        case .count:
            return Lowered(text: "(SELECT count(*) FROM \(from) WHERE \(inner.text))", type: .int, sqlType: "bigint")
        default: throw refuse(id, "'\(loop.macro)' can't run in the database")
        }
    }
}
