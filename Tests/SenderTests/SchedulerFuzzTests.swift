import Contracts
import Sender
import TestSupport
import Testing

/// Whatever happens to calls: everything is sent in the end, once, and in the order of its chat and lane.
@Suite struct SchedulerFuzzTests {
    private struct Line: Hashable {
        var chat: ChatID?
        var lane: Lane
    }

    @Test(arguments: UInt64(1)...100) func nothingIsLostOrReordered(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bot = try #require(BotName("demo"))
        var scheduler = SendScheduler(limits: SendLimits())
        var now = Instant(nanoseconds: 0)
        var underWay: [(job: SendJob, chat: ChatID?)] = []
        var put: [Line: [SendJob.ID]] = [:]
        var finished: [Line: [SendJob.ID]] = [:]
        var count: Int64 = 0
        let chats: [ChatID?] = ["1", "2", "-1", "-2", "-3", nil]

        func giveOut() {
            while case .send(let job, let chat) = scheduler.next(at: now, wall: Timestamp(milliseconds: 0)) {
                if chat != nil { #expect(!underWay.contains { $0.chat == chat }, "two calls of one chat at one time") }
                #expect(!underWay.contains { $0.job.id == job.id })
                underWay.append((job, chat))
            }
            #expect(underWay.count <= 64)
        }

        func finish(_ result: (SendJob, ChatID?) -> SendScheduler.Result) {
            let index = Int.random(in: 0..<underWay.count, using: &random)
            let (job, chat) = underWay.remove(at: index)
            let result = result(job, chat)
            if result == .finished { finished[Line(chat: job.chat, lane: job.lane), default: []].append(job.id) }
            scheduler.finish(job, chat: chat, result, at: now)
        }

        for _ in 0..<400 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let chat = chats.randomElement(using: &random) ?? nil
                let job = SendJob(id: count, bot: bot, chat: chat, lane: Lane.allCases.randomElement(using: &random) ?? .bulk)
                put[Line(chat: job.chat, lane: job.lane), default: []].append(job.id)
                count += 1
                #expect(scheduler.put(job, at: now) == [])
            case 1: giveOut()
            case 2 where !underWay.isEmpty:
                let pause = Duration.milliseconds(Int.random(in: 0...3000, using: &random))
                let kind = Int.random(in: 0..<8, using: &random)
                let target = ["-1", "-2", "-3"].randomElement(using: &random) ?? "-1"
                finish { _, chat in
                    switch kind {
                    case 0: .tooManyRequests(retryAfter: pause)
                    case 1: .retry(after: pause)
                    case 2: .unreachable(retryAfter: pause)
                    case 3 where chat?.rawValue.hasPrefix("-") == true: .migrated(to: ChatID(target))
                    default: .finished
                    }
                }
            default: now = now + .milliseconds(Int.random(in: 0...2000, using: &random))
            }
        }
        var rounds = 0
        while finished.values.reduce(0, { $0 + $1.count }) < count, rounds < 10_000 {
            rounds += 1
            giveOut()
            while !underWay.isEmpty { finish { _, _ in .finished } }
            now = now + .milliseconds(500)
        }
        for (line, ids) in put {
            let sent = finished[line] ?? []
            // What has no chat has no order.
            #expect(line.chat == nil ? sent.sorted() == ids : sent == ids, "\(line)")
        }
    }
}
