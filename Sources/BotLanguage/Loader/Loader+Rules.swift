import CEL

// `unique: [{fields: [admin], where: status == Status.open}]`
extension Loader {
    /// A condition on the fields of a row, which stand under their own names. Its value must follow from the row alone, for
    /// PostgreSQL looks at it once, when the row is written.
    func ruleCondition(_ node: Node, _ fields: [FieldDraft], _ collection: String) -> Table.Condition? {
        guard let source = text(node, "a condition") else { return nil }
        let row = "@row"
        let types = Dictionary(fields.map { ($0.name, $0.type.cel) }) { first, _ in first }
        do throws(CELCompileError) {
            let environment = environment.adding(variables: types)
            let checked = try environment.check(source, expecting: .bool)
            for name in checked.variables.sorted() {
                guard let draft = fields.first(where: { $0.name == name }) else {
                    report("a rule can look at the fields of its own row only, not at '\(name)'", at: node)
                    return nil
                }
                guard Self.isUnchanging(draft.type.type) else {
                    report("a rule's condition can't look at '\(name)', which is a \(draft.type.type.description)", at: node)
                    return nil
                }
            }
            var ast = checked.ast
            for (id, reference) in checked.references {
                if case .variable(let name) = reference { ast.replace(id, withField: name, of: row) }
            }
            let program = try environment.adding(variables: [row: .object(collection)]).compile(ast, of: checked, expecting: .bool)
            let columns = fields.map { ($0.name, SQLColumn(SQLName.quoted($0.name), $0.type.type.column.rawValue)) }
            let sql = try SQLLowering(rows: [SQLRow(variable: row, fields: Dictionary(columns) { first, _ in first })]).condition(program)
            var values: [RecordValue] = []
            for parameter in sql.parameters {
                guard case .constant(let value) = parameter.source, let constant = Self.constant(value) else {
                    report("a rule's condition compares fields with constants", at: node)
                    return nil
                }
                values.append(constant)
            }
            return Table.Condition(sql: sql.text, values: values)
        } catch {
            for issue in error.issues { report(issue, in: node, 0) }
            return nil
        }
    }

    /// Whether comparing such values depends on no setting of the database, as an index demands.
    private static func isUnchanging(_ type: FieldType) -> Bool {
        switch type {
        case .string, .int, .number, .money, .bool, .enumeration, .reference: true
        case .date, .time, .timestamp, .duration, .list, .record: false
        }
    }

    private static func constant(_ value: CELValue) -> RecordValue? {
        switch value {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        case .string(let text): .string(text)
        default: nil
        }
    }
}
