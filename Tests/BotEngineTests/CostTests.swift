import BotEngine
import BotLanguage
import Contracts
import Testing

/// What one event may cost in all.
@Suite struct CostTests {
    private static let yaml = """
        bot: costs
        data:
          items: {name: string, n: {type: int, default: "0"}}
        screens: {home: {text: Home}}
        signals: {far: {args: {text: string}, do: [{stop: true}]}}
        handlers:
          - command: sums
            args: {rounds: int}
            do:
              - each: i in lists.range(rounds)
                do: [{let: {x: "lists.range(rounds * 20).map(k, k * 2).sum()"}}]
              - {show: {text: Done}}
          - command: one
            args: {rounds: int}
            do: [{show: {text: "${lists.range(rounds).map(k, k * 2).sum()}"}}]
          - command: where
            args: {rounds: int}
            do:
              - each: i in lists.range(rounds)
                do: [{let: {x: "items.exists(i, i.n > lists.range(rounds * 20).map(k, k * 2).sum())"}}]
              - {show: {text: Done}}
          - command: long
            args: {times: int}
            do:
              - let: {t: "lists.range(4000).map(i, 'xxxxxxxxxxxxxxxxxxxxxxxxx').join().replace('y', 'y')"}
              - each: i in lists.range(times)
                do: [{toast: "${t}"}]
              - {go: home}
          - command: send
            args: {times: int}
            do:
              - let: {t: "lists.range(4000).map(i, 'xxxxxxxxxxxxxxxxxxxxxxxxx').join().replace('y', 'y')", all: "users.filter(u, true)"}
              - each: i in lists.range(times)
                do: [{signal: far, with: {text: t}, to: all}]
              - {show: {text: Done}}
        """

    private func talk(_ limits: RunLimits = RunLimits()) throws -> Conversation { try Conversation(yaml: Self.yaml, limits: limits) }

    private func failure(_ talk: Conversation) -> String { talk.outcomes.last?.failure.map { "\($0.code): \($0.message)" } ?? "none" }

    @Test func expressionsAddUp() throws {
        let talk = try talk()
        #expect(try talk.say("/sums 40") == ["Done"])
        #expect(try talk.say("/sums 400") == ["Something went wrong here. Please try again in a moment."])
        #expect(failure(talk) == "limit: the expressions of one event take more than 500000 steps")
        #expect(try talk.say("/one 10000").count == 1)
        try talk.say("/one 40000")
        #expect(failure(talk) == "limit: the expression takes more than 50000 steps")
    }

    /// What conditions of the database are given counts, and what is done again after each answer.
    @Test func repeatedWorkCounts() throws {
        let talk = try talk()
        #expect(try talk.say("/where 20") == ["Done"])
        try talk.say("/where 150")
        #expect(failure(talk) == "limit: the expressions of one event take more than 500000 steps")
        let small = try self.talk(RunLimits(cost: 20_000))
        try small.say("/where 20")
        #expect(failure(small) == "limit: the expressions of one event take more than 20000 steps")
        // The next event begins anew.
        #expect(try small.say("/sums 2") == ["Done"])
    }

    @Test func textsAddUp() throws {
        let talk = try talk()
        #expect(try talk.say("/long 10").last == "Home")
        try talk.say("/long 25")
        #expect(failure(talk) == "limit: the texts of one event have more than 2000000 bytes")
        #expect(try talk.say("/send 5") == ["Done"])
        try talk.say("/send 30")
        #expect(failure(talk) == "limit: the texts of one event have more than 2000000 bytes")
    }
}
