extension Mistake {
    /// Mistakes in steps and handlers.
    static let steps: [Mistake] = [
        Mistake(
            "unknown step",
            #"""
            bot: b
            handlers:
              - {command: x, do: [{shwo: {text: hi}}]}
            """#,
            expected: #"""
                3:24: there is no step 'shwo'; did you mean 'show'?
                """#),
        Mistake(
            "unreachable step",
            #"""
            bot: b
            screens:
              home: {text: hi}
            handlers:
              - command: x
                do:
                  - {go: home}
                  - {toast: never}
            """#,
            expected: #"""
                8:9: this never runs: 'go' above ends the steps
                """#),
        Mistake(
            "insert misses",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{insert: items, set: {price: "1"}}]}
            """#,
            expected: #"""
                8:32: a row of 'items' needs 'name'; add to 'set', or give the field a default
                """#),
        Mistake(
            "insert unknown field",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{insert: items, set: {name: "'a'", prize: "1"}}]}
            """#,
            expected: #"""
                8:58: 'items' has no field 'prize'; did you mean 'price'?
                """#),
        Mistake(
            "insert wrong type",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{insert: items, set: {name: "1"}}]}
            """#,
            expected: #"""
                8:52: this is int, but string is wanted
                """#),
        Mistake(
            "insert null",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{insert: items, set: {name: user.username}}]}
            """#,
            expected: #"""
                8:51: this may be null, but string is wanted; guard it, as in 'user.username != null && …' or 'user.username == null ? … : …'
                """#),
        Mistake(
            "insert users",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{insert: users}]}
            """#,
            expected: #"""
                8:32: people come by themselves; 'users' can't be inserted into; use 'update: user'
                """#),
        Mistake(
            "update not a row",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{update: user.name, set: {name: "'a'"}}]}
            """#,
            expected: #"""
                8:32: this is string, but a row is wanted
                """#),
        Mistake(
            "update read-only",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{update: user, set: {id: "1"}}]}
            """#,
            expected: #"""
                8:44: 'id' can't be set
                """#),
        Mistake(
            "require without else",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{require: 1 == 1}]}
            """#,
            expected: #"""
                8:23: 'else' is missing
                """#),
        Mistake(
            "if without then",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{if: 1 == 1}]}
            """#,
            expected: #"""
                8:23: 'then' is missing
                """#),
        Mistake(
            "toast too long",
            #"""
            bot: b
            handlers:
              - {command: x, do: [{toast: ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt}]}
            """#,
            expected: #"""
                3:31: a note has 201 characters; 200 are allowed
                """#),
        Mistake(
            "name taken",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            handlers:
              - {command: x, do: [{let: {items: '1'}}]}
            """#,
            expected: #"""
                8:30: 'items' is a collection of 'data'; choose another name
                """#),
        Mistake(
            "handler without trigger",
            #"""
            bot: b
            handlers:
              - {do: [{stop: true}]}
            """#,
            expected: #"""
                3:5: the handler doesn't say what it answers; add 'command', 'message', 'button' or 'fallback'
                """#),
        Mistake(
            "handler twice",
            #"""
            bot: b
            handlers:
              - {command: x, do: [{stop: true}]}
              - {command: x, do: [{stop: true}]}
            """#,
            expected: #"""
                4:15: '/x' is answered by a handler above already; give that one a 'when', or remove one of them
                """#),
        Mistake(
            "bad command",
            #"""
            bot: b
            handlers:
              - {command: Start Now, do: [{stop: true}]}
            """#,
            expected: #"""
                3:15: a command has 1 to 32 of a–z, 0–9 and '_'
                """#),
        Mistake(
            "unknown message kind",
            #"""
            bot: b
            handlers:
              - {message: foto, do: [{stop: true}]}
            """#,
            expected: #"""
                3:15: a kind of message is one of 'photo', 'audio', 'document', 'video', 'animation', 'voice', 'sticker', 'video_note', 'text', 'location', 'venue', 'contact', 'poll', 'dice', 'web_app_data' and 'any'
                """#),
        Mistake(
            "handlers mapping",
            #"""
            bot: b
            handlers:
              start: [{stop: true}]
            """#,
            expected: #"""
                3:3: 'handlers' is a list; write '- {command: start, do: …}'
                """#),
        Mistake(
            "form without fields",
            #"""
            bot: b
            screens:
              home: {text: hi}
            forms:
              add:
                done: [{back: true}]
            """#,
            expected: #"""
                6:5: a form has at least one field
                """#),
        Mistake(
            "form without done",
            #"""
            bot: b
            screens:
              home: {text: hi}
            forms:
              add:
                fields: {n: {ask: n?}}
            """#,
            expected: #"""
                6:5: the form doesn't say what to do with the answers; add 'done'
                """#),
        Mistake(
            "field without ask",
            #"""
            bot: b
            screens:
              home: {text: hi}
            forms:
              add:
                fields: {n: {type: int}}
                done: [{back: true}]
            """#,
            expected: #"""
                6:17: 'ask' is missing
                """#),
    ]
}
