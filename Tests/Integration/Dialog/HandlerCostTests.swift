import Bus
import Contracts
import Dialog
import Glibc
import Testing

/// The processor time of the worker for an event, from the delivery to what is to be published: `Benchmarks/definition`.
@Suite(
    .enabled(if: DialogBench.url != nil, DialogBench.isMissing), .enabled(if: getenv("SWITCHBOARD_TEST_BENCHMARK") != nil, "no benchmark"))
struct HandlerCostTests {
    private static func yaml(_ steps: String) -> String {
        """
        bot: shop
        data:
          users: {count: {type: int, default: "0"}}
          items: {owner: {type: users, default: user, index: true}, name: {type: string, max: 60}}
        handlers:
          - message: text
            do:
        \(steps)
        """
    }

    private static let empty = yaml("      - {stop: true}")
    private static let full = yaml(
        """
              - {let: {long: "size(message.text) > 3", mine: "items.count(i, i.owner == user && i.name != message.text)"}}
              - {show: {text: "${long ? mine + 1 : mine}"}}
        """)

    @Test func anEvent() async throws {
        try await DialogBench.run(Self.empty) { empty async throws in
            try await DialogBench.run(Self.full) { full async throws in
                var costs: [[Double]] = [[], []]
                // In turn, so that what else the machine does meets both alike. The first rounds prepare statements.
                for round in 0..<105 {
                    for (index, bench) in [empty, full].enumerated() {
                        let batch = (0..<50).map { bench.delivery("e\(round)-\($0)", "hello", from: PersonID("\($0)")) }
                        let start = Self.processorTime()
                        let outcomes = try await bench.handler.handle(batch)
                        let taken = Self.processorTime() - start
                        #expect(outcomes.count == 50)
                        if round >= 5 { costs[index].append(taken / 50_000) }
                    }
                }
                let medians = costs.map { $0.sorted()[$0.count / 2] }
                print(
                    "an event: nothing \(Self.tenths(medians[0])) µs of CPU; three expressions, a query and a reply \(Self.tenths(medians[1])) µs; beyond: \(Self.tenths(medians[1] - medians[0])) µs"
                )
            }
        }
    }

    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    /// Of all threads of this process, in nanoseconds.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
