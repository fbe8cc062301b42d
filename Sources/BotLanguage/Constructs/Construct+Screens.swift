extension Construct {
    static let screen = Construct(
        "screen", "a screen", "A state of the conversation with what is seen in it.",
        [
            .key("args", parameters, "What it needs to know; given by `with`."),
            .key("role", .oneOrMore(.name("a role")), "Who may see it; one of the roles is enough. Default everybody."),
            .key("live", .name("an argument that is a row"), "Every message that shows this screen is edited when the row changes."),
            .key("let", .named(.cel("any type")), "Values with names, each seen by those behind it."),
            .key("text", .conditionalText, "The text, 4096 characters at most; with a medium its caption, 1024."),
            .key("parse", .word(["none", "html", "markdown"]), "How the text is marked up. Default none."),
            .key("preview", .flag, "Whether the first link shows a preview. Default false."),
            .key(
                "keyboard", .word(["inline", "reply", "remove"]),
                "Buttons under the message (default), in place of the letters, or none any more."),
            .key("buttons", .list(.oneOrMore(.construct("button"))), "Rows of buttons."),
            .key("list", .construct("list"), "Rows of data, a page at a time."),
        ] + mediaKeys,
        later: [
            "sticker", "video_note", "album", "location", "venue", "contact", "poll", "quiz", "dice", "web_app",
        ])

    static let media = ["photo", "audio", "document", "video", "animation", "voice"]
    private static let mediaKeys: [Key] = media.map {
        .key($0, .template, "A file of the bot's folder, a URL, or a file that somebody sent: `${p.\($0)}`.")
    }

    static let content = Construct(
        "content", "a message", "A message without buttons.",
        [
            .key("text", .conditionalText, "The text, 4096 characters at most; with a medium its caption, 1024."),
            .key("parse", .word(["none", "html", "markdown"]), "How the text is marked up. Default none."),
            .key("preview", .flag, "Whether the first link shows a preview. Default false."),
        ] + mediaKeys,
        later: ["sticker", "video_note", "album", "location", "venue", "contact", "poll", "quiz", "dice"])

    static let textCase = Construct(
        "text_case", "a conditional text", "One of several texts; the first whose condition holds is shown.",
        [
            .key("if", .cel("bool"), "When it is shown; the last text has none."),
            .required("text", .template, "The text."),
        ])

    static let buttonActions = ["go", "call", "back", "do", "url", "copy", "request"]

    static let button = Construct(
        "button", "a button", "A button, which does one thing. Without any, one of a reply keyboard sends its label.",
        [
            .required("label", .template, "What stands on it; beyond 64 characters it is cut."),
            .key(
                "name", .name("the button"),
                "By which it is found again when it is tapped, default its label as it is written; or the name of a handler that says what it does."
            ),
            .key("when", .cel("bool"), "Whether it is there."),
            .key("role", .oneOrMore(.name("a role")), "For whom it is there; one of the roles is enough."),
            .key("each", .range, "One button for each element: `u in ['day', 'week']`."),
            .key("columns", .whole(1...8), "How many of `each` stand in a row. Default 1."),
            .key("with", .named(.cel("the argument's type")), "Arguments of `go` and `call`, or of the handler of its `name`."),
            .key("go", .name("a screen"), "Opens the screen."),
            .key("call", .name("a form"), "Asks the questions of the form."),
            .key("back", .flag, "Back to the screen below."),
            .key("do", .steps, "Runs the steps; then the screen is shown as it is now."),
            .key("url", .template, "Opens an address: https://, http:// or tg://."),
            .key("copy", .template, "Copies a text of 1 to 256 characters."),
            .key("request", .word(["contact", "location", "poll"]), "Of a reply keyboard: sends what is asked for."),
        ], later: ["run", "web_app"])

    static let list = Construct(
        "list", "a list", "Rows of data on a screen, a page at a time.",
        [
            .required("from", .range, "The collection: `p in products`."),
            .key("where", .cel("bool"), "Which of its rows."),
            .key(
                "order", .oneOrMore(.cel("a value that can be compared")),
                "The greatest first: `-p.created`. Default the order in which they were made."),
            .key("page", .whole(1...50), "Rows on a page. Default 10."),
            .key("row", .template, "A line of text for each row."),
            .key("button", .construct("button"), "A button for each row."),
            .key("columns", .whole(1...8), "How many of the buttons stand in a row. Default 1."),
            .key("empty", .template, "Shown when there are no rows."),
        ], later: ["group", "select"])
}
