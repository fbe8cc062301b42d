import Contracts
import DequeModule
import HeapModule

/// What waits for one bot: a heap of chats by the moment at which they may be sent to, so that a chat that must wait
/// holds nothing but its place in it.
struct BotQueue {
    enum Next {
        case send(SendJob, chat: ChatID?)
        /// Too late for it.
        case drop(SendJob)
        case wait(until: Instant)
        /// Until something is put in or completed.
        case idle
    }

    private struct Entry: Comparable {
        var due: Instant
        var number: Int64
        var chat: ChatID
        var generation: Int

        static func < (left: Entry, right: Entry) -> Bool { (left.due, left.number) < (right.due, right.number) }
    }

    private struct Postponed: Comparable {
        var until: Instant
        var job: SendJob

        static func < (left: Postponed, right: Postponed) -> Bool { (left.until, left.job.id) < (right.until, right.job.id) }
        static func == (left: Postponed, right: Postponed) -> Bool { left.job.id == right.job.id }
    }

    private let limits: SendLimits
    private var chats: [ChatID: ChatLine] = [:]
    private var due: [Lane: Heap<Entry>] = [:]
    /// What has no chat, and so no order and no limit.
    private var unordered: Deque<SendJob> = []
    /// The same, to be tried again later.
    private var postponed = Heap<Postponed>()
    private var migrated: [ChatID: ChatID] = [:]
    private var bulk: BulkRate
    private var freezes: [(at: Instant, chat: ChatID)] = []
    private var frozenUntil: Instant?
    private var inFlight = 0
    private var sinceBulk = 0
    private var entryNumber: Int64 = 0
    private static let fewChats = 1024
    private var chatsToLookAt = fewChats

    init(limits: SendLimits, at now: Instant) {
        self.limits = limits
        bulk = BulkRate(limits, at: now)
    }

    // MARK: In

    /// - Returns: what it makes needless.
    mutating func put(_ job: SendJob, at now: Instant) -> [SendJob] {
        guard let named = job.chat else {
            unordered.append(job)
            return []
        }
        let chat = migrated[named] ?? named
        let (superseded, isNewTurn) = withLine(chat, at: now) { line in
            let before = line.lane
            return (line.append(job), line.lane != before)
        }
        // Behind others of its lane it leaves the chat its turn.
        if isNewTurn { schedule(chat, at: now) }
        return superseded
    }

    // MARK: Out

    mutating func next(at now: Instant, wall: Timestamp) -> Next {
        guard inFlight < limits.inFlightPerBot else { return .idle }
        if let frozenUntil, frozenUntil > now { return .wait(until: frozenUntil) }
        while let next = postponed.min, next.until <= now { unordered.append(postponed.removeMin().job) }
        if !unordered.isEmpty { return sendUnordered(wall) }
        var earliest = postponed.min?.until ?? .distantFuture
        for lane in lanesByTurn {
            guard let entry = first(of: lane, at: now) else { continue }
            let moment = lane == .bulk ? max(entry.due, bulk.available(at: now)) : entry.due
            guard moment <= now else {
                earliest = min(earliest, moment)
                continue
            }
            due[lane]?.removeMin()
            guard let job = chats[entry.chat]?.popFirst() else { continue }
            return take(job, chat: entry.chat, at: now, wall: wall)
        }
        return earliest == .distantFuture ? .idle : .wait(until: earliest)
    }

    /// Bulk comes last, but for its floor.
    private var lanesByTurn: [Lane] { sinceBulk >= limits.bulkFloor ? [.bulk, .interactive, .normal] : Lane.allCases }

    private mutating func sendUnordered(_ wall: Timestamp) -> Next {
        guard let job = unordered.popFirst() else { return .idle }
        if let notAfter = job.notAfter, notAfter < wall { return .drop(job) }
        inFlight += 1
        return .send(job, chat: nil)
    }

    private mutating func take(_ job: SendJob, chat: ChatID, at now: Instant, wall: Timestamp) -> Next {
        if let notAfter = job.notAfter, notAfter < wall {
            schedule(chat, at: now)
            return .drop(job)
        }
        sinceBulk = job.lane == .bulk ? 0 : sinceBulk + 1
        if job.lane == .bulk { bulk.take(at: now) }
        chats[chat]?.bucket.take(at: now)
        chats[chat]?.isInFlight = true
        inFlight += 1
        return .send(job, chat: chat)
    }

    // MARK: Counting

