/// Who may do something, and when.
package struct Access: Sendable {
    /// Conditions on the person of which one must hold; empty: everybody may.
    package let roles: [Expression]
    /// What must hold besides; nil: nothing.
    package let condition: Expression?
    /// Screens of which one must be open; empty: whatever is.
    package let screens: [String]
    /// Whether the condition depends on the person. Known of buttons of screens that a chat has in common.
    package var isPersonal = false

    package init(roles: [Expression] = [], condition: Expression? = nil, screens: [String] = []) {
        self.roles = roles
        self.condition = condition
        self.screens = screens
    }

    package static let open = Access()

    /// Whether it depends on nothing.
    package var isOpen: Bool { roles.isEmpty && condition == nil && screens.isEmpty }
}
