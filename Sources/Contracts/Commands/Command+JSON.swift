public import JSON

extension Command.Action {
    public var kind: String {
        switch self {
        case .send: "send"
        case .edit: "edit"
        case .editKeyboard: "edit_keyboard"
        case .delete: "delete"
        case .pin: "pin"
        case .unpin: "unpin"
        case .copy: "copy"
        case .answerButton: "answer_button"
        case .chatAction: "chat_action"
        case .stopPoll: "stop_poll"
        case .setCommands: "set_commands"
        }
    }
}

extension Command: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        bot = try json.required("bot")
        platform = try json.required("platform")
        chat = try json.optional("chat")
        thread = try json.optional("thread")
        person = try json.optional("person")
        receipt = try json.optional("receipt") ?? .failures
        isRepeatable = try json.optional("repeatable") ?? false
        notAfter = try json.optional("not_after")
        action = try Action(json: json)
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("kind", kind)
            $0.member("bot", bot)
            $0.member("platform", platform)
            $0.member("chat", chat)
            $0.member("thread", thread)
            $0.member("person", person)
            if receipt != .failures { $0.member("receipt", receipt) }
            if isRepeatable { $0.member("repeatable", true) }
            $0.member("not_after", notAfter)
            action.writeMembers(to: &$0)
        }
    }
}

extension Command.Action {
    /// A kind that this version doesn't know is an error: doing something else instead would be worse than refusing.
    fileprivate init(json: JSON) throws(JSONError) {
        let kind: String = try json.required("kind")
        switch kind {
        case "send": self = .send(try json.required("message"))
        case "edit": self = .edit(try json.required("target"), try json.required("message"))
        case "edit_keyboard": self = .editKeyboard(try json.required("target"), try json.optional("keyboard"))
        case "delete": self = .delete(try json.required("targets"))
        case "pin": self = .pin(try json.required("target"), silent: try json.optional("silent") ?? false)
        case "unpin": self = .unpin(try json.optional("target"))
        case "copy": self = .copy(from: try json.required("from"), message: try json.required("target"))
        case "answer_button": self = .answerButton(try json.required("answer"))
        case "chat_action": self = .chatAction(try json.required("action"))
        case "stop_poll": self = .stopPoll(try json.required("target"))
        case "set_commands": self = .setCommands(try json.required("commands"), language: try json.optional("language"))
        default: throw JSONError(.value, "is no known command", path: ["kind"])
        }
    }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        switch self {
        case .send(let message): json.member("message", message)
        case .edit(let target, let message):
            json.member("target", target)
            json.member("message", message)
        case .editKeyboard(let target, let keyboard):
            json.member("target", target)
            json.member("keyboard", keyboard)
        case .delete(let targets): json.member("targets", targets)
        case .pin(let target, let silent):
            json.member("target", target)
            if silent { json.member("silent", true) }
        case .unpin(let target): json.member("target", target)
        case .copy(let chat, let message):
            json.member("from", chat)
            json.member("target", message)
        case .answerButton(let answer): json.member("answer", answer)
        case .chatAction(let action): json.member("action", action)
        case .stopPoll(let target): json.member("target", target)
        case .setCommands(let commands, let language):
            json.member("commands", commands)
            json.member("language", language)
        }
    }
}
