import CEL
import Contracts

// Rows from CSV: `seed: products.csv`, or `seed: {file: products.csv, key: name}`.
extension Loader {
    struct SeedDraft {
        var collection: String
        var node: Node
        var file: Node
        var key: String?
        var keyNode: Node?
    }

    /// File and key; before the rules of the data are read, since a key is one.
    func seedDraft(of collection: String, _ node: Node?) -> SeedDraft? {
        guard let node = node?.mapping?.first(where: { $0.key.text == "seed" })?.value else { return nil }
        guard collection != Table.usersName else {
            report("people come by themselves; 'users' can't be seeded", at: node)
            return nil
        }
        if node.text != nil {
            return text(node, "a file").map { _ in SeedDraft(collection: collection, node: node, file: node) }
        }
        guard let fields = fields(of: node, .seed), let file = fields["file"] ?? missing("file", in: fields), text(file, "a file") != nil
        else { return nil }
        var draft = SeedDraft(collection: collection, node: node, file: file)
        if let key = fields["key"] {
            guard let name = text(key, "a field's name") else { return nil }
            draft.key = name
            draft.keyNode = key
        }
        return draft
    }

    /// Reads the files of all collections, those that others refer to first.
    func readSeeds() -> [Seed] {
        var seeds: [Seed] = []
        var keys: [String: Set<RecordValue>] = [:]
        var open = seedDrafts
        while !open.isEmpty {
            // Rows that others name come first.
            let index =
                open.firstIndex { draft in
                    !referenced(by: draft).contains { name in name != draft.collection && open.contains { $0.collection == name } }
                } ?? 0
            let draft = open.remove(at: index)
            if let seed = readSeed(draft, &keys) { seeds.append(seed) }
        }
        return seeds
    }

    private func referenced(by draft: SeedDraft) -> [String] {
        (collections[draft.collection]?.fields ?? []).compactMap { if case .reference(let name) = $0.type.type { name } else { nil } }
    }

    private func readSeed(_ draft: SeedDraft, _ keys: inout [String: Set<RecordValue>]) -> Seed? {
        guard let collection = collections[draft.collection], let name = draft.file.text else { return nil }
        if let key = draft.key {
            guard let field = collection[key], !field.isReadOnly else {
                if brokenFields[collection.name]?.contains(key) ?? false { return nil }
                report(
                    "'\(collection.name)' has no field '\(key.prefix(40))' of its own", at: draft.keyNode ?? draft.node,
                    suggestion: didYouMean(key, collection.fields.filter { !$0.isReadOnly }.map(\.name)), code: .unknownName)
                return nil
            }
            switch field.type.type {
            case .string, .int, .date, .enumeration where !field.type.isNullable: break
            default:
                report(
                    "rows can't be found again by '\(key)', which is \(field.type.description)", at: draft.keyNode ?? draft.node,
                    suggestion: "take a text, a whole number, a day or an enum that is never null")
                return nil
            }
        }
        if name.hasPrefix("/") || name.split(separator: "/").contains("..") || name.hasPrefix("http") {
            report("a file lies in the bot's folder, or below it", at: draft.file, suggestion: "copy it there")
            return nil
        }
        guard name.hasSuffix(".csv") else {
            report("rows come from a CSV file, whose name ends in '.csv'", at: draft.file)
            return nil
        }
        // Without a folder nobody knows.
        guard let readAsset else { return nil }
        guard let bytes = readAsset(name) else {
            report("the bot's folder has no file '\(name.prefix(100))'", at: draft.file, suggestion: "put it beside the definition")
            return nil
        }
        guard bytes.count <= CSVTable.maximumSize else {
            report("'\(name)' has more than \(CSVTable.maximumSize >> 20) MiB", at: draft.file)
            return nil
        }
        let path = (file.name.lastIndex(of: "/").map { String(file.name[...$0]) } ?? "") + name
        guard let text = String(validating: bytes, as: UTF8.self) else {
            diagnostics.append(DefinitionFile.notUTF8(bytes, path))
            return nil
        }
        let reading = SeedReading(source: SourceFile(text.hasByteOrderMark ? String(text.unicodeScalars.dropFirst()) : text, name: path))
        return self.seed(draft, collection, text, reading, &keys)
    }

    /// Where mistakes in the file are told.
    private struct SeedReading {
        let source: SourceFile
    }

    private func report(_ message: String, _ reading: SeedReading, at mark: Mark, length: Int = 1, suggestion: String? = nil) {
        guard !isHopeless else { return }
        diagnostics.append(
            reading.source.diagnostic(message, at: mark, length: max(1, length), suggestion: suggestion, code: .seed))
    }

    private func seed(
        _ draft: SeedDraft, _ collection: Collection, _ text: String, _ reading: SeedReading, _ keys: inout [String: Set<RecordValue>]
    ) -> Seed? {
        let (table, problems) = CSVReader.read(text)
        for problem in problems {
            report(problem.message, reading, at: problem.mark, length: problem.length, suggestion: problem.suggestion)
        }
        guard problems.isEmpty, let columns = seedColumns(draft, collection, table, reading) else { return nil }
        var rows: [Seed.Row] = []
        var known: [RecordValue: Int] = [:]
        let before = diagnostics.count
        for cells in table.rows where diagnostics.count < before + CSVTable.maximumProblems {
            var values: [Seed.Cell] = []
            for (cell, field) in zip(cells, columns) {
                do throws(SeedProblem) {
                    let value = try self.cell(cell.text, field, collection.name, Set(known.keys), draft.key, keys)
                    if field.name == draft.key, case .value(let key) = value {
                        if let line = known[key] { throw SeedProblem("'\(cell.text.prefix(40))' stands in line \(line) already") }
                        known[key] = cell.mark.line
                    }
                    values.append(value)
                } catch {
                    report(
                        "'\(field.name)': \(error.message)", reading, at: cell.mark, length: cell.length, suggestion: error.suggestion)
                }
            }
            let fingerprint = zip(columns, cells).map { "\($0.name)=\($1.text.count):\($1.text)" }.joined(separator: ";")
            rows.append(Seed.Row(cells: values, fingerprint: String(StableHash.of(fingerprint), radix: 36)))
        }
        guard diagnostics.count == before else { return nil }
        if draft.key != nil { keys[collection.name] = Set(known.keys) }
        return Seed(table: collection.name, key: draft.key, columns: columns.map(\.name), rows: rows)
    }

