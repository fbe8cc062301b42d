import Contracts
import Sender
import Testing

/// A scheduler with a clock of its own and names instead of numbers.
struct Desk {
    private var scheduler: SendScheduler
    private var now = Instant(nanoseconds: 0)
    private var names: [SendJob.ID: String] = [:]
    private var underWay: [String: (job: SendJob, chat: ChatID?)] = [:]
    private(set) var dropped: [String] = []
    /// Where each went in the end.
    private(set) var chats: [String: ChatID] = [:]

    init(limits: SendLimits = SendLimits()) { scheduler = SendScheduler(limits: limits) }

    private var wall: Timestamp { Timestamp(milliseconds: now.nanoseconds / 1_000_000) }

    /// - Parameter notAfter: in seconds of the desk's clock.
    /// - Returns: the edits that it makes needless.
    @discardableResult
    mutating func put(
        _ name: String, to chat: String?, _ lane: Lane = .interactive, bot: String = "demo", edit: SendJob.Edit? = nil,
        notAfter: Int64? = nil
    ) -> [String] {
        guard let bot = BotName(bot) else { return [] }
        let id = SendJob.ID(names.count)
        names[id] = name
        let job = SendJob(
            id: id, bot: bot, chat: chat.map { ChatID($0) }, lane: lane, edit: edit, notAfter: notAfter.map { Timestamp(seconds: $0) })
        return scheduler.put(job, at: now).compactMap { names[$0.id] }
    }

    /// Everything that may be sent now.
    mutating func send() -> [String] {
        var sent: [String] = []
        while true {
            switch scheduler.next(at: now, wall: wall) {
            case .send(let job, let chat):
                let name = names[job.id] ?? ""
                underWay[name] = (job, chat)
                chats[name] = chat
                sent.append(name)
            case .drop(let job): dropped.append(names[job.id] ?? "")
            case .wait: return sent
            }
        }
    }

    var census: SendScheduler.Census { scheduler.census(at: now) }

    mutating func finish(_ name: String, _ result: SendScheduler.Result = .finished) {
        guard let (job, chat) = underWay.removeValue(forKey: name) else {
            Issue.record("\(name) is not under way")
            return
        }
        scheduler.finish(job, chat: chat, result, at: now)
    }

    /// Everything that may be sent now, each call finishing at once.
    mutating func sendAndFinishAll() -> [String] {
        var all: [String] = []
        while true {
            let sent = send()
            if sent.isEmpty { return all }
            for name in sent { finish(name) }
            all += sent
        }
    }

    /// How many go out in that many seconds, each call finishing at once.
    mutating func sent(during seconds: Int) -> Int {
        var count = 0
        for _ in 0..<seconds * 100 {
            advance(0.01)
            count += sendAndFinishAll().count
        }
        return count
    }

    mutating func advance(_ seconds: Double) { now.nanoseconds += Int64((seconds * 1e9).rounded()) }
}
