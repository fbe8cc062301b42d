/// The keys that a construct knows: what the reader accepts, what it suggests, and what is known to come.
package struct Construct: Sendable {
    /// As in messages: "a button".
    package let name: String
    package let keys: [String]
    /// Keys of the full language that this version doesn't run yet.
    package let later: [String]

    package init(_ name: String, _ keys: [String], later: [String] = []) {
        self.name = name
        self.keys = keys
        self.later = later
    }
}

extension Construct {
    static let bot = Construct(
        "a bot", ["bot", "version", "enums", "data", "fn", "roles", "screens", "forms", "handlers", "signals", "replies"],
        later: ["queries", "config", "timers", "answers", "texts", "tests", "migrate"])
    static let field = Construct("a field", ["type", "default", "min", "max", "index", "unique"], later: ["was"])
    static let unique = Construct("a unique rule", ["fields", "where"])
    static let claimed = Construct("one of several rows to claim", ["from", "where", "order"])
    static let parameter = Construct("an argument", ["type", "default"])

    static let screen = Construct(
        "a screen",
        ["args", "role", "live", "let", "text", "parse", "preview", "keyboard", "buttons", "list"] + media,
        later: [
            "sticker", "video_note", "album", "location", "venue", "contact", "poll", "quiz", "dice", "web_app",
        ])
    static let media = ["photo", "audio", "document", "video", "animation", "voice"]
    static let content = Construct(
        "a message", ["text", "parse", "preview"] + media,
        later: ["sticker", "video_note", "album", "location", "venue", "contact", "poll", "quiz", "dice"])
    static let textCase = Construct("a conditional text", ["if", "text"])
    static let buttonActions = ["go", "call", "back", "do", "url", "copy", "request"]
    static let button = Construct(
        "a button", ["label", "name", "when", "role", "each", "columns", "with"] + buttonActions, later: ["run", "web_app"])
    static let list = Construct(
        "a list", ["from", "where", "order", "page", "row", "button", "columns", "empty"], later: ["group", "select"])

    static let form = Construct("a form", ["args", "role", "fields", "done", "cancel"])
    static let formField = Construct(
        "a form's field",
        ["ask", "type", "like", "min", "max", "choices", "columns", "retry", "skip", "null_on", "when", "parse"], later: ["each"])
    static let choice = Construct("a choice", ["value", "label"])
    static let choices = Construct("choices", ["each", "label", "value"])

    static let handler = Construct(
        "a handler", ["command", "message", "fallback", "when", "role", "args", "description", "do"],
        later: ["pattern", "button", "poll", "join", "leave", "blocked", "event"])

    static let signal = Construct("a signal", ["args", "lane", "do"])
    static let reply = Construct("a reply", ["run", "args", "progress", "done", "failed"])

    static let stepNames = [
        "let", "require", "insert", "update", "upsert", "delete", "claim", "show", "copy", "signal", "run", "toast", "go", "call", "back",
        "if",
        "each", "stop",
    ]
    static let stepNamesLater = ["at", "cancel"]
    /// The further keys of each step.
    static let steps: [String: Construct] = [
        "let": Construct("let", ["let"]),
        "require": Construct("require", ["require", "else"]),
        "insert": Construct("insert", ["insert", "set", "as", "else"]),
        "update": Construct("update", ["update", "set", "else"], later: ["where"]),
        "upsert": Construct("upsert", ["upsert", "where", "set", "else"]),
        "delete": Construct("delete", ["delete", "where"]),
        "claim": Construct("claim", ["claim", "where", "order", "set", "else"]),
        "show": Construct("show", ["show", "with", "to"]),
        "copy": Construct("copy", ["copy", "to"]),
        "signal": Construct("signal", ["signal", "with", "to"]),
        "run": Construct("run", ["run", "with", "reply", "keep", "within"]),
        "toast": Construct("toast", ["toast", "alert"]),
        "go": Construct("go", ["go", "with"]),
        "call": Construct("call", ["call", "with"]),
        "back": Construct("back", ["back"]),
        "if": Construct("if", ["if", "then", "else"]),
        "each": Construct("each", ["each", "where", "order", "do"]),
        "stop": Construct("stop", ["stop"]),
    ]
}
