public import JSON

/// Buttons that come with a message.
public enum Keyboard: Sendable, Hashable {
    /// Under the message; a tap is an event of its own.
    case inline([[InlineButton]])
    /// Instead of the letters; a tap sends the button's text as a message.
    case reply(ReplyKeyboard)
    /// Takes a reply keyboard away.
    case remove
    /// Opens the answer field, as if the person had chosen to reply.
    case forceReply
}

/// A button under a message.
public struct InlineButton: Sendable, Hashable {
    public enum Action: Sendable, Hashable {
        /// Comes back as ``ButtonPress/data``. 1–64 bytes.
        case data(String)
        case url(String)
        case webApp(url: String)
        case copyText(String)
        /// Opens another chat of the person's choice with the bot's name and this text typed in.
        case switchInline(query: String)
    }

    public var text: String
    public var action: Action

    public init(_ text: String, _ action: Action) {
        self.text = text
        self.action = action
    }
}

public struct ReplyKeyboard: Sendable, Hashable, JSONCodable {
    public var rows: [[ReplyButton]]
    /// Disappears after one tap.
    public var isOneTime: Bool
    /// Shown in the empty input field.
    public var placeholder: String?

    public init(rows: [[ReplyButton]], isOneTime: Bool = false, placeholder: String? = nil) {
        self.rows = rows
        self.isOneTime = isOneTime
        self.placeholder = placeholder
    }

    public init(json: JSON) throws(JSONError) {
        rows = try json.required("rows")
        isOneTime = try json.optional("one_time") ?? false
        placeholder = try json.optional("placeholder")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("rows", rows)
            if isOneTime { $0.member("one_time", true) }
            $0.member("placeholder", placeholder)
        }
    }
}

/// A button that writes a message.
public struct ReplyButton: Sendable, Hashable, JSONCodable {
    public enum Request: String, Sendable, Hashable, JSONCodable {
        case contact, location, poll
    }

    public var text: String
    /// Sends this of the person instead of the text; nil: the text.
    public var request: Request?
    /// The address of a web app that it opens, whose answer comes as ``Message/Content-swift.enum/webAppData(_:)``; nil: none.
    public var webApp: String?

    public init(_ text: String, request: Request? = nil, webApp: String? = nil) {
        self.text = text
        self.request = request
        self.webApp = webApp
    }

    public init(json: JSON) throws(JSONError) {
        text = try json.required("text")
        request = try json.optional("request")
        webApp = try json.optional("web_app")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("text", text)
            $0.member("request", request)
            $0.member("web_app", webApp)
        }
    }
}

extension Keyboard: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        let type: String = try json.required("type")
        switch type {
        case "inline": self = .inline(try json.required("rows"))
        case "reply": self = .reply(try ReplyKeyboard(json: json))
        case "remove": self = .remove
        case "force_reply": self = .forceReply
        default: throw JSONError(.value, "is no known keyboard", path: ["type"])
        }
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            switch self {
            case .inline(let rows):
                $0.member("type", "inline")
                $0.member("rows", rows)
            case .reply(let keyboard):
                $0.member("type", "reply")
                $0.member("rows", keyboard.rows)
                if keyboard.isOneTime { $0.member("one_time", true) }
                $0.member("placeholder", keyboard.placeholder)
            case .remove: $0.member("type", "remove")
            case .forceReply: $0.member("type", "force_reply")
            }
        }
    }
}

extension InlineButton: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        text = try json.required("text")
        if let data: String = try json.optional("data") {
            action = .data(data)
        } else if let url: String = try json.optional("url") {
            action = .url(url)
        } else if let url: String = try json.optional("web_app") {
            action = .webApp(url: url)
        } else if let text: String = try json.optional("copy_text") {
            action = .copyText(text)
        } else {
            action = .switchInline(query: try json.required("switch_inline"))
        }
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("text", text)
            switch action {
            case .data(let data): $0.member("data", data)
            case .url(let url): $0.member("url", url)
            case .webApp(let url): $0.member("web_app", url)
            case .copyText(let text): $0.member("copy_text", text)
            case .switchInline(let query): $0.member("switch_inline", query)
            }
        }
    }
}
