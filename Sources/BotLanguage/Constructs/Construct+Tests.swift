// `tests`: conversations that must go as they are written.
extension Construct {
    static let tests = [
        testFile, test, testPerson, testStep, testAction, testPattern, testButtons, testLocation, testVenue, testContact, testDice,
        testFailure,
    ]

    static let testFile = Construct(
        "test_file", "a file of tests", "The whole of `tests.yaml`, which lies beside `bot.yaml`.",
        [.required("tests", .named(.construct("test")), "The tests, each under its name.")])

    static let test = Construct(
        "test", "a test", "A conversation that must go as it is written, in a world of its own: nobody else, no rows, a clock that stands.",
        [
            .key("now", .text("a moment"), "Where its clock begins: `2026-01-05T10:00:00Z`. Default 2026-01-05T12:00:00Z, a Monday."),
            .key(
                "pick", .whole(0...Int(Int32.max)),
                "Which element `pick()` and `order: random` take, from 0, modulo how many there are. Default any, the same in every run."),
            .key("language", .text("a language"), "Of everybody's app: `en`, `ru`. Default none."),
            .key(
                "people", .named(.construct("test_person")),
                "Who is known to the bot from the beginning. Others are as soon as they do something."),
            .key(
                "data", .named(.list(.named(fixture))),
                "Rows to begin with, by collection. Values are written as people write them; `as` names a row for others that refer to it."),
            .key(
                "config", .named(.oneOrMore(.text("a value"))),
                "What the bot's owner has set, as it would stand in the environment. Others have their defaults."),
            .key("group", .either([.flag, .text("a title")]), "Whether people talk in a group; its title. Default no."),
            .key(
                "live", .flag, "Whether it can be played against running processes as well, which have a clock of their own. Default yes."),
            .required("steps", .list(.construct("test_step")), "What happens, one after another."),
        ])

    static let testPerson = Construct(
        "test_person", "a person of a test", "What the platform says of somebody, and the author's fields of `users`.",
        [
            .key("name", .text("a name"), "First and last name. Default the name in the test."),
            .key("username", .text("a username"), "Without the `@`. Default none."),
            .key("language", .text("a language"), "Of their app. Default the test's."),
        ], others: (fixture, "A field of `users`: a value as people write it."))

    package static let testStep = Construct(
        "test_step", "a step of a test",
        """
        What one person does, under their name (a text or an action), or time that goes by; and what is to be seen then. An expectation \
        is about the chat in which it was done; with `@name` behind it (`bot@bob`) about that person's own chat, with `@group` about the \
        group. A step in which nothing is done looks at what the one before caused.
        """,
        [
            .key("after", .text("a span of time"), "Time goes by: `1d`, `1h30m`. What falls due meanwhile happens in its order."),
            .key("at", .text("a moment"), "The clock moves on to this moment."),
            .key("reply", .name("an operation"), "Its worker answers what the bot has asked for first: with `result`, `progress` or `failure`."),
            .key("result", .named(fixture), "It is done."), .key("progress", .named(fixture), "How far it is."),
            .key("failure", .construct("test_failure"), "It can't be done."),
            .key("in", .word(["private", "group"]), "Where it is done. Default the group, where the test has one."),
            .key(
                "bot",
                .either([.text("a text"), .construct("test_pattern"), .list(.either([.text("a text"), .construct("test_pattern")]))]),
                "The text that the bot showed last; a list: all that it showed since the step began. Without markup, as people see it."),
            .key("toast", .either([.text("a text"), .construct("test_pattern")]), "The note over the chat after a tapped button."),
            .key(
                "buttons", .either([.list(.oneOrMore(.text("a label"))), .construct("test_buttons")]),
                "The labels of the buttons of what was shown last: all in a row, or by rows. Keyboards instead of the letters count too."),
            .key("no_answer", .flag, "Nothing is shown, no note either."),
            .key("sends", .oneOrMore(.text("a kind")), "The kinds of the newest messages: `photo`, `document`, `text`, `poll`…"),
            .key("edits", .flag, "Whether what was shown last took the place of an older message, or is a new one."),
            .key(
                "expect", .oneOrMore(.cel("bool")),
                "What must hold: collections as in the definition, people by name, `user` for who did the step, `now`."),
        ],
        others: (
            .either([
                .text("what is said"), .construct("test_action"), .construct("test_pattern"), .construct("test_buttons"),
                .list(.oneOrMore(.text("a text"))),
            ]), "What the person of that name does: a text or an action. Or an expectation about somebody else: `bot@bob`."
        ), otherNames: "^[A-Za-z_][A-Za-z0-9_]{0,29}(@[A-Za-z_][A-Za-z0-9_]{0,29})?$")

