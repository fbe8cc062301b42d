package import Bus
import Contracts
import JSON
package import Logging
package import Postgres
import Runtime
import Schedules
import ServiceLifecycle

/// Fires timers: what is due now as soon as it is due, and beside it, at a pace of its own, what an outage left behind.
///
/// A batch is taken, published and settled in one transaction, which is committed after the broker's confirm. Whoever dies in between
/// leaves rows that somebody else takes, and events that are published again have the ids they had.
package struct TimerFiring: Service {
    let pool: PostgresPool
    let tables: TimerTables
    let settings: FiringSettings
    let publisher: FiringPublisher
    let clock: FiringClock
    let logger: Logger
    let figures = FiringFigures()

    package init(
        pool: PostgresPool, tables: TimerTables, bus: any BusPublisher, settings: FiringSettings, clock: FiringClock, logger: Logger
    ) {
        self.pool = pool
        self.tables = tables
        self.settings = settings
        publisher = FiringPublisher(bus: bus, patience: settings.patience)
        self.clock = clock
        self.logger = logger
    }

    package func run() async {
        let backlog = FiringClock(Self.backlogRhythm)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await repeatedly(clock, "fire what is due") { try await fireDue() } }
                group.addTask { await repeatedly(backlog, "fire what is overdue") { try await fireOverdue(backlog) } }
            }
        } onGracefulShutdown: {
            clock.stop()
            backlog.stop()
        }
    }

    private func repeatedly(_ clock: FiringClock, _ what: String, _ body: () async throws -> Void) async {
        while true {
            await clock.wait()
            if clock.isStopped { return }
            clock.begins()
            do { try await body() } catch {
                clock.failed()
                logger.warning("can't \(what), trying again", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: What is due

    private func fireDue() async throws {
        let now = Timestamp.now, cutoff = now - settings.overdueAfter
        if !clock.expects(at: now) {
            // A look without a transaction, since mostly there is nothing.
            let next = try await pool.query(tables.nextDue(after: cutoff).named("look")).decodeOne(PostgresTimestamp?.self)
            guard let moment = next.map({ Timestamp($0) }), moment <= now else {
                clock.looked(at: now, due: next.map { Timestamp($0) }, foundAll: true)
                return
            }
        }
        let (count, later) = try await pool.transaction("fire") { transaction in
            let results = try await transaction.pipeline([
                tables.claim(after: cutoff, upTo: now, limit: settings.batchSize), tables.nextDue(after: now),
            ])
            let later = try results[1].decodeOne(PostgresTimestamp?.self).map { Timestamp($0) }
            let timers = try tables.decodeClaimed(results[0])
            try await fire(timers, .due, in: transaction)
            return (timers.count, later)
        }
        clock.looked(at: now, due: later, foundAll: count < settings.batchSize)
    }

    // MARK: What is overdue

    /// Once a second when there is nothing, ten times a second when there is: a tenth of the rate at a time.
    private static let backlogRhythm: FiringRhythm.Settings = {
        var rhythm = FiringRhythm.Settings()
        rhythm.breath = .milliseconds(100)
        rhythm.longest = .seconds(1)
        return rhythm
    }()

    private func fireOverdue(_ clock: FiringClock) async throws {
        let now = Timestamp.now, cutoff = now - settings.overdueAfter
        guard try await pool.query(tables.oldestOverdue(before: cutoff).named("look")).decodeOne(PostgresTimestamp?.self) != nil else {
            clock.looked(at: now, due: nil, foundAll: true)
            return
        }
        try await pool.transaction("fire overdue") { transaction in
            let results = try await transaction.pipeline([tables.takePace(), tables.botsWithOverdue(before: cutoff)])
            // Somebody else is at it.
            guard let state = try results[0].decodeOptional(PostgresJSON.self) else { return }
            var pace = (try? BacklogPace(jsonBytes: state.bytes)) ?? BacklogPace()
            let allotment = pace.allot(try results[1].decode(String.self), rates: settings.rates, limit: settings.batchSize, at: now)
            guard allotment.total > 0 else { return }
            let timers = try tables.decodeClaimed(await transaction.query(tables.claimOverdue(allotment, before: cutoff)))
            try await fire(timers, .overdue, in: transaction)
            pace.took(Dictionary(timers.map { ($0.bot, 1) }) { $0 + $1 }, rates: settings.rates, at: now)
            try transaction.atCommit(tables.keepPace(pace))
        }
        clock.looked(at: now, due: now, foundAll: true)
    }

    // MARK: Firing

    private func fire(_ timers: [ClaimedTimer], _ pace: FiringFigures.Pace, in transaction: PostgresTransaction) async throws {
        guard !timers.isEmpty else { return }
        let now = Timestamp.now
        var batch = FiringBatch(timers, at: now)
        let refused: Set<Int>
        do {
            refused = try await publisher.publish(batch.shots.map(\.message))
        } catch {
            for shot in batch.shots { shot.span?.finish(error: "_OTHER") }
            throw error
        }
        batch.putOff(refused, until: now + settings.refusedPause)
        report(batch, refused, pace)
        try transaction.atCommit(
            tables.settle(
                batch.fates(unreadableUntil: now + settings.unreadablePause), forgottenAt: now + TimerTables.Memory.fired))
    }

    private func report(_ batch: FiringBatch, _ refused: Set<Int>, _ pace: FiringFigures.Pace) {
        let now = Timestamp.now
        for (index, shot) in batch.shots.enumerated() {
            let metadata: Logger.Metadata = ["bot": "\(shot.timer.bot)", "message_id": "\(shot.message.envelope.id)"]
            withTrace(at: shot.trace) {
                if refused.contains(index) {
                    logger.error("the broker refused a timer's event, it is put off", metadata: metadata)
                } else {
                    logger.info("fired", metadata: metadata)
                }
            }
            shot.span?.finish(error: refused.contains(index) ? "refused" : nil)
            if !refused.contains(index) { figures.fired(shot.timer, pace, at: now) }
        }
        for (timer, reason) in batch.unreadable {
            logger.error("a timer can't be read here, it is put off", metadata: ["bot": "\(timer.bot)", "error": "\(reason)"])
        }
        figures.putOff(refused: refused.count, unreadable: batch.unreadable.count)
    }
}
