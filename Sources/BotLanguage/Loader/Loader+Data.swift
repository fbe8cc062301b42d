import CEL
import Contracts

extension Loader {
    /// Enums, collections and the tables they need; afterwards expressions can be compiled.
    func readData(enums enumsNode: Node?, functions functionsNode: Node?, data: Node?, queries: Node?) -> StoreSchema {
        for entry in declarations(enumsNode, "an enum") { readEnum(entry.name, entry.node, entry.key) }
        let entries = declarations(data, "a collection")
        collectionNames = [Table.usersName]
        for entry in entries where entry.name != Table.usersName {
            checkCollectionName(entry.name, entry.key)
            collectionNames.append(entry.name)
        }
        var drafts: [(name: String, node: Node?, fields: [FieldDraft])] = []
        areRecordsWelcome = true
        for name in collectionNames {
            let node = entries.first { $0.name == name }?.node
            drafts.append((name, node, readFields(of: name, node)))
        }
        areRecordsWelcome = false
        let records = drafts.map { draft in record(draft.name, draft.fields) } + Self.eventRecords + structures.values.map(\.record)
        let functions = readFunctions(functionsNode)
        let texts = readTexts(besides: functions.map(\.definition.name))
        declareConfig(configNode)
        makeEnvironment = { [unowned self] further in
            CELEnvironment(
                variables: Dictionary(collectionNames.map { ($0, CELType.list(.object($0))) }) { first, _ in first },
                records: records + configRecords + queryRecords.values.map(\.record), enums: Array(enums.values),
                functions: HostFunctions.all + HostFunctions.ofTexts + further,
                definitions: functions.map(\.definition) + texts,
                // Enough for what people write, and safe on a thread with a small stack.
                limits: CELParserLimits(sourceSize: 16_384, nesting: 40, height: 120))
        }
        environment = makeEnvironment([])
        readConfig()
        declareQueries(queries, functions: functions.map(\.definition.name))
        checkFunctions(functions)
        checkRenamings()
        checkTexts()
        for (draft, record) in zip(drafts, records) {
            let fields = draft.fields.map { $0.field(default: readDefault($0, of: draft.name)) }
            let seed = seedDraft(of: draft.name, draft.node)
            if let seed { seedDrafts.append(seed) }
            let (uniques, indexes) = readKeys(of: draft.name, draft.node, draft.fields, seed)
            collections[draft.name] = Collection(name: draft.name, fields: fields, uniques: uniques, indexes: indexes, record: record)
        }
        readQueries()
        var schema = storeSchema()
        schema.seeds = readSeeds()
        return schema
    }

    /// The scope of what isn't inside a screen, form or handler.
    var base: CELEnvironment {
        environment.adding(variables: [
            "user": .object(Table.usersName), "now": .timestamp, "chat": .nullable(.object(RecordType.chat.name)),
        ]).adding(variables: configVariables)
    }

    /// The same where nobody in particular has caused what happens.
    var baseWithoutPerson: CELEnvironment { environment.adding(variables: ["now": .timestamp]).adding(variables: configVariables) }

    /// What handlers see of their event.
    static let eventRecords =
        [CELRecord(name: "Command", fields: [.init("command", .string), .init("text", .string), .init("args", .list(.string))])]
        + [memberRecord, membershipRecord] + pollAnswers + RecordType.builtIn.values.map(\.record).sorted { $0.name < $1.name }

    private func readEnum(_ name: String, _ node: Node, _ key: Node) {
        guard node.sequence != nil else { return report("an enum is a list of names: '[open, closed]'", at: node) }
        var members: [String] = []
        for (text, member) in texts(node, "a member") where checkName(text, "a member of an enum", at: member) {
            if members.contains(text) { report("'\(text)' stands in '\(name)' twice", at: member) } else { members.append(text) }
        }
        if members.isEmpty { report("the enum '\(name)' has no members", at: node) }
        if FieldName.types.contains(name) { report("'\(name)' is a type already", at: key) }
        enums[name] = CELEnum(name: name, members: members)
    }

    private func checkCollectionName(_ name: String, _ node: Node) {
        if enums[name] != nil || Scope.builtIn.contains(name) || FieldName.types.contains(name) {
            report(
                "'\(name)' already means something else", at: node, suggestion: "call the collection otherwise, for instance in the plural")
        }
    }

    // MARK: Fields

