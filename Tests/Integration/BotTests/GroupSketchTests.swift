import Testing

/// Groups, polls and media in conversation tests.
@Suite(.enabled(if: TestBench.url != nil, TestBench.isMissing), .timeLimit(.minutes(1)))
struct GroupSketchTests {
    @Test func aPollInAGroup() async throws {
        try await TestBench.passes(
            """
            bot: lunch
            data:
              lunches: {day: string}
              votes: {lunch: lunches, who: {type: users, default: user}, dishes: list<string>, unique: [{fields: [lunch, who]}]}
            screens:
              home: {text: Hungry?}
              lunch:
                args: {l: lunches}
                poll: {question: "What on ${l.day}?", options: [Soup, Salad], anonymous: false}
            handlers:
              - {command: ask, do: [{insert: lunches, as: l, set: {day: "'Monday'"}}, {show: lunch, with: {l: l}}]}
              - poll: lunch
                do:
                  - {upsert: v in votes, where: v.lunch == l && v.who == user, set: {lunch: l, dishes: answer.texts}}
                  - {show: {text: "${user.first_name}: ${answer.texts.join(', ')}"}}
            tests:
              votes:
                group: Team
                steps:
                  - {ann: /ask, sends: poll, bot: What on Monday?}
                  - {bob: {vote: [1]}, bot: "bob: Salad", expect: "votes.filter(v, v.who == bob).map(v, v.dishes.join(',')).join() == 'Salad'"}
                  - {bob: {vote: []}, bot: "bob:", expect: "votes.count(v, v.who == bob) == 1"}
            """)
    }

    @Test func everyonePresses() async throws {
        try await TestBench.passes(
            """
            bot: counter
            data: {counters: {n: {type: int, default: "0"}}}
            screens:
              home: {text: Hello}
              counter:
                args: {c: counters}
                press: everyone
                live: c
                text: "${c.n}"
                buttons: [{label: "more", do: [{update: c, set: {n: c.n + 1}}]}, {label: roll, do: [{show: {dice: 🎲}}]}]
            handlers:
              - {command: count, do: [{insert: counters, as: c}, {show: counter, with: {c: c}}]}
            tests:
              counts:
                group: Team
                steps:
                  - {ann: /count, bot: "0"}
                  - {bob: {tap: more}, bot: "1", edits: true}
                  - {cid: {tap: more}, bot: "2", edits: true}
                  - {cid: {tap: roll}, sends: dice}
            """)
    }
}
