import TestSupport
import Testing
import WorkerKit

@Suite struct OrderedIntakeTests {
    private func taken(_ intake: inout OrderedIntake<Int>, _ limit: Int = 50) -> [Int] { intake.take(upTo: limit).map(\.item) }

    @Test func oneKeyAtATime() {
        var intake = OrderedIntake<Int>()
        intake.put(1, key: "a")
        intake.put(2, key: "a")
        intake.put(3, key: "b")
        #expect(taken(&intake) == [1, 3])
        #expect(taken(&intake) == [])
        intake.complete("a")
        #expect(taken(&intake) == [2])
        intake.complete("a")
        intake.complete("b")
        #expect(intake.isEmpty)
    }

    @Test func whatIsPutOffKeepsItsPlace() {
        var intake = OrderedIntake<Int>()
        for (item, key) in [(1, "a"), (2, "a"), (3, "b")] { intake.put(item, key: key) }
        #expect(taken(&intake) == [1, 3])
        intake.putOff(1, key: "a")
        intake.put(4, key: "a")
        intake.complete("b")
        #expect(taken(&intake) == [], "what follows waits")
        #expect(intake.hasApart)
        #expect(intake.takeApart()?.item == 1)
        #expect(intake.takeApart() == nil)
        intake.complete("a")
        #expect(taken(&intake) == [2])
        intake.complete("a")
        #expect(taken(&intake) == [4])
        intake.putOff(4, key: "a")
        #expect(intake.removeWaiting() == [4])
        #expect(intake.isEmpty && intake.takeApart() == nil)
    }

    @Test func oldestFirstAndNoMoreThanAsked() {
        var intake = OrderedIntake<Int>()
        for (index, key) in ["c", "a", "b"].enumerated() { intake.put(index, key: key) }
        #expect(taken(&intake, 2) == [0, 1])
        #expect(taken(&intake, 2) == [2])
    }

    @Test func completingWhatIsNotInHandChangesNothing() {
        var intake = OrderedIntake<Int>()
        intake.put(1, key: "a")
        intake.complete("a")
        intake.complete("b")
        #expect(intake.count == 1)
        #expect(taken(&intake) == [1])
    }

    @Test func removingWhatWaitsKeepsWhatIsInHand() {
        var intake = OrderedIntake<Int>()
        for (item, key) in [(1, "a"), (2, "a"), (3, "b")] { intake.put(item, key: key) }
        #expect(taken(&intake, 1) == [1])
        #expect(intake.removeWaiting().sorted() == [2, 3])
        #expect(intake.count == 1)
        #expect(taken(&intake) == [])
        intake.put(4, key: "a")
        #expect(taken(&intake) == [])
        intake.complete("a")
        #expect(taken(&intake) == [4])
    }

    /// Whatever the interleaving: every item comes out once, in order within its key, never two of a key at once.
    @Test(arguments: 0..<200)
    func keepsOrderUnderAnyInterleaving(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var intake = OrderedIntake<Int>()
        var next = 0
        var inHand: Set<String> = []
        var seen: [String: [Int]] = [:]
        for _ in 0..<500 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                intake.put(next, key: "k\(Int.random(in: 0..<5, using: &random))")
                next += 1
            case 1:
                for (key, item) in intake.take(upTo: Int.random(in: 1...4, using: &random)) {
                    #expect(inHand.insert(key).inserted)
                    seen[key, default: []].append(item)
                }
            default:
                if let key = inHand.sorted().randomElement(using: &random) {
                    inHand.remove(key)
                    intake.complete(key)
                }
            }
        }
        while !intake.isEmpty {
            for key in inHand { intake.complete(key) }
            inHand = []
            for (key, item) in intake.take(upTo: 3) {
                inHand.insert(key)
                seen[key, default: []].append(item)
            }
        }
        #expect(seen.values.joined().count == next)
        for items in seen.values { #expect(items == items.sorted()) }
    }
}
