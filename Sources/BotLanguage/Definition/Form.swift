package import CEL
package import Contracts

/// Questions asked one after another.
package struct Form: Sendable {
    package var name: String
    package var parameters: [Parameter]
    /// Roles of which one is needed to fill it in; empty: none.
    package var roles: [Expression]
    package var fields: [FormField]
    package var done: [Step]
    package var cancel: Cancel
    /// How to return to the question before.
    package var back: Back
    package var position: SourcePosition

    package enum Cancel: Sendable {
        /// `/cancel`, without a button.
        case command
        /// `/cancel`, and a button with this label under every question.
        case button(Template)
        case none
    }

    package enum Back: Sendable {
        /// `/back`, without a button.
        case command
        /// `/back`, and a button with this label under every question but the first.
        case button(Template)
        case none
    }

    package subscript(field: String) -> FormField? { fields.first { $0.name == field } }
}

package struct FormField: Sendable {
    package var name: String
    /// Of an answer; see ``value`` for what `done` sees.
    package var type: ValueType
    package var bounds: Bounds
    /// Nil: it is asked once.
    package var each: FormEach?
    package var ask: ConditionalText
    package var parseMode: ParseMode
    /// Nil: a sentence that says what is wanted.
    package var retry: Template?
    /// The label of a button that leaves the answer null; nil: the question can't be skipped.
    package var skip: Template?
    /// The label of a button that sends the person's own contact or location; nil: none.
    package var share: Template?
    /// A text that stands for null, such as `/off`.
    package var nullOn: String?
    /// Asked only when it holds, else null; nil: always.
    package var condition: Expression?
    package var choices: Choices?
    package var position: SourcePosition

    package enum Choices: Sendable {
        /// Values with their labels.
        case fixed([(value: CELValue, label: Template)])
        /// One button for each element of a list.
        case each(variable: String, values: Expression, label: Template, value: Expression)
        package static let columnsDefault = 2
    }

    /// How many choices stand in a row.
    package var columns: Int
    /// Whether an answer must be one of the choices.
    package var isClosed: Bool

    /// The type of its value once all is answered.
    package var value: ValueType {
        guard let each else { return type }
        return ValueType(.list(each.record.map { .record($0) } ?? type.type))
    }
}

/// A question, or several, for each element of a list.
package struct FormEach: Sendable {
    package var variable: String
    package var values: Expression
    /// Of the elements, which the conversation keeps.
    package var element: ValueType
    /// The questions of a round; empty: the field itself is the only one.
    package var parts: [FormField]
    /// What the answers of a round make; nil without ``parts``.
    package var record: RecordType?

    package subscript(part: String) -> FormField? { parts.first { $0.name == part } }
}
