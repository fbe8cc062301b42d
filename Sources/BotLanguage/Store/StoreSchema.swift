/// The tables that a definition's `data` asks for. All of them lie in one PostgreSQL schema of the bot's own; every name is
/// to be quoted.
public struct StoreSchema: Sendable, Hashable {
    /// `users` first; a table stands behind those it references, except where references form a circle.
    public var tables: [Table]
    /// Rows that come with the definition; those that others refer to first.
    public var seeds: [Seed] = []

    /// What earlier versions called collections and fields.
    public var renamings: [Renaming]

    public init(tables: [Table], renamings: [Renaming] = []) {
        self.tables = tables
        self.renamings = renamings
    }

    public subscript(table: String) -> Table? { tables.first { $0.name == table } }

    /// Everybody who ever wrote to the bot: one row per platform and person.
    public var users: Table { tables.first { $0.name == Table.usersName } ?? Table(name: Table.usersName, columns: Table.usersColumns) }
}

/// One collection.
public struct Table: Sendable, Hashable {
    public var name: String
    /// `id` and `created` first, then the fields in the order of the definition.
    public var columns: [Column]
    public var uniques: [Unique]
    public var indexes: [Index]

    public init(name: String, columns: [Column], uniques: [Unique] = [], indexes: [Index] = []) {
        self.name = name
        self.columns = columns
        self.uniques = uniques
        self.indexes = indexes
    }

    /// Rows that must not exist twice.
    public struct Unique: Sendable, Hashable {
        /// What ``RecordReply/conflict(_:)`` calls it, and the name of the unique index.
        public var name: String
        public var columns: [String]
        /// Only rows for which this holds must differ; nil: all.
        public var condition: Condition?

        public init(name: String, columns: [String], condition: Condition? = nil) {
            self.name = name
            self.columns = columns
            self.condition = condition
        }
    }

    /// A condition on the columns of a row, whose value never depends on anything else.
    public struct Condition: Sendable, Hashable {
        /// With placeholders `$1::type`, `$2::type`…
        public var sql: String
        public var values: [RecordValue]

        public init(sql: String, values: [RecordValue]) {
            self.sql = sql
            self.values = values
        }
    }

    public struct Index: Sendable, Hashable {
        public var name: String
        public var columns: [String]

        public init(name: String, columns: [String]) {
            self.name = name
            self.columns = columns
        }
    }

    public static let usersName = "users"

    /// `id bigint` (identity) and `created timestamptz` (default `now()`): the store fills both in.
    public static let commonColumns = [
        Column(name: "id", type: .bigint, role: .identity), Column(name: "created", type: .timestamptz, role: .creation),
    ]

    /// What every `users` table has before a definition extends it. `(platform, platform_id)` is unique.
    public static let usersColumns =
        commonColumns + [
            Column(name: "platform", type: .text), Column(name: "platform_id", type: .text),
            Column(name: "first_name", type: .text, default: .string("")),
            Column(name: "last_name", type: .text, isNullable: true), Column(name: "username", type: .text, isNullable: true),
            Column(name: "language", type: .text, isNullable: true),
            // first_name || coalesce(' ' || last_name, ''), kept by the database so that queries can use it.
            Column(name: "name", type: .text, role: .generated(sql: #""first_name" || coalesce(' ' || "last_name", '')"#)),
            Column(name: "blocked", type: .boolean, default: .bool(false)),
        ]

    public static let usersUnique = Unique(name: "users_platform_id", columns: ["platform", "platform_id"])
}

/// One field of a collection.
public struct Column: Sendable, Hashable {
    /// The PostgreSQL type.
    public enum ColumnType: String, Sendable, Hashable {
        case bigint
        case double = "double precision"
        case text, boolean, timestamptz, date, time, interval, jsonb
    }

    public enum Role: Sendable, Hashable {
        /// Written by the engine.
        case field
        /// `id`: the database numbers the rows.
        case identity
        /// `created`: the moment of the transaction.
        case creation
        /// `GENERATED ALWAYS AS (sql) STORED`.
        case generated(sql: String)
    }

    public var name: String
    public var type: ColumnType
    public var isNullable: Bool
    /// The column's DEFAULT; nil where there is none or where it depends on who writes the row (the engine then always
    /// gives a value). Rows that exist when the column is added get it; a required column without one can't be added
    /// to a table that has rows.
    public var `default`: RecordValue?
    /// The table whose `id` it holds: `ON DELETE SET NULL` when the column is nullable, else `ON DELETE RESTRICT`.
    public var references: String?
    /// The table of whose `id` it holds a JSON list; a row that is deleted leaves such lists.
    public var lists: String?
    public var role: Role

    public init(
        name: String, type: ColumnType, isNullable: Bool = false, default: RecordValue? = nil, references: String? = nil,
        lists: String? = nil, role: Role = .field
    ) {
        self.lists = lists
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.default = `default`
        self.references = references
        self.role = role
    }
}
