import Testing

/// Lists of records that expressions make as maps.
@Suite struct RecordValueTests {
    @Test func whatIsWrittenAsMapsIsKeptAndReadAsRecords() throws {
        let talk = try Conversation(
            yaml: """
                bot: b
                data:
                  goods: {name: string, price: money, note: string?}
                  orders: {lines: "list<{name: string, price: money, note: string?}>"}
                fn:
                  total(items): items.map(i, i.price).sum()
                  basket(): "goods.filter(g, true).map(g, {'name': g.name, 'price': g.price})"
                handlers:
                  - {command: add, args: {name: string, price: money}, do: [{insert: goods, set: {name: name, price: price}}]}
                  - command: order
                    do:
                      - let: {lines: basket()}
                      - {insert: orders, as: o, set: {lines: lines}}
                      - {show: order, with: {o: o}}
                screens:
                  order:
                    args: {o: orders}
                    text: "${o.lines.map(l, l.name).join(', ')} ${money(total(o.lines))} ${o.lines.all(l, l.note == null)}"
                """)
        try talk.say("/add milk 1.50")
        try talk.say("/add bread 2")
        #expect(try talk.say("/order") == ["milk, bread 3.50 true"])
    }
}
