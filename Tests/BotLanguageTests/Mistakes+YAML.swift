extension Mistake {
    /// Traps of YAML, and characters that mean something else than they show.
    static let yaml: [Mistake] = [
        Mistake(
            "lines that end with two characters", "bot: b\r\nscreens:\r\n  home:\r\n    txt: |\r\n      hi ${nobody}\r\n",
            expected: "4:5: a screen has no key 'txt'; did you mean 'text'?"),
        Mistake(
            "an expression in a block with such lines", "bot: b\r\nscreens:\r\n  home:\r\n    text: |\r\n      hi\r\n      ${nobody}\r\n",
            expected: "6:9: there is nothing named 'nobody' here"),
        Mistake(
            "aliases in such lines", "bot: b\r\nscreens:\r\n  home: &a\r\n    text: x\r\n  other: *a\r\n",
            expected: "5:10: anchors and aliases ('&', '*') aren't part of the format; write it out"),
        Mistake(
            "lines that end with the other one", "bot: b\rscreens:\r  home:\r    txt: x\r",
            expected: "4:5: a screen has no key 'txt'; did you mean 'text'?"),
        Mistake(
            "merged keys",
            #"""
            bot: b
            screens:
              home:
                <<: {text: x}
                text: a
            """#,
            expected: #"""
                4:5: merging with '<<' isn't part of the format; write it out
                """#),
        Mistake(
            "key again in quotes",
            #"""
            bot: b
            screens:
              home:
                text: a
                "text": b
            """#,
            expected: #"""
                5:5: 'text' stands twice in one mapping
                """#),
        Mistake(
            "no key",
            #"""
            bot: b
            : x
            screens: {home: {text: a}}
            """#,
            expected: #"""
                2:1: there is no key before ':'; write 'key: value'
                """#),
        Mistake(
            "no space",
            #"""
            bot: b
            screens:
              home:
                text:Hello
                buttons: []
            """#,
            expected: #"""
                4:9: a space is missing behind this ':'; write 'key: value'
                """#),
        Mistake(
            "no space in braces",
            #"""
            bot: b
            screens: {home:{text:a}}
            """#,
            expected: #"""
                2:15: a space is missing behind this ':'; write 'key: value'
                """#),
        Mistake(
            "question",
            #"""
            bot: b
            screens:
              home:
                text: ? really
            """#,
            expected: #"""
                4:11: a text can't begin with '? '; put it in quotes
                """#),
        Mistake(
            "percent at the beginning", "%FOO\nbot: b\nscreens: {home: {text: a}}\n",
            expected: "1:1: a line can't begin with '%'; leave it out, or put the text in quotes"),
        Mistake(
            "half a character",
            #"""
            bot: b
            screens: {home: {text: "\uD83D"}}
            """#,
            expected: #"""
                2:27: '\' with this number is no character; write '\u00e9' with four digits, or '\U0001f6d2' with eight
                """#),
        Mistake(
            "writing that turns round", "bot: b\nscreens: {home: {text: a\u{202E}b}}\n",
            expected: #"""
                2:25: U+202E can't be seen, but changes what is read here; remove it; where a text needs it write '\u202e' in "…"
                """#),
        Mistake(
            "a space that has no width", "bot: b\nscr\u{200B}eens: {home: {text: ab}}\n",
            expected: #"""
                2:4: U+200B can't be seen, but changes what is read here; remove it; where a text needs it write '\u200b' in "…"
                """#),
        Mistake(
            "two documents",
            #"""
            bot: b
            screens: {home: {text: a}}
            ---
            bot: c
            """#,
            expected: #"""
                3:1: a file holds one bot; '---' begins another document; leave it out
                """#),
        Mistake(
            "behind the end",
            #"""
            bot: b
            screens: {home: {text: a}}
            ...
            more: c
            """#,
            expected: #"""
                4:1: nothing can follow the end of the bot; leave it out
                """#),
        Mistake(
            "keys that aren't texts",
            #"""
            bot: b
            ? {a: b}
            : c
            screens: {home: {text: a}}
            """#,
            expected: #"""
                2:3: a key must be a text
                """#),
        Mistake(
            "tag",
            #"""
            bot: !!str b
            screens: {home: {text: a}}
            """#,
            expected: #"""
                1:6: tags ('!') aren't part of the format; put texts that begin with '!' in quotes
                """#),
    ]
}
