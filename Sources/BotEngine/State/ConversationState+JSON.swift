public import JSON

// Short member names: this is written with every event. Empty parts are left out.
extension ConversationState: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        frames = try json.list("f")
        keyboards = try json.list("k")
        menu = try json.optional("m")
        nextKeyboard = try json.optional("n") ?? 1
        live = try json.list("w")
        version = try json.optional("d") ?? 0
        polls = try json.list("p")
        comings = try json.list("j")
        album = try json.optional("g")
        pending = try json.list("o")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            if !frames.isEmpty { $0.member("f", frames) }
            if !keyboards.isEmpty { $0.member("k", keyboards) }
            $0.member("m", menu)
            if nextKeyboard != 1 { $0.member("n", nextKeyboard) }
            if !live.isEmpty { $0.member("w", live) }
            if version != 0 { $0.member("d", version) }
            if !polls.isEmpty { $0.member("p", polls) }
            if !comings.isEmpty { $0.member("j", comings) }
            $0.member("g", album)
            if !pending.isEmpty { $0.member("o", pending) }
        }
    }
}

extension Frame: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        if let name: String = try json.optional("s") {
            self.init(.screen, name)
        } else {
            self.init(.form, try json.required("q"))
        }
        arguments = json["a"]?.object ?? JSONObject()
        list = try json.optional("l")
        answers = json["v"]?.object ?? JSONObject()
        asking = try json.optional("w")
        for member in json["r"]?.object?.members ?? [] { rounds[member.key] = try FormRounds(json: member.value) }
        asked = try json.list("h")
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member(kind == .screen ? "s" : "q", name)
            $0.member("a", nonEmpty: arguments)
            $0.member("l", list)
            $0.member("v", nonEmpty: answers)
            $0.member("w", asking)
            if !rounds.isEmpty {
                $0.key("r")
                $0.object { for (name, rounds) in rounds.sorted(by: { $0.key < $1.key }) { $0.member(name, rounds) } }
            }
            if !asked.isEmpty { $0.member("h", asked) }
        }
    }
}

extension ListPosition: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        let name: String = try json.required("at")
        guard let side = Side(rawValue: name) else { throw JSONError(.value, "is no side", path: ["at"]) }
        self.side = side
        key = try json.list("key")
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("at", side.rawValue)
            $0.member("key", key)
        }
    }
}

extension ShownKeyboard: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        number = try json.required("n")
        owner = try json.optional("o")
        content = UInt64(bitPattern: try json.optional("h") ?? 0)
        body = try MessageBody(json: json)
        buttons = try json.list("b")
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("n", number)
            $0.member("o", owner)
            $0.member("h", Int64(bitPattern: content))
            body.write(to: &$0)
            $0.member("b", buttons)
        }
    }
}

extension ShownMenu: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        owner = try json.required("o")
        labels = try json.list("l")
        buttons = try json.list("b")
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("o", owner)
            $0.member("l", labels)
            $0.member("b", buttons)
        }
    }
}

extension StoredButton: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        identity = try json.optional("i")
        values = json["v"]?.object ?? JSONObject()
        let arguments = json["a"]?.object ?? JSONObject()
        if let screen: String = try json.optional("go") {
            action = .go(screen: screen, arguments)
        } else if let form: String = try json.optional("call") {
            action = .call(form: form, arguments)
        } else if let button: String = try json.optional("on") {
            action = .handle(button: button, arguments)
        } else if let position: ListPosition = try json.optional("page") {
            action = .page(position)
        } else if let value = json["is"] {
            action = .choose(value)
        } else {
            let name: String = try json.required("do")
            switch name {
            case "steps": action = .steps
            case "back": action = .back
            case "skip": action = .skip
            case "cancel": action = .cancel
            case "previous": action = .previous
            default: throw JSONError(.value, "is no known action", path: ["do"])
            }
        }
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            switch action {
            case .go(let screen, let arguments):
                $0.member("go", screen)
                $0.member("a", nonEmpty: arguments)
            case .call(let form, let arguments):
                $0.member("call", form)
                $0.member("a", nonEmpty: arguments)
            case .handle(let button, let arguments):
                $0.member("on", button)
                $0.member("a", nonEmpty: arguments)
            case .page(let position): $0.member("page", position)
            case .choose(let value): $0.member("is", value)
            case .steps: $0.member("do", "steps")
            case .back: $0.member("do", "back")
            case .skip: $0.member("do", "skip")
            case .cancel: $0.member("do", "cancel")
            case .previous: $0.member("do", "previous")
            }
            $0.member("i", identity)
            $0.member("v", nonEmpty: values)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, nonEmpty object: JSONObject) {
        if !object.isEmpty { member(name, JSON.object(object)) }
    }
}
