import BotEngine
import BotLanguage
import Contracts
import Testing

/// Screens that follow a row.
@Suite struct LiveTests {
    /// Tic-tac-toe, in full.
    static let game = """
        bot: tictactoe
        enums: {Status: [waiting, playing, done]}
        data:
          games:
            x: users
            o: users?
            turn: users?
            winner: users?
            board: {type: list<string>, default: "lists.range(9).map(i, '·')"}
            status: {type: Status, default: Status.waiting}
            unique: [{fields: [x], where: status == Status.waiting}]
        fn:
          mark(g, u): "u == g.x ? '❌' : '⭕'"
          rival(g, u): "u == g.x ? g.o : g.x"
          put(b, i, m): "lists.range(9).map(k, k == i ? m : b[k])"
          won(b, m): "[[0,1,2],[3,4,5],[6,7,8],[0,3,6],[1,4,7],[2,5,8],[0,4,8],[2,4,6]].exists(l, l.all(k, b[k] == m))"
        handlers:
          - command: play
            do:
              - claim: g in games
                where: g.status == Status.waiting && g.x != user
                order: g.created
                set: {o: user, status: Status.playing, turn: "g.x"}
                else: [{insert: games, as: g, set: {x: user}}]
              - {show: board, with: {g: g}, to: "g.o == null ? [g.x] : [g.x, g.o]"}
        screens:
          board:
            args: {g: games}
            live: g
            text:
              - {if: g.status == Status.waiting, text: Looking for an opponent…}
              - {if: g.status == Status.done, text: "${g.winner == null ? 'Draw' : g.winner == user ? 'You won' : 'You lost'}"}
              - {text: "${mark(g, user)} ${g.turn == user ? 'Your move' : 'Wait'}"}
            buttons:
              - each: i in lists.range(9)
                when: g.status != Status.waiting
                columns: 3
                label: "${string(i)}${g.board[i]}"
                name: cell
                do:
                  - {require: g.status == Status.playing, else: The game is not on}
                  - {require: g.turn == user, else: Not your turn}
                  - {require: "g.board[i] == '·'", else: That cell is taken}
                  - let: {b: "put(g.board, i, mark(g, user))", win: "won(b, mark(g, user))"}
                  - update: g
                    set:
                      board: b
                      turn: rival(g, user)
                      winner: "win ? user : null"
                      status: "win || !b.exists(c, c == '·') ? Status.done : Status.playing"
        """

    private let empty = " [0·|1·|2·] [3·|4·|5·] [6·|7·|8·]"

    @Test func everyCopyFollows() throws {
        let talk = try Conversation(yaml: Self.game)
        #expect(try talk.say("/play") == ["Looking for an opponent…"])
        #expect(try talk.say("/play", "bob") == ["⭕ Wait" + empty])
        // Ann's message has become the board, and she was shown a new one as well.
        #expect(talk.takeHeard("ann") == ["❌ Your move" + empty, "edit: ❌ Your move" + empty])
        #expect(try talk.tap("4·", "bob") == ["toast: Not your turn"])
        #expect(
            try talk.tap("4·") == [
                "toast", "edit: ❌ Wait [0·|1·|2·] [3·|4❌|5·] [6·|7·|8·]", "edit: ❌ Wait [0·|1·|2·] [3·|4❌|5·] [6·|7·|8·]",
            ])
        #expect(talk.takeHeard("bob") == ["edit: ⭕ Your move [0·|1·|2·] [3·|4❌|5·] [6·|7·|8·]"])
        #expect(try talk.tap("4❌", "bob") == ["toast: That cell is taken"])
        for (cell, person) in [("0·", "bob"), ("1·", "ann"), ("2·", "bob"), ("7·", "ann")] { try talk.tap(cell, person) }
        #expect(talk.takeHeard("bob").last == "edit: You lost [0⭕|1❌|2⭕] [3·|4❌|5·] [6·|7❌|8·]")
        #expect(try talk.tap("8·", "bob") == ["toast: The game is not on"])
    }
}
