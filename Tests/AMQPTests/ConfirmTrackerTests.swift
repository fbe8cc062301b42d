import AMQP
import TestSupport
import Testing

@Suite struct ConfirmTrackerTests {
    typealias Tracker = ConfirmTracker<String>

    func settle(_ tracker: inout Tracker, _ tag: UInt64, multiple: Bool = false, ack: Bool = true) -> [String]? {
        var settled: [String] = []
        let isKnown = tracker.settle(tag, multiple: multiple, isAck: ack) { token, fate in
            switch fate {
            case .confirmed: settled.append("\(token) confirmed")
            case .nacked: settled.append("\(token) nacked")
            case .returned(let code, _): settled.append("\(token) returned \(code)")
            }
        }
        return isKnown ? settled : nil
    }

    func tracker(_ tokens: String...) -> Tracker {
        var tracker = Tracker()
        for token in tokens { tracker.append(token) }
        return tracker
    }

    @Test func tagsCountFromOne() {
        var tracker = Tracker()
        #expect(tracker.nextTag == 1)
        #expect(tracker.append("a") == 1)
        #expect(tracker.append("b") == 2)
        #expect(tracker.nextTag == 3)
    }

    @Test func multipleSettlesAllUpToTheTag() {
        var tracker = tracker("a", "b", "c")
        #expect(settle(&tracker, 2, multiple: true) == ["a confirmed", "b confirmed"])
        #expect(tracker.count == 1)
        #expect(settle(&tracker, 0, multiple: true) == ["c confirmed"])
        #expect(tracker.count == 0)
    }

    @Test func confirmsMayComeOutOfOrder() {
        var tracker = tracker("a", "b", "c")
        #expect(settle(&tracker, 2) == ["b confirmed"])
        #expect(settle(&tracker, 3, ack: false) == ["c nacked"])
        #expect(settle(&tracker, 3, multiple: true) == ["a confirmed"])
        #expect(tracker.append("d") == 4)
    }

    @Test func returnedMessageIsNotMadeASuccessByItsAck() {
        var tracker = tracker("a", "b", "a")
        #expect(tracker.markReturned(code: 312, text: "NO_ROUTE") { $1 == "a" } == 1)
        #expect(tracker.markReturned(code: 312, text: "NO_ROUTE") { $1 == "a" } == 3)
        #expect(tracker.markReturned(code: 312, text: "NO_ROUTE") { $1 == "a" } == nil)
        #expect(settle(&tracker, 3, multiple: true) == ["a returned 312", "b confirmed", "a returned 312"])
    }

    @Test func confirmOfTheUnsentIsRefused() {
        var tracker = tracker("a")
        #expect(settle(&tracker, 2) == nil)
        #expect(settle(&tracker, 2, multiple: true) == nil)
        #expect(settle(&tracker, 0) == nil)
        #expect(settle(&tracker, 1) == ["a confirmed"])
        #expect(settle(&tracker, 1) == [], "a second confirm settles nothing")
    }

    @Test func resetGivesTheOpenOnesAndStartsAgain() {
        var tracker = tracker("a", "b", "c")
        _ = settle(&tracker, 2)
        var open: [String] = []
        tracker.reset { open.append($0) }
        #expect(open == ["a", "c"])
        #expect(tracker.count == 0)
        #expect(tracker.append("d") == 1)
    }

    /// Against a plain dictionary, with random publishes, returns and confirms.
    @Test(arguments: 0..<200) func behavesLikeADictionary(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var tracker = ConfirmTracker<Int>()
        var model: [UInt64: (token: Int, isReturned: Bool)] = [:]
        var sent = 0
        for _ in 0..<400 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                sent += 1
                #expect(tracker.append(sent) == UInt64(sent))
                model[UInt64(sent)] = (sent, false)
            case 5:
                let token = Int.random(in: 1...max(1, sent), using: &random)
                let tag = tracker.markReturned(code: 312, text: "") { $1 == token }
                let expected = model[UInt64(token)].map { !$0.isReturned } ?? false
                #expect((tag != nil) == expected)
                if let tag { model[tag]?.isReturned = true }
            default:
                let tag = UInt64.random(in: 0...UInt64(sent + 1), using: &random)
                let (multiple, isAck) = (Bool.random(using: &random), Bool.random(using: &random))
                var settled: [Int: ConfirmTracker<Int>.Fate] = [:]
                let isKnown = tracker.settle(tag, multiple: multiple, isAck: isAck) { token, fate in
                    #expect(settled.updateValue(fate, forKey: token) == nil)
                }
                #expect(isKnown == (tag <= UInt64(sent) && (multiple || tag > 0)))
                guard isKnown else { continue }
                let covered = model.filter { multiple ? (tag == 0 || $0.key <= tag) : $0.key == tag }
                #expect(Set(settled.keys) == Set(covered.values.map(\.token)))
                for (tag, entry) in covered {
                    let expected: ConfirmTracker<Int>.Fate =
                        !isAck ? .nacked : entry.isReturned ? .returned(code: 312, text: "") : .confirmed
                    #expect(settled[entry.token] == expected)
                    model[tag] = nil
                }
            }
            #expect(tracker.count == model.count)
        }
    }
}