    static let testAction = Construct(
        "test_action", "an action of a test", "What a person does other than saying a text.",
        [
            .key(
                "tap", .text("a button"),
                "A label, on the newest message that has it; or the button's position from 0, row by row, on the newest message with buttons."
            ),
            .key("of", .text("a text"), "Which message the button or the poll belongs to, by its text."),
            .key("text", .text("a text"), "The caption of a file."),
        ]
            + ["photo", "audio", "document", "video", "animation", "voice", "sticker", "video_note"].map {
                .key($0, .text("a file"), "Sends a file; the name stands for its content.")
            } + [
                .key("location", .construct("test_location"), "Sends a place."),
                .key("venue", .construct("test_venue"), "Sends a place with a name."),
                .key("contact", .either([.text("a phone number"), .construct("test_contact")]), "Sends an entry of the phone book."),
                .key("dice", .either([.whole(1...64), .construct("test_dice")]), "Rolls a die, which shows this."),
                .key("vote", .oneOrMore(.whole(0...99)), "Votes in the newest poll: options from 0; `[]` takes the vote back."),
                .key(
                    "join", .either([.flag, .word(["bot"]), .oneOrMore(.name("a person"))]),
                    "Comes into the group, brings the bot there, or these people."),
                .key(
                    "leave", .either([.flag, .word(["bot"]), .oneOrMore(.name("a person"))]), "Leaves the group, or sends them out of it."),
                .key("block", .flag, "Wants nothing of the bot any more."), .key("unblock", .flag, "Wants it again."),
            ])

    static let testPattern = Construct(
        "test_pattern", "a pattern", "What a text must be like. All that is given must hold.",
        [
            .key("contains", .oneOrMore(.text("a text")), "Parts that it has."),
            .key("lacks", .oneOrMore(.text("a text")), "Parts that it hasn't."),
            .key("matches", .text("a regular expression"), "RE2, found anywhere in it."),
        ])

    static let testButtons = Construct(
        "test_buttons", "expected buttons", "Some of the buttons, whatever the others are.",
        [
            .key("contains", .oneOrMore(.text("a label")), "Labels that are there."),
            .key("lacks", .oneOrMore(.text("a label")), "Labels that aren't."),
        ])

    static let testLocation = Construct(
        "test_location", "a location", "A point on the map, in degrees.",
        [.required("latitude", .number, "From -90 to 90."), .required("longitude", .number, "From -180 to 180.")])

    static let testVenue = Construct(
        "test_venue", "a venue", "A place with a name.",
        testLocation.keys + [
            .required("title", .text("a title"), "What it is called."), .key("address", .text("an address"), "Where it is. Default empty."),
        ])

    static let testContact = Construct(
        "test_contact", "a contact", "An entry of the phone book.",
        [
            .required("phone", .text("a phone number"), "The number."),
            .key("first_name", .text("a name"), "Default the name of who sends it."), .key("last_name", .text("a name"), "Default none."),
        ])

    static let testFailure = Construct(
        "test_failure", "a failure of an operation", "Why an operation can't be done.",
        [
            .required("code", .text("a code"), "One of the operation's, or of those that all have: `timeout`, `unavailable`…"),
            .key("message", .text("a text"), "For people. Default empty."),
        ])

    static let testDice = Construct(
        "test_dice", "a die", "An animated emoji with a value.",
        [.required("value", .whole(1...64), "What it shows."), .key("emoji", .text("an emoji"), "Default 🎲.")])

    /// A value as people write it.
    private static let fixture = Shape.either([.text("a value"), .list(.text("a value")), .named(.text("a value"))])
}
