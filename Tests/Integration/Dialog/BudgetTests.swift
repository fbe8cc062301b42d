import BotEngine
import BotStore
import Bus
import Contracts
import Dialog
import Postgres
import Testing
import WorkerKit

/// A bot that burns its budgets, one that fails at each event, and a healthy one beside them.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(2)))
struct BudgetTests {
    private static let burning = """
        bot: burning
        handlers:
          - message: text
            do: [{each: x in lists.range(400), do: [{let: {y: "lists.range(60).map(a, lists.range(60).map(b, a * b * x).sum()).sum()"}}]}]
        """
    private static let failing = """
        bot: failing
        data: {users: {none: {type: int, default: "0"}}}
        handlers: [{message: text, do: [{show: {text: "${1 / user.none}"}}]}]
        """
    private static let healthy = """
        bot: shop
        data: {users: {count: {type: int, default: "0"}}}
        handlers: [{message: text, do: [{update: user, set: {count: user.count + 1}}, {show: {text: "${message.text} ${user.count}"}}]}]
        """

    @Test func theHealthyOneIsHeldUpByNoMoreThanOneBudget() async throws {
        try await DialogBench.run(Self.healthy) { bench async throws in
            let burning = try #require(BotName("burning"))
            let failing = try #require(BotName("failing"))
            try await bench.publish(Self.burning, as: burning)
            try await bench.publish(Self.failing, as: failing)
            let handler = DialogBench.handler(bench.pool, [bench.bot, burning, failing])
            var healthy = 0
            var burnt = 0
            for round in 0..<5 {
                let batch = (0..<30).map { index in
                    bench.delivery(
                        "\(round)-\(index)", "m\(round)", from: PersonID("\(index / 3)"), bot: [bench.bot, burning, failing][index % 3])
                }
                let outcomes = try await handler.handle(batch)
                for (index, outcome) in outcomes.enumerated() {
                    switch (index % 3, outcome) {
                    case (0, .effects(let messages)):
                        let texts = try bench.texts(messages)
                        #expect(texts == ["m\(round) \(round + 1)"], "in order, none left out")
                        healthy += 1
                    case (1, .effects): burnt += 1
                    case (1, .later):
                        // Apart it has its turn, and its apology.
                        guard case .effects(let messages) = try await handler.handleApart(batch[index]) else { continue }
                        #expect(messages.count == 1)
                    case (2, .effects(let messages)): #expect(messages.count == 1, "an apology")
                    default: Issue.record("\(index): \(outcome)")
                    }
                }
            }
            #expect(healthy == 50)
            // One budget in the first batch; afterwards it is known.
            #expect(burnt == 1)
        }
    }

    @Test func slownessIsForgotten() {
        var slow = SlowBots()
        let now = ContinuousClock.now
        guard let bot = BotName("b") else { return }
        #expect(!slow.contains(bot, at: now))
        slow.note(bot, at: now)
        #expect(slow.contains(bot, at: now.advanced(by: .seconds(9))))
        #expect(!slow.contains(bot, at: now.advanced(by: .seconds(10))))
    }
}
