extension Mistake {
    /// What can be wrong with the text, the data and the names.
    static let forms: [Mistake] = [
        Mistake(
            "tab",
            #"""
            bot: b
            screens:
            	home: {text: hi}
            """#,
            expected: #"""
                3:1: a tab can't indent a line; indent with spaces, not tabs
                """#),
        Mistake(
            "colon in text",
            #"""
            bot: b
            screens:
              home:
                text: Price: 12
            """#,
            expected: #"""
                4:16: a ':' can't stand here: there is a value already; put texts that contain ': ', ' #', '{' or '[' in quotes, and keys of one mapping below each other
                """#),
        Mistake(
            "unclosed quote",
            #"""
            bot: b
            screens:
              home: {text: "hi}
            """#,
            expected: #"""
                3:16: the quote that opens here is never closed; add the closing quote
                """#),
        Mistake(
            "duplicate key",
            #"""
            bot: b
            screens:
              home: {text: hi}
              home: {text: ho}
            """#,
            expected: #"""
                4:3: 'home' stands twice in one mapping
                """#),
        Mistake(
            "alias",
            #"""
            bot: b
            screens:
              home: &h {text: hi}
              other: *h
            """#,
            expected: #"""
                4:10: anchors and aliases ('&', '*') aren't part of the format; write it out
                """#),
        Mistake(
            "two documents",
            #"""
            bot: b
            ---
            bot: c
            """#,
            expected: #"""
                2:1: a file holds one bot; '---' begins another document; leave it out
                """#),
        Mistake(
            "empty",
            #"""

            """#,
            expected: #"""
                1:1: the file is empty; begin with 'bot: name'
                """#),
        Mistake(
            "list at top",
            #"""
            - bot: b
            """#,
            expected: #"""
                1:1: a bot is written as a mapping ('key: value'), found a list
                """#),
        Mistake(
            "no name",
            #"""
            version: 1
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                1:1: the bot has no name; begin with 'bot: name'
                """#),
        Mistake(
            "bad name",
            #"""
            bot: My Bot
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                1:6: a bot's name has 1 to 32 of a–z, 0–9, '_' and '-'
                """#),
        Mistake(
            "nothing to do",
            #"""
            bot: b
            """#,
            expected: #"""
                1:1: the bot has neither screens nor handlers: it would never answer
                """#),
        Mistake(
            "unknown top key",
            #"""
            bot: b
            screen:
              home: {text: hi}
            """#,
            expected: #"""
                2:1: a bot has no key 'screen'; did you mean 'screens'?
                """#),
        Mistake(
            "later top key",
            #"""
            bot: b
            screens:
              home: {text: hi}
            answers: {}
            """#,
            expected: #"""
                4:1: 'answers' isn't supported by this version yet
                """#),
        Mistake(
            "bad version",
            #"""
            bot: b
            version: one
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                2:10: a version is a whole number from 1 to 2147483647
                """#),
        Mistake(
            "unknown type",
            #"""
            bot: b
            data:
              items:
                name: text
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:11: there is no type 'text'; did you mean 'string'?
                """#),
        Mistake(
            "type near",
            #"""
            bot: b
            data:
              items:
                name: strnig
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:11: there is no type 'strnig'; did you mean 'string'?
                """#),
        Mistake(
            "unknown collection type",
            #"""
            bot: b
            data:
              items:
                owner: {type: user}
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:19: there is no type 'user'; did you mean 'users'?
                """#),
        Mistake(
            "records of data and others",
            #"""
            bot: b
            data:
              items:
                pic: photo
                parts: "list<{name: string, owner: users}>"
                size: "{w: int, w: int, 3d: bool}"
            screens:
              home:
                args: {s: {type: "{a: int}?", default: "null"}}
                document: ${items.one(i, true).pic}
                text: hi
            """#,
            expected: #"""
                5:12: a record can't refer to a row; keep what you need of it
                6:11: the record has 'w' twice
                6:11: '3d' can't name a part of a record: 1 to 30 letters, digits and '_' that don't begin with a digit
                9:22: a record can be the type of a field of 'data' only
                10:36: 'items.one(i, true)' may be null, so its field 'pic' can't be read unguarded; guard it, as in 'items.one(i, true) != null && …' or 'items.one(i, true) == null ? … : …'
                """#),
        Mistake(
            "min over max",
            #"""
            bot: b
            data:
              items:
                n: {type: int, min: 5, max: 1}
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:25: 'min' is greater than 'max'
                """#),
        Mistake(
            "min of bool",
            #"""
            bot: b
            data:
              items:
                n: {type: bool, min: 5}
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:21: bool has no 'min'
                """#),
        Mistake(
            "default of wrong type",
            #"""
            bot: b
            data:
              items:
                n: {type: int, default: "'one'"}
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:30: this is string, but int is wanted
                """#),
        Mistake(
            "user field without default",
            #"""
            bot: b
            data:
              users:
                n: int
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:8: everybody's row needs a value for 'n'; give it a default, or write 'int?'
                """#),
        Mistake(
            "user default not constant",
            #"""
            bot: b
            data:
              users:
                seen: {type: timestamp, default: now}
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:38: the default of a field of 'users' is a constant
                """#),
        Mistake(
            "field that exists",
            #"""
            bot: b
            data:
              items:
                id: int
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:5: every row of 'items' has 'id' already
                """#),
        Mistake(
            "unique of unknown",
            #"""
            bot: b
            data:
              items:
                name: string
                unique: [{fields: [nmae]}]
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                5:24: 'items' has no field 'nmae'; did you mean 'name'?
                """#),
        Mistake(
            "enum twice",
            #"""
            bot: b
            enums: {Color: [red, green, red]}
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                2:29: 'red' stands in 'Color' twice
                """#),
        Mistake(
            "bad field name",
            #"""
            bot: b
            data:
              items:
                1st: string
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:5: '1st' can't name a field: 1 to 30 letters, digits and '_' that don't begin with a digit
                """#),
        Mistake(
            "field named by keyword",
            #"""
            bot: b
            data:
              items:
                in: string
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                4:5: 'in' is a word of the expression language and can't name a field
                """#),
    ]
}