    private func readFields(of collection: String, _ node: Node?) -> [FieldDraft] {
        var drafts = FieldDraft.builtIn(of: collection)
        for entry in declarations(node, "a field") where !Construct.collection.names.contains(entry.name) {
            if drafts.contains(where: { $0.name == entry.name }) {
                report("every row of '\(collection)' has '\(entry.name)' already", at: entry.key)
                continue
            }
            if FieldName.system.contains(entry.name) {
                report("'\(entry.name)' is what PostgreSQL calls a column of its own", at: entry.key, suggestion: "choose another name")
                continue
            }
            if let draft = readField(entry.name, entry.node) {
                drafts.append(draft)
                noteFormerNames(draft.formerNames, collection: collection, field: entry.name, at: draft.node)
            } else {
                brokenFields[collection, default: []].insert(entry.name)
            }
        }
        if let was = node?.mapping?.first(where: { $0.key.text == "was" })?.value {
            readFormerNames(ofCollection: collection, was)
        }
        if drafts.count > 200 {
            report("'\(collection)' has more than 200 fields", at: node ?? Node(.mapping([]), at: Mark(line: 1, column: 1)))
        }
        return drafts
    }

    private func readField(_ name: String, _ node: Node) -> FieldDraft? {
        if node.text != nil { return valueType(node).map { FieldDraft(name: name, type: $0, node: node) } }
        guard let fields = fields(of: node, .field), let typeNode = fields["type"] ?? missing("type", in: fields),
            let type = valueType(typeNode), let bounds = bounds(fields, type.type)
        else { return nil }
        var draft = FieldDraft(name: name, type: type, node: node)
        draft.bounds = bounds
        draft.defaultNode = fields["default"]
        draft.isIndexed = fields["index"].map { flag($0, "'index'") } ?? false
        draft.isUnique = fields["unique"].map { flag($0, "'unique'") } ?? false
        draft.formerNames = readFormerNames(fields["was"], of: name, "a field")
        return draft
    }

    private func record(_ name: String, _ fields: [FieldDraft]) -> CELRecord {
        let broken = (brokenFields[name] ?? []).map { CELRecord.Field($0, .dyn) }
        return CELRecord(name: name, fields: fields.map { CELRecord.Field($0.name, $0.type.cel) } + broken)
    }

    private func readDefault(_ draft: FieldDraft, of collection: String) -> Expression? {
        guard let node = draft.defaultNode else {
            // People are made by the dialog worker, which knows nothing of the definition's fields.
            if collection == Table.usersName, !draft.isReadOnly, !draft.type.isNullable {
                report(
                    "everybody's row needs a value for '\(draft.name)'", at: draft.node,
                    suggestion: "give it a default, or write '\(draft.type.description)?'")
            }
            return nil
        }
        guard let value = expression(node, Scope(base), expecting: draft.type.cel) else { return nil }
        if collection == Table.usersName, value.program.constant == nil {
            report("the default of a field of 'users' is a constant", at: node)
        }
        return value
    }

    private func readKeys(of collection: String, _ node: Node?, _ fields: [FieldDraft], _ seed: SeedDraft?) -> (
        [Table.Unique], [Table.Index]
    ) {
        var uniques: [Table.Unique] = collection == Table.usersName ? [Table.usersUnique] : []
        // Rows are found again by the key of their file, so no two may have the same.
        if let seed, let key = seed.key, let field = fields.first(where: { $0.name == key && !$0.isReadOnly && !$0.isUnique }),
            isIndexable([field.name], fields, at: seed.keyNode ?? field.node)
        {
            uniques.append(Table.Unique(name: keyName(collection, [key], "unique"), columns: [key]))
        }
        var indexes: [Table.Index] = []
        for field in fields {
            guard field.isUnique || field.isIndexed, isIndexable([field.name], fields, at: field.node) else { continue }
            if field.isUnique { uniques.append(Table.Unique(name: keyName(collection, [field.name], "unique"), columns: [field.name])) }
            if field.isIndexed { indexes.append(Table.Index(name: keyName(collection, [field.name], "index"), columns: [field.name])) }
        }
        for entry in node?.mapping ?? [] where entry.key.text == "unique" {
            for rule in entry.value.elements {
                guard let parts = self.fields(of: rule, .unique), let list = parts["fields"] ?? missing("fields", in: parts) else {
                    continue
                }
                let columns = columns(list, fields, collection)
                guard !columns.isEmpty, isIndexable(columns, fields, at: list) else { continue }
                var condition: Table.Condition?
                if let node = parts["where"] {
                    condition = ruleCondition(node, fields, collection)
                    guard condition != nil else { continue }
                }
                // A rule with another condition is another rule.
                let mark = condition.map { "if_" + String(StableHash.of("\($0)"), radix: 36) }
                let name = keyName(collection, columns + [mark].compactMap { $0 }, "unique")
                uniques.append(Table.Unique(name: name, columns: columns, condition: condition))
            }
        }
        for entry in node?.mapping ?? [] where entry.key.text == "index" {
            for list in entry.value.elements {
                let columns = columns(list, fields, collection)
                if !columns.isEmpty, isIndexable(columns, fields, at: list) {
                    indexes.append(Table.Index(name: keyName(collection, columns, "index"), columns: columns))
                }
            }
        }
        return (uniques, indexes)
    }

