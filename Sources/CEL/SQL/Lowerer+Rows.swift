// Rows, their columns, and what lies inside columns.
extension Lowerer {
    mutating func name(_ id: AST.ID) throws(CELCompileError) -> Lowered {
        switch checked.references[id] {
        case .variable(let name)?:
            guard let row = row(named: name) else { throw refuse(id, "a whole collection can't be a value in the database") }
            noteRow(id)
            return try key(of: row, id)
        case .local(let slot)?:
            switch locals[slot] {
            case .row(let row)?: return try key(of: row, id)
            case .value(var value)?:
                value.type = checked.type(of: id)
                return value
            case nil: break
            }
        default: break
        }
        throw refuse(id, "this can't run in the database")
    }

    private func key(of row: SQLRow, _ id: AST.ID) throws(CELCompileError) -> Lowered {
        guard let key = row.key else { throw refuse(id, "rows of this kind have no key to compare them by") }
        return Lowered(
            text: key.text, type: checked.type(of: id), sqlType: key.sqlType, isSimple: Self.isShort(key.text), row: row)
    }

    /// Outside an aggregate a value that has aggregates can't read the row.
    private mutating func noteRow(_ id: AST.ID) {
        if aggregateDepth == 0, rowUse == nil { rowUse = id }
    }

    static func isShort(_ text: String) -> Bool { text.utf8.count <= 80 }

    /// The row that a node stands for, when its columns are at hand.
    private mutating func found(_ id: AST.ID) -> SQLRow? {
        switch checked.references[meaning(of: id)] {
        case .variable(let name)?:
            if row(named: name) != nil { noteRow(id) }
            return row(named: name)
        case .local(let slot)?:
            if case .row(let row)? = locals[slot] { return row }
            return nil
        default: return nil
        }
    }

    mutating func select(
        _ id: AST.ID, _ operand: AST.ID, _ field: String, isOptional: Bool
    ) throws(CELCompileError) -> Lowered {
        var lowered = try column(id, operand, field)
        lowered.type = checked.type(of: id)
        if isOptional {
            guard case .optional(let wrapped) = lowered.type, !lowered.canFail else {
                throw refuse(id, "an optional of this can't be read in the database")
            }
            if wrapped.isNullable { throw refuse(id, "an optional that may hold null can't be read in the database") }
        }
        return lowered
    }

    mutating func presence(_ id: AST.ID, _ operand: AST.ID, _ field: String) throws(CELCompileError) -> Lowered {
        if case .map = checked.type(of: operand).unwrapped {
            let map = try lower(operand)
            return boolean("jsonb_exists(\(map.text), \(SQLName.literal(field)))", canFail: map.canFail)
        }
        let found = try column(id, operand, field)
        return boolean("(\(found.text) IS NOT NULL)")
    }

    /// A field, with the type it was declared with.
    private mutating func column(_ id: AST.ID, _ operand: AST.ID, _ field: String) throws(CELCompileError) -> Lowered {
        let declared = fieldType(id)
        if let row = found(operand) { return try column(id, row, field, declared) }
        let inner = meaning(of: operand)
        let whole = try lower(inner)
        if let row = whole.row { return try column(id, row, field, declared) }
        switch checked.type(of: inner).unwrapped {
        case .optional: throw refuse(id, "'\(field)' of an optional can't be read in the database", suggestion: "guard it with '!= null'")
        case .map(let key, let value) where key == .string && whole.sqlType == "jsonb":
            guard !value.isNullable else { throw refuse(id, "an entry that may be null can't be read in the database") }
            return try json(id, whole, SQLName.literal(field), value, canFail: true)
        case .object(let name):
            if let table = table(of: name), whole.sqlType != "jsonb" {
                return try referenced(id, whole, table, field, declared)
            }
            if whole.sqlType == "jsonb" { return try json(id, whole, SQLName.literal(field), declared, canFail: whole.canFail) }
            throw refuse(id, "'\(field)' lies in another row, which this query doesn't join")
        default: throw refuse(id, "'\(field)' of this can't be read in the database")
        }
    }

    private func fieldType(_ id: AST.ID) -> CELType {
        if case .field(let record, let position)? = checked.references[id] { return record.fields[position].type }
        return checked.type(of: id)
    }

