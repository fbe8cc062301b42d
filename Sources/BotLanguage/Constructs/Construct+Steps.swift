extension Construct {
    /// Every step with its further keys, in the order in which they are looked for: a mapping with several of them is the first.
    package static let steps: [Construct] = [
        step(
            "let", "Gives values names.",
            [.key("let", .named(.cel("any type")), "Each is seen by those behind it, and by the steps behind.")]),
        step(
            "require", "Goes on only when a condition holds.",
            [
                .key("require", .cel("bool"), "The condition."),
                .required(
                    "else", .either([.template, .steps]),
                    "What is said when it doesn't hold (a note over the chat after a tapped button, else a message), or steps."),
            ]),
        step(
            "insert", "Makes a row.",
            [
                .key("insert", .name("a collection"), "Where."), .key("set", assignments, "Its fields; others get their defaults."),
                .key("as", .name("the row"), "How the steps behind call it."), .key("else", .steps, "When a unique rule forbids it."),
            ]),
        step(
            "update", "Changes a row.",
            [
                .key("update", .cel("a row"), "Which."), .required("set", assignments, "The fields to change."),
                .key("else", .steps, "When a unique rule forbids it."),
            ], later: ["where"]),
        step(
            "upsert", "Changes the row for which a condition holds, or makes one.",
            [
                .key("upsert", .range, "`c in cart`; the steps behind call the row so."), .required("where", .cel("bool"), "Which row."),
                .required("set", assignments, "Its fields; the row is null here when it is a new one."),
                .key("else", .steps, "When a unique rule forbids it."),
            ]),
        step(
            "delete", "Removes a row, or all for which a condition holds.",
            [
                .key("delete", .either([.cel("a row"), .range]), "A row, or `c in cart`."),
                .key("where", .cel("bool"), "Which rows of `c in cart`."),
            ]),
        step(
            "claim", "Takes one row, or one of several kinds together, or none at all.",
            [
                .key("claim", .either([.range, .named(.construct("claimed"))]), "`g in games`, or several under their names."),
                .key("where", .cel("bool"), "Which rows can be had."),
                .key("order", order, "Which of them first, or `random`."),
                .key("set", .either([assignments, .named(assignments)]), "What changes in it; of several rows under their names."),
                .required("else", .steps, "When there is none."),
            ]),
        step(
            "show", "Shows a screen or a message.",
            [
                .key("show", .either([.name("a screen"), .construct("content")]), "What."),
                .key("with", .named(.cel("the argument's type")), "Arguments of the screen."),
                .key("to", recipients, "To whom. Default here."),
            ]),
        step(
            "copy", "Copies a message.",
            [.key("copy", .cel("a message"), "Which."), .key("to", recipients, "To whom. Default here.")]),
        step(
            "at", "Sends a signal at a later moment. Set again it is moved.",
            [
                .key("at", .cel("timestamp"), "When: `now + duration('1h')`. A moment that is over is now."),
                .required("signal", .name("a signal"), "Which."),
                .key("with", .named(.cel("the argument's type")), "Its arguments."),
                .key("to", recipients, "In whose conversations it is handled. Default in this one, or in its lane."),
                .key("key", .cel("string"), "Which of several of the same signal side by side."),
            ]),
        step(
            "cancel", "Takes back a signal that `at` has set.",
            [
                .key("cancel", .name("a signal"), "Which."),
                .key("to", recipients, "In whose conversations. Default in this one, or in its lane."),
                .key("key", .cel("string"), "Which of several of the same signal."),
            ]),
        step(
            "signal", "Sends a signal.",
            [
                .key("signal", .name("a signal"), "Which."), .key("with", .named(.cel("the argument's type")), "Its arguments."),
                .key("to", recipients, "In whose conversations it is handled. Default in this one, or in its lane."),
            ]),
        step(
            "run", "Asks a worker for an operation, and goes on.",
            [
                .key("run", .name("an operation"), "Which: `code.run`."),
                .key("with", .named(.cel("the argument's type")), "Its arguments."),
                .key("reply", .name("a reply"), "Which of `replies` hears what comes back. Default: nobody."),
                .key("keep", .named(.cel("the argument's type")), "Arguments of the reply, kept while it is waited for."),
                .key("within", .cel("duration"), "How long to wait: 1 s to 7 days. Default as the operation says."),
            ]),
        step(
            "toast", "Says something short: a note over the chat after a tapped button, else a message.",
            [
                .key("toast", .template, "200 characters at most."),
                .key("alert", .flag, "Whether it is a dialogue that must be closed. Default false."),
            ]),
        step(
            "go", "Opens a screen; nothing behind it runs.",
            [.key("go", .name("a screen"), "Which."), .key("with", .named(.cel("the argument's type")), "Its arguments.")]),
        step(
            "call", "Asks the questions of a form; nothing behind it runs.",
            [.key("call", .name("a form"), "Which."), .key("with", .named(.cel("the argument's type")), "Its arguments.")]),
        step("back", "Back to the screen below; nothing behind it runs.", [.key("back", .flag, "true.")]),
        step(
            "if", "Does one thing or another.",
            [.key("if", .cel("bool"), "The condition."), .key("then", .steps, "When it holds."), .key("else", .steps, "When it doesn't.")]),
        step(
            "each", "Does something for each row of a collection, or each element of a list.",
            [
                .key("each", .range, "`l in lines`."), .key("where", .cel("bool"), "Which rows of a collection."),
                .key("order", order, "In what order."), .required("do", .steps, "What is done."),
            ]),
        step("stop", "Nothing behind it runs.", [.key("stop", .flag, "true.")]),
    ]

    static let stepNames = steps.compactMap(\.names.first)

    /// The step that a mapping with these keys is.
    static func step(among names: [String]) -> Construct? {
        steps.first { step in step.names.first.map(names.contains) ?? false }
    }

    static let stepNamesLater: [String] = []

    static let claimed = Construct(
        "claimed", "one of several rows to claim", "One of several rows that are claimed together. It sees those before it.",
        [
            .required("from", .range, "`t in tickets`."),
            .key("where", .cel("bool"), "Which rows can be had."),
            .key("order", order, "Which of them first, or `random`."),
        ])

    private static let assignments = Shape.named(.cel("the field's type"))
    private static let recipients = Shape.cel("a person, or a list of people")
    private static let order = Shape.oneOrMore(.cel("a value that can be compared"))

    private static func step(_ name: String, _ documentation: String, _ keys: [Key], later: [String] = []) -> Construct {
        Construct("step_\(name)", name, documentation, keys, later: later)
    }
}
