package import BotLanguage
import CEL
package import JSON

/// Why a conversation can't go on where it stands.
package enum Misfit: Sendable, Hashable, CustomStringConvertible {
    /// The definition has no such screen or form.
    case gone
    /// An argument that it keeps is of another type now.
    case argument(String)
    /// An argument that it hasn't got is needed now.
    case missingArgument(String)
    /// An answer that was given is of another type now.
    case answer(String)
    /// The question that waits for an answer isn't asked any more.
    case question(String)

    package var description: String {
        switch self {
        case .gone: "is gone"
        case .argument(let name): "has another type for its argument '\(name)'"
        case .missingArgument(let name): "needs an argument '\(name)'"
        case .answer(let name): "has another type for its answer '\(name)'"
        case .question(let name): "doesn't ask '\(name)' any more"
        }
    }
}

extension Definition {
    /// Whether what a conversation kept is still of this type, as far as that can be said without looking at rows.
    package func fits(_ kept: JSON, _ type: ValueType) -> Bool {
        guard ValueMapping.cel(kept, type, row: { _, _ in .null }) != nil else { return false }
        return hasMembers(kept, type.type)
    }

    /// Members of an enum are kept as texts: one may be gone.
    func hasMembers(_ kept: JSON, _ type: FieldType) -> Bool {
        switch type {
        case .enumeration(let name): kept.isNull || kept.string.map { enums[name]?.members.contains($0) ?? false } ?? false
        case .list(let element): (kept.array ?? []).allSatisfy { hasMembers($0, element) }
        default: true
        }
    }
}

extension Frame {
    /// What keeps the conversation from going on here under this definition; nil: nothing.
    package func misfit(in definition: Definition) -> Misfit? {
        switch kind {
        case .screen:
            guard let screen = definition.screens[name] else { return .gone }
            return misfit(of: screen.parameters, definition)
        case .form:
            guard let form = definition.forms[name] else { return .gone }
            if let misfit = misfit(of: form.parameters, definition) { return misfit }
            // Those of several rounds are looked at when they are asked.
            for field in form.fields where field.each == nil {
                if let kept = answers[field.name], !definition.fits(kept, field.type) { return .answer(field.name) }
            }
            if let asking, QuestionPath(text: asking).flatMap({ form[$0.field] }) == nil { return .question(asking) }
            return nil
        }
    }

    private func misfit(of parameters: [Parameter], _ definition: Definition) -> Misfit? {
        for parameter in parameters {
            if let kept = arguments[parameter.name] {
                if !definition.fits(kept, parameter.type) { return .argument(parameter.name) }
            } else if !parameter.isOptional {
                return .missingArgument(parameter.name)
            }
        }
        return nil
    }
}

extension Interpreter {
    /// The open form when a rule of a new version has brought the conversation there: what the person says now answers
    /// something that was asked elsewhere.
    var unaskedForm: Form? {
        guard let frame = state.frames.last, frame.kind == .form, frame.asking == nil, frame.misfit(in: definition) == nil else {
            return nil
        }
        return definition.forms[frame.name]
    }
}

extension Form.Cancel {
    var isNone: Bool { if case .none = self { true } else { false } }
}
