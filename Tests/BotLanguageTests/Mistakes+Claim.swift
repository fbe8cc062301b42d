extension Mistake {
    private static let games = """
        bot: b
        data: {games: {x: users, o: users?}, users: {free: {type: bool, default: "false"}}}
        handlers:
          - command: play
            do:

        """

    /// Mistakes in `claim`, and in what is believed about null.
    static let claims: [Mistake] = [
        Mistake(
            "no row behind a claim",
            games + #"""
                      - {claim: g in games, set: {o: user}, else: [{toast: No game}]}
                      - {show: {text: "${g.id}"}}
                """#,
            expected: #"""
                6:45: behind 'claim' there may be no 'g'; end 'else' with '{stop: true}', or make the row there with 'as: g'
                """#),
        Mistake(
            "claim without else",
            games + #"""
                      - {claim: g in games, set: {o: user}}
                """#,
            expected: #"""
                6:9: 'else' is missing
                """#),
        Mistake(
            "names of several rows",
            games + #"""
                      - claim: {g: {from: h in games, where: h.o == null}, a: {from: a in users}}
                        set: {a: {free: "true"}, b: {free: "true"}}
                        else: [{stop: true}]
                """#,
            expected: #"""
                6:17: the row is called 'h' below, so write 'h' here
                7:34: no row is claimed as 'b'; did you mean 'a'?
                """#),
        Mistake(
            "what may be null after a change",
            games + #"""
                      - {let: {g: "games.one(g, g.x == user)"}}
                      - {require: g != null && g.o != null, else: No game}
                      - {show: {text: "${g.o.name}"}}
                      - {update: g, set: {o: "null"}}
                      - {show: {text: "${g.o.name}"}}
                """#,
            expected: #"""
                10:30: 'g.o' may be null, so its field 'name' can't be read unguarded; guard it, as in 'g.o != null && …' or 'g.o == null ? … : …'
                """#),
    ]
}

extension Mistake {
    /// Mistakes in rules of data.
    static let rules: [Mistake] = [
        Mistake(
            "conditions of a rule",
            #"""
            bot: b
            enums: {Status: [open, closed]}
            data:
              tickets:
                client: users
                status: {type: Status, default: Status.open}
                due: timestamp?
                unique:
                  - {fields: [client], where: status != Status.gone}
                  - {fields: [client], where: due == null}
                  - {fields: [client], where: user == client}
                  - {fields: [client], where: status == Status.open}
            screens: {home: {text: a}}
            """#,
            expected: #"""
                9:52: Status has no member 'gone'; it has open, closed
                10:35: a rule's condition can't look at 'due', which is a timestamp
                11:35: there is nothing named 'user' here; did you mean 'users'?
                """#)
    ]
}
