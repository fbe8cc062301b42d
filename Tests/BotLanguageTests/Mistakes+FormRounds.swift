extension Mistake {
    private static func form(_ name: String, _ fields: String, _ expected: String, more: String = "") -> Mistake {
        Mistake(
            name, "bot: b\nscreens: {home: {text: hi}}\nforms:\n  f:\n    fields:\n\(fields)\n    done: [{go: home}]\n" + more,
            expected: expected)
    }

    static let formRounds: [Mistake] = [
        form("rounds of no list", "      x: {each: i in 3, ask: a}", "6:22: 'each' goes through a list, this is int"),
        form(
            "rounds of maps", "      x: {each: \"i in [{'a': 1}]\", ask: a}",
            "6:17: a conversation can't keep a map<string, int>; go through names, numbers or rows"),
        form("rounds without a variable", "      x: {each: lists.range(3), ask: a}", "6:17: write 'x in list'"),
        form(
            "skipped round", "      x: {each: 'i in [1]', ask: a, skip: b}",
            "6:37: an element of a list can't be null; write 'fields: {answer: {ask: …, skip: …}}', whose parts may be"),
        form("round that may be null", "      x: {each: 'i in [1]', ask: a, type: int?}", "6:43: an element of a list can't be null"),
        form(
            "question and several", "      x: {each: 'i in [1]', ask: a, fields: {y: {ask: b}}}",
            "6:29: 'ask' goes with one question, here are several; put it into 'fields'"),
        form("several questions without each", "      x: {fields: {y: {ask: b}}}", "6:11: 'fields' goes with 'each'"),
        form("no questions", "      x: {each: 'i in [1]', fields: {}}", "6:37: 'fields' has no questions"),
        form(
            "rounds within rounds", "      x: {each: 'i in [1]', fields: {y: {each: 'j in [1]', ask: b}}}",
            "6:42: 'each' can't stand within 'each'; ask in another field, with a list of its own"),
        form(
            "part called as the element", "      x: {each: 'i in [1]', fields: {i: {ask: b}}}", "6:38: 'i' is the element of 'each' already"
        ),
        form(
            "row in a record",
            "      x: {each: 'i in [1]', fields: {y: {ask: b, type: users, choices: {each: 'u in users.filter(x, true)', label: '${u.name}'}}}}",
            "6:38: a record can't refer to a row; ask for it in a field of its own, or for its name"),
        form(
            "element behind its round", "      x: {each: 'i in [1]', ask: a}\n      y: {ask: '${i}'}",
            "7:19: there is nothing named 'i' here; did you mean 'x'?"),
        form(
            "unknown part", "      x: {each: 'i in [1]', fields: {y: {ask: b}}}\n      z: {ask: '${x[0].w}'}",
            "7:24: {y: string} has no field 'w'; did you mean 'y'?"),
        form("shared text", "      x: {ask: a, share: b}", "6:19: only a contact or a location can be shared; leave out 'share'"),
        form(
            "date out of words", "      x: {ask: a, type: date, min: tomorrow}", "6:36: 'min' is a date such as 2026-01-31"),
    ]
}
