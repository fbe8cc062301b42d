extension Construct {
    static let config = Construct(
        "config", "a setting", "What the bot's owner sets, by `SWITCHBOARD_BOT_<BOT>_CONFIG_<NAME>` or in the settings' file.",
        [
            .required(
                "type", .type, "A text, a number, a day, a time, an enum, or a list of these; with `?` it may be left out and is null then."
            ),
            .key("default", .cel("a constant of the type"), "When it isn't set. Without it, it must be, else the bot doesn't run."),
            .key("secret", .flag, "A text that expressions can't read and nothing shows; only `run` may take it."),
        ])

    static let seed = Construct(
        "seed", "rows from a file", "Rows that a CSV file has: its first line names fields.",
        [
            .required("file", .text("a file"), "Its name in the bot's folder."),
            .key(
                "key", .name("a field"),
                "The field by which rows are found again: rows that are new in the file are added, those that were changed there updated, none removed. No two rows may have the same. Without it the file is read into an empty collection only."
            ),
        ])

    static let query = Construct(
        "query", "a query",
        "A question to the database. Called in an expression it gives a list; a screen's list can show its rows page by page.",
        [
            .key("args", parameters, "What it is asked with. Those that may be left out come last."),
            .required("from", .range, "The collection whose rows it looks at: `m in meals`."),
            .key("where", .cel("bool"), "Which rows take part; it sees the row and the arguments. Default all."),
            .key("group", .named(.cel("a value of the row")), "Rows that are equal in all of these become one row of the answer."),
            .key(
                "select", .named(.cel("a value")),
                "What a row of the answer has: values of the row, or with `group`, or for all rows together, of `sum`, `avg`, `min`, `max`, `count`."
            ),
            .key(
                "order", .oneOrMore(.cel("a value")),
                "Over the names of `group` and `select`, without these over the row; `-x` for the greatest first."),
            .key("limit", .whole(1...2_000), "The first rows only. Without it more than 500 at once are a failure."),
        ])
}
