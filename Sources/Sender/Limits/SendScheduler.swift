package import Contracts
import DequeModule
import HeapModule

/// Decides what is sent when, over all bots that this process owns.
///
/// A value with a virtual clock: it is told the time, and what became of what it gave out. In order within a chat and
/// lane; interactive before normal before bulk, with a small floor for bulk; a chat that must wait holds up nobody else.
package struct SendScheduler {
    package enum Next: Sendable, Hashable {
        /// To `chat`, which is another than the job's when the group has moved.
        case send(SendJob, chat: ChatID?)
        /// Not to be sent any more: it is too late.
        case drop(SendJob)
        /// Nothing may be sent before `until`; nil: before something is put in or finished.
        case wait(until: Instant?)
    }

    /// What became of a call.
    package enum Result: Sendable, Hashable {
        /// Done with, well or not.
        case finished
        /// 429.
        case tooManyRequests(retryAfter: Duration?)
        /// To be tried again, nothing else of its chat and lane before it.
        case retry(after: Duration)
        /// The server can't be reached: no call of the bot before that.
        case unreachable(retryAfter: Duration)
        case migrated(to: ChatID)
    }

    private struct Alarm: Comparable, Hashable {
        var at: Instant
        var bot: BotName

        static func < (left: Alarm, right: Alarm) -> Bool { left.at < right.at }
    }

    private let limits: SendLimits
    private var bots: [BotName: BotQueue] = [:]
    /// Bots that may have something to send now, each once, in turn.
    private var ready: Deque<BotName> = []
    private var isReady: Set<BotName> = []
    private var alarms = Heap<Alarm>()
    /// What `alarms` holds: one that an earlier one went before needn't be set again.
    private var isSet: Set<Alarm> = []
    private var alarmOf: [BotName: Instant] = [:]
    private var inFlight = 0

    package init(limits: SendLimits = SendLimits()) { self.limits = limits }

    /// - Returns: edits that wait and have become needless.
    package mutating func put(_ job: SendJob, at now: Instant) -> [SendJob] {
        defer { makeReady(job.bot) }
        return bots[job.bot, default: BotQueue(limits: limits, at: now)].put(job, at: now)
    }

    /// - Parameter wall: the time of day, for what may be too late.
    package mutating func next(at now: Instant, wall: Timestamp) -> Next {
        while let alarm = alarms.min, alarm.at <= now {
            isSet.remove(alarms.removeMin())
            if alarmOf[alarm.bot] == alarm.at { alarmOf[alarm.bot] = nil }
            makeReady(alarm.bot)
        }
        guard inFlight < limits.inFlight else { return .wait(until: nil) }
        while let bot = ready.popFirst() {
            switch bots[bot]?.next(at: now, wall: wall) {
            case .send(let job, let chat):
                ready.append(bot)
                inFlight += 1
                return .send(job, chat: chat)
            case .drop(let job):
                ready.append(bot)
                return .drop(job)
            case .wait(let moment):
                isReady.remove(bot)
                setAlarm(bot, at: moment)
            case .idle, nil: isReady.remove(bot)
            }
        }
        return .wait(until: alarms.min?.at)
    }

    package mutating func finish(_ job: SendJob, chat: ChatID?, _ result: Result, at now: Instant) {
        inFlight -= 1
        makeReady(job.bot)
        switch result {
        case .finished: bots[job.bot]?.complete(chat, at: now)
        case .tooManyRequests(let retryAfter): bots[job.bot]?.freeze(job, chat: chat, for: retryAfter ?? limits.unknownRetryAfter, at: now)
        case .retry(let delay): bots[job.bot]?.retry(job, chat: chat, notBefore: now + delay, at: now)
        case .unreachable(let delay):
            bots[job.bot]?.retry(job, chat: chat, notBefore: now + delay, at: now)
            bots[job.bot]?.pause(until: now + delay)
        case .migrated(let new): bots[job.bot]?.migrate(job, from: chat, to: new, at: now)
        }
    }

    /// What an operator wants to see of it.
    package struct Census: Sendable, Hashable {
        /// Chats with a command that waits for its turn.
        package var waitingChats = 0
        /// Chats that wait for a time set by a 429 or a failure.
        package var frozenChats = 0
        /// Bots that do.
        package var frozenBots = 0

        package init() {}
    }

    /// Looks at every chat: for once in some seconds.
    package func census(at now: Instant) -> Census {
        var census = Census()
        for queue in bots.values { queue.count(at: now, into: &census) }
        return census
    }

    /// Forgets what waits; what is under way stays.
    package mutating func remove(at now: Instant, where isGone: (SendJob.ID) -> Bool) {
        for bot in Array(bots.keys) { bots[bot]?.remove(at: now, where: isGone) }
    }

    private mutating func makeReady(_ bot: BotName) {
        if isReady.insert(bot).inserted { ready.append(bot) }
    }

    private mutating func setAlarm(_ bot: BotName, at moment: Instant) {
        if let set = alarmOf[bot], set <= moment { return }
        alarmOf[bot] = moment
        let alarm = Alarm(at: moment, bot: bot)
        if isSet.insert(alarm).inserted { alarms.insert(alarm) }
    }
}
