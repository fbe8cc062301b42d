extension Construct {
    static let migration = Construct(
        "migration", "a rule of 'migrate'",
        "Where conversations go on that an older version has left in a screen or form which is gone, or which doesn't fit any more.",
        [
            .key("form", .name("a form of an older version"), "The form in which they wait. A rule has `form` or `screen`."),
            .key("screen", .name("a screen of an older version"), "The screen at which they are."),
            .key("go", .name("a screen"), "The screen at which they go on."),
            .key(
                "to", .name("a form or screen"),
                "The form, or for `screen` the screen, that takes its place; what has the same name and fits is kept."),
            .key(
                "args", .named(.cel("the argument's type")),
                "Arguments of the new place. A bare name is what the old one kept under it; expressions see those names, `now` and constants."
            ),
            .key("fields", .named(.cel("the field's type")), "Answers of the new form, in the same way."),
        ])
}
