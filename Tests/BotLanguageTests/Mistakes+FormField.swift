extension Mistake {
    /// Mistakes in forms and what doesn't fit elsewhere.
    static let fields: [Mistake] = [
        Mistake(
            "like unknown",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home: {text: hi}
            forms:
              add:
                fields: {n: {ask: n?, like: items.nam}}
                done: [{back: true}]
            """#,
            expected: #"""
                11:33: 'items' has no field 'nam'; did you mean 'name'?
                """#),
        Mistake(
            "type and like",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home: {text: hi}
            forms:
              add:
                fields: {n: {ask: n?, like: items.name, type: string}}
                done: [{back: true}]
            """#,
            expected: #"""
                11:27: a field has 'type' or 'like', not both
                """#),
        Mistake(
            "row without choices",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home: {text: hi}
            forms:
              add:
                fields: {n: {ask: n?, type: items}}
                done: [{back: true}]
            """#,
            expected: #"""
                11:17: nobody can type in a row of 'items'; add 'choices'
                """#),
        Mistake(
            "choice of wrong type",
            #"""
            bot: b
            screens:
              home: {text: hi}
            forms:
              add:
                fields: {n: {ask: n?, type: int, choices: [one]}}
                done: [{back: true}]
            """#,
            expected: #"""
                6:48: 'one' is no int
                """#),
        Mistake(
            "choice of no member",
            #"""
            bot: b
            enums: {Size: [small, large]}
            screens:
              home: {text: hi}
            forms:
              add:
                fields: {n: {ask: n?, type: Size, choices: [smal]}}
                done: [{back: true}]
            """#,
            expected: #"""
                7:49: 'smal' is no member of 'Size'; did you mean 'small'?
                """#),
        Mistake(
            "skipped used",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home: {text: hi}
            forms:
              add:
                fields: {n: {ask: n?, skip: Skip}}
                done: [{insert: items, set: {name: n}}]
            """#,
            expected: #"""
                12:40: this may be null, but string is wanted; guard it, as in 'n != null && …' or 'n == null ? … : …'
                """#),
        Mistake(
            "case after else",
            #"""
            bot: b
            screens:
              home:
                text:
                  - {text: a}
                  - {if: 1 == 1, text: b}
            """#,
            expected: #"""
                6:9: this text is never shown: the one above has no 'if'
                """#),
        Mistake(
            "no last case",
            #"""
            bot: b
            screens:
              home:
                text:
                  - {if: 1 == 1, text: b}
            """#,
            expected: #"""
                5:9: when none of the conditions holds there is nothing to show; end with a text without 'if'
                """#),
        Mistake(
            "several at once",
            #"""
            bot: b
            screens:
              home:
                text: ${a}
                buttons:
                  - {label: "${b}", go: c}
                  - {label: d, goo: home}
            """#,
            expected: #"""
                4:13: there is nothing named 'a' here
                6:20: there is nothing named 'b' here
                6:29: there is no screen 'c'
                7:20: a button has no key 'goo'; did you mean 'go'?
                """#),
        Mistake(
            "deep flow",
            #"""
            bot: b
            screens: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
            """#,
            expected: #"""
                2:109: nested deeper than 64 levels
                """#),
        Mistake(
            "text where mapping",
            #"""
            bot: b
            screens: home
            """#,
            expected: #"""
                2:10: write 'name: …' for a screen, found a text
                """#),
        Mistake(
            "screen and form",
            #"""
            bot: b
            screens:
              add: {text: hi}
            forms:
              add:
                fields: {n: {ask: n?}}
                done: [{back: true}]
            """#,
            expected: #"""
                5:3: 'add' is the name of a screen already
                """#),
        Mistake(
            "billion laughs",
            #"""
            a: &a [x, x]
            b: &b [*a, *a]
            c: &c [*b, *b]
            ? *c
            : x
            """#,
            expected: #"""
                2:8: anchors and aliases ('&', '*') aren't part of the format; write it out
                """#),
        Mistake(
            "anchor alone",
            #"""
            bot: b
            screens:
              home: &h {text: hi}
            """#,
            expected: #"""
                3:9: anchors and aliases ('&', '*') aren't part of the format; write it out; texts that begin with '&' stand in quotes
                """#),
        Mistake(
            "tag",
            #"""
            bot: b
            screens:
              home: {text: !Hello}
            """#,
            expected: #"""
                3:16: tags ('!') aren't part of the format; put texts that begin with '!' in quotes
                """#),
        Mistake(
            "unknown handler key",
            #"""
            bot: b
            handlers:
              - {comand: x, do: [{stop: true}]}
            """#,
            expected: #"""
                3:6: a handler has no key 'comand'; did you mean 'command'?
                """#),
        Mistake(
            "wrong target of step",
            #"""
            bot: b
            screens:
              home: {text: hi}
            handlers:
              - {command: x, do: [{go: hme}]}
            """#,
            expected: #"""
                5:28: there is no screen 'hme'; did you mean 'home'?
                """#),
        Mistake(
            "unlowerable in count",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: "${items.count(i, i.name.split('x').size() == 1)}"
            """#,
            expected: #"""
                9:36: 'split(string, string)' can't run in the database
                """#),
        Mistake(
            "two media",
            #"""
            bot: b
            screens:
              home: {photo: a.png, video: b.mp4}
            """#,
            expected: #"""
                3:24: a message shows one medium: 'photo' or 'video'
                """#),
        Mistake(
            "event in a button",
            #"""
            bot: b
            screens:
              home:
                text: "${message.text}"
            """#,
            expected: #"""
                4:14: there is nothing named 'message' here
                """#),
        Mistake(
            "command args order",
            #"""
            bot: b
            handlers:
              - {command: x, args: {a: int?, b: int}, do: [{stop: true}]}
            """#,
            expected: #"""
                3:24: 'b' must be given, so those before it can't be left out
                """#),
        Mistake(
            "lists of lists of rows",
            #"""
            bot: b
            data:
              items: {teams: list<list<users>>}
            screens:
              home: {text: hi}
            """#,
            expected: #"""
                3:18: rows can lie in a list, but not in lists of lists
                """#),
    ]
}
