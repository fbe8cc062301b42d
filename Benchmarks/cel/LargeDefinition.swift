import BotLanguage

/// A bot with many expressions of the usual kinds, to time loading and checking of a whole definition.
enum LargeDefinition {
    /// 5 expressions each.
    static let screens = 30

    static let yaml: String = {
        var text = """
            bot: large
            version: 1
            enums:
              Shelf: [fruit, bread, dairy, other]
            data:
              users:
                budget: {type: money?, min: 0, max: 100000}
                trips: {type: int, default: "0"}
              items:
                owner: {type: users, default: user, index: true}
                name: {type: string, max: 60}
                shelf: {type: Shelf, default: Shelf.other}
                price: {type: money?, min: 0, max: 10000}
                amount: {type: int, min: 1, max: 99, default: "1"}
                bought: {type: bool, default: "false"}
            screens:
              home:
                text: Hello
                buttons:
                  - {label: Next, go: screen0}

            """
        for number in 0..<screens {
            text += """
                  screen\(number):
                    let:
                      open: items.count(i, i.owner == user && !i.bought && i.amount > \(number))
                      total: "items.filter(i, i.owner == user).map(i, i.price == null ? 0 : i.price * i.amount).sum()"
                    text: "Still ${open} ${open == 1 ? 'thing' : 'things'} to buy. ${user.trips == 0 ? 'Have a good trip!' : 'Trips: ' + string(user.trips)}"
                    buttons:
                      - {label: Next, when: open > 0, go: screen\((number + 1) % screens)}
                      - {label: Back, back: true}

                """
        }
        return text
    }()

    static func load() throws { _ = try Definition(yaml: yaml) }
}
