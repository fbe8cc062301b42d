package import CEL

/// A collection of `data`.
package struct Collection: Sendable {
    package var name: String
    /// `id` and `created` first, in the order of the table's columns.
    package var fields: [Field]
    package var uniques: [Table.Unique]
    package var indexes: [Table.Index]
    package var record: CELRecord

    package subscript(field: String) -> Field? { fields.first { $0.name == field } }
}

package struct Field: Sendable {
    package var name: String
    package var type: ValueType
    package var bounds: Bounds
    /// Evaluated when a row is inserted without this field; nil: null when nullable, else it must be given.
    package var `default`: Expression?
    /// Kept by the database or the dialog worker: the definition can't write it.
    package var isReadOnly: Bool

    package init(
        name: String, type: ValueType, bounds: Bounds = .none, default: Expression? = nil, isReadOnly: Bool = false
    ) {
        self.name = name
        self.type = type
        self.bounds = bounds
        self.default = `default`
        self.isReadOnly = isReadOnly
    }
}
