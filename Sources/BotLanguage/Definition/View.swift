package import CEL
package import Contracts

/// A named value with its expression.
package struct Binding: Sendable {
    package let name: String
    package let value: Expression

    package init(name: String, value: Expression) {
        self.name = name
        self.value = value
    }
}

/// A declared argument of a screen, a form or a command.
package struct Parameter: Sendable {
    package let name: String
    package let type: ValueType
    /// Of what people write behind a command.
    package var bounds = Bounds.none
    /// For callers that leave it out; nil: null when nullable, else it must be given.
    package let `default`: Expression?

    package init(name: String, type: ValueType, default: Expression?) {
        self.name = name
        self.type = type
        self.default = `default`
    }

    package var isOptional: Bool { `default` != nil || type.isNullable }
}

/// A state of the conversation with what the person sees in it.
package struct Screen: Sendable {
    package var name: String
    package var parameters: [Parameter]
    /// Roles of which one is needed to see it; empty: none.
    package var roles: [Expression]
    package var lets: [Binding]
    /// The argument whose row its messages follow; nil: they stay as they were sent.
    package var live: String?
    package var content: Content
    package var keyboard: KeyboardKind
    package var rows: [ButtonRow]
    package var list: ListView?
    package var position: SourcePosition

    package enum KeyboardKind: String, Sendable, CaseIterable {
        case inline
        case reply
        /// Takes the reply keyboard away.
        case remove
    }
}

/// What a message shows.
package struct Content: Sendable {
    package struct Media: Sendable {
        package let kind: MediaKind
        package let source: Source

        package enum Source: Sendable {
            /// A file in the bot's folder or a URL, by what the text looks like.
            case template(Template)
            /// A file that somebody sent; null: no medium, where there is a text.
            case value(Expression)
        }

        package init(kind: MediaKind, source: Source) {
            self.kind = kind
            self.source = source
        }
    }

    /// Nil only when there are media.
    package var text: ConditionalText?
    package var media: Media?
    package var parseMode: ParseMode
    package var showsPreview: Bool

    package init(text: ConditionalText?, media: Media? = nil, parseMode: ParseMode = .none, showsPreview: Bool = false) {
        self.text = text
        self.media = media
        self.parseMode = parseMode
        self.showsPreview = showsPreview
    }
}

package struct ButtonRow: Sendable {
    package var buttons: [Button]

    package init(buttons: [Button]) { self.buttons = buttons }
}

package struct Button: Sendable {
    package enum Action: Sendable {
        case go(Target)
        case call(Target)
        case back
        case steps([Step])
        case url(Template)
        case copy(Template)
        /// What a handler of this name does.
        case handle(Target)
        /// Sends the person's contact or location; reply keyboards only.
        case request(ReplyButton.Request)
        /// Sends its label; reply keyboards only.
        case text
    }

    package struct Each: Sendable {
        package let variable: String
        package let values: Expression
        package let columns: Int

        package init(variable: String, values: Expression, columns: Int) {
            self.variable = variable
            self.values = values
            self.columns = columns
        }
    }

    /// The author's `name`, or the label's source: what finds the button again when it is tapped, in this version of
    /// the definition or a later one.
    package var identity: String
    package var label: Template
    package var each: Each?
    package var access: Access
    package var action: Action
    package var position: SourcePosition
}

/// Where a button or a step leads, with the values of its arguments.
package struct Target: Sendable {
    package let name: String
    package let arguments: [Binding]
    package let position: SourcePosition

    package init(name: String, arguments: [Binding], position: SourcePosition) {
        self.name = name
        self.arguments = arguments
        self.position = position
    }
}

/// Rows shown on a screen, a page at a time.
package struct ListView: Sendable {
    package var rows: RowSource
    /// The query whose rows they are; nil: those of ``rows`` itself.
    package var call: QueryCall?
    package var pageSize: Int
    /// A line of text per row; nil: rows are shown by their buttons alone.
    package var line: Template?
    package var button: Button?
    package var columns: Int
    /// Shown instead of lines when there are no rows.
    package var empty: Template?
    package var variableType: CELType
}
