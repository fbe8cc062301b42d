import BotLanguage
import CEL
import JSON

// The stack of open screens and forms.
extension Interpreter {
    /// Opens a screen. One that is open already is gone back to, with its new arguments.
    mutating func go(_ screen: String, _ arguments: JSONObject) {
        turn(toCommon: belongsToChat(screen))
        state.frames.removeAll { $0.kind == .form }
        if let index = state.frames.firstIndex(where: { $0.name == screen }) { state.frames.removeSubrange(index...) }
        push(Frame(.screen, screen, arguments: arguments))
        leaveSteps()
    }

    /// Opens a form over the current screen; another open form is given up.
    mutating func call(_ form: String, _ arguments: JSONObject) {
        // A form belongs to who answers it.
        turn(toCommon: false)
        state.frames.removeAll { $0.kind == .form }
        push(Frame(.form, form, arguments: arguments))
        leaveSteps()
    }

    mutating func back() {
        if !state.frames.isEmpty { state.frames.removeLast() }
        leaveSteps()
    }

    private mutating func push(_ frame: Frame) {
        state.frames.append(frame)
        if state.frames.count > ConversationState.maximumFrames { state.frames.removeFirst() }
    }

    /// The rest of the steps doesn't run; what is open now is shown.
    private mutating func leaveSteps() {
        cursors = []
        phase = .view
    }

    /// Makes the screen whose button was tapped the current one.
    mutating func surface(_ frame: Frame) {
        turn(toCommon: belongsToChat(frame.name))
        state.frames.removeAll { $0.kind == .form }
        if let index = state.frames.firstIndex(where: { $0.name == frame.name }) { state.frames.removeSubrange(index...) }
        push(frame)
    }

    // MARK: Arguments

    /// The values that a target's arguments have now, as the conversation keeps them.
    mutating func arguments(_ target: Target, _ parameters: [Parameter], _ variables: Variables) throws(Interruption) -> JSONObject {
        var members: [JSONObject.Member] = []
        for binding in target.arguments {
            guard let parameter = parameters.first(where: { $0.name == binding.name }) else { continue }
            let value = try evaluate(binding.value, variables)
            members.append((binding.name, try json(value, parameter.type, at: binding.value.position)))
        }
        let arguments = JSONObject(members)
        try count(arguments, at: target.position)
        return arguments
    }

    func json(_ value: CELValue, _ type: ValueType, at position: SourcePosition?) throws(Interruption) -> JSON {
        do throws(ValueError) { return try ValueMapping.json(value, type) } catch { throw fail(.value, error.message, at: position) }
    }

    /// Binds kept arguments; what is missing gets its default.
    ///
    /// - Returns: false when they don't fit any more: the definition has changed.
    mutating func bind(_ arguments: JSONObject, _ parameters: [Parameter], _ variables: inout Variables) throws(Interruption) -> Bool {
        for parameter in parameters {
            if let kept = arguments[parameter.name] {
                guard let value = try value(kept, parameter.type) else { return false }
                variables[parameter.name] = value
            } else if let value = parameter.default {
                variables[parameter.name] = try whole(try evaluate(value, variables))
            } else if parameter.type.isNullable {
                variables[parameter.name] = .null
            } else {
                return false
            }
        }
        return true
    }

    mutating func bind(_ bindings: [Binding], _ variables: inout Variables) throws(Interruption) {
        for binding in bindings { variables[binding.name] = try whole(try evaluate(binding.value, variables)) }
    }
}
