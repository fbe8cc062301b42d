import Testing

/// The tests as people write them, of whole small bots.
@Suite(.enabled(if: TestBench.url != nil, TestBench.isMissing), .timeLimit(.minutes(1)))
struct SketchTests {
    @Test func aForm() async throws {
        try await TestBench.passes(
            """
            bot: calories
            data:
              meals:
                user: {type: users, default: user, index: true}
                what: {type: string, max: 80}
                kcal: {type: int, min: 1, max: 10000}
                at: {type: timestamp, default: now}
            screens:
              home:
                text: What now?
                buttons:
                  - [{label: ➕ Add, call: add}]
            forms:
              add:
                fields:
                  what: {ask: "What did you eat?", like: meals.what}
                  kcal: {ask: "How many kcal?", like: meals.kcal, retry: "A number from 1 to 10000"}
                done:
                  - {insert: meals, set: {what: what, kcal: kcal}}
                  - {go: home}
            handlers:
              - {command: start, do: [{go: home}]}
            tests:
              adds:
                now: "2026-01-05T10:00:00Z"
                steps:
                  - {ann: /start}
                  - {ann: {tap: ➕ Add}, bot: "What did you eat?"}
                  - {ann: soup, bot: "How many kcal?"}
                  - {ann: a lot, bot: A number from 1 to 10000}
                  - {ann: "300", expect: "meals.exists(m, m.kcal == 300)"}
              dates:
                now: "2026-01-05T10:00:00Z"
                steps:
                  - {ann: /start, bot: What now?, buttons: [➕ Add], edits: false}
                  - {ann: {tap: 0}, bot: "What did you eat?", edits: true}
                  - {ann: soup}
                  - {after: 1h}
                  - ann: "300"
                    bot: What now?
                    expect:
                      - "meals.all(m, m.at > timestamp('2026-01-05T11:00:00Z') && m.at < timestamp('2026-01-05T11:00:01Z'))"
                      - "meals.all(m, m.created == m.at && m.user == ann && m.user == user)"
            """)
    }

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
                set: {o: user, status: Status.playing, turn: "pick([g.x, user])"}
                else: [{insert: games, as: g, set: {x: user}}]
              - {show: board, with: {g: g}, to: "g.o == null ? [g.x] : [g.x, g.o]"}
        screens:
          board:
            args: {g: games}
            live: g
            text:
              - {if: g.status == Status.waiting, text: Looking for an opponent…}
              - {if: g.status == Status.done, text: "${g.winner == null ? 'Draw' : g.winner == user ? 'You won' : 'You lost'}"}
              - {text: "${mark(g, user)} ${g.turn == user ? 'Your move' : 'Wait for ' + (g.turn == null ? '' : g.turn.name)}"}
            buttons:
              - each: i in lists.range(9)
                when: g.status != Status.waiting
                columns: 3
                label: "${g.board[i]}"
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

    @Test func aGame() async throws {
        try await TestBench.passes(
            Self.game
                + """

                tests:
                  out_of_turn:
                    pick: 0                                # X starts
                    steps:
                      - {ann: /play, bot: Looking for an opponent…}
                      - {bob: /play, bot: ⭕ Wait for ann}
                      - {bob: {tap: 4}, toast: Not your turn}
                      - {ann: {tap: 4}, bot@bob: ⭕ Your move}
                  other_begins:
                    pick: 1
                    steps:
                      - {ann: /play}
                      - {bob: /play, bot: ⭕ Your move, bot@ann: {contains: Wait for bob}}
                      - {ann: {tap: 0}, toast: Not your turn, no_answer@bob: true}
                  wins:
                    pick: 0
                    people: {ann: {name: Ann Lee}, bob}
                    data:
                      games: [{as: g, x: ann, o: bob, turn: ann, status: playing, board: [❌, ❌, ·, ⭕, ⭕, ·, ·, ·, ·]}]
                    steps:
                      - {cid: /play, bot: Looking for an opponent…}
                      - {expect: "games.count(g, g.turn == ann) == 1 && bob.name == 'bob' && ann.last_name == 'Lee'"}
                """.replacing("people: {ann: {name: Ann Lee}, bob}", with: "people: {ann: {name: Ann Lee}, bob: {}}"))
    }
}
