/// What handles a signal.
package struct SignalHandler: Sendable {
    package var name: String
    package var parameters: [Parameter]
    /// The lane's name, from the arguments; nil: signals are handled in somebody's conversation.
    package var lane: Expression?
    package var steps: [Step]
    package var position: SourcePosition
}

/// What answers an event that isn't a tapped button or an answer to a form.
package struct Handler: Sendable {
    package enum Trigger: Sendable {
        /// Any of these commands, with typed positional arguments; nil: arguments aren't looked at.
        case commands([String], parameters: [Parameter]?)
        /// A message of this kind: `text`, `photo`, … or `any`.
        case message(kind: String)
        /// An answer to the poll of this screen.
        case poll(screen: String)
        /// What nothing else answered.
        case fallback
    }

    package var trigger: Trigger
    /// What the first of its commands does, for the platform's menu; nil: it isn't in the menu.
    package var description: String?
    package var access: Access
    package var steps: [Step]
    package var position: SourcePosition
}
