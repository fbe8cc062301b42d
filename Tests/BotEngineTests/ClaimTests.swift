import BotEngine
import BotLanguage
import Testing

/// `claim`, and what a condition says of null in the steps behind it.
@Suite struct ClaimTests {
    private let games = """
        bot: games
        data:
          games: {x: users, o: users?, note: string?}
        handlers:
          - command: play
            do:
              - claim: g in games
                where: g.o == null && g.x != user
                order: g.created
                set: {o: user}
                else: [{insert: games, as: g, set: {x: user}}]
              - {show: {text: "Game ${g.id} of ${g.x.name} and ${g.o == null ? 'nobody' : g.o.name}"}}
          - command: note
            args: {text: string?}
            do:
              - {let: {mine: "games.one(g, g.x == user)"}}
              - {require: mine != null, else: No game}
              - {update: mine, set: {note: text}}
              - if: mine.note != null
                then: [{show: {text: "Noted ${mine.note}"}}]
                else: [{show: {text: Forgotten}}]
        """

    @Test func secondPlayerTakesTheFirstOnesGame() throws {
        let talk = try Conversation(yaml: games)
        #expect(try talk.say("/play") == ["Game 2 of Ann and nobody"])
        #expect(try talk.say("/play", "bob") == ["Game 2 of Ann and Bob"])
        #expect(try talk.say("/play", "cid") == ["Game 5 of Cid and nobody"])
        #expect(try talk.say("/note hello") == ["Noted hello"])
        #expect(try talk.say("/note") == ["Forgotten"])
        #expect(try talk.say("/note x", "bob") == ["No game"])
    }

    private let desk = """
        bot: desk
        enums: {Status: [waiting, open]}
        data:
          users: {free: {type: bool, default: "false"}}
          tickets: {client: {type: users, default: user}, admin: users?, status: {type: Status, default: Status.waiting}}
        handlers:
          - {command: ask, do: [{insert: tickets}, {show: {text: Waiting}}]}
          - {command: free, do: [{update: user, set: {free: "true"}}, {show: {text: Ready}}]}
          - command: pair
            do:
              - claim:
                  t: {from: t in tickets, where: t.status == Status.waiting, order: t.created}
                  a: {from: a in users, where: a.free && a != t.client, order: random}
                set: {t: {admin: a, status: Status.open}, a: {free: "false"}}
                else: [{show: {text: Nobody}}, {stop: true}]
              - {show: {text: "${t.client.name} to ${a.name}, ${t.status}"}}
        """

    @Test func bothOrNeither() throws {
        let talk = try Conversation(yaml: desk)
        #expect(try talk.say("/pair") == ["Nobody"])
        #expect(try talk.say("/ask") == ["Waiting"])
        #expect(try talk.say("/pair") == ["Nobody"])
        // A ticket for which nobody is free stays as it was.
        try talk.say("/free", "bob")
        try talk.say("/free", "cid")
        let first = try #require(try talk.say("/pair", "dan").first)
        #expect(["Ann to Bob, open", "Ann to Cid, open"].contains(first))
        #expect(try talk.say("/pair", "dan") == ["Nobody"])
        try talk.say("/ask", "dan")
        let second = try #require(try talk.say("/pair").first)
        #expect(Set([first.suffix(9), second.suffix(9)]) == ["Bob, open", "Cid, open"])
    }
}
