/// What becomes of conversations that an older version left in a screen or form which is gone, or doesn't fit any more.
package struct MigrationRule: Sendable {
    package enum Place: Sendable, Hashable {
        case screen(String)
        case form(String)

        package var name: String {
            switch self {
            case .screen(let name), .form(let name): name
            }
        }
    }

    /// What the conversation waits in; older versions know it.
    package var place: Place
    /// What it waits in from then on.
    package var target: Place
    /// Whether what is not named in ``arguments`` and ``answers`` is kept under its name.
    package var keepsNames: Bool
    package var arguments: [Transfer]
    /// Of a form.
    package var answers: [Transfer]
    package var position: SourcePosition

    /// A value that the new place gets.
    package struct Transfer: Sendable {
        package enum Source: Sendable {
            /// An argument or an answer of the old place, as it was kept.
            case kept(String)
            /// Over the arguments and answers of the old place, which have no type any more.
            case computed(Expression)
        }

        package let name: String
        package let type: ValueType
        package let source: Source

        package init(name: String, type: ValueType, source: Source) {
            self.name = name
            self.type = type
            self.source = source
        }
    }
}

/// A collection or field that an earlier version called otherwise.
public struct Renaming: Sendable, Hashable {
    /// The collection's name in the version that says so.
    public var collection: String
    /// Nil: the collection itself.
    public var field: String?
    /// What it was called, the latest name first.
    public var formerNames: [String]

    public init(collection: String, field: String?, formerNames: [String]) {
        self.collection = collection
        self.field = field
        self.formerNames = formerNames
    }
}
