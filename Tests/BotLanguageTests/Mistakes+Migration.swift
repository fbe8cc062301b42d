extension Mistake {
    private static let shop = """
        bot: b
        enums: {Size: [s, m]}
        data: {items: {name: string}}
        screens:
          home: {text: hi}
          item: {args: {i: items, size: {type: Size, default: Size.s}}, text: "${i.name}"}
        forms:
          order: {args: {n: int?}, fields: {name: {ask: Name?}, sum: {ask: Sum?, type: money}}, done: [{go: home}]}

        """

    private static func data(_ text: String) -> String { "bot: b\nscreens: {home: {text: hi}}\ndata:\n" + text }

    /// Mistakes in `migrate` and `was`.
    static let migrations: [Mistake] = [
        Mistake("rules as a mapping", shop + "migrate: {order: home}\n", expected: "9:10: 'migrate' is a list of rules: '- {form: old, go: home}'"),
        Mistake("a rule as a text", shop + "migrate: [order]\n", expected: "9:11: a rule of 'migrate' is written as a mapping ('key: value'), found a text"),
        Mistake(
            "nothing to move", shop + "migrate: [{go: home}]\n",
            expected: "9:11: the rule doesn't say what conversations wait in; add 'form' or 'screen'"),
        Mistake(
            "nowhere to go", shop + "migrate: [{form: old}]\n", expected: "9:11: the rule doesn't say where they go on; add 'go' or 'to'"),
        Mistake(
            "two places", shop + "migrate: [{form: old, screen: old, go: home}]\n",
            expected: "9:23: a rule has 'form' or 'screen', not both"),
        Mistake("two targets", shop + "migrate: [{form: old, go: home, to: order}]\n", expected: "9:33: a rule has 'go' or 'to', not both"),
        Mistake(
            "a misspelt key", shop + "migrate: [{form: old, goto: home}]\n",
            expected: "9:23: a rule of 'migrate' has no key 'goto'; a rule of 'migrate' knows 'form', 'screen', 'go', 'to', 'args' and 'fields'"),
        Mistake(
            "an unknown screen", shop + "migrate: [{form: old, go: hone}]\n",
            expected: "9:27: there is no screen 'hone'; did you mean 'home'?"),
        Mistake(
            "to a form that is a screen", shop + "migrate: [{form: old, to: home}]\n",
            expected: "9:27: there is no form 'home'; to a screen leads 'go'"),
        Mistake(
            "a screen into a form", shop + "migrate: [{screen: old, to: order}]\n",
            expected: "9:29: there is no screen 'order'; a screen's conversations can't be taken into a form"),
        Mistake(
            "an argument that is needed", shop + "migrate: [{form: old, go: item}]\n",
            expected: "9:27: 'item' needs 'i'; add 'args: {i: …}', or take 'to', which keeps arguments by their names"),
        Mistake(
            "an unknown argument", shop + "migrate: [{screen: old, to: item, args: {j: x}}]\n",
            expected: "9:42: 'item' has no argument 'j'; did you mean 'i'?"),
        Mistake(
            "an unknown field", shop + "migrate: [{form: old, to: order, fields: {summ: x}}]\n",
            expected: "9:43: the form 'order' has no field 'summ'; did you mean 'sum'?"),
        Mistake(
            "fields of a screen", shop + "migrate: [{form: old, go: home, fields: {sum: x}}]\n",
            expected: "9:33: only a form has fields; arguments stand under 'args'"),
        Mistake(
            "a value of another type", shop + "migrate: [{form: old, to: order, fields: {sum: \"'much'\"}}]\n",
            expected: "9:49: this is string, but int is wanted"),
        Mistake(
            "an enum's member that there isn't", shop + "migrate: [{screen: old, to: item, args: {size: Size.l}}]\n",
            expected: "9:53: Size has no member 'l'; did you mean 'Size.m'?"),
        Mistake(
            "a rule that looks at people", shop + "migrate: [{form: old, to: order, fields: {name: user.name}}]\n",
            expected: "9:49: a rule of 'migrate' can't look at 'user'; it sees what the old place kept under its names, 'now' and constants"),
        Mistake(
            "a rule that asks", shop + "migrate: [{form: old, to: order, args: {n: \"items.count(i, true)\"}}]\n",
            expected: "9:44: a rule of 'migrate' can't look at 'items'; it sees what the old place kept under its names, 'now' and constants"),
        Mistake(
            "two rules for one form", shop + "migrate: [{form: old, go: home}, {form: old, to: order}]\n",
            expected: "9:34: there is a rule for 'old' already; remove one of them"),
        Mistake(
            "a name that is none", shop + "migrate: [{form: 'old form', go: home}]\n",
            expected: "9:18: 'old form' can't name a form: 1 to 30 letters, digits and '_' that don't begin with a digit"),
        Mistake(
            "what was always so", data("  items: {name: {type: string, was: name}}\n"),
            expected: "4:37: a field can't have been called as it is called now; remove 'was'"),
        Mistake(
            "one name for two", data("  items: {a: {type: int, was: x}, b: {type: int, was: x}}\n"),
            expected: "4:38: 'x' has become 'a' already"),
        Mistake(
            "names in a circle", data("  items: {a: {type: int, was: b}, b: {type: int, was: a}}\n"),
            expected: """
                4:14: the names go round in a circle; publish a version with a third name in between
                4:38: the names go round in a circle; publish a version with a third name in between
                """),
        Mistake(
            "a field called was", data("  items: {was: string}\n"),
            expected: "4:16: 'was' says what the collection was called before, so no field can be called so; choose another name"),
        Mistake(
            "users were always users", data("  users: {was: people}\n"),
            expected: "4:16: 'users' is built in and was never called otherwise"),
        Mistake(
            "a former name twice", data("  items: {was: [a, a], name: string}\n"), expected: "4:20: 'a' stands in 'was' twice"),
    ]
}
