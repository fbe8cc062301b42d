extension Mistake {
    /// Mistakes in buttons and lists.
    static let buttons: [Mistake] = [
        Mistake(
            "button without label",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {back: true}
            """#,
            expected: #"""
                6:9: 'label' is missing
                """#),
        Mistake(
            "button without action",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: a}
            """#,
            expected: #"""
                6:9: the button does nothing; add 'go', 'call', 'back', 'do' or 'url'
                """#),
        Mistake(
            "button with two",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: a, back: true, url: 'https://a.b'}
            """#,
            expected: #"""
                6:32: a button does one thing: 'back' or 'url'
                """#),
        Mistake(
            "unknown button key",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {lable: a, back: true}
            """#,
            expected: #"""
                6:10: a button has no key 'lable'; did you mean 'label'?
                """#),
        Mistake(
            "label too long",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: lllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll, back: true}
            """#,
            expected: #"""
                6:17: a label has 65 characters; 64 are allowed
                """#),
        Mistake(
            "nine in a row",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - [{label: l0, back: true}, {label: l1, back: true}, {label: l2, back: true}, {label: l3, back: true}, {label: l4, back: true}, {label: l5, back: true}, {label: l6, back: true}, {label: l7, back: true}, {label: l8, back: true}]
            """#,
            expected: #"""
                6:9: a row has 8 buttons at most
                """#),
        Mistake(
            "bad url",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: a, url: example.org}
            """#,
            expected: #"""
                6:25: a URL begins with 'https://', 'http://' or 'tg://'
                """#),
        Mistake(
            "same label",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: a, back: true}
                  - {label: a, do: [{stop: true}]}
            """#,
            expected: #"""
                7:9: two buttons of this screen are called 'a'; give one of them a 'name'
                """#),
        Mistake(
            "each of no list",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {each: i in 5, label: "${i}", back: true}
            """#,
            expected: #"""
                6:21: 'each' goes through a list, this is int
                """#),
        Mistake(
            "contact inline",
            #"""
            bot: b
            screens:
              home:
                text: hi
                buttons:
                  - {label: a, request: contact}
            """#,
            expected: #"""
                6:29: only a button of a reply keyboard can ask for a contact or location; add 'keyboard: reply' to the screen
                """#),
        Mistake(
            "list of nothing",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: hi
                list:
                  from: i in itens
                  row: ${i.name}
            """#,
            expected: #"""
                11:13: there is no collection 'itens'; did you mean 'items'?
                """#),
        Mistake(
            "list shape",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: hi
                list:
                  from: items
                  row: ${i.name}
            """#,
            expected: #"""
                11:13: write 'x in collection'
                """#),
        Mistake(
            "list without row",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: hi
                list:
                  from: i in items
            """#,
            expected: #"""
                11:7: a list shows a 'row' of text, a 'button', or both for each row
                """#),
        Mistake(
            "where unlowerable",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: hi
                list:
                  from: i in items
                  where: size(i.name.split('a')) > 1
                  row: ${i.name}
            """#,
            expected: #"""
                12:26: 'split(string, string)' can't run in the database
                """#),
        Mistake(
            "where nullable",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: hi
                list:
                  from: i in items
                  where: i.price > 3
                  row: ${i.name}
            """#,
            expected: #"""
                12:22: 'i.price' may be null, which '>' doesn't take; guard it, as in 'i.price != null && …' or 'i.price == null ? … : …'
                """#),
        Mistake(
            "order nullable",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: hi
                list:
                  from: i in items
                  order: i.price
                  row: ${i.name}
            """#,
            expected: #"""
                12:14: rows can't be ordered by what may be null; give it a value then, as in 'x == null ? 0 : x'
                """#),
        Mistake(
            "order unknown",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: hi
                list:
                  from: i in items
                  order: -i.nmae
                  row: ${i.name}
            """#,
            expected: #"""
                12:17: items has no field 'nmae'; did you mean 'name'?
                """#),
        Mistake(
            "collection as value",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: "${size(items)} things"
            """#,
            expected: #"""
                9:19: the collection 'items' isn't a list in memory: ask it with exists, all, one, count or filter, as in items.count(x, …)
                """#),
        Mistake(
            "map of collection",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: "${items.map(i, i.name).join(', ')}"
            """#,
            expected: #"""
                9:20: 'map' can't be asked of a collection: filter it first, as in items.filter(x, …).map(…)
                """#),
        Mistake(
            "page size",
            #"""
            bot: b
            data:
              items:
                name: {type: string, max: 20}
                price: int?
                owner: {type: users, default: user}
            screens:
              home:
                text: hi
                list: {from: i in items, row: '${i.name}', page: 500}
            """#,
            expected: #"""
                10:54: 'page' is a whole number from 1 to 50
                """#),
    ]
}
