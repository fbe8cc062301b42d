/// Rows that a definition brings along, from a file.
public struct Seed: Sendable, Hashable {
    public enum Cell: Sendable, Hashable {
        case value(RecordValue)
        /// The row of this table whose column has this value; it is seeded before.
        case row(table: String, column: String, RecordValue)
    }

    public struct Row: Sendable, Hashable {
        /// In the order of ``Seed/columns``.
        public var cells: [Cell]
        /// What tells whether the row has changed in the file.
        public var fingerprint: String
    }

    public var table: String
    /// The column by whose value rows are found again; nil: rows come only into an empty table.
    public var key: String?
    public var columns: [String]
    public var rows: [Row]
}
