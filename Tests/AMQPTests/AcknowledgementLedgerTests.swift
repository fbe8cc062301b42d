import AMQP
import TestSupport
import Testing

@Suite struct AcknowledgementLedgerTests {
    func ledger(_ count: Int) -> AcknowledgementLedger {
        var ledger = AcknowledgementLedger()
        for tag in 0..<count { #expect(ledger.deliver(UInt64(tag + 1)) == true) }
        return ledger
    }

    @Test func neighboursFromTheEldestGoTogether() {
        var ledger = ledger(5)
        for tag in [3, 1, 2] as [UInt64] { #expect(ledger.acknowledge(tag) == true) }
        #expect(ledger.flush() == [.basicAck(tag: 3, multiple: true)])
        #expect(ledger.open == 2)
    }

    @Test func aGapIsNotAcknowledged() {
        var ledger = ledger(5)
        for tag in [2, 3, 5] as [UInt64] { _ = ledger.acknowledge(tag) }
        #expect(ledger.flush() == [2, 3, 5].map { .basicAck(tag: $0, multiple: false) })
        _ = ledger.acknowledge(1)
        #expect(ledger.flush() == [.basicAck(tag: 1, multiple: false)], "those above are settled already")
        _ = ledger.acknowledge(4)
        #expect(ledger.flush() == [.basicAck(tag: 4, multiple: false)])
    }

    @Test func rejectsGoFirst() {
        var ledger = ledger(3)
        _ = ledger.acknowledge(1)
        #expect(ledger.reject(2, requeue: true) == true)
        _ = ledger.acknowledge(3)
        #expect(ledger.flush() == [.basicReject(tag: 2, requeue: true), .basicAck(tag: 3, multiple: true)])
    }

    @Test func nothingIsSettledTwiceOrUnseen() {
        var ledger = ledger(1)
        #expect(ledger.acknowledge(0) == false)
        #expect(ledger.acknowledge(2) == false)
        #expect(ledger.acknowledge(1) == true)
        #expect(ledger.acknowledge(1) == false)
        #expect(ledger.reject(1, requeue: false) == false)
        #expect(ledger.flush().count == 1)
        #expect(ledger.flush().isEmpty)
        #expect(ledger.acknowledge(1) == false)
    }

    @Test func skippedTagIsNoticed() {
        var ledger = ledger(1)
        #expect(ledger.deliver(3) == false)
        #expect(ledger.deliver(1) == false)
        #expect(ledger.deliver(2) == true)
    }

    /// What a broker would hold after the methods is exactly what was not settled.
    @Test(arguments: 0..<200) func brokerAndLedgerAgree(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ledger = AcknowledgementLedger()
        var broker: Set<UInt64> = []
        var open: Set<UInt64> = []
        var delivered: UInt64 = 0
        for _ in 0..<300 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0..<4:
                delivered += 1
                #expect(ledger.deliver(delivered) == true)
                broker.insert(delivered)
                open.insert(delivered)
            case 4..<7:
                let tag = UInt64.random(in: 0...(delivered + 1), using: &random)
                let isReject = Int.random(in: 0..<5, using: &random) == 0
                let accepted = isReject ? ledger.reject(tag, requeue: true) : ledger.acknowledge(tag)
                #expect(accepted == (open.remove(tag) != nil))
            default:
                for method in ledger.flush() {
                    switch method {
                    case .basicAck(let tag, false), .basicReject(let tag, _):
                        #expect(broker.remove(tag) != nil, "unknown delivery tag closes a channel")
                    case .basicAck(let tag, true):
                        let covered = broker.filter { $0 <= tag }
                        #expect(!covered.isEmpty)
                        broker.subtract(covered)
                    default: Issue.record("unexpected \(method)")
                    }
                }
                #expect(broker == open)
            }
            #expect(ledger.open == open.count)
        }
    }
}
