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
        /// Any of these commands, with typed arguments; nil: arguments aren't looked at.
        case commands([String], parameters: [Parameter]?)
        /// A message of one of these kinds: `text`, `photo`, … or `any`.
        case message(kinds: [String], pattern: MessagePattern?)
        /// A tapped button of this name that has no action of its own.
        case button(String, parameters: [Parameter])
        case membership(MembershipTrigger)
        /// What nothing else answered.
        case fallback
    }

    /// Who came or went, or whom a person's mind has changed about the bot.
    package enum MembershipTrigger: String, Sendable, Hashable, CaseIterable {
        case joinPeople, joinBot, leavePeople, leaveBot, blocked, unblocked
    }

    package var trigger: Trigger
    /// What the first of its commands does, for the platform's menu; nil: it isn't in the menu.
    package var description: String?
    package var access: Access
    package var steps: [Step]
    package var position: SourcePosition
}
