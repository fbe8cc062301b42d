/// A value of a record type. Immutable and cheap to copy.
///
/// Two objects are equal when their types are and their ids are; objects without an id, when all their fields are.
public final class CELObject: Sendable {
    /// The fields of a type and where each one's value lies. Objects of one type should share one shape:
    /// a compiled expression then finds a field without searching.
    public final class Shape: Sendable {
        public let type: String
        public let fields: [String]
        private let positions: [String: Int]

        /// Later fields of the same name are dropped.
        public init(type: String, fields: [String]) {
            var positions: [String: Int] = [:]
            var unique: [String] = []
            for field in fields where positions[field] == nil {
                positions[field] = unique.count
                unique.append(field)
            }
            self.type = type
            self.fields = unique
            self.positions = positions
        }

        /// Where a field's value lies among those of an object; nil when there is no such field.
        public func position(of field: String) -> Int? { positions[field] }
    }

    public let shape: Shape
    /// In the order of the shape's fields.
    public let values: [CELValue]
    /// What makes the object itself, e.g. a row's key; nil when its fields do.
    public let id: CELValue?

    /// Missing values are null, values beyond the shape's fields are dropped.
    public init(shape: Shape, values: [CELValue], id: CELValue? = nil) {
        let count = shape.fields.count
        if values.count == count {
            self.values = values
        } else {
            self.values = Array(values.prefix(count)) + Array(repeating: .null, count: max(0, count - values.count))
        }
        self.shape = shape
        self.id = id
    }

    /// An object with a shape of its own: simple, for few objects. Of many of one type, make one shape, or use ``CELRecord/object(_:id:)``.
    public convenience init(type: String, fields: [String: CELValue], id: CELValue? = nil) {
        let sorted = fields.sorted { $0.key < $1.key }
        self.init(shape: Shape(type: type, fields: sorted.map(\.key)), values: sorted.map(\.value), id: id)
    }

    /// The name of its record type.
    public var type: String { shape.type }

    /// Nil when the type has no such field.
    public subscript(field: String) -> CELValue? {
        shape.position(of: field).map { values[$0] }
    }
}

extension CELObject: Hashable {
    public static func == (a: CELObject, b: CELObject) -> Bool {
        guard a.type == b.type else { return false }
        if let left = a.id, let right = b.id { return left == right }
        guard a.id == nil, b.id == nil, a.values.count == b.values.count else { return false }
        if a.shape === b.shape { return a.values == b.values }
        return a.shape.fields.allSatisfy { a[$0] == b[$0] }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        if let id { hasher.combine(id) } else { hasher.combine(values.count) }
    }
}
