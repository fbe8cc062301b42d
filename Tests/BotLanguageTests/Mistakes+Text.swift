extension Mistake {
    /// Mistakes in `texts` and `language`.
    static let texts: [Mistake] = [
        Mistake(
            "a language that is missing",
            #"""
            bot: b
            language: en
            texts:
              hello: {en: Hello, ru: Привет}
              bye: {en: Bye}
            screens: {home: {text: "${hello()} ${bye()}"}}
            """#,
            expected: #"""
                5:3: 'bye' has no translation into 'ru'
                """#),
        Mistake(
            "no language for everybody else",
            #"""
            bot: b
            texts: {hello: {en: Hello, ru: Привет}}
            screens: {home: {text: "${hello()}"}}
            """#,
            expected: #"""
                2:8: the texts are in 'en' and 'ru', but the bot has no 'language' for everybody else; add 'language: en' above
                """#),
        Mistake(
            "language without texts in it",
            #"""
            bot: b
            language: de
            texts: {hello: {en: Hello, ru: Привет}}
            screens: {home: {text: "${hello()}"}}
            """#,
            expected: #"""
                2:11: there are no texts in 'de'; they are in 'en' and 'ru'
                """#),
        Mistake(
            "tags",
            #"""
            bot: b
            language: english
            texts: {hello: {EN: Hello}, bye: {pt_BR: Tchau}, c: {1: x}}
            screens: {home: {text: a}}
            """#,
            expected: #"""
                2:11: 'english' is no language; languages are 'en', 'ru', 'pt-br'…
                3:17: 'EN' is no language; write 'en'
                3:35: 'pt_BR' is no language; write 'pt-br'
                3:54: '1' is no language; languages are 'en', 'ru', 'pt-br'…
                """#),
        Mistake(
            "a text that isn't translated",
            #"""
            bot: b
            texts:
              hello: Hello
              bye(name): []
              empty: {}
            screens: {home: {text: "${hello()}"}}
            """#,
            expected: #"""
                3:10: a text has a translation for each language, found a text; write '{en: …}'
                4:14: a text has a translation for each language, found a list; write '{en: …}'
                5:10: 'empty' has no translation
                """#),
        Mistake(
            "parameter that one language forgets",
            #"""
            bot: b
            language: en
            texts:
              hello(name, day): {en: "Hello, ${name}, it is ${day}", ru: "Привет, ${name}"}
              bye(name): {en: Bye, ru: Пока}
            screens: {home: {text: "${hello('a', 'b')}"}}
            """#,
            expected: #"""
                4:58: 'ru' doesn't use 'day'; 'en' does
                5:3: no translation uses 'name'; leave it out
                """#),
        Mistake(
            "unknown placeholder",
            #"""
            bot: b
            texts:
              hello(name): {en: "Hello, ${nmae} ${name}"}
            screens: {home: {text: "${hello('a')}"}}
            """#,
            expected: #"""
                3:31: there is nothing named 'nmae' here; did you mean 'name'?
                """#),
        Mistake(
            "forms",
            #"""
            bot: b
            language: en
            texts:
              items(n):
                count: n
                en: {one: "${n} item", few: "${n} items", other: "${n} items"}
                ru: {one: "${n} вещь", other: "${n} вещей"}
              things(n): {en: {one: "${n} thing", other: "${n} things"}, ru: "${n}"}
              days(n): {count: m, en: {one: "${n} day", other: "${n} days"}, ru: "${n}"}
            screens: {home: {text: "${items(1)}"}}
            """#,
            expected: #"""
                6:28: 'en' has no form 'few'; it has 'one' and 'other'
                7:5: 'ru' needs the forms 'few' and 'many'
                8:15: forms for numbers need 'count'; add 'count: n' for the parameter that counts
                9:20: 'count' names the parameter that counts; 'days' has no 'm'; did you mean 'n'?
                9:70: with 'count' 'ru' needs the forms 'one', 'few', 'many' and 'other'; write 'ru: {one: …, few: …, many: …, other: …}'
                """#),
        Mistake(
            "forms that nobody knows",
            #"""
            bot: b
            texts:
              items(n): {count: n, tlh: {one: "${n} item", other: "${n} items"}}
            screens: {home: {text: "${items(1)}"}}
            """#,
            expected: #"""
                3:24: the forms that 'tlh' has for numbers aren't known; write one text, and choose with 'n == 1 ? … : …'
                """#),
        Mistake(
            "text without parentheses",
            #"""
            bot: b
            texts: {hello: {en: Hello}}
            screens: {home: {text: "${hello}", buttons: [{label: "${helo()}", go: home}]}}
            """#,
            expected: #"""
                3:27: there is nothing named 'hello' here; 'hello' is a text: write 'hello()'
                3:57: there is no function 'helo'
                """#),
        Mistake(
            "arguments of a text",
            #"""
            bot: b
            data: {users: {born: date?, age: int?}}
            texts:
              hello(name): {en: "Hello, ${name}"}
              items(n): {count: n, en: {one: one, other: "${n} items"}}
            screens:
              home:
                text: "${hello()} ${hello(user.born)} ${hello('a' + user.born)} ${items('x')} ${items(user.age)}"
                buttons:
                  - {label: "${'a' + hello()}", go: home}
                  - {label: "${'a' + hello(user.born)}", go: home}
                  - {label: "${'a' + items('b')}", go: home}
            """#,
            expected: #"""
                8:14: 'hello' takes 'name'; write 'hello(name)'
                8:25: 'hello' in 'en': this may be null, which can't be shown; say what to show then, as in 'x == null ? '–' : string(x)'
                8:55: 'user.born' may be null, which '+' doesn't take; guard it, as in 'user.born != null && …' or 'user.born == null ? … : …'
                8:77: 'items' counts 'n', but this is string
                8:91: 'items' counts 'n', but this is int?
                10:26: 'hello' doesn't take 0 arguments; it is hello(name)
                11:26: in this text this may be null, which can't be shown; say what to show then, as in 'x == null ? '–' : string(x)'
                12:26: the text counts this, but it is string
                """#),
        Mistake(
            "texts that use each other",
            #"""
            bot: b
            texts:
              a: {en: "${b()}"}
              b: {en: "${a()}"}
            screens: {home: {text: "${a()}"}}
            """#,
            expected: #"""
                3:3: 'a' uses itself
                4:3: 'b' uses itself
                """#),
        Mistake(
            "names of texts",
            #"""
            bot: b
            fn: {twice(n): n * 2}
            texts:
              twice(n): {en: "${n}"}
              size(x): {en: "${x}"}
              a-b: {en: x}
              user: {en: x}
              f(a, a): {en: "${a}"}
            screens: {home: {text: a}}
            """#,
            expected: #"""
                4:3: there are two functions 'twice'
                5:3: 'size' is a function of the expression language; choose another name
                6:3: 'a-b' can't name a text: 1 to 30 letters, digits and '_' that don't begin with a digit
                7:3: 'user' already means something in expressions; choose another name
                8:3: 'f' has two parameters 'a'
                """#),
        Mistake(
            "markup of a translation",
            #"""
            bot: b
            language: en
            texts:
              hello(name): {en: "<b>Hello</b> ${name}", ru: "<b>Привет ${name}"}
              inner(name): {en: "<i>${hello(name)}", ru: "${hello(name)}"}
            screens:
              home: {parse: html, text: "${inner(user.name)}"}
              plain: {text: "${hello(user.name)}"}
            """#,
            expected: #"""
                4:50: '<b>' is never closed; add '</b>'
                5:22: '<i>' is never closed; add '</i>'
                """#),
        Mistake(
            "a person where there is none",
            #"""
            bot: b
            texts: {hello: {en: "Hello, ${user.name}"}}
            screens: {home: {text: "${hello()}"}}
            signals:
              s: {lane: "'a'", args: {u: users}, do: [{show: {text: "${hello()}"}, to: u}]}
            """#,
            expected: #"""
                5:60: 'hello' in 'en': there is nothing named 'user' here; did you mean 'users'?
                """#),
        Mistake(
            "the language of a person",
            #"""
            bot: b
            language: {default: en, of: user.count, other: x}
            data: {users: {count: {type: int, default: "0"}}, items: {n: int}}
            screens: {home: {text: a}}
            """#,
            expected: #"""
                2:29: this is int, but string is wanted
                2:41: a language has no key 'other'; a language knows 'default' and 'of'
                """#),
        Mistake(
            "the language of a person from rows",
            #"""
            bot: b
            language: {of: "items.exists(i, true) ? 'en' : 'ru'"}
            data: {items: {n: int}}
            screens: {home: {text: a}}
            """#,
            expected: #"""
                2:11: 'default' is missing
                2:16: a person's language follows from 'user' alone
                """#),
        Mistake(
            "empty translations",
            #"""
            bot: b
            texts: {a: {en: ""}, c: {en: " "}, d(n): {count: n, en: {one: "", other: "${n}"}}, e: {en: "${"}}
            screens: {home: {text: a}}
            """#,
            expected: #"""
                2:17: a translation is empty
                2:30: a translation is empty
                2:63: a form is empty
                2:93: '${' has no '}'; '$${' writes the characters themselves
                """#),
        Mistake(
            "descriptions in languages",
            #"""
            bot: b
            language: en
            texts: {hello: {en: Hello, ru: Привет}}
            handlers:
              - {command: a, description: {en: A}, do: [{show: {text: "${hello()}"}}]}
              - {command: b, description: {en: B, ru: Б, de: B}, do: [{stop: true}]}
              - {command: c, description: {en: "", ru: "${user.name}"}, do: [{stop: true}]}
            """#,
            expected: #"""
                5:31: the description has no translation into 'ru'
                6:46: the bot doesn't speak 'de'; its texts are in 'en' and 'ru'
                7:36: the description of a command is empty
                """#),
        Mistake(
            "descriptions without languages",
            #"""
            bot: b
            handlers:
              - {command: a, description: {en: A, ru: A}, do: [{stop: true}]}
            """#,
            expected: #"""
                3:31: the bot has no 'texts', so nobody knows its languages; write one text for everybody
                """#),
    ]
}
