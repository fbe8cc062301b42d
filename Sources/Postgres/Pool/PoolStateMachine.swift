import DequeModule

/// Who gets which connection, who waits, when connections are opened and closed.
///
/// A value: it is told what happened and the time, and answers with actions (``next()``). It never acts itself.
package struct PoolStateMachine {
    package typealias ConnectionID = Int
    package typealias WaiterID = UInt64

    package struct Limits: Sendable {
        package var minimum: Int
        package var maximum: Int
        package var acquireTimeout: Nanoseconds
        package var idleTimeout: Nanoseconds?
        package var maximumLifetime: Nanoseconds?
        package var backoffInitial: Nanoseconds
        package var backoffMaximum: Nanoseconds
        package var closeTimeout: Nanoseconds

        package init(_ configuration: PostgresConfiguration) {
            minimum = configuration.minimumConnections
            maximum = configuration.maximumConnections
            acquireTimeout = configuration.acquireTimeout.nanoseconds
            idleTimeout = configuration.idleTimeout?.nanoseconds
            maximumLifetime = configuration.maximumLifetime?.nanoseconds
            backoffInitial = configuration.backoffInitial.nanoseconds
            backoffMaximum = configuration.backoffMaximum.nanoseconds
            closeTimeout = configuration.closeTimeout.nanoseconds
        }
    }

    package enum Action: Equatable, Sendable {
        case connect(ConnectionID)
        case grant(WaiterID, ConnectionID)
        /// The waiter's time is up.
        case expire(WaiterID)
        /// The pool is closing.
        case refuse(WaiterID)
        /// Close it, then report ``PoolStateMachine/closed(_:now:)``. May be in use when the time to close is up.
        case close(ConnectionID)
        /// The first connection stands.
        case becameReady
        /// Everything is closed; the last action.
        case stopped
    }

    private enum State: Equatable {
        case connecting
        case idle(since: Nanoseconds)
        case leased
        case closing
    }

    private struct Entry {
        var id: ConnectionID
        var state: State
        var expiresAt: Nanoseconds
    }

    private enum Phase: Equatable {
        case created, running, stopped
        case stopping(deadline: Nanoseconds)
    }

    private let limits: Limits
    private var random: SplitMix
    private var phase = Phase.created
    private var entries: [Entry] = []
    /// Idle ones, the most recently used last: it is taken first, so that surplus ones can age.
    private var idle: [ConnectionID] = []
    /// First come, first served; may still contain some that gave up.
    private var waiters: Deque<(id: WaiterID, deadline: Nanoseconds)> = []
    /// Those in the queue that still wait.
    private var waiting: Set<WaiterID> = []
    private var nextConnection = 1
    private var failures = 0
    private var nextAttempt: Nanoseconds = 0
    private var wasReady = false
    private var actions: Deque<Action> = []

    package init(limits: Limits, seed: UInt64) {
        self.limits = limits
        random = SplitMix(seed: seed)
    }

    // MARK: What the shell asks

    package mutating func next() -> Action? { actions.popFirst() }
    package var idleCount: Int { idle.count }
    package var leasedCount: Int { entries.count { $0.state == .leased } }
    package var waitingCount: Int { waiting.count }
    package var connectionCount: Int { entries.count }
    package var isReady: Bool { wasReady }
    package var isStopping: Bool { phase != .created && phase != .running }

    /// When ``tick(now:)`` has something to do next; nil when nothing is due.
    package var nextDeadline: Nanoseconds? {
        if phase == .stopped { return nil }
        var earliest = waiters.first?.deadline ?? .max
        if case .stopping(let deadline) = phase, entries.contains(where: { $0.state == .leased || $0.state == .connecting }) {
            earliest = min(earliest, deadline)
        }
        if phase == .running {
            if failures > 0, wantsMore, connectingCount == 0 { earliest = min(earliest, nextAttempt) }
            for entry in entries {
                guard case .idle(let since) = entry.state else { continue }
                earliest = min(earliest, entry.expiresAt)
                if let timeout = limits.idleTimeout, stayingCount > limits.minimum { earliest = min(earliest, since + timeout) }
            }
        }
        return earliest == .max ? nil : earliest
    }

    // MARK: What happened

    package mutating func start(now: Nanoseconds) {
        guard phase == .created else { return }
        phase = .running
        openMore(now: now)
    }

    package mutating func acquire(_ waiter: WaiterID, now: Nanoseconds) {
        if isStopping {
            actions.append(.refuse(waiter))
        } else if phase == .running, waitingCount == 0, let id = idle.popLast() {
            set(id, .leased)
            actions.append(.grant(waiter, id))
        } else {
            waiters.append((waiter, now + limits.acquireTimeout))
            waiting.insert(waiter)
            openMore(now: now)
        }
    }

    /// The waiter no longer wants one. False when it is not waiting any more.
    package mutating func abandon(_ waiter: WaiterID) -> Bool {
        guard waiting.remove(waiter) != nil else { return false }
        dropAbandoned()
        return true
    }

    package mutating func connected(_ id: ConnectionID, now: Nanoseconds) {
        guard let index = index(of: id), entries[index].state == .connecting else { return }
        failures = 0
        if !wasReady {
            wasReady = true
            actions.append(.becameReady)
        }
        if let lifetime = limits.maximumLifetime {
            entries[index].expiresAt = now + lifetime - Nanoseconds(random.fraction() * 0.1 * Double(lifetime))
        }
        makeAvailable(id, now: now)
        openMore(now: now)
    }

    package mutating func connectFailed(_ id: ConnectionID, now: Nanoseconds) {
        guard let index = index(of: id), entries[index].state == .connecting else { return }
        entries.remove(at: index)
        let exponential = limits.backoffInitial.multipliedReportingOverflow(by: 1 << min(failures, 30))
        let pause = exponential.overflow ? limits.backoffMaximum : min(exponential.partialValue, limits.backoffMaximum)
        failures += 1
        nextAttempt = now + pause - Nanoseconds(random.fraction() * 0.5 * Double(pause))
        openMore(now: now)
        finishIfDone()
    }

    /// A leased connection comes back, clean.
    package mutating func release(_ id: ConnectionID, now: Nanoseconds) {
        guard let index = index(of: id), entries[index].state == .leased else { return }
        if isStopping || entries[index].expiresAt <= now {
            beginClosing(id)
            actions.append(.close(id))
        } else {
            makeAvailable(id, now: now)
        }
    }

    /// The shell closes this one on its own account; until ``closed(_:now:)`` it still counts.
    package mutating func beginClosing(_ id: ConnectionID) {
        guard index(of: id) != nil else { return }
        idle.removeAll { $0 == id }
        set(id, .closing)
    }

    /// The connection is gone, whether it was asked to or broke.
    package mutating func closed(_ id: ConnectionID, now: Nanoseconds) {
        guard let index = index(of: id) else { return }
        entries.remove(at: index)
        idle.removeAll { $0 == id }
        openMore(now: now)
        finishIfDone()
    }

    package mutating func tick(now: Nanoseconds) {
        while let first = waiters.first, first.deadline <= now || !waiting.contains(first.id) {
            waiters.removeFirst()
            if waiting.remove(first.id) != nil { actions.append(.expire(first.id)) }
        }
        switch phase {
        case .running:
            retireIdle(now: now)
            openMore(now: now)
        case .stopping(let deadline) where deadline <= now:
            for entry in entries where entry.state == .leased || entry.state == .connecting {
                set(entry.id, .closing)
                actions.append(.close(entry.id))
            }
        default:
            break
        }
    }

    /// Refuses everybody who waits, closes idle connections, and gives those in use the close time-out.
    package mutating func stop(now: Nanoseconds) {
        guard !isStopping else { return }
        phase = .stopping(deadline: now + limits.closeTimeout)
        for waiter in waiters where waiting.remove(waiter.id) != nil { actions.append(.refuse(waiter.id)) }
        waiters.removeAll()
        idle.removeAll()
        for entry in entries where entry.state != .leased && entry.state != .closing {
            set(entry.id, .closing)
            actions.append(.close(entry.id))
        }
        finishIfDone()
    }

    // MARK: Rules

    private var stayingCount: Int { entries.count { $0.state != .closing } }
    private var connectingCount: Int { entries.count { $0.state == .connecting } }

    private var wantsMore: Bool {
        entries.count < limits.maximum && (connectingCount < waitingCount || entries.count < limits.minimum)
    }

    private mutating func openMore(now: Nanoseconds) {
        guard phase == .running else { return }
        while wantsMore {
            // While the server is away one attempt at a time finds out when it is back.
            if failures > 0, connectingCount > 0 || now < nextAttempt { return }
            entries.append(Entry(id: nextConnection, state: .connecting, expiresAt: .max))
            actions.append(.connect(nextConnection))
            nextConnection += 1
        }
    }

    private mutating func makeAvailable(_ id: ConnectionID, now: Nanoseconds) {
        dropAbandoned()
        if let waiter = waiters.popFirst() {
            waiting.remove(waiter.id)
            set(id, .leased)
            actions.append(.grant(waiter.id, id))
        } else {
            set(id, .idle(since: now))
            idle.append(id)
        }
    }

    private mutating func retireIdle(now: Nanoseconds) {
        for entry in entries {
            guard case .idle(let since) = entry.state else { continue }
            let isSurplus = limits.idleTimeout.map { since + $0 <= now } == true && stayingCount > limits.minimum
            if isSurplus || entry.expiresAt <= now {
                beginClosing(entry.id)
                actions.append(.close(entry.id))
            }
        }
    }

    private mutating func dropAbandoned() {
        while let first = waiters.first, !waiting.contains(first.id) { waiters.removeFirst() }
    }

    private mutating func finishIfDone() {
        if case .stopping = phase, entries.isEmpty {
            phase = .stopped
            actions.append(.stopped)
        }
    }

    private func index(of id: ConnectionID) -> Int? { entries.firstIndex { $0.id == id } }

    private mutating func set(_ id: ConnectionID, _ state: State) {
        if let index = index(of: id) { entries[index].state = state }
    }
}

/// A small seeded generator (SplitMix64), so that tests repeat.
package struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// In 0..<1.
    package mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
