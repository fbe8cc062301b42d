import HTTPClient
import TestSupport
import Testing

/// Whatever comes and goes: the limits hold, each origin is served in order, and nobody waits while there is room.
@Suite struct AdmissionFuzzTests {
    @Test(arguments: UInt64(1)...100) func rulesHold(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits = AdmissionQueue<Int>.Limits(total: 5, perOrigin: 2, waiting: 20)
        var queue = AdmissionQueue<Int>(limits: limits)
        let begin = ContinuousClock.now
        var now = begin
        var nextID: UInt64 = 0
        var running: [(id: UInt64, origin: Int)] = []
        var waiting: [(id: UInt64, origin: Int, deadline: ContinuousClock.Instant?)] = []

        for _ in 0..<1000 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0...2:
                nextID += 1
                let origin = Int.random(in: 0..<4, using: &random)
                let deadline = Bool.random(using: &random) ? now + .seconds(Int.random(in: 1...20, using: &random)) : nil
                switch queue.submit(nextID, to: origin, deadline: deadline) {
                case .start: running.append((nextID, origin))
                case .wait: waiting.append((nextID, origin, deadline))
                case .refuse: #expect(waiting.count == limits.waiting)
                }
            case 3:
                guard let index = running.indices.randomElement(using: &random) else { break }
                for id in queue.finish(running.remove(at: index).origin) {
                    guard let place = waiting.firstIndex(where: { $0.id == id }) else {
                        Issue.record("\(id) was started and didn't wait")
                        continue
                    }
                    let started = waiting.remove(at: place)
                    #expect(!waiting[..<place].contains { $0.origin == started.origin }, "one of its origin waited longer")
                    running.append((id, started.origin))
                }
            case 4:
                guard let index = waiting.indices.randomElement(using: &random) else { break }
                let isWithdrawn = queue.withdraw(waiting.remove(at: index).id)
                #expect(isWithdrawn)
            default:
                now += .seconds(Int.random(in: 0...3, using: &random))
                let late = waiting.filter { $0.deadline.map { $0 <= now } ?? false }.map(\.id)
                let expired = queue.expire(at: now)
                #expect(expired == late.sorted())
                waiting.removeAll { late.contains($0.id) }
            }
            #expect(queue.runningCount == running.count && queue.waitingCount == waiting.count && running.count <= limits.total)
            for origin in 0..<4 {
                let count = running.count { $0.origin == origin }
                #expect(count <= limits.perOrigin)
                let hasRoom = running.count < limits.total && count < limits.perOrigin
                #expect(!hasRoom || !waiting.contains { $0.origin == origin }, "one waits although there is room")
            }
        }
    }
}
