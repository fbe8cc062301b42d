import BotLanguage
import CEL
import Contracts
import JSON

// Tapped buttons.
extension Interpreter {
    mutating func dispatchButton() throws(Interruption) {
        trigger = "expired button"
        guard event.chat != nil else {
            toast = (phrases.unavailable, false)
            return
        }
        guard let key = press?.key else { return expired() }
        guard key.owner == ButtonKey.fingerprint(event.person?.id) else {
            toast = (phrases.notYours, false)
            return
        }
        guard let keyboard = press?.keyboard, keyboard.buttons.indices.contains(key.index) else { return expired() }
        try act(keyboard.buttons[key.index], owner: keyboard.owner)
    }

    /// A reply keyboard's button arrives as its label.
    mutating func tapMenu(_ text: String) throws(Interruption) -> Bool {
        guard let menu = state.menu, let index = menu.labels.firstIndex(of: text), menu.buttons.indices.contains(index) else {
            return false
        }
        try act(menu.buttons[index], owner: menu.owner)
        return true
    }

    /// The button is from a message that is no longer remembered, or the definition has changed since.
    private mutating func expired() {
        trigger = "expired button"
        toast = (phrases.expired, false)
        press?.canEdit = false
        if definition.home != nil { phase = .view }
    }

    private mutating func act(_ button: StoredButton, owner: Frame?) throws(Interruption) {
        guard let owner else { return try leave(button) }
        if owner.kind == .form { return try answerForm(button, owner) }
        guard let screen = definition.screens[owner.name] else { return expired() }
        var position = owner
        if case .page(let list) = button.action {
            trigger = press == nil ? "menu" : "button"
            position.list = list
            surface(position)
            phase = .view
            return
        }
        // Without a condition and steps nothing of the screen is needed: the button already knows where it leads.
        guard let identity = button.identity else {
            note(button, of: screen)
            surface(position)
            return try leave(button)
        }
        guard let declared = Self.button(identity, of: screen) else { return expired() }
        note(declared.position)
        var variables = baseVariables()
        guard try bind(owner.arguments, screen.parameters, &variables) else { return expired() }
        try bind(screen.lets, &variables)
        guard try bindValues(button, declared, screen, &variables) else { return expired() }
        surface(position)
        guard try holds(screen.roles, variables), try holds(declared.access, variables) else {
            trigger = press == nil ? "menu" : "button"
            toast = (phrases.unavailable, false)
            if press == nil { try say(phrases.unavailable) }
            phase = .view
            return
        }
        trigger = press == nil ? "menu" : "button"
        if case .steps(let steps) = declared.action { return run(steps, variables, origin: .button) }
        try leave(button)
    }

    private mutating func leave(_ button: StoredButton) throws(Interruption) {
        trigger = press == nil ? "menu" : "button"
        switch button.action {
        case .go(let screen, let arguments):
            guard definition.screens[screen] != nil else { return expired() }
            go(screen, arguments)
        case .call(let form, let arguments):
            guard definition.forms[form] != nil else { return expired() }
            call(form, arguments)
        case .handle(let name, let arguments): if try !runButtonHandler(name, arguments) { expired() }
        case .back: back()
        default: expired()
        }
    }

    private static func button(_ identity: String, of screen: Screen) -> Button? {
        for row in screen.rows {
            if let button = row.buttons.first(where: { $0.identity == identity }) { return button }
        }
        guard let button = screen.list?.button, button.identity == identity else { return nil }
        return button
    }

    /// The element of `each` and the list's row that the button was shown for.
    private mutating func bindValues(
        _ button: StoredButton, _ declared: Button, _ screen: Screen, _ variables: inout Variables
    ) throws(Interruption) -> Bool {
        var wanted: [(String, CELType)] = []
        if let each = declared.each, case .list(let element) = each.values.type { wanted.append((each.variable, element)) }
        if let list = screen.list, list.button?.identity == declared.identity { wanted.append((list.rows.variable, list.variableType)) }
        for (name, type) in wanted {
            guard let kept = button.values[name], let type = valueType(type), let value = try value(kept, type) else { return false }
            variables[name] = value
        }
        return true
    }

    func valueType(_ type: CELType) -> ValueType? { ValueType(type, collections: Set(definition.collections.keys), records: definition.queryRecords) }

    /// What a value of `each` is kept as; fails for types that a conversation can't keep.
    func kept(_ value: CELValue, _ type: CELType, at position: SourcePosition) throws(Interruption) -> JSON {
        guard let type = valueType(type) else { throw fail(.value, "a button can't keep a value of type \(type)", at: position) }
        return try json(value, type, at: position)
    }
}