    func count(at now: Instant, into census: inout SendScheduler.Census) {
        if let frozenUntil, frozenUntil > now { census.frozenBots += 1 }
        for line in chats.values {
            if line.isWaiting { census.waitingChats += 1 }
            if line.isFrozen(at: now) { census.frozenChats += 1 }
        }
    }

    // MARK: Afterwards

    /// It is done with, well or not.
    mutating func complete(_ chat: ChatID?, at now: Instant) {
        inFlight -= 1
        guard let chat else { return }
        chats[chat]?.isInFlight = false
        schedule(chat, at: now)
        forgetIdleChats(at: now)
    }

    /// To be sent again, before anything else of its chat and lane, not before `moment`.
    mutating func retry(_ job: SendJob, chat: ChatID?, notBefore moment: Instant, at now: Instant) {
        inFlight -= 1
        guard let chat else { return postponed.insert(Postponed(until: moment, job: job)) }
        withLine(chat, at: now) { line in
            line.isInFlight = false
            line.putBack(job)
            line.frozenUntil = max(line.frozenUntil ?? moment, moment)
        }
        schedule(chat, at: now)
    }

    /// A 429: first the chat freezes, and the bot only when several chats did.
    mutating func freeze(_ job: SendJob, chat: ChatID?, for retryAfter: Duration, at now: Instant) {
        let until = now + retryAfter
        if job.lane == .bulk { bulk.slowDown(at: now) }
        if let chat {
            freezes.removeAll { $0.chat == chat || $0.at + limits.freezeWindow < now }
            freezes.append((now, chat))
        }
        if chat == nil || freezes.count >= limits.chatsToFreezeBot {
            frozenUntil = max(frozenUntil ?? until, until)
            freezes = []
        }
        retry(job, chat: chat, notBefore: until, at: now)
    }

    /// No call gets through: all wait.
    mutating func pause(until moment: Instant) { frozenUntil = max(frozenUntil ?? moment, moment) }

    /// The group `old` became the supergroup `new`: what waits goes there, in its order, and so does what comes later.
    mutating func migrate(_ job: SendJob, from old: ChatID?, to new: ChatID, at now: Instant) {
        // One that is said to have moved in a circle stays where it is.
        let new = migrated[new] ?? new
        guard let old, old != new else { return retry(job, chat: old, notBefore: now + limits.unknownRetryAfter, at: now) }
        inFlight -= 1
        migrated[old] = new
        for (key, target) in migrated where target == old { migrated[key] = new }
        withLine(old, at: now) { $0.putBack(job) }
        guard let line = chats.removeValue(forKey: old) else { return }
        withLine(new, at: now) { $0.prepend(line) }
        schedule(new, at: now)
    }

    /// Forgets what waits; the chats keep what they owe.
    mutating func remove(at now: Instant, where isGone: (SendJob.ID) -> Bool) {
        unordered.removeAll { isGone($0.id) }
        postponed = Heap(postponed.unordered.filter { !isGone($0.job.id) })
        for chat in Array(chats.keys) {
            chats[chat]?.remove(where: isGone)
            schedule(chat, at: now)
        }
    }

    // MARK: Chats

    private mutating func withLine<Result>(_ chat: ChatID, at now: Instant, _ body: (inout ChatLine) -> Result) -> Result {
        let rate = chat.isDirect ? limits.directChat : limits.group
        var line = chats.removeValue(forKey: chat) ?? ChatLine(bucket: TokenBucket(burst: rate.burst, rate: rate.perSecond, at: now))
        defer { chats[chat] = line }
        return body(&line)
    }

    /// Puts the chat where it belongs now; its former place is out of date.
    private mutating func schedule(_ chat: ChatID, at now: Instant) {
        guard var line = chats.removeValue(forKey: chat) else { return }
        defer { chats[chat] = line }
        line.generation += 1
        guard !line.isInFlight, let lane = line.lane else { return }
        entryNumber += 1
        due[lane, default: Heap()].insert(Entry(due: line.due(at: now), number: entryNumber, chat: chat, generation: line.generation))
    }

    private mutating func first(of lane: Lane, at now: Instant) -> Entry? {
        while let entry = due[lane]?.min {
            if chats[entry.chat]?.generation == entry.generation { return entry }
            due[lane]?.removeMin()
        }
        return nil
    }

    /// A chat that waits for nothing and owes nothing needn't be remembered. Looked for when their number has doubled.
    private mutating func forgetIdleChats(at now: Instant) {
        guard chats.count >= chatsToLookAt else { return }
        chats = chats.filter { !$0.value.isIdle(at: now) }
        chatsToLookAt = max(Self.fewChats, chats.count * 2)
    }
}
