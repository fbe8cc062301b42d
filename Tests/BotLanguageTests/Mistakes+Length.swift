extension Mistake {
    /// Texts that may become longer than the platform takes.
    static let lengths: [Mistake] = [
        Mistake(
            "a text of declared lengths",
            #"""
            bot: b
            data: {users: {bio: {type: string?, max: 1900}, about: {type: string?, max: 200}}}
            screens:
              home: {text: "${user.bio == null ? '–' : user.bio} and ${user.about == null ? '' : user.about}"}
            """#,
            expected: #"""
                4:19: a text may have 4205 characters; 4096 are allowed: 5 of its own, 3800 of 'user.bio == null ? '–' : user.bio', 400 of 'user.about == null ? '' : user.about'; write 'cut(user.bio == null ? '–' : user.bio, 3691)', or make the 'max' of what it shows smaller
                """#),
        Mistake(
            "a caption, a note, a text to copy, a label",
            #"""
            bot: b
            data: {items: {name: {type: string, max: 90}, note: {type: string, max: 700}, amount: {type: int, min: 0, max: 99}}}
            screens:
              home: {text: a, list: {from: i in items, button: {label: "${i.name}", go: item, with: {i: i}}}}
              item:
                args: {i: items}
                photo: a.jpg
                text: ${i.note}
                buttons:
                  - {label: "${i.amount} × ${i.name}", copy: "${i.note}", name: copy}
                  - {label: Note, do: [{toast: "${i.name}, ${i.amount}, ${i.name}"}]}
            """#,
            expected: #"""
                4:63: a label may have 90 characters; 64 are allowed: 90 of 'i.name'; write 'cut(i.name, 64)', or make the 'max' of what it shows smaller
                8:13: a caption may have 1400 characters; 1024 are allowed: 1400 of 'i.note'; write 'cut(i.note, 1024)', or make the 'max' of what it shows smaller
                10:34: a label may have 95 characters; 64 are allowed: 3 of its own, 90 of 'i.name', 2 of 'i.amount'; write 'cut(i.name, 59)', or make the 'max' of what it shows smaller
                10:53: a text to copy may have 1400 characters; 256 are allowed: 1400 of 'i.note'; write 'cut(i.note, 256)', or make the 'max' of what it shows smaller
                11:39: a note may have 366 characters; 200 are allowed: 4 of its own, 180 of 'i.name', 180 of 'i.name', 2 of 'i.amount'; write 'cut(i.name, 14)', or make the 'max' of what it shows smaller
                """#),
        Mistake(
            "a page of rows",
            #"""
            bot: b
            data: {items: {name: {type: string, max: 80}}}
            screens:
              home:
                text: All there is
                list: {from: i in items, page: 30, row: "${i.name}"}
              other:
                photo: a.jpg
                text: All there is
                list: {from: i in items, page: 6, row: "<b>${i.name}</b>"}
                parse: html
              fits:
                text: All there is
                list: {from: i in items, page: 25, row: "${i.name}"}
            """#,
            expected: #"""
                6:45: a page may have 4843 characters; 4096 are allowed: 30 rows of 160, and 12 of the text; write 'page: 25', or make the 'max' of what a row shows smaller
                """#),
        Mistake(
            "values that were made of others",
            #"""
            bot: b
            enums: {Kind: [small, enormous]}
            data: {items: {name: {type: string, max: 60}, tags: {type: list<Kind>, max: 9}, at: timestamp, price: {type: money, min: 0, max: 1000}}}
            fn: {line(i): i.name + ' costs ' + money(i.price)}
            screens:
              home:
                text: a
                list: {from: i in items, button: {label: "${i.name}", go: item, with: {i: i}}}
              item:
                args: {i: items}
                let: {tags: "i.tags.map(t, string(t).upperAscii()).join(', ')"}
                text: a
                buttons:
                  - {label: "${tags}", name: a, go: home}
                  - {label: "${line(i)}", name: b, go: home}
                  - {label: "${i.at} ${string(i.at)} ${date(i.at)} ${time(i.at)}!", name: c, go: home}
                  - {label: "${'x'.charAt(0)} ${[1, 22].map(n, n * 3)[0]} ${[i.name, 'b'].join('-')}", name: d, go: home}
                  - {label: "${i.name.substring(0, 60) + cut(i.name, 5)}", name: e, go: home}
                  - {each: "n in lists.range(1000)", label: "${i.name}${n}!!", name: f, go: home}
            """#,
            expected: #"""
                14:20: a label may have 88 characters; 64 are allowed: 88 of 'tags'; write 'cut(tags, 64)', or make the 'max' of what it shows smaller
                15:20: a label may have 74 characters; 64 are allowed: 74 of 'line(i)'; write 'cut(line(i), 64)', or make the 'max' of what it shows smaller
                16:28: a label may have 65 characters; 64 are allowed: 4 of its own, 30 of 'string(i.at)', 16 of 'i.at', 10 of 'date(i.at)', 5 of 'time(i.at)'; write 'cut(string(i.at), 29)', or make the 'max' of what it shows smaller
                17:65: a label may have 126 characters; 64 are allowed: 2 of its own, 121 of '[i.name, 'b'].join('-')', 2 of '[1, 22].map(n, n * 3)[0]', 1 of ''x'.charAt(0)'; write 'cut([i.name, 'b'].join('-'), 59)', or make the 'max' of what it shows smaller
                18:20: a label may have 65 characters; 64 are allowed: 65 of 'i.name.substring(0, 60) + cut(i.name, 5)'; write 'cut(i.name.substring(0, 60) + cut(i.name, 5), 64)', or make the 'max' of what it shows smaller
                19:52: a label may have 65 characters; 64 are allowed: 2 of its own, 60 of 'i.name', 3 of 'n'; write 'cut(i.name, 59)', or make the 'max' of what it shows smaller
                """#),
        Mistake(
            "translations",
            #"""
            bot: b
            language: en
            texts:
              long(name): {en: "Hello ${name}", ru: "Здравствуйте, и добро пожаловать, ${name}"}
            data: {items: {name: {type: string, max: 50}}}
            screens:
              home: {text: a, list: {from: i in items, button: {label: "${long(i.name)}", go: home}}}
            """#,
            expected: #"""
                7:63: a label may have 84 characters; 64 are allowed: 84 of 'long(i.name)'
                """#),
        Mistake(
            "answers of a form",
            #"""
            bot: b
            data: {items: {name: {type: string, max: 2000}}}
            screens: {home: {text: a, buttons: [{label: b, call: f}]}}
            forms:
              f:
                fields:
                  name: {ask: What?, like: items.name}
                  more: {ask: "What else than ${name} and ${name}?", type: string}
                done: [{toast: "${name}"}, {show: {text: "${name}${more}"}}]
            """#,
            expected: #"""
                8:37: a question may have 8021 characters; 4096 are allowed: 21 of its own, 4000 of 'name', 4000 of 'name'; write 'cut(name, 75)', or make the 'max' of what it shows smaller
                9:23: a note may have 4000 characters; 200 are allowed: 4000 of 'name'; write 'cut(name, 200)', or make the 'max' of what it shows smaller
                """#),
    ]
}
