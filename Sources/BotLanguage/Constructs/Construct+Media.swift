// What messages show beside texts and single files.
extension Construct {
    /// Keys of a screen or a message of which one stands for all that it shows.
    static let mediums = ["album", "location", "venue", "contact", "poll", "quiz", "dice"]

    static let mediumKeys: [Key] = [
        .key("album", .oneOrMore(.construct("album_item")), "2 to 10 files shown as one. No buttons stand under it."),
        .key("location", .either([.construct("location"), .cel("a location")]), "A point on the map."),
        .key("venue", .construct("venue"), "A point on the map with a name and an address."),
        .key("contact", .construct("contact"), "An entry for the phone book."),
        .key("poll", .construct("poll"), "A poll; `poll: <screen>` among the handlers answers those who take part."),
        .key("quiz", .construct("quiz"), "A poll of which one option is right."),
        .key("dice", .word(MediumLimits.dice), "An animated emoji that shows a value by chance."),
    ]

    static let albumMedia = ["photo", "video", "audio", "document"]

    static let albumItem = Construct(
        "album_item", "an item of an album", "A file of an album, or one for each element of a list.",
        [.key("each", .range, "One for each element: `p in pictures`.")]
            + albumMedia.map { .key($0, .template, "A file of the bot's folder, a URL, or a file that somebody sent: `${p.\($0)}`.") }
            + [.key("text", .template, "Its caption, 1024 characters at most.")])

    static let location = Construct(
        "location", "a location", "A point on the map, in degrees.",
        [
            .required("latitude", .cel("a number from -90 to 90"), "North of the equator; south of it below zero."),
            .required("longitude", .cel("a number from -180 to 180"), "East of Greenwich; west of it below zero."),
        ])

    static let venue = Construct(
        "venue", "a venue", "A point on the map with a name and an address.",
        [
            .key("at", .cel("a location"), "Where it is; in place of `latitude` and `longitude`."),
            .key("latitude", .cel("a number from -90 to 90"), "North of the equator; south of it below zero."),
            .key("longitude", .cel("a number from -180 to 180"), "East of Greenwich; west of it below zero."),
            .required("title", .template, "Its name."),
            .required("address", .template, "Its address."),
        ])

    static let contact = Construct(
        "contact", "a contact", "An entry for the phone book.",
        [
            .required("phone", .template, "The phone number."),
            .required("first_name", .template, "The first name."),
            .key("last_name", .template, "The last name."),
        ])

    private static let question = Key.required("question", .template, "What is asked, 300 characters at most.")
    private static let options = Key.required(
        "options", .oneOrMore(.either([.template, .construct("poll_option")])),
        "1 to 12 texts of 100 characters at most, or `{each: x in list, text: …}`.")
    private static let anonymous = Key.key(
        "anonymous", .flag, "Whether nobody learns who chose what. Default true; with a handler it must be false.")

    static let poll = Construct(
        "poll", "a poll", "A question with options to choose from.",
        [question, options, anonymous, .key("several", .flag, "Whether several options may be chosen. Default false.")])

    static let quiz = Construct(
        "quiz", "a quiz", "A poll of which one option is right.",
        [
            question, options, .required("correct", .cel("int"), "The place of the right option; the first is 0."),
            .key("explanation", .template, "Shown to who chose another one; 200 characters and 3 lines at most."), anonymous,
        ])

    static let pollOption = Construct(
        "poll_option", "options of a poll", "An option for each element of a list.",
        [.required("each", .range, "`p in products.filter(p, p.open)`."), .required("text", .template, "The option.")])

    static let mediumConstructs = [albumItem, location, venue, contact, poll, quiz, pollOption]
}