    /// The fields that the header names.
    private func seedColumns(
        _ draft: SeedDraft, _ collection: Collection, _ table: CSVTable, _ reading: SeedReading
    ) -> [Field]? {
        var columns: [Field] = []
        var isValid = true
        for cell in table.header {
            let own = collection.fields.filter { !$0.isReadOnly }.map(\.name)
            guard let field = collection[cell.text], !field.isReadOnly else {
                let hint = cell.text.contains(";") ? "separate the cells by commas" : didYouMean(cell.text, own) ?? "the fields are \(list(own))"
                report(
                    "'\(collection.name)' has no field '\(cell.text.prefix(40))' that a row can be given", reading, at: cell.mark,
                    length: cell.length, suggestion: hint)
                isValid = false
                continue
            }
            if columns.contains(where: { $0.name == field.name }) {
                report("there are two columns '\(field.name)'", reading, at: cell.mark, length: cell.length)
                isValid = false
            }
            columns.append(field)
        }
        guard isValid else { return nil }
        let top = Mark(line: 1, column: 1)
        if let key = draft.key, !columns.contains(where: { $0.name == key }) {
            report("there is no column '\(key)', by which rows are found again", reading, at: top)
            return nil
        }
        let missing = collection.fields.filter { field in
            !field.isReadOnly && !field.type.isNullable && field.default?.program.constant == nil
                && !columns.contains { $0.name == field.name }
        }
        if !missing.isEmpty {
            report("rows of '\(collection.name)' need \(list(missing.map(\.name)))", reading, at: top, suggestion: "add columns")
            return nil
        }
        return columns
    }

    private struct SeedProblem: Error {
        var message: String
        var suggestion: String?

        init(_ message: String, _ suggestion: String? = nil) {
            self.message = message
            self.suggestion = suggestion
        }
    }

    private func cell(
        _ text: String, _ field: Field, _ collection: String, _ above: Set<RecordValue>, _ key: String?,
        _ keys: [String: Set<RecordValue>]
    ) throws(SeedProblem) -> Seed.Cell {
        if text.isEmpty {
            if field.type.isNullable { return .value(.null) }
            if let value = field.default?.program.constant.flatMap({ try? ValueMapping.record($0, field.type) }) { return .value(value) }
            if field.type.type != .string { throw SeedProblem("the cell is empty, and \(field.type.description) is wanted") }
        }
        if case .reference(let other) = field.type.type {
            let draft = seedDrafts.first { $0.collection == other }
            guard let column = draft?.key, let target = collections[other]?[column] else {
                throw SeedProblem("rows of '\(other)' can't be named here", "give '\(other)' a 'seed' with a 'key'")
            }
            let value = try value(text, target)
            // A file that is wrong itself has no keys, and was reported.
            guard (other == collection ? above : keys[other])?.contains(value) ?? true else {
                let place = other == collection ? " above" : ""
                throw SeedProblem("there is no '\(text.prefix(40))' in the file of '\(other)'\(place)")
            }
            return .row(table: other, column: column, value)
        }
        return .value(try value(text, field))
    }

    private func value(_ text: String, _ field: Field) throws(SeedProblem) -> RecordValue {
        let value = try parsed(text, field.type.type)
        do throws(ValueError) {
            try ValueMapping.check(value, field.bounds, field.type.type)
            return try ValueMapping.record(value, field.type)
        } catch {
            throw SeedProblem("the value is \(error.message)")
        }
    }

    private func parsed(_ text: String, _ type: FieldType) throws(SeedProblem) -> CELValue {
        switch type {
        // As it stands, with its spaces.
        case .string: return .string(text.withoutNUL)
        case .enumeration(let name):
            let members = enums[name]?.members ?? []
            guard members.contains(text) else {
                throw SeedProblem("'\(text.prefix(40))' is no \(name)", didYouMean(text, members) ?? "it is one of \(list(members))")
            }
            return .string(text)
        case .list(let element):
            if case .list = element { throw SeedProblem("a list of lists can't stand in a file") }
            var values: [CELValue] = []
            for part in text.split(separator: ";") { values.append(try parsed(String(part.drop { $0 == " " }), element)) }
            return .list(values)
        case .reference, .record: throw SeedProblem("\(type.description) can't stand in a file", "leave the column out")
        default:
            do throws(AnswerError) { return try AnswerParser.parse(text, as: type, bounds: .none) } catch {
                throw SeedProblem("'\(text.prefix(40))' is no \(type.description)", Self.example(type))
            }
        }
    }

    private static func example(_ type: FieldType) -> String? {
        switch type {
        case .int: "write a whole number such as 42"
        case .number: "write a number such as 1.5"
        case .money: "write an amount such as 12.50"
        case .bool: "write 'yes' or 'no'"
        case .date: "write a day such as 2026-01-31"
        case .time: "write a time such as 09:30"
        case .timestamp: "write a moment such as '2026-01-31 09:30', in UTC"
        case .duration: "write a span such as 1h30m"
        default: nil
        }
    }
}

extension String {
    fileprivate var hasByteOrderMark: Bool { unicodeScalars.first == "\u{FEFF}" }
}