    /// PostgreSQL refuses rows whose entry in an index has more than about 2,700 bytes; a character takes up to 4.
    private func isIndexable(_ columns: [String], _ fields: [FieldDraft], at node: Node) -> Bool {
        var characters = 0.0
        for field in fields where columns.contains(field.name) {
            switch field.type.type {
            case .string where field.isReadOnly: break
            case .string:
                guard let maximum = field.bounds.maximum else {
                    report(
                        "'\(field.name)' is a key of rows, so its length must be limited", at: node,
                        suggestion: "add 'max: \(Self.indexedCharacters)' or less to the field")
                    return false
                }
                characters += maximum
            case .list, .record:
                report("'\(field.name)' is a \(field.type.type.description), which can't be a key of rows", at: node)
                return false
            default: break
            }
        }
        if characters > Double(Self.indexedCharacters) {
            report(
                "the texts of a key have \(Self.indexedCharacters) characters together at most", at: node, suggestion: "make 'max' smaller")
            return false
        }
        return true
    }

    private static let indexedCharacters = 600

    /// The point, which no name has, keeps `a` + `b_c` apart from `a_b` + `c`, and keys from tables. PostgreSQL cuts names
    /// at 63 bytes; a cut name could meet another one.
    private func keyName(_ collection: String, _ columns: [String], _ suffix: String) -> String {
        let name = ([collection] + columns + [suffix]).joined(separator: ".")
        guard name.utf8.count > 63 else { return name }
        return "\(name.prefix(40)).\(String(StableHash.of(name), radix: 36)).\(suffix)"
    }

    private func columns(_ node: Node, _ fields: [FieldDraft], _ collection: String) -> [String] {
        texts(node, "a field's name").compactMap { name, node in
            if fields.contains(where: { $0.name == name }) { return name }
            report("'\(collection)' has no field '\(name)'", at: node, suggestion: didYouMean(name, fields.map(\.name)), code: .unknownName)
            return nil
        }
    }
}

private enum FieldName {
    /// Every table has these in PostgreSQL.
    static let system: Set<String> = ["tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"]
    static let types: Set<String> = Set(["string", "int", "number", "money", "bool", "date", "time", "timestamp", "duration", "list"])
        .union(
            RecordType.builtIn.keys)
}

/// A field before expressions can be compiled.
struct FieldDraft {
    var name: String
    var type: ValueType
    var bounds = Bounds.none
    var defaultNode: Node?
    var isIndexed = false
    var isUnique = false
    var isReadOnly = false
    var formerNames: [String] = []
    var node: Node

    init(name: String, type: ValueType, node: Node) {
        self.name = name
        self.type = type
        self.node = node
    }

    func field(default value: Expression?) -> Field {
        Field(name: name, type: type, bounds: bounds, default: value, isReadOnly: isReadOnly)
    }

    static func builtIn(of collection: String) -> [FieldDraft] {
        let nowhere = Node(.mapping([]), at: Mark(line: 1, column: 1))
        var fields: [(String, ValueType)] = [("id", ValueType(.int)), ("created", ValueType(.timestamp))]
        if collection == Table.usersName {
            let optional = ValueType(.string, isNullable: true)
            fields += [
                ("platform", ValueType(.string)), ("platform_id", ValueType(.string)), ("first_name", ValueType(.string)),
                ("last_name", optional), ("username", optional), ("language", optional), ("name", ValueType(.string)),
                ("blocked", ValueType(.bool)),
            ]
        }
        return fields.map { name, type in
            var draft = FieldDraft(name: name, type: type, node: nowhere)
            draft.isReadOnly = true
            return draft
        }
    }
}
