extension Mistake {
    private static let orders = """
        bot: b
        data:
          goods: {name: string, price: money, note: string?}
          orders: {lines: "list<{name: string, price: money, note: string?}>"}
        handlers:
          - command: order
            do:

        """

    /// Records that are written as maps.
    static let records: [Mistake] = [
        Mistake(
            "a part is missing",
            orders + #"""
                      - {insert: orders, set: {lines: "goods.filter(g, true).map(g, {'name': g.name})"}}
                """#,
            expected: #"""
                8:39: the record lacks 'price', which is money
                """#),
        Mistake(
            "a part of another type, through a name",
            orders + #"""
                      - let: {all: "goods.filter(g, true).map(g, {'name': g.name, 'price': g.name})"}
                      - {insert: orders, set: {lines: all}}
                """#,
            expected: #"""
                9:39: 'price' of the record is string, but money is wanted
                """#),
        Mistake(
            "a part that nobody knows",
            orders + #"""
                      - {insert: orders, set: {lines: "[{'name': 'a', 'price': 1, 'nota': 'x'}]"}}
                """#,
            expected: #"""
                8:39: the record has no part 'nota'; did you mean 'note'?
                """#),
        Mistake(
            "null where there must be something",
            orders + #"""
                      - {insert: orders, set: {lines: "goods.filter(g, true).map(g, {'name': g.note, 'price': 1})"}}
                """#,
            expected: #"""
                8:39: 'name' of the record may be null, but string is wanted
                """#),
        Mistake(
            "one record for a list",
            orders + #"""
                      - {insert: orders, set: {lines: "{'name': 'a', 'price': 1}"}}
                """#,
            expected: #"""
                8:39: this is a record, but list<{name: string, price: money, note: string?}> is wanted
                """#),
    ]
}
