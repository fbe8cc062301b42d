extension Construct {
    package static let bot = Construct(
        "bot", "a bot", "The whole file.",
        [
            .required("bot", .name("the bot"), "Its name: 1 to 32 of a–z, 0–9, '_' and '-'."),
            .key("version", .whole(1...Int(Int32.max)), "The author's number of this version. Default 1."),
            .key("config", .named(.either([.type, .construct("config")])), "What the bot's owner sets; `config.name` in expressions."),
            .key("enums", .named(.list(.name("a member"))), "Typed constants: `Status: [open, closed]`, used as `Status.open`."),
            .key("data", .named(.construct("collection")), "What the bot remembers: collections of typed rows."),
            .key("fn", .functions(.cel("any type")), "Functions of the expression language: `total(items): …`. Pure and not recursive."),
            .key("queries", .named(.construct("query")), "Questions to the database with a name, asked in expressions: `eaten(now)`."),
            .key("texts", .functions(.construct("text")), "Translations: `hello(name): {en: …, ru: …}`, used as `${hello(user.name)}`."),
            .key(
                "language", .either([.text("a language: `en`"), .construct("language")]),
                "The bot's own language: what people get whose language it doesn't speak. Needed when there are several."),
            .key("roles", .named(.cel("bool")), "Names for conditions on the person: `admin: user.is_admin`."),
            .key("screens", .named(.construct("screen")), "What people see. A conversation begins at `home`, else at the first screen."),
            .key("forms", .named(.construct("form")), "Questions that are asked one after another."),
            .key("handlers", .list(.construct("handler")), "What answers commands and messages; the first that fits."),
            .key("signals", .named(.construct("signal")), "Internal events, for other conversations or in a lane of their own."),
            .key(
                "timers", .named(.construct("timer")),
                "What is done when a moment comes: one of a row, a time of day, or by a cron expression."),
            .key("replies", .named(.construct("reply")), "What follows when a worker has done what `run` asked for."),
            .key(
                "tests", .named(.construct("test")), "Conversations that must go as they are written; also in `tests.yaml` beside the file."
            ),
            .key("migrate", .list(.construct("migration")), "What becomes of conversations that an older version has left."),
        ], later: ["answers"])

    static let collection = Construct(
        "collection", "a collection",
        "A table of rows. Every row has `id` and `created`. `users` is there already, with a row for everybody who wrote to the bot, and can get further fields.",
        [
            .key("unique", .list(.construct("unique")), "Rules that no two rows may break, kept by the database."),
            .key("index", .list(.oneOrMore(.name("a field"))), "Fields by which rows are looked up."),
            .key("was", .oneOrMore(.name("a former name")), "What earlier versions called it, the latest first: its rows go along."),
            .key(
                "seed", .either([.text("a file"), .construct("seed")]),
                "Rows from a CSV file of the bot's folder, for an empty collection; or more about it."),
        ], others: (.either([.type, .construct("field")]), "A field: its type, or more about it."))

    static let field = Construct(
        "field", "a field", "A field with more than its type.",
        [
            .required("type", .type, "Its type; with `?` it may be null."),
            .key("default", .cel("the field's type"), "For rows that are made without it; a constant for `users`."),
            .key("min", .number, "The least value; of texts and lists the least length."),
            .key("max", .number, "The greatest value; of texts and lists the greatest length."),
            .key("index", .flag, "Whether rows are looked up by it."),
            .key("unique", .flag, "Whether no two rows may have the same value."),
            .key("was", .oneOrMore(.name("a former name")), "What earlier versions called it, the latest first: its values go along."),
        ])

    static let unique = Construct(
        "unique", "a unique rule", "Fields whose values together stand in one row at most.",
        [
            .required("fields", .oneOrMore(.name("a field")), "The fields."),
            .key("where", .cel("bool"), "Which rows it is about, by their own fields: `status == Status.open`. Default all."),
        ])

    static let parameter = Construct(
        "parameter", "an argument", "An argument with more than its type.",
        [
            .required("type", .type, "Its type; with `?` it may be left out and is null then."),
            .key("default", .cel("the argument's type"), "For whoever leaves it out."),
        ])

    /// Declared arguments: a type, or more about it.
    static let parameters = Shape.named(.either([.type, .construct("parameter")]))
}
