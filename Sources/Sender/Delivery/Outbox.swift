package import Bus
package import Contracts

/// The commands in hand, and what may be done with them now: the scheduler, joined with the deliveries that the commands
/// came in.
///
/// A command that comes again while it is in hand is done once, and all its deliveries are acknowledged then; one that was
/// finished is only acknowledged. Of a lost connection or subscription, what hadn't started is forgotten all at once, or
/// keeps its place when it comes again before that is noticed: either way the order stays.
package struct Outbox {
    package struct Task: Sendable {
        package var job: SendJob
        package var command: Command
        package var envelope: Envelope
        /// This one included.
        package var attempts: Int
        /// Where it goes: another chat than the command's when the group has moved.
        package var chat: ChatID?
    }

    package enum Next: Sendable {
        case send(Task)
        case drop(Task, reason: String)
        case wait(until: Instant?)
    }

    private struct Entry {
        var command: Command
        let envelope: Envelope
        /// Those that brought it, the first one first. More than one when it was published twice, as after a lost confirm, or
        /// delivered again meanwhile.
        var deliveries: [BusDelivery]
        var attempts = 0
        /// Given out and not back: being sent, or its receipt being published.
        var isInHand = false

        /// Whether the broker still waits for its acknowledgement.
        var isCurrent: Bool { deliveries.contains { $0.isCurrent() } }

        /// Takes the place of those that the broker no longer waits for.
        mutating func add(_ delivery: BusDelivery) {
            deliveries.removeAll { !$0.isCurrent() }
            deliveries.append(delivery)
        }
    }

    private var scheduler: SendScheduler
    private var entries: [SendJob.ID: Entry] = [:]
    private var jobs: [EnvelopeID: SendJob.ID] = [:]
    private var finished = RecentIDs(capacity: 100_000)
    private var nextID: SendJob.ID = 0

    package init(limits: SendLimits) {
        scheduler = SendScheduler(limits: limits)
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// Commands that aren't being sent, nor concluded; with what the scheduler knows of their chats.
    package func census(at now: Instant) -> (waiting: Int, SendScheduler.Census) {
        (entries.values.count { !$0.isInHand }, scheduler.census(at: now))
    }

    // MARK: In

    package enum Put: Sendable {
        /// Waits its turn now. Edits that it makes needless are to be concluded.
        case accepted(needless: [Task])
        /// In hand already: acknowledged together with it.
        case joined
        /// Finished before: to be acknowledged.
        case known
        /// Its subscription is gone: it comes again, behind what was before it.
        case stale
    }

    package mutating func put(_ command: Command, _ delivery: BusDelivery, at now: Instant) -> Put {
        guard delivery.isCurrent() else { return .stale }
        if finished.contains(delivery.envelope.id) { return .known }
        if let id = jobs[delivery.envelope.id] {
            entries[id]?.add(delivery)
            return .joined
        }
        let id = nextID
        nextID += 1
        let job = SendJob(id: id, command: command, lane: delivery.envelope.lane)
        entries[id] = Entry(command: command, envelope: delivery.envelope, deliveries: [delivery])
        jobs[delivery.envelope.id] = id
        let needless = scheduler.put(job, at: now).compactMap { withdraw($0) }
        return .accepted(needless: needless)
    }

    // MARK: Out

    package mutating func next(at now: Instant, wall: Timestamp) -> Next {
        while true {
            switch scheduler.next(at: now, wall: wall) {
            case .wait(let moment): return .wait(until: moment)
            case .drop(let job):
                if let task = withdraw(job) { return .drop(task, reason: "it is too late") }
            case .send(let job, let chat):
                guard let entry = entries[job.id], entry.isCurrent else {
                    scheduler.finish(job, chat: chat, .finished, at: now)
                    forget(job)
                    forgetWaiting(at: now) { !$0.isCurrent }
                    continue
                }
                entries[job.id]?.isInHand = true
                entries[job.id]?.attempts += 1
                return .send(Task(job: job, command: entry.command, envelope: entry.envelope, attempts: entry.attempts + 1, chat: chat))
            }
        }
    }

    /// What became of the call. After a final verdict the next of its chat may start, and the task is to be concluded.
    package mutating func finish(_ task: Task, _ verdict: Verdict, at now: Instant) {
        switch verdict {
        case .done, .deadLetter: scheduler.finish(task.job, chat: task.chat, .finished, at: now)
        case .again(let result):
            entries[task.job.id]?.isInHand = false
            scheduler.finish(task.job, chat: task.chat, result, at: now)
        }
    }

    /// Everything about the command is done, its receipt is with the broker.
    ///
    /// - Returns: the deliveries to be settled: several when it came again meanwhile.
    package mutating func conclude(_ task: Task) -> [BusDelivery] {
        finished.insert(task.envelope.id)
        return forget(task.job)?.deliveries ?? []
    }

    /// What hasn't started goes back to the broker, for a shutdown.
    package mutating func removeWaiting(at now: Instant) { forgetWaiting(at: now) { _ in true } }

    // MARK: Forgetting

    /// Takes back what the scheduler has let go without sending it.
    private mutating func withdraw(_ job: SendJob) -> Task? {
        guard let entry = entries[job.id] else { return nil }
        entries[job.id]?.isInHand = true
        return Task(job: job, command: entry.command, envelope: entry.envelope, attempts: entry.attempts, chat: job.chat)
    }

    @discardableResult
    private mutating func forget(_ job: SendJob) -> Entry? {
        let entry = entries.removeValue(forKey: job.id)
        if let entry { jobs[entry.envelope.id] = nil }
        return entry
    }

    private mutating func forgetWaiting(at now: Instant, where isGone: (Entry) -> Bool) {
        let gone = entries.filter { !$0.value.isInHand && isGone($0.value) }
        guard !gone.isEmpty else { return }
        for (id, entry) in gone {
            entries[id] = nil
            jobs[entry.envelope.id] = nil
        }
        scheduler.remove(at: now) { gone[$0] != nil }
    }
}
