extension Mistake {
    /// Mistakes in screens and their texts.
    static let screens: [Mistake] = [
        Mistake(
            "unknown screen key",
            #"""
            bot: b
            screens:
              home:
                txt: hi
            """#,
            expected: #"""
                4:5: a screen has no key 'txt'; did you mean 'text'?
                """#),
        Mistake(
            "live screens follow a row",
            #"""
            bot: b
            data:
              g: {n: int}
            screens:
              home:
                text: hi
                live: g
            """#,
            expected: #"""
                7:11: 'live' names an argument of 'home' that is a row
                """#),
        Mistake(
            "no text",
            #"""
            bot: b
            screens:
              home:
                buttons:
                  - {label: a, url: 'https://a.b'}
            """#,
            expected: #"""
                4:5: there is nothing to show; add 'text'
                """#),
        Mistake(
            "empty text",
            #"""
            bot: b
            screens:
              home: {text: ' '}
            """#,
            expected: #"""
                3:16: a text is empty
                """#),
        Mistake(
            "unknown screen",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: Stats, go: stat}
              stats: {text: s}
            """#,
            expected: #"""
                6:28: there is no screen 'stat'; did you mean 'stats'?
                """#),
        Mistake(
            "form by go",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: Add, go: add}
            forms:
              add:
                fields: {n: {ask: n?}}
                done: [{back: true}]
            """#,
            expected: #"""
                6:26: 'add' is a form; use 'call'
                """#),
        Mistake(
            "missing argument",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: Day, go: day}
              day:
                args: {d: int}
                text: ${d}
            """#,
            expected: #"""
                6:26: 'day' needs 'd'; add 'with: {d: …}'
                """#),
        Mistake(
            "argument of wrong type",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: Day, go: day, with: {d: "'x'"}}
              day:
                args: {d: int}
                text: ${d}
            """#,
            expected: #"""
                6:42: this is string, but int is wanted
                """#),
        Mistake(
            "unknown argument",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: Day, go: day, with: {dd: '1'}}
              day:
                args: {d: int?}
                text: hi
            """#,
            expected: #"""
                6:38: 'day' has no argument 'dd'; did you mean 'd'?
                """#),
        Mistake(
            "home needs argument",
            #"""
            bot: b
            screens:
              home:
                args: {n: int}
                text: ${n}
            """#,
            expected: #"""
                4:5: conversations begin at the screen 'home', where nobody can give 'n'; give the argument a default
                """#),
        Mistake(
            "unknown variable",
            #"""
            bot: b
            screens:
              home:
                text: Hi ${usr.first_name}!
            """#,
            expected: #"""
                4:16: there is nothing named 'usr' here; did you mean 'user'?
                """#),
        Mistake(
            "unknown field",
            #"""
            bot: b
            screens:
              home:
                text: "Hi ${user.frist_name}!"
            """#,
            expected: #"""
                4:22: users has no field 'frist_name'; did you mean 'first_name'?
                """#),
        Mistake(
            "unclosed expression",
            #"""
            bot: b
            screens:
              home:
                text: Hi ${user.name
            """#,
            expected: #"""
                4:14: '${' has no '}'; '$${' writes the characters themselves
                """#),
        Mistake(
            "syntax in expression",
            #"""
            bot: b
            screens:
              home:
                text: Sum ${1 +}
            """#,
            expected: #"""
                4:20: expected an expression, found the end
                """#),
        Mistake(
            "null shown",
            #"""
            bot: b
            screens:
              home:
                text: Hi ${user.username}
            """#,
            expected: #"""
                4:16: this may be null, which can't be shown; say what to show then, as in 'x == null ? '–' : string(x)'
                """#),
        Mistake(
            "row shown",
            #"""
            bot: b
            screens:
              home:
                text: Hi ${user}
            """#,
            expected: #"""
                4:16: users can't be shown; choose one of its fields
                """#),
        Mistake(
            "list shown",
            #"""
            bot: b
            screens:
              home:
                text: Hi ${[1, 2]}
            """#,
            expected: #"""
                4:16: list<int> can't be shown; join its elements, as in 'x.join(', ')'
                """#),
        Mistake(
            "condition of int",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: a, back: true, when: 1 + 1}
            """#,
            expected: #"""
                6:38: this is int, but bool is wanted
                """#),
        Mistake(
            "in a block text",
            #"""
            bot: b
            screens:
              home:
                text: |
                  Hello,
                  you have ${cout} things.
            """#,
            expected: #"""
                6:18: there is nothing named 'cout' here
                """#),
        Mistake(
            "in a double quoted text",
            #"""
            bot: b
            screens:
              home:
                text: "\u2728 a\nb ${nope}"
            """#,
            expected: #"""
                4:26: there is nothing named 'nope' here
                """#),
    ]
}
