/// One step of what a button, a form or a handler does.
package struct Step: Sendable {
    package let kind: Kind
    package let position: SourcePosition

    package init(_ kind: Kind, at position: SourcePosition) {
        self.kind = kind
        self.position = position
    }

    package indirect enum Kind: Sendable {
        case letValues([Binding])
        case require(Expression, otherwise: Refusal)
        case insert(Insert)
        case update(Update)
        case upsert(Upsert)
        case delete(Delete)
        case claim(Claim)
        /// Here, or to these people; nobody is a failure.
        case show(Show, to: Expression?)
        case copy(Expression, to: Expression?)
        case signal(Signal)
        case schedule(Later)
        case cancel(Cancel)
        case run(Run)
        case toast(Template, isAlert: Bool)
        case go(Target)
        case call(Target)
        case back
        case choose(condition: Expression, then: [Step], otherwise: [Step])
        case each(Each)
        case stop
    }

    package enum Refusal: Sendable {
        /// A note over the chat after a tapped button, else a message.
        case text(Template)
        case steps([Step])
    }

    package struct Assignment: Sendable {
        package let field: String
        package let value: Expression

        package init(field: String, value: Expression) {
            self.field = field
            self.value = value
        }
    }

    package struct Insert: Sendable {
        package let collection: String
        /// The new row's name in the steps behind; nil: none.
        package let name: String?
        package let values: [Assignment]
        package let otherwise: [Step]?
    }

    package struct Update: Sendable {
        package let row: Expression
        package let collection: String
        package let changes: [Assignment]
        package let otherwise: [Step]?
    }

    package struct Upsert: Sendable {
        package let rows: RowSource
        package let values: [Assignment]
        package let otherwise: [Step]?
    }

    package enum Delete: Sendable {
        case row(Expression, collection: String)
        case rows(RowSource)
    }

    /// Takes a row, or one of several kinds each, or none at all.
    package struct Claim: Sendable {
        package struct Target: Sendable {
            package let rows: RowSource
            /// Any of the rows, by chance, instead of the first.
            package let isRandom: Bool
            package let changes: [Assignment]

            package init(rows: RowSource, isRandom: Bool, changes: [Assignment]) {
                self.rows = rows
                self.isRandom = isRandom
                self.changes = changes
            }
        }

        /// In the order in which they are chosen.
        package let targets: [Target]
        /// What is done when one of them isn't to be had. Its names are seen by the steps behind.
        package let otherwise: [Step]
    }

    package struct Signal: Sendable {
        package let target: Target
        /// In whose conversations it is handled; nil: in this one, or in its lane.
        package let to: Expression?
    }

    /// A signal at a later moment.
    package struct Later: Sendable {
        package let moment: Expression
        package let signal: Signal
        /// Which of several of the same signal; nil: there is one.
        package let key: Expression?
    }

    /// Takes back what ``Later`` has set.
    package struct Cancel: Sendable {
        package let signal: String
        /// In whose conversations; nil: in this one, or in the signal's lane.
        package let to: Expression?
        package let key: Expression?
    }

    package enum Show: Sendable {
        case screen(Target)
        case content(Content)
    }

    package struct Each: Sendable {
        package enum Source: Sendable {
            case rows(RowSource)
            case values(variable: String, Expression)
        }

        package let source: Source
        package let steps: [Step]
    }
}
