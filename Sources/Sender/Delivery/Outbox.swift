package import Bus
package import Contracts

/// The commands in hand, and what may be done with them now: the scheduler, joined with the deliveries that the commands
/// came in.
///
/// A command that comes again while it is in hand takes its place there; one that was finished is only acknowledged. When
/// the connection was lost, what hadn't started is forgotten before anything comes again, which keeps the order.
package struct Outbox {
    package struct Task: Sendable {
        package var job: SendJob
        package var command: Command
        package var delivery: BusDelivery
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
        var delivery: BusDelivery
        var attempts = 0
        /// Given out and not back: being sent, or its receipt being published.
        var isInHand = false
    }

    private var scheduler: SendScheduler
    private var entries: [SendJob.ID: Entry] = [:]
    private var jobs: [EnvelopeID: SendJob.ID] = [:]
    private var finished = RecentIDs(capacity: 100_000)
    private var nextID: SendJob.ID = 0
    private var epoch: UInt64 = 0

    package init(limits: SendLimits) {
        scheduler = SendScheduler(limits: limits)
    }

    package var isEmpty: Bool { entries.isEmpty }

    // MARK: In

    package enum Put: Sendable {
        /// Waits its turn now. Edits that it makes needless are to be concluded.
        case accepted(needless: [Task])
        /// Finished before, or a second copy of what is in hand: to be acknowledged.
        case known
    }

    package mutating func put(_ command: Command, _ delivery: BusDelivery, at now: Instant) -> Put {
        if delivery.epoch > epoch {
            epoch = delivery.epoch
            forgetLost(at: now)
        }
        if finished.contains(delivery.envelope.id) { return .known }
        if let id = jobs[delivery.envelope.id] {
            // Published twice, as after a lost confirm: the copy at hand stands for both. Replaced, it would never be acknowledged.
            if entries[id]?.delivery.isCurrent() == true { return .known }
            entries[id]?.delivery = delivery
            return .accepted(needless: [])
        }
        let id = nextID
        nextID += 1
        let job = SendJob(id: id, command: command, lane: delivery.envelope.lane)
        entries[id] = Entry(command: command, delivery: delivery)
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
                guard let entry = entries[job.id], entry.delivery.isCurrent() else {
                    scheduler.finish(job, chat: chat, .finished, at: now)
                    forget(job)
                    continue
                }
                entries[job.id]?.isInHand = true
                entries[job.id]?.attempts += 1
                return .send(Task(job: job, command: entry.command, delivery: entry.delivery, attempts: entry.attempts + 1, chat: chat))
            }
        }
    }

    /// What became of the call. After a final verdict the next of its chat may start, and the task is to be concluded.
    package mutating func finish(_ task: Task, _ verdict: Verdict, at now: Instant) {
        switch verdict {
        case .done: scheduler.finish(task.job, chat: task.chat, .finished, at: now)
        case .again(let result):
            entries[task.job.id]?.isInHand = false
            scheduler.finish(task.job, chat: task.chat, result, at: now)
        }
    }

    /// Everything about the command is done, its receipt is with the broker.
    ///
    /// - Returns: the delivery to be acknowledged: the latest, when it came again meanwhile.
    package mutating func conclude(_ task: Task) -> BusDelivery {
        let delivery = entries[task.job.id]?.delivery ?? task.delivery
        finished.insert(delivery.envelope.id)
        forget(task.job)
        return delivery
    }

    /// What hasn't started goes back to the broker, for a shutdown.
    package mutating func removeWaiting(at now: Instant) { forgetWaiting(at: now) { _ in true } }

    // MARK: Forgetting

    /// Takes back what the scheduler has let go without sending it.
    private mutating func withdraw(_ job: SendJob) -> Task? {
        guard let entry = entries[job.id] else { return nil }
        entries[job.id]?.isInHand = true
        return Task(job: job, command: entry.command, delivery: entry.delivery, attempts: entry.attempts, chat: job.chat)
    }

    private mutating func forget(_ job: SendJob) {
        if let entry = entries.removeValue(forKey: job.id) { jobs[entry.delivery.envelope.id] = nil }
    }

    /// Whatever waits and came over a connection that is gone will come again, after this, in its order.
    private mutating func forgetLost(at now: Instant) {
        forgetWaiting(at: now) { !$0.isCurrent() }
    }

    private mutating func forgetWaiting(at now: Instant, where isGone: (BusDelivery) -> Bool) {
        let gone = entries.filter { !$0.value.isInHand && isGone($0.value.delivery) }
        guard !gone.isEmpty else { return }
        for (id, entry) in gone {
            entries[id] = nil
            jobs[entry.delivery.envelope.id] = nil
        }
        scheduler.remove(at: now) { gone[$0] != nil }
    }
}
