import BotLanguage
import Postgres

/// A table of a bot with what its statements repeat; texts are made once, so that they are prepared once.
struct TableLayout: Sendable {
    let table: Table
    /// `"bot_demo"."meals"`
    let name: String
    /// All columns, in the order of ``Record/values``.
    let columns: String
    let schema: String

    init(_ table: Table, schema: String) {
        self.table = table
        self.schema = schema
        name = quoted(schema) + "." + quoted(table.name)
        columns = table.columns.map { quoted($0.name) }.joined(separator: ", ")
    }

    func column(_ name: String) -> Column? { table.columns.first { $0.name == name } }

    func records(_ result: PostgresResult) throws -> [Record] {
        try result.map { row in
            var values: [RecordValue] = []
            values.reserveCapacity(table.columns.count)
            for (index, column) in table.columns.enumerated() { values.append(try RecordValue(row, at: index, type: column.type)) }
            return Record(values)
        }
    }
}

func quoted(_ name: String) -> String { PostgresQuery.quoted(identifier: name) }
