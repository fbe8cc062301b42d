package import JSON

/// What a version changes in a bot's tables, in the author's terms.
package struct DataChange: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// A new collection or field.
        case added
        /// The same rows, or values, under another name.
        case renamed
        /// The definition hasn't got it any more; its rows, or values, stay in the database.
        case hidden
        /// It may be null from now on.
        case optional
        /// It can't be null any more; what was null gets the default.
        case required
        /// A new rule or index.
        case ruled
        /// A rule or index that doesn't count any more.
        case freed
    }

    package var kind: Kind
    package var collection: String
    /// Nil: the collection itself.
    package var field: String?
    /// What it was called.
    package var former: String?
    /// How many rows it concerns; nil: nobody counted.
    package var rows: Int64?

    package init(_ kind: Kind, _ collection: String, field: String? = nil, former: String? = nil, rows: Int64? = nil) {
        self.kind = kind
        self.collection = collection
        self.field = field
        self.former = former
        self.rows = rows
    }

    /// Whether something that people have entered is seen by nobody any more.
    package var hidesData: Bool { kind == .hidden && rows != 0 }
}

extension DataChange: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("change", kind.rawValue)
            $0.member("collection", collection)
            $0.member("field", field)
            $0.member("former", former)
            $0.member("rows", rows)
        }
    }
}

/// Why a version can't be published: rows that are there don't go with it. Nothing has happened.
package struct DataRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence each, for the author.
    package var reasons: [String]

    package init(reasons: [String]) { self.reasons = reasons }

    package var description: String { reasons.joined(separator: "\n") }
}
