import Contracts
import Testing

@Suite struct TopologyTests {
    private let bot = BotName("demo")!

    /// These places must never move: a running installation has messages waiting under them.
    @Test(arguments: [("demo/42", "p11"), ("demo/43", "p26"), ("count/-1001234567890", "p24"), ("", "p06")])
    func partitionsAreStable(key: String, name: String) {
        #expect(Partition(of: key).name == name)
    }

    @Test func partitionsAreUsedEvenly() {
        var counts = [Int](repeating: 0, count: Partition.count)
        for chat in 0..<32_000 { counts[Partition(of: "demo/\(chat)").index] += 1 }
        #expect(counts.allSatisfy { (800...1200).contains($0) })
    }

    /// Every key that can be built is bound to exactly one queue: nothing is returned, nothing handled twice.
    @Test func everyKeyReachesOneQueue() {
        for lane in Lane.allCases {
            for operation in [Operation.setTimer, .cancelTimers] {
                #expect(queues(.requests, Topology.requestKey(operation, lane: lane)) == ["scheduler.\(lane.rawValue)"])
            }
            for contract in OperationCatalogue.standard.contracts {
                #expect(queues(.requests, Topology.requestKey(contract.operation, lane: lane)) == ["\(contract.worker).\(lane.rawValue)"])
            }
            for partition in Partition.all {
                let key = Topology.inboundKey(
                    worker: Topology.dialog, platform: .telegram, kind: "message", bot: bot, lane: lane, partition: partition)
                #expect(queues(.inbound, key) == ["dialog.\(partition.name)"])
            }
            for index in 0..<100 {
                guard let bot = BotName("bot\(index)") else { continue }
                let key = Topology.outboundKey(platform: .telegram, bot: bot, lane: lane)
                #expect(queues(.outbound, key) == ["sender.\(lane.rawValue).p\(Topology.outboundShard(of: bot))"])
            }
        }
    }

    @Test func quorumQueuesStayInTheTens() {
        #expect(Topology.queues.count == 66)
        #expect(Set(Topology.queues.map(\.name)).count == 66)
    }

    private func queues(_ exchange: Topology.Exchange, _ key: String) -> [String] {
        Topology.bindings.filter { $0.exchange == exchange && matches($0.routingKey, key) }.map(\.queue)
    }

    /// AMQP's topic matching; a `#` only stands alone here.
    private func matches(_ pattern: String, _ key: String) -> Bool {
        if pattern == "#" { return true }
        let pattern = pattern.split(separator: "."), key = key.split(separator: ".")
        return pattern.count == key.count && zip(pattern, key).allSatisfy { $0 == "*" || $0 == $1 }
    }
}
