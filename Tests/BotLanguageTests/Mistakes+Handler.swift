extension Mistake {
    /// A handler within the least bot.
    private static func handler(_ name: String, _ lines: String, _ expected: String) -> Mistake {
        Mistake(name, "bot: b\nscreens: {home: {text: hi}}\nhandlers:\n" + lines, expected: expected)
    }

    static let handlers: [Mistake] = [
        handler("limit of a flag", "  - {command: a, args: {x: {type: bool, min: 1}}, do: [{stop: true}]}\n", "4:41: bool has no 'min'"),
        handler(
            "limit of a day", "  - {command: a, args: {x: {type: date, min: 3}}, do: [{stop: true}]}\n",
            "4:46: 'min' is a date such as 2026-01-31"),
        handler(
            "limits of days in disorder",
            "  - {command: a, args: {x: {type: date, min: 2026-02-01, max: 2026-01-01}}, do: [{stop: true}]}\n",
            "4:46: 'min' is later than 'max'"),
        handler(
            "default beyond the limit", "  - {command: a, args: {x: {type: int, max: 9, default: '10'}}, do: [{stop: true}]}\n",
            "4:57: the default is beyond its 'max'"),
        handler(
            "row as an argument", "  - {command: a, args: {x: users}, do: [{stop: true}]}\n", "4:28: a command can't take users"),
        handler(
            "names alike", "  - {command: a, args: {x: int?, X: int?}, do: [{stop: true}]}\n",
            """
            4:25: 'x' and 'X' are one to people, who write names in capitals or not; give one of them another name
            4:34: 'X' and 'x' are one to people, who write names in capitals or not; give one of them another name
            """),
        handler(
            "required behind optional", "  - {command: a, args: {x: int?, y: int}, do: [{stop: true}]}\n",
            "4:24: 'y' must be given, so those before it can't be left out"),
        handler(
            "pattern of a command", "  - {command: a, pattern: x, do: [{stop: true}]}\n", "4:18: 'pattern' goes with 'message'"),
        handler(
            "pattern without an end", "  - {message: text, pattern: '(a', do: [{stop: true}]}\n",
            "4:30: the pattern has a '(' that isn't closed"),
        handler(
            "pattern of a sticker", "  - {message: [text, sticker], pattern: a, do: [{stop: true}]}\n",
            "4:15: a message of kind 'sticker' has no text in which a pattern could be found"),
        handler(
            "pattern too large", "  - {message: text, pattern: '(a{50}){50}', do: [{stop: true}]}\n",
            "4:30: the pattern is too large: counts such as {100} are written out"),
        handler(
            "group with a word of the language", "  - {message: text, pattern: '(?P<in>a)', do: [{stop: true}]}\n",
            "4:30: 'in' is a word of the expression language and can't name a group of the pattern"),
        handler(
            "unknown group", "  - {message: text, pattern: '(?P<day>a)', do: [{show: {text: '${match.dya}'}}]}\n",
            "4:72: Match has no field 'dya'; did you mean 'day'?"),
        handler(
            "group that may be missing", "  - {message: text, pattern: '(?P<day>a)?', do: [{show: {text: '${match.day}'}}]}\n",
            "4:67: this may be null, which can't be shown; say what to show then, as in 'x == null ? '–' : string(x)'"),
        handler(
            "match without a pattern", "  - {message: text, do: [{show: {text: '${match.day}'}}]}\n",
            "4:43: there is nothing named 'match' here"),
        handler("kind of message twice", "  - {message: [text, text], do: [{stop: true}]}\n", "4:22: 'text' stands here twice"),
        handler(
            "any and another", "  - {message: [any, text], do: [{stop: true}]}\n",
            "4:15: 'any' has the others in it; write 'message: any'"),
        handler(
            "one of the kinds is answered", "  - {message: text, do: [{stop: true}]}\n  - {message: [photo, text], do: [{stop: true}]}\n",
            "5:23: 'text' is answered by a handler above already; give that one a 'when', or remove one of them"),
        handler(
            "the same pattern",
            "  - {message: text, pattern: a, do: [{stop: true}]}\n  - {message: text, pattern: a, do: [{stop: true}]}\n",
            "5:15: 'text like a' is answered by a handler above already; give that one a 'when', or remove one of them"),
        handler(
            "join twice", "  - {join: people, do: [{stop: true}]}\n  - {join: people, do: [{stop: true}]}\n",
            "5:12: 'people join' is answered by a handler above already; give that one a 'when', or remove one of them"),
        handler(
            "join of whom", "  - {join: everybody, do: [{stop: true}]}\n", "4:12: 'join' is one of 'people' and 'bot'"),
        handler("blocked false", "  - {blocked: no, do: [{stop: true}]}\n", "4:15: leave the handler out instead"),
        handler(
            "answer to whom nothing reaches",
            "  - {blocked: true, do: [{show: {text: bye}}, {toast: bye}, {require: user.id > 1, else: bye}]}\n",
            """
            4:33: 'show' needs a conversation, and whoever has blocked the bot hears nothing; say to whom: 'to: …'
            4:47: 'toast' needs a conversation, and whoever has blocked the bot hears nothing
            4:90: 'a refusal in words' needs a conversation, and whoever has blocked the bot hears nothing; write steps: 'else: [{stop: true}]'
            """),
        handler(
            "answer to a group left", "  - {leave: bot, do: [{show: {text: bye}}]}\n",
            "4:30: 'show' needs a conversation, and the bot is out of the chat; say to whom: 'to: …'"),
        handler(
            "members of nobody", "  - {message: any, do: [{show: {text: '${event.members[0].name}'}}]}\n",
            "4:42: there is nothing named 'event' here"),
        Mistake(
            "button without a handler",
            "bot: b\nscreens:\n  home: {text: hi, buttons: [{label: A, name: lik}]}\nhandlers: [{button: like, do: [{stop: true}]}]\n",
            expected: "3:30: the button does nothing; did you mean 'like'?"),
        Mistake(
            "button with other arguments",
            "bot: b\nscreens:\n  home: {text: hi, buttons: [{label: A, name: like, with: {m: '1'}}]}\nhandlers: [{button: like, args: {n: int}, do: [{stop: true}]}]\n",
            expected: """
                3:47: 'like' needs 'n'; add 'with: {n: …}'
                3:60: 'like' has no argument 'm'; did you mean 'n'?
                """),
        Mistake(
            "handlers of a button that differ",
            "bot: b\nhandlers:\n  - {button: like, when: user.id > 3, do: [{stop: true}]}\n  - {button: like, args: {n: int}, do: [{stop: true}]}\n",
            expected: "4:26: another handler of 'like' takes other arguments; give all of them the same 'args'"),
    ]
}
