import Contracts
import Dialog
import Postgres
import Testing

/// Handlers behave as if they ran one after another, however many workers there are.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct ConcurrencyTests {
    private static let yaml = """
        bot: shop
        data:
          users: {mine: {type: int, default: "0"}}
          counters: {name: {type: string, max: 20, unique: true}, n: int}
        handlers:
          - message: text
            when: message.text == 'read'
            do: [{show: {text: "${counters.filter(c, true).map(c, c.n).sum()} ${users.filter(u, true).map(u, u.mine).sum()}"}}]
          - message: text
            do:
              - {update: user, set: {mine: user.mine + 1}}
              - {upsert: c in counters, where: c.name == 'all', set: {name: "'all'", n: "c == null ? 1 : c.n + 1"}}
              - {show: {text: "${c.n}"}}
        """

    @Test func nothingIsLostBetweenConversations() async throws {
        try await DialogBench.run(Self.yaml) { bench async throws in
            let answers = try await withThrowingTaskGroup(of: [[String]].self) { group in
                for worker in 0..<6 {
                    group.addTask {
                        var answers: [[String]] = []
                        for round in 0..<5 {
                            let people = (0..<3).map { PersonID("\(worker)-\($0)") }
                            answers += try await patiently {
                                try await bench.answers(
                                    bench.delivery("e\(worker)-\(round)-0", "hi", from: people[0]),
                                    bench.delivery("e\(worker)-\(round)-1", "hi", from: people[1]),
                                    bench.delivery("e\(worker)-\(round)-2", "hi", from: people[2]))
                            }
                        }
                        return answers
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            // Everybody saw a number of their own.
            #expect(answers.flatMap { $0 }.compactMap { Int($0) }.sorted() == Array(1...90))
            #expect(try await bench.answers(bench.delivery("last", "read")) == [["90 90"]])
        }

        /// As the worker does it: what is transient is tried again for as long as it takes.
        @Sendable func patiently(_ body: () async throws -> [[String]]) async throws -> [[String]] {
            while true {
                do { return try await body() } catch let error as PostgresError
                    where error.persistence == .transient || error.isUniqueViolation
                { continue }
            }
        }
    }
}
