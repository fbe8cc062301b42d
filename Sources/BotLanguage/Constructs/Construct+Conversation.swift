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
        ])

    static let formField = Construct(
        "form_field", "a form's field", "A question. It is asked again until the answer fits.",
        [
            .required("ask", .conditionalText, "The question."),
            .key("type", .type, "What the answer is. Default string."),
            .key("like", .text("a field of data: `meals.kcal`"), "Takes type and limits from a field of data."),
            .key("min", .number, "The least value; of texts the least length."),
            .key("max", .number, "The greatest value; of texts the greatest length."),
            .key(
                "choices", .either([.list(.either([.text("a value"), .construct("choice")])), .construct("choices")]),
                "Buttons under the question."),
            .key("columns", .whole(1...8), "How many choices stand in a row. Default 2."),
            .key("retry", .template, "Said when the answer doesn't fit. Default a sentence that says what is wanted."),
            .key("skip", .template, "The label of a button that leaves the answer null."),
            .key("null_on", .text("a text such as `/off`"), "A text that stands for null."),
            .key("when", .cel("bool"), "Whether the question is asked; else its answer is null."),
            .key("parse", .word(["none", "html", "markdown"]), "How the question is marked up. Default none."),
        ], later: ["each"])

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
            .key("message", .word(Loader.messageKinds), "Answers messages of this kind."),
            .key("fallback", .flag, "Answers what nothing else does."),
            .key("when", .cel("bool"), "Only when it holds; else the next handler is tried."),
            .key("role", .oneOrMore(.name("a role")), "Only for these roles; one of them is enough."),
            .key("args", parameters, "The command's arguments, in their order."),
            .key(
                "description", .either([.text("one line"), .construct("description")]),
                "What the command does, for the platform's menu. Without it the command is not in the menu."),
            .required("do", .steps, "What is done."),
        ], later: ["pattern", "button", "poll", "join", "leave", "blocked", "event"])

    static let signal = Construct(
        "signal", "a signal", "An internal event: handled in other people's conversations, or in a lane of its own.",
        [
            .key("args", parameters, "What it carries; given by `with`."),
            .key(
                "lane", .cel("string"),
                "The lane's name, from the arguments. Signals of a lane are handled one after another, in nobody's conversation."),
            .required("do", .steps, "What is done."),
        ])
}
