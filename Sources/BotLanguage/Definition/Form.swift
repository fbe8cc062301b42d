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
    package var position: SourcePosition

    package enum Cancel: Sendable {
        /// `/cancel`, without a button.
        case command
        /// `/cancel`, and a button with this label under every question.
        case button(Template)
        case none
    }

    package subscript(field: String) -> FormField? { fields.first { $0.name == field } }
}

package struct FormField: Sendable {
    package var name: String
    package var type: ValueType
    package var bounds: Bounds
    package var ask: ConditionalText
    package var parseMode: ParseMode
    /// Nil: a sentence that says what is wanted.
    package var retry: Template?
    /// The label of a button that leaves the answer null; nil: the question can't be skipped.
    package var skip: Template?
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
}
