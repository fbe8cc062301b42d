/// A record type: named fields in their order. Rows of a collection and structured arguments are records.
public struct CELRecord: Sendable, Hashable {
    /// One field: its name and the type of its values.
    public struct Field: Sendable, Hashable {
        public let name: String
        public let type: CELType
        /// One sentence for editors and error messages; nil when there is nothing to say.
        public let documentation: String?

        public init(_ name: String, _ type: CELType, documentation: String? = nil) {
            self.name = name
            self.type = type
            self.documentation = documentation
        }
    }

    public let name: String
    public let fields: [Field]
    /// Where each field's value lies; shared by all values of this type that are made with it.
    public let shape: CELObject.Shape
    private let positions: [String: Int]

    /// Later fields of the same name are dropped: the first declaration counts.
    public init(name: String, fields: [Field]) {
        var positions: [String: Int] = [:]
        var unique: [Field] = []
        for field in fields where positions[field.name] == nil {
            positions[field.name] = unique.count
            unique.append(field)
        }
        self.name = name
        self.fields = unique
        self.positions = positions
        self.shape = CELObject.Shape(type: name, fields: unique.map(\.name))
    }

    /// Fields sorted by name, for callers that keep them in a dictionary.
    public init(name: String, fields: [String: CELType]) {
        self.init(name: name, fields: fields.sorted { $0.key < $1.key }.map { Field($0.key, $0.value) })
    }

    /// A field by its name; nil when there is none.
    public subscript(field: String) -> Field? {
        positions[field].map { fields[$0] }
    }

    /// A value of this type. Fields without a value are null; `id` makes two rows equal when both ids are.
    public func object(_ values: [String: CELValue], id: CELValue? = nil) -> CELObject {
        CELObject(shape: shape, values: fields.map { values[$0.name] ?? .null }, id: id)
    }

    public static func == (a: CELRecord, b: CELRecord) -> Bool { a.name == b.name && a.fields == b.fields }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// An enumeration: its members are typed constants, written `Name.member`, and strings when evaluated.
public struct CELEnum: Sendable, Hashable {
    public let name: String
    public let members: [String]

    public init(name: String, members: [String]) {
        self.name = name
        self.members = members
    }
}
