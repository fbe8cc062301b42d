extension Mistake {
    /// Mistakes in `fn` and `roles`.
    static let functions: [Mistake] = [
        Mistake(
            "unknown name in a function that nobody calls",
            #"""
            bot: b
            data: {items: {name: string}}
            fn:
              lines(items_): items_.map(i, i.name).join(sep)
            screens: {home: {text: a}}
            """#,
            expected: #"""
                4:45: there is nothing named 'sep' here
                """#),
        Mistake(
            "head without parentheses",
            #"""
            bot: b
            fn: {total: "1 + 2"}
            screens: {home: {text: a}}
            """#,
            expected: #"""
                2:6: a function is written 'name(parameters)'; write 'total()' when it takes none
                """#),
        Mistake(
            "recursion",
            #"""
            bot: b
            fn:
              odd(n): "n == 0 ? false : even(n - 1)"
              even(n): "n == 0 ? true : odd(n - 1)"
            screens: {home: {text: a}}
            """#,
            expected: #"""
                3:12: the definition uses itself
                4:13: the definition uses itself
                """#),
        Mistake(
            "a function of the language",
            #"""
            bot: b
            fn: {size(x): "1"}
            screens: {home: {text: a}}
            """#,
            expected: #"""
                2:6: 'size' is a function of the expression language; choose another name
                """#),
        Mistake(
            "wrong number of arguments",
            #"""
            bot: b
            fn: {twice(n): n * 2}
            screens: {home: {text: "${twice(1, 2)}"}}
            """#,
            expected: #"""
                3:27: 'twice' doesn't take 2 arguments; it is twice(n)
                """#),
        Mistake(
            "type of an argument",
            #"""
            bot: b
            fn: {twice(n): n * 2}
            screens: {home: {text: "${twice('a')}"}}
            """#,
            expected: #"""
                3:27: '*' can't be applied to string and int
                """#),
        Mistake(
            "unknown role",
            #"""
            bot: b
            data: {users: {staff: {type: bool, default: "false"}}}
            roles: {staff: user.staff}
            screens: {home: {text: a}}
            handlers:
              - {command: close, role: stuff, do: [{go: home}]}
            """#,
            expected: #"""
                6:28: there is no role 'stuff'; did you mean 'staff'?
                """#),
        Mistake(
            "role that is no condition",
            #"""
            bot: b
            roles: {staff: user.name}
            screens: {home: {text: a}}
            handlers:
              - {command: close, role: staff, do: [{go: home}]}
            """#,
            expected: #"""
                2:16: this is string, but bool is wanted
                """#),
        Mistake(
            "home for some",
            #"""
            bot: b
            roles: {ann: user.name == 'Ann'}
            screens: {home: {role: ann, text: a}}
            """#,
            expected: #"""
                3:18: conversations begin at the screen 'home', so everybody must see it
                """#),
    ]
}
