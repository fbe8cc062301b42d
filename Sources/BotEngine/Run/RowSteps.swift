import BotLanguage
import CEL

// Steps that write rows.
extension Interpreter {
    mutating func perform(_ insert: Step.Insert, _ variables: inout Variables, at position: SourcePosition) throws(Interruption) -> Flow {
        guard let row = try self.insert(insert.values, into: insert.collection, variables, at: position) else {
            return try conflict(insert.otherwise, variables, at: position)
        }
        note(position, true)
        if let name = insert.name { variables[name] = .object(row) }
        return .next
    }

    mutating func perform(_ update: Step.Update, _ variables: inout Variables, at position: SourcePosition) throws(Interruption) -> Flow {
        guard case .object(let row) = try evaluate(update.row, variables) else { throw fail(.value, "no row", at: update.row.position) }
        let changes = try columns(update.changes, of: update.collection, variables)
        guard try change(row, changes, in: update.collection, &variables) else {
            return try conflict(update.otherwise, variables, at: position)
        }
        note(position, true)
        return .next
    }

    mutating func perform(_ upsert: Step.Upsert, _ variables: inout Variables, at position: SourcePosition) throws(Interruption) -> Flow {
        let source = upsert.rows
        let found = try rows(.select(try query(source, variables, limit: 2)), of: source.collection)
        guard found.count < 2 else { throw fail(.value, "several rows of '\(source.collection)' where 'upsert' wants one", at: position) }
        var inner = variables
        inner[source.variable] = found.first.map { .object($0) } ?? .null
        if let row = found.first {
            variables[source.variable] = .object(row)
            let changes = try columns(upsert.values, of: source.collection, inner)
            guard try change(row, changes, in: source.collection, &variables) else {
                return try conflict(upsert.otherwise, variables, at: position)
            }
        } else {
            guard let row = try insert(upsert.values, into: source.collection, inner, at: position) else {
                return try conflict(upsert.otherwise, variables, at: position)
            }
            variables[source.variable] = .object(row)
        }
        note(position, true)
        return .next
    }

    mutating func perform(_ delete: Step.Delete, _ variables: Variables, at position: SourcePosition) throws(Interruption) {
        let reply: RecordReply
        switch delete {
        case .rows(let source):
            let query = try query(source, variables, limit: nil)
            reply = try request(mindsDeletion(of: source.collection) ? .deleteReturning(query) : .delete(query))
            if case .rows(let gone) = reply { touch(deleted: gone.map(\.id), of: source.collection) }
            touchReferring(toRowsOf: source.collection)
        case .row(let expression, let collection):
            guard case .object(let row) = try evaluate(expression, variables) else { throw fail(.value, "no row", at: position) }
            note(changeOf: row)
            try touchReferring(to: row, of: collection)
            touch(deleted: [row.rowID], of: collection)
            reply = try request(.deleteRow(table: collection, id: row.rowID))
        }
        if case .conflict(let name) = reply { throw fail(.conflict, "'\(name)' still refers to it", at: position) }
        // What is remembered may be gone.
        cache = [:]
    }

    // MARK: Writing

    /// Nil: a rule forbids it.
    private mutating func insert(
        _ assignments: [Step.Assignment], into name: String, _ variables: Variables, at position: SourcePosition
    ) throws(Interruption) -> CELObject? {
        guard let collection = definition.collections[name] else { throw fail(.store, "no collection '\(name)'", at: position) }
        var values = try columns(assignments, of: name, variables)
        for field in collection.fields where !field.isReadOnly && !assignments.contains(where: { $0.field == field.name }) {
            guard let value = field.default else {
                values.append(ColumnValue(field.name, .null))
                continue
            }
            values.append(try column(field, try evaluate(value, variables), at: value.position))
        }
        switch try request(.insert(table: name, values: values)) {
        case .rows(let records):
            guard let row = try objects(records, of: name).first else { throw fail(.store, "no row after an insert", at: position) }
            touch(new: row, of: name)
            return row
        case .conflict: return nil
        case .value: throw fail(.store, "a reply without rows", at: position)
        }
    }

    /// False: a rule forbids it.
    mutating func change(
        _ row: CELObject, _ changes: [ColumnValue], in collection: String, _ variables: inout Variables
    ) throws(Interruption) -> Bool {
        guard !changes.isEmpty else { return true }
        note(changeOf: row)
        touch(collection, row.rowID, before: row, fields: changes.map(\.column))
        // Whether a rule forbids a change can only be told by the database.
        let isUnruled = definition.collections[collection]?.uniques.count == 1
        if collection == Table.usersName, row.rowID == user.rowID, isUnruled {
            try changeUser(changes, &variables)
            return true
        }
        switch try request(.update(table: collection, id: row.rowID, changes: changes)) {
        case .conflict: return false
        case .value: throw fail(.store, "a reply without rows")
        case .rows(let records):
            guard let changed = try objects(records, of: collection).first else { throw .gone }
            if collection == Table.usersName, changed.rowID == user.rowID { user = changed }
            refresh(changed, &variables)
            return true
        }
    }

    /// The person's own row is written together with the conversation.
    mutating func changeUser(_ changes: [ColumnValue], _ variables: inout Variables) throws(Interruption) {
        guard let collection = definition.collections[Table.usersName] else { return }
        var values = user.values
        for change in changes {
            userChanges.removeAll { $0.column == change.column }
            userChanges.append(change)
            unwritten.removeAll { $0.column == change.column }
            unwritten.append(change)
            guard let position = collection.fields.firstIndex(where: { $0.name == change.column }) else { continue }
            let user = user
            values[position] = ValueMapping.cel(change.value, collection.fields[position].type) { .object(Rows.stub($0, $1, user)) }
        }
        let changed = CELObject(shape: user.shape, values: values, id: user.id)
        user = try expand([changed], of: Table.usersName, depth: 0).first ?? changed
        refresh(user, &variables)
    }

    private mutating func refresh(_ row: CELObject, _ variables: inout Variables) {
        if row == user, definition.languages.chosen != nil {
            language = spoken(to: user)
            variables.speak(language)
            for index in cursors.indices { cursors[index].scope.speak(language) }
        }
        variables.refresh(row)
        for index in cursors.indices { cursors[index].scope.refresh(row) }
    }

    mutating func columns(
        _ assignments: [Step.Assignment], of collection: String, _ variables: Variables
    ) throws(Interruption) -> [ColumnValue] {
        var result: [ColumnValue] = []
        for assignment in assignments {
            guard let field = definition.collections[collection]?[assignment.field] else { continue }
            result.append(try column(field, try evaluate(assignment.value, variables), at: assignment.value.position))
        }
        return result
    }

    private func column(_ field: Field, _ value: CELValue, at position: SourcePosition) throws(Interruption) -> ColumnValue {
        do throws(ValueError) {
            try ValueMapping.check(value, field.bounds, field.type.type)
            return ColumnValue(field.name, try ValueMapping.record(value, field.type))
        } catch {
            throw fail(.value, "the value for '\(field.name)' is \(error.message)", at: position)
        }
    }

    /// The step's `else`, or the end of the run.
    private mutating func conflict(_ otherwise: [Step]?, _ variables: Variables, at position: SourcePosition) throws(Interruption) -> Flow {
        note(position, false)
        guard let otherwise else { throw fail(.conflict, "a rule of the data forbids it, and the step has no 'else'", at: position) }
        return .enter(Cursor(steps: otherwise, scope: variables))
    }
}
