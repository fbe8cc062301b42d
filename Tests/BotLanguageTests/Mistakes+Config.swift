extension Mistake {
    /// Mistakes in `config`, and in what is done with it.
    static let configuration: [Mistake] = [
        Mistake(
            "a row as a setting", "bot: b\nconfig: {boss: users}\nscreens: {home: {text: a}}",
            expected: "2:16: a setting can't be users; it may be a text, a number, a day, a time, an enum, or a list of these"),
        Mistake(
            "a default that isn't constant", "bot: b\nconfig: {at: {type: timestamp, default: now}}\nscreens: {home: {text: a}}",
            expected: "2:41: there is nothing named 'now' here"),
        Mistake(
            "a default of another type", "bot: b\nconfig: {n: {type: int, default: \"'a'\"}}\nscreens: {home: {text: a}}",
            expected: "2:35: this is string, but int is wanted"),
        Mistake(
            "a secret number", "bot: b\nconfig: {n: {type: int, secret: true}}\nscreens: {home: {text: a}}",
            expected: "2:20: a secret is a string"),
        Mistake(
            "a secret in the file", "bot: b\nconfig: {n: {type: string, secret: true, default: \"'x'\"}}\nscreens: {home: {text: a}}",
            expected: "2:42: a secret has no default: it would stand in the definition"),
        Mistake(
            "a secret that is shown", "bot: b\nconfig: {k: {type: string, secret: true}}\nscreens: {home: {text: \"${config.k}\"}}",
            expected: "3:27: secret can't be shown; only 'run' may take it"),
        Mistake(
            "a secret as a text", "bot: b\nconfig: {k: {type: string, secret: true}}\nscreens: {home: {text: \"${config.k + 'a'}\"}}",
            expected: "3:36: '+' can't be applied to secret and string; write string(…) around what isn't text"),
        Mistake(
            "two settings in one variable", "bot: b\nconfig: {fee: int, Fee: int}\nscreens: {home: {text: a}}",
            expected: "2:20: 'fee' and 'Fee' can't be told apart in environment variables"),
        Mistake(
            "an unknown setting", "bot: b\nconfig: {fee: int}\nscreens: {home: {text: \"${config.fees}\"}}",
            expected: "3:34: config has no field 'fees'; did you mean 'fee'?"),
        Mistake(
            "no settings at all", "bot: b\nscreens: {home: {text: \"${config.fee}\"}}",
            expected: "2:27: there is nothing named 'config' here"),
        Mistake(
            "a variable called config", "bot: b\nscreens: {home: {text: a, let: {config: \"1\"}}}",
            expected: "2:33: 'config' already means something in expressions; choose another name"),
    ]
}