    private func column(_ id: AST.ID, _ row: SQLRow, _ field: String, _ type: CELType) throws(CELCompileError) -> Lowered {
        guard let column = row.fields[field] else { throw refuse(id, "'\(field)' has no column in the database") }
        var lowered = Lowered(
            text: column.text, type: checked.type(of: id), sqlType: column.sqlType, isSimple: Self.isShort(column.text), row: column.row,
            range: .of(sqlType: column.sqlType))
        lowered.origin = column.origin
        // Clocks without a zone, and days, are meant in UTC.
        if type.unwrapped == .timestamp, ["timestamp", "date"].contains(column.sqlType) {
            lowered.text = "(\(column.text)\(column.sqlType == "date" ? "::timestamp" : "") AT TIME ZONE 'UTC')"
            lowered.sqlType = "timestamptz"
        }
        if type.unwrapped == .double, ["real", "float4", "numeric"].contains(column.sqlType) {
            lowered.text = "\(column.text)::double precision"
            lowered.sqlType = "double precision"
        }
        return lowered
    }

    /// A field of a row that is referred to, by a subquery on its key.
    private mutating func referenced(
        _ id: AST.ID, _ reference: Lowered, _ table: SQLCollection, _ field: String, _ type: CELType
    ) throws(CELCompileError) -> Lowered {
        let alias = alias("r")
        let row = table.row(alias)
        guard let key = row.key else { throw refuse(id, "rows of this kind have no key to find them by") }
        var found = try column(id, row, field, type)
        if found.text == key.text {
            found.text = reference.text
        } else {
            let place = "FROM \(table.from(alias)) WHERE \(key.text) = \(reference.text))"
            found.text = "(SELECT \(found.text) \(place)"
            if let origin = found.origin { found.origin?.text = "(SELECT \(origin.text) \(place)" }
        }
        found.isSimple = false
        found.row = nil
        found.canFail = reference.canFail
        return found
    }

    func keyType(of record: String) -> String { table(of: record)?.row("r").key?.sqlType ?? "" }

    private func keyType(of type: CELType) -> String {
        if case .object(let name) = type.unwrapped { return keyType(of: name) }
        return ""
    }

    /// What lies in JSON under a name or an index.
    private func json(
        _ id: AST.ID, _ whole: Lowered, _ name: String, _ type: CELType, canFail: Bool
    ) throws(CELCompileError) -> Lowered {
        guard let (text, sqlType) = SQLJSON.field(whole.text, name, type, key: keyType(of: type)) else {
            throw refuse(id, "a value of type \(type) can't be read from JSON in the database")
        }
        return Lowered(
            text: text, type: type, sqlType: sqlType, canFail: canFail, isSimple: whole.isSimple && Self.isShort(text))
    }

    /// An element of a JSON list, itself in JSON.
    func jsonValue(_ id: AST.ID, _ text: String, _ type: CELType) throws(CELCompileError) -> Lowered {
        guard let (value, sqlType) = SQLJSON.value(text, type, key: keyType(of: type)) else {
            throw refuse(id, "elements of type \(type) can't be read in the database")
        }
        return Lowered(text: value, type: type, sqlType: sqlType, isSimple: Self.isShort(value))
    }

    /// `list[i]`, `map['key']`
    mutating func element(
        _ id: AST.ID, _ operand: AST.ID, _ key: AST.ID, isOptional: Bool
    ) throws(CELCompileError) -> Lowered {
        let container = checked.type(of: operand).unwrapped
        guard !isOptional else { throw refuse(id, "an optional element can't be read in the database") }
        switch container {
        case .list(let type):
            guard checked.type(of: key) == .int else { throw refuse(key, "in the database an index must be an int") }
            guard !type.isNullable, type != .dyn else {
                throw refuse(id, "an element that may be null can't be read in the database")
            }
            let list = try lower(operand)
            let index = try lower(key)
            // Out of range there is nothing, as is wanted; but from a negative one JSON would count backwards.
            let place =
                naming([index]) { "CASE WHEN \($0[0]) BETWEEN 0 AND 2147483645 THEN \($0[0]) ELSE 2147483645 END" } + "::integer"
            if list.sqlType == "jsonb" { return try json(id, list, place, type, canFail: true) }
            guard list.sqlType.hasSuffix("[]") else { throw refuse(id, "an element of this can't be read in the database") }
            return Lowered(
                text: "(\(list.text))[\(place) + 1]", type: type, sqlType: String(list.sqlType.dropLast(2)), canFail: true)
        case .map(.string, let type):
            guard !type.isNullable, type != .dyn else {
                throw refuse(id, "an entry that may be null can't be read in the database")
            }
            let map = try lower(operand)
            let name = try lower(key)
            guard map.sqlType == "jsonb" else { throw refuse(id, "an entry of this can't be read in the database") }
            return try json(id, map, name.text, type, canFail: true)
        default: throw refuse(id, "'[]' on \(container) can't run in the database")
        }
    }
}
