extension Mistake {
    /// Mistakes of form, and of what a database or a platform would refuse only later.
    static let files: [Mistake] = [
        Mistake(
            "descriptions of commands",
            #"""
            bot: b
            handlers:
              - {fallback: true, description: x, do: [{stop: true}]}
              - {command: a, description: "${user.name}", do: [{stop: true}]}
              - {command: b, description: "", do: [{stop: true}]}
              - {command: c, description: " ", do: [{stop: true}]}
            """#,
            expected: #"""
                3:22: 'description' goes with 'command'
                4:31: the description of a command is the same for everybody and has no expressions
                5:31: the description of a command is empty
                6:31: the description of a command is empty
                """#),
        Mistake(
            "a list behind its key",
            #"""
            bot: b
            screens:
              home: - a
            """#,
            expected: #"""
                3:9: a list can't begin behind its key; put '- …' on a line of its own
                """#),
        Mistake(
            "key without colon",
            #"""
            bot: b
            screens:
              home:
                text: a
              stats
            """#,
            expected: #"""
                5:3: a key without ':'; write 'key: value'
                """#),
        Mistake(
            "unclosed brace",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: a, go: home
                  - {label: b, go: home}
            """#,
            expected: #"""
                6:9: the '{' that stands here is never closed; add '}', and put texts that contain ': ', ' #', '{' or '[' in quotes
                """#),
        Mistake(
            "brace that swallows the end",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons: [{label: #, go: home}]
            """#,
            expected: #"""
                5:35: the file ends while a '{' or '[' is open; close it, and put texts that contain ': ', ' #', '{' or '[' in quotes
                """#),
        Mistake(
            "expression in braces",
            #"""
            bot: b
            screens:
              home: {text: ${user.name}}
            """#,
            expected: #"""
                3:17: expected ',' or '}' here; put texts that contain ': ', ' #', '{' or '[' in quotes
                """#),
        Mistake(
            "text behind a quote",
            #"""
            bot: b
            screens:
              home: 
                text: 'it's'
            """#,
            expected: #"""
                4:15: nothing can follow here: the value has ended; put the whole text in quotes; a quote within '…' is written ''
                """#),
        Mistake(
            "indentation",
            #"""
            bot: b
            screens:
              home:
                text: hi
               buttons: []
            """#,
            expected: #"""
                5:4: the indentation of this line fits none above; put keys of one mapping below each other
                """#),
        Mistake(
            "bold by stars",
            #"""
            bot: b
            screens:
              home:
                text: *bold* words
            """#,
            expected: #"""
                4:11: anchors and aliases ('&', '*') aren't part of the format; put texts that begin with '*' or '&' in quotes
                """#),
        Mistake(
            "at sign",
            #"""
            bot: b
            screens:
              home:
                text: @ann
            """#,
            expected: #"""
                4:11: a text can't begin with '@'; put it in quotes
                """#),
        Mistake(
            "unknown escape",
            #"""
            bot: b
            screens:
              home:
                text: "a\q"
            """#,
            expected: #"""
                4:13: '\' with this letter means nothing in "…"; write '\\', or put the text in '…'
                """#),
        Mistake(
            "text behind a bar",
            #"""
            bot: b
            screens:
              home:
                text: | hi
                  there
            """#,
            expected: #"""
                4:13: behind '|' or '>' the line ends; begin the text on the next line
                """#),
        Mistake(
            "bracket too many",
            #"""
            bot: b
            screens: {home: {text: a}}}
            """#,
            expected: #"""
                2:27: nothing can follow here: the value has ended; put the whole text in quotes; a quote within '…' is written ''
                """#),
        Mistake(
            "twice in braces",
            #"""
            bot: b
            screens: {home: {text: 'text: a', text: b}}
            """#,
            expected: #"""
                2:35: 'text' stands twice in one mapping
                """#),
        Mistake(
            "control character",
            "bot: b\nscreens:\n  home:\n    text: a\u{7}b\n",
            expected: #"""
                4:12: the control character U+0007 can't stand in a file; remove it
                """#),
        Mistake(
            "line separator counts",
            "bot: b\nscreens:\n  home:\n    text: \"a\u{2028}b\"\n    txet: c\n",
            expected: #"""
                6:5: a screen has no key 'txet'; did you mean 'text'?
                """#),
        Mistake(
            "list as a name",
            #"""
            bot: b
            screens:
              ? [a, b]
              : {text: hi}
            """#,
            expected: #"""
                3:5: the name of a screen must be a text, found a list
                """#),
        Mistake(
            "name taken by a value",
            #"""
            bot: b
            screens:
              home:
                let: {user: '1'}
                text: hi
            """#,
            expected: #"""
                4:11: 'user' already means something in expressions; choose another name
                """#),
        Mistake(
            "column of PostgreSQL",
            #"""
            bot: b
            data:
              items: {xmin: int}
            screens: {home: {text: hi}}
            """#,
            expected: #"""
                3:11: 'xmin' is what PostgreSQL calls a column of its own; choose another name
                """#),
        Mistake(
            "key without a length",
            #"""
            bot: b
            data:
              items:
                name: {type: string, unique: true}
            screens: {home: {text: hi}}
            """#,
            expected: #"""
                4:11: 'name' is a key of rows, so its length must be limited; add 'max: 600' or less to the field
                """#),
        Mistake(
            "key too long",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 400}
                note: {type: string, max: 400}
                index: [[name, note]]
            screens: {home: {text: hi}}
            """#,
            expected: #"""
                6:13: the texts of a key have 600 characters together at most; make 'max' smaller
                """#),
        Mistake(
            "key of a list",
            #"""
            bot: b
            data:
              items:
                tags: {type: list<int>, index: true}
            screens: {home: {text: hi}}
            """#,
            expected: #"""
                4:11: 'tags' is a list<int>, which can't be a key of rows
                """#),
        Mistake(
            "tag that is open",
            #"""
            bot: b
            screens:
              home:
                parse: html
                text: <b>Hello ${user.name}
            """#,
            expected: #"""
                5:11: '<b>' is never closed; add '</b>'
                """#),
        Mistake(
            "tag that isn't known",
            #"""
            bot: b
            screens:
              home:
                parse: html
                text: one<br>two
            """#,
            expected: #"""
                5:14: there is no tag 'br' in messages; break the line instead
                """#),
        Mistake(
            "less than",
            #"""
            bot: b
            screens:
              home:
                parse: html
                text: I <3 you
            """#,
            expected: #"""
                5:13: '<' begins a tag; write '&lt;' for the character
                """#),
        Mistake(
            "point in markdown",
            #"""
            bot: b
            screens:
              home:
                parse: markdown
                text: Hello *${user.name}*.
            """#,
            expected: #"""
                5:31: '.' must be escaped in markdown; write '\.'
                """#),
        Mistake(
            "star in markdown",
            #"""
            bot: b
            screens:
              home:
                parse: markdown
                text: Hello *${user.name}
            """#,
            expected: #"""
                5:17: '*' is never closed; close it, or write '\*' for the character
                """#),
        Mistake(
            "markup of rows",
            #"""
            bot: b
            data: {items: {n: int}}
            screens:
              home:
                parse: html
                text: hi
                list: {from: i in items, row: '<i>${i.n}'}
            """#,
            expected: #"""
                7:36: '<i>' is never closed; add '</i>'
                """#),
        Mistake(
            "file elsewhere",
            #"""
            bot: b
            screens:
              home:
                photo: ../../secret.png
            """#,
            expected: #"""
                4:12: a file lies in the bot's folder, or below it; copy it there
                """#),
        Mistake(
            "choices that don't fit",
            #"""
            bot: b
            screens:
              home: {text: hi, buttons: [{label: Ask, call: ask}]}
            forms:
              ask:
                fields:
                  amount: {ask: How many?, type: int, min: 1, max: 5, choices: ["0", "3", "9", "3"]}
                  color: {ask: Which?, choices: [red, {value: blue, label: Red}]}
                done: [{go: home}]
            """#,
            expected: #"""
                7:69: '0' is below the question's 'min'
                7:79: '9' is beyond the question's 'max'
                7:84: two choices are called '3'; remove one of them, or give it another 'label'
                8:64: two choices are called 'Red'; remove one of them, or give it another 'label'
                """#),
    ]
}
