public import BotLanguage
import CEL
package import Contracts
import JSON

/// A published version of a bot.
public struct DefinitionVersion: Sendable {
    /// As the registry counts them, from 1.
    public let number: Int
    public let definition: Definition

    public init(number: Int, definition: Definition) {
        self.number = number
        self.definition = definition
    }

    /// Whether it changes what conversations of older versions have kept.
    package var carriesOver: Bool { !definition.migrations.isEmpty || definition.store.renamings.contains { $0.field == nil } }
}

extension ConversationState {
    /// The conversation as later versions want it: each applies its own rules to what an older one has left and doesn't fit it.
    ///
    /// - Parameters:
    ///   - versions: those that ``DefinitionVersion/carriesOver``, in their order; the ones up to ``version`` are passed over.
    ///   - now: what rules see as `now`.
    package mutating func carryOver(to versions: [DefinitionVersion], now: Timestamp) {
        for version in versions where version.number > self.version {
            if !version.definition.migrations.isEmpty { carryOver(Mover(definition: version.definition, now: now)) }
            for renaming in version.definition.store.renamings where renaming.field == nil {
                for index in live.indices where renaming.formerNames.contains(live[index].row.collection) {
                    live[index].row.collection = renaming.collection
                }
            }
        }
    }

    private mutating func carryOver(_ mover: Mover) {
        var moved: [Frame] = []
        for frame in frames {
            let next = mover.moved(frame)
            guard next != frame else {
                moved.append(frame)
                continue
            }
            // Each screen is open once: one that is open below is gone back to.
            if next.kind == .screen, let index = moved.firstIndex(where: { $0.kind == .screen && $0.name == next.name }) {
                moved.removeSubrange(index...)
            }
            moved.append(next)
        }
        frames = moved
        for index in keyboards.indices {
            keyboards[index].owner = keyboards[index].owner.map(mover.moved)
            keyboards[index].buttons = keyboards[index].buttons.map(mover.moved)
        }
        if let old = menu {
            menu?.owner = mover.moved(old.owner)
            menu?.buttons = old.buttons.map(mover.moved)
        }
        for index in live.indices { live[index].frame = mover.moved(live[index].frame) }
    }
}

/// One version's rules at work.
private struct Mover {
    let definition: Definition
    let now: Timestamp

    private func rule(_ kind: Frame.Kind, _ name: String) -> MigrationRule? {
        let place: MigrationRule.Place = kind == .screen ? .screen(name) : .form(name)
        return definition.migrations.first { $0.place == place }
    }

    /// The same when it fits, or nothing is said of it.
    func moved(_ frame: Frame) -> Frame {
        guard let rule = rule(frame.kind, frame.name), frame.misfit(in: definition) != nil else { return frame }
        let old = Kept(arguments: frame.arguments, answers: frame.answers)
        switch rule.target {
        case .screen(let name):
            return Frame(.screen, name, arguments: arguments(definition.screens[name]?.parameters ?? [], rule, old))
        case .form(let name):
            guard let form = definition.forms[name] else { return frame }
            var next = Frame(.form, name, arguments: arguments(form.parameters, rule, old))
            for field in form.fields where field.each == nil {
                guard let value = value(field.name, field.type, rule.answers, rule.keepsNames, old) else { continue }
                next.answers[field.name] = value
            }
            // The question that the person reads now may be the same one under another name.
            next.asking = frame.asking.flatMap { asking in
                let successor = rule.answers.first { if case .kept(asking) = $0.source { true } else { false } }?.name ?? asking
                return form[successor].map { $0.each == nil } ?? false && next.answers[successor] == nil ? successor : nil
            }
            return next
        }
    }

    func moved(_ button: StoredButton) -> StoredButton {
        var button = button
        let target: Frame
        switch button.action {
        case .go(let screen, let arguments): target = Frame(.screen, screen, arguments: arguments)
        case .call(let form, let arguments): target = Frame(.form, form, arguments: arguments)
        default: return button
        }
        let next = moved(target)
        guard next != target else { return button }
        button.action = next.kind == .screen ? .go(screen: next.name, next.arguments) : .call(form: next.name, next.arguments)
        return button
    }

    private func arguments(_ parameters: [Parameter], _ rule: MigrationRule, _ old: Kept) -> JSONObject {
        var result = JSONObject()
        for parameter in parameters {
            if let value = value(parameter.name, parameter.type, rule.arguments, rule.keepsNames, old) { result[parameter.name] = value }
        }
        return result
    }

    /// Nil: nothing is known that fits.
    private func value(_ name: String, _ type: ValueType, _ transfers: [MigrationRule.Transfer], _ keepsNames: Bool, _ old: Kept) -> JSON? {
        let value: JSON?
        switch transfers.first(where: { $0.name == name })?.source {
        case .kept(let former): value = old[former]
        case .computed(let expression): value = computed(expression, type, old)
        case nil: value = keepsNames ? old[name] : nil
        }
        guard let value, definition.fits(value, type) else { return nil }
        return value
    }

    private func computed(_ expression: Expression, _ type: ValueType, _ old: Kept) -> JSON? {
        var bindings = CELBindings()
        bindings["now"] = ValueMapping.timestamp(microseconds: now.milliseconds.multipliedReportingOverflow(by: 1_000).partialValue)
        for name in expression.program.variables where name != "now" {
            // The rule is about other conversations.
            guard let kept = old[name] else { return nil }
            bindings[name] = Self.value(kept)
        }
        guard let value = try? expression.program.evaluate(bindings, limits: CELLimits(cost: 10_000)) else { return nil }
        return try? ValueMapping.json(value, type)
    }

    /// Of no type in particular.
    private static func value(_ json: JSON) -> CELValue {
        switch json {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .array(let values): .list(values.map(value))
        case .object(let object):
            .map(CELMap(Dictionary(object.members.map { ($0.key, value($0.value)) }) { _, last in last }))
        }
    }
}

/// What the old place had under its names.
private struct Kept {
    let arguments: JSONObject
    let answers: JSONObject

    subscript(name: String) -> JSON? { answers[name] ?? arguments[name] }
}
