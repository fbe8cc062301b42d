extension Construct {
    static let form = Construct(
        "form", "a form", "Questions that are asked one after another.",
        [
            .key("args", parameters, "What it needs to know; given by `with`."),
            .key("role", .oneOrMore(.name("a role")), "Who may fill it in; one of the roles is enough. Default everybody."),
            .required("fields", .named(.construct("form_field")), "The questions, each under the name of its answer."),
            .required("done", .steps, "What is done with the answers."),
            .key(
                "cancel", .either([.flag, .template]),
                "The label of a button that gives up, or false: nobody can. Default: `/cancel` gives up."),
            .key(
                "back", .either([.flag, .template]),
                "The label of a button that goes back to the question before; `/back` does then, too. true: only `/back`."),
        ])

    static let formField = Construct(
        "form_field", "a form's field", "A question. It is asked again until the answer fits.",
        [
            .key("ask", .conditionalText, "The question. Needed, but for a field with `fields`."),
            .key(
                "each", .range,
                "Asks once for each element of a list, `d in days`; the answer is a list. The list is fixed when the first of them is asked."
            ),
            .key(
                "fields", .named(.construct("form_field")),
                "With `each`: several questions for each element; the answer is a list of records."),
            .key("type", .type, "What the answer is. Default string."),
            .key("like", .text("a field of data: `meals.kcal`"), "Takes type and limits from a field of data."),
            .key("min", limit, "The least value, the earliest date or time; of texts the least length."),
            .key("max", limit, "The greatest value, the latest date or time; of texts the greatest length."),
            .key(
                "choices", .either([.list(.either([.text("a value"), .construct("choice")])), .construct("choices")]),
                "Buttons under the question."),
            .key("columns", .whole(1...8), "How many choices stand in a row. Default 2."),
            .key("retry", .template, "Said when the answer doesn't fit. Default a sentence that says what is wanted."),
            .key("skip", .template, "The label of a button that leaves the answer null."),
            .key("null_on", .text("a text such as `/off`"), "A text that stands for null."),
            .key("when", .cel("bool"), "Whether the question is asked; else its answer is null."),
            .key("parse", .word(["none", "html", "markdown"]), "How the question is marked up. Default none."),
            .key(
                "share", .template,
                "For a contact or a location: the label of a button that sends the person's own."),
        ])

    static let choice = Construct(
        "choice", "a choice", "A choice with a label of its own.",
        [
            .required("value", .text("a value"), "The answer, as a person would type it."),
            .key("label", .template, "What stands on the button. Default the value."),
        ])

    static let choices = Construct(
        "choices", "choices", "A choice for each element of a list.",
        [
            .required("each", .range, "`c in categories.filter(c, c.open)`."),
            .required("label", .template, "What stands on the button."),
            .key("value", .cel("the field's type"), "The answer. Default the element."),
        ])

    static let handler = Construct(
        "handler", "a handler", "What answers a command or a message that no open question takes.",
        [
            .key("command", .oneOrMore(.name("a command")), "Answers these commands."),
            .key("message", .oneOrMore(.word(Loader.messageKinds)), "Answers messages of this kind, or of these."),
            .key(
                "pattern", .text("a regular expression (RE2)"),
                "With `message`: only those in whose text it is found. `match` has what its named groups matched."),
            .key("button", .name("a button"), "Answers buttons with this `name` that have no action of their own, on any screen."),
            .key("join", .word(["people", "bot"]), "People have come into a group, or the bot has."),
            .key("leave", .word(["people", "bot"]), "People have left a group, or the bot was put out of it."),
            .key("blocked", .flag, "The person doesn't want to hear from the bot any more."),
            .key("unblocked", .flag, "The person wants to hear from the bot again."),
            .key("poll", .name("a screen"), "Answers those who take part in the screen's poll, which must not be anonymous."),
            .key("fallback", .flag, "Answers what nothing else does."),
            .key("when", .cel("bool"), "Only when it holds; else the next handler is tried."),
            .key("role", .oneOrMore(.name("a role")), "Only for these roles; one of them is enough."),
            .key("screen", .oneOrMore(.name("a screen")), "With `message` or `fallback`: only while this screen is open, or one of these."),
            .key(
                "args", .named(.either([.type, .construct("command_argument")])),
                "What goes with the command, in its order, or with the button."),
            .key(
                "description", .either([.text("one line"), .construct("description")]),
                "What the command does, for the platform's menu. Without it the command is not in the menu."),
            .required("do", .steps, "What is done."),
        ], later: ["event"])

    static let commandArgument = Construct(
        "command_argument", "an argument of a handler", "An argument with more than its type.",
        [
            .required("type", .type, "Its type; with `?` it may be left out and is null then."),
            .key("default", .cel("the argument's type"), "For whoever leaves it out."),
            .key("min", limit, "The least value, the earliest date or time; of texts and lists the least length."),
            .key("max", limit, "The greatest value, the latest date or time; of texts and lists the greatest length."),
        ])

    /// Of numbers and lengths, of dates and times.
    private static let limit = Shape.either([.number, .text("a date, a time or a duration")])

    static let signal = Construct(
        "signal", "a signal", "An internal event: handled in other people's conversations, or in a lane of its own.",
        [
            .key("args", parameters, "What it carries; given by `with`."),
            .key(
                "lane", .cel("string"),
                "The lane's name, from the arguments. Signals of a lane are handled one after another, in nobody's conversation."),
            .required("do", .steps, "What is done."),
        ])

    static let timer = Construct(
        "timer", "a timer", "What is done when a moment comes. It has one of `at`, `daily` and `cron`.",
        [
            .key("each", .range, "`i in items`: every row has it, for itself. Needed for `at` and `daily`."),
            .key("where", .cel("bool"), "Which rows have it. Default all."),
            .key("at", .cel("a timestamp, a list of them, or null"), "The moments of a row. Those that are over don't fire."),
            .key("daily", .construct("daily"), "Every day at a time of day."),
            .key("cron", .text("minute, hour, day of the month, month, day of the week"), "By a cron expression: `*/5 * * * *`."),
            .key("tz", .cel("string"), "The time zone of `cron`: `'Europe/Berlin'`."),
            .key("global", .flag, "Whether of several bots that run this definition only the one that is named as it has it."),
            .key("as", .cel("a person, or null"), "In whose conversation it runs, where null means not at all. Default in nobody's."),
            .required("do", .steps, "What is done. The row and the moment `due` are known."),
        ])

    static let daily = Construct(
        "daily", "a time of day", "Every day, when the clocks of a time zone show a time.",
        [
            .required("at", .cel("a time such as '09:30', or null"), "The time; null means not at all."),
            .required("tz", .cel("string"), "The time zone: `'Europe/Berlin'`, or a field."),
        ])
}
