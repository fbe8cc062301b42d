extension Construct {
    static let text = Construct(
        "text", "a text",
        "One text in every language of the bot, under the languages' tags in small letters: `en`, `ru`, `pt-br`. With `count` a language has several forms.",
        [.key("count", .name("a parameter"), "The number by which the form of the words is chosen.")],
        others: (.either([.template, .construct("plural")]), "A language: the text in it, or its forms for numbers."),
        otherNames: "^(count|[a-z]{2,3}(-[a-z0-9]{2,8}){0,3})$")

    static let plural = Construct(
        "plural", "a translation with plurals",
        "The forms that the language has for numbers, as CLDR calls them: English has `one` and `other`, Russian `one`, `few`, `many` and, for fractions, `other`.",
        PluralCategory.allCases.map { .key($0.rawValue, .template, "The text for numbers of this form.") })

    static let description = Construct(
        "description", "a description", "What a command does, in every language of the bot.", [],
        others: (.text("one line"), "A language: the description in it."),
        otherNames: "^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$")

    static let language = Construct(
        "language", "a language", "The languages of people.",
        [
            .required("default", .text("a language: `en`"), "What people get whose language the bot doesn't speak."),
            .key("of", .cel("string"), "The language that a person chose, from `user`; null: that of their app."),
        ])
}
