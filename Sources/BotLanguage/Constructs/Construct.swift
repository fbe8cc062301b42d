/// A mapping of the language with the keys that it knows: what the reader accepts and suggests, what the JSON Schema says to
/// editors, and what the reference tells people.
package struct Construct: Sendable {
    package struct Key: Sendable {
        package let name: String
        package let shape: Shape
        /// One or two sentences for the reference.
        package let documentation: String
        package let isRequired: Bool

        package static func key(_ name: String, _ shape: Shape, _ documentation: String) -> Key {
            Key(name: name, shape: shape, documentation: documentation, isRequired: false)
        }

        package static func required(_ name: String, _ shape: Shape, _ documentation: String) -> Key {
            Key(name: name, shape: shape, documentation: documentation, isRequired: true)
        }
    }

    /// In the schema, and where other constructs refer to it: `button`.
    package let id: String
    /// As in messages: "a button".
    package let name: String
    /// What it is, in one or two sentences.
    package let documentation: String
    package let keys: [Key]
    /// What stands under all other keys, which the author names; nil: there are none.
    package let others: Shape?
    /// Of the author's keys.
    package let othersDocumentation: String
    /// What those keys must be, as a regular expression; nil: names as everywhere.
    package let otherNames: String?
    /// Keys of the full language that this version doesn't run yet.
    package let later: [String]

    init(
        _ id: String, _ name: String, _ documentation: String, _ keys: [Key], others: (shape: Shape, documentation: String)? = nil,
        otherNames: String? = nil, later: [String] = []
    ) {
        self.id = id
        self.name = name
        self.documentation = documentation
        self.keys = keys
        self.others = others?.shape
        othersDocumentation = others?.documentation ?? ""
        self.otherNames = otherNames
        self.later = later
    }

    package var names: [String] { keys.map(\.name) }
}

/// How a value is written.
package indirect enum Shape: Sendable {
    /// An expression; with what it gives, such as "bool" or "a row".
    case cel(String)
    /// Text with `${expressions}`.
    case template
    /// The same, or a list of `{if, text}` of which the first that holds is shown.
    case conditionalText
    /// A text without expressions; with what it is.
    case text(String)
    /// The name of something declared, or to be declared; with what it names.
    case name(String)
    case word([String])
    case flag
    case whole(ClosedRange<Int>)
    case number
    /// `string`, `int?`, `list<string>`, an enum, a collection…
    case type
    /// `x in items`, or `x in list-expression`.
    case range
    case construct(String)
    /// The author's names, each with such a value.
    case named(Shape)
    /// The same with parameters behind the names: `total(items)`.
    case functions(Shape)
    case list(Shape)
    /// One, or a list of them.
    case oneOrMore(Shape)
    case either([Shape])
    /// Steps, or a single one.
    case steps
}

extension Construct {
    /// All that there are, in the order of the reference.
    package static let all: [Construct] =
        [
            bot, collection, field, unique, parameter, query, config, seed, screen, content, textCase, button, list, form, formField,
            choice, choices, handler, commandArgument, signal, timer, daily, reply, text, plural, language, migration,
        ] + mediumConstructs + steps + [claimed] + tests

    package static func named(_ id: String) -> Construct? { all.first { $0.id == id } }
}
