/// The supervisor's rules as a value: what to do when something happens. It starts no process and reads no clock.
///
/// Processes of the lowest order start first, and those of the next order once all of these are ready. After all have been
/// ready, one that ends is started again with growing delays, for ever. Before that, a start that can't succeed is given up.
/// Stopping goes the other way round: the highest order first, the next when those are gone.
package struct Supervision: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package enum Phase: Sendable, Hashable { case starting, ready, stopping, finished }

    package enum State: Sendable, Hashable {
        /// For processes of lower orders to become ready, or for the very start.
        case waiting
        case starting(deadline: Instant)
        case ready(since: Instant)
        /// Ended; started again then.
        case backingOff(until: Instant)
        /// Asked to stop; killed then.
        case stopping(deadline: Instant)
        /// Killed, not yet gone.
        case killed
        case stopped

        /// Whether there is a process.
        package var isRunning: Bool {
            switch self {
            case .starting, .ready, .stopping, .killed: true
            case .waiting, .backingOff, .stopped: false
            }
        }
    }

    package struct Member: Sendable, Hashable {
        package let name: String
        package let order: Int
        package let readyTime: Duration
        package let drainTime: Duration
        package fileprivate(set) var state: State = .waiting
        /// How often it has been started again.
        package fileprivate(set) var restarts = 0
        package fileprivate(set) var failuresInARow = 0
        package fileprivate(set) var lastExit: ProcessExit?

        package init(_ spec: ProcessSpec) {
            name = spec.name
            order = spec.order
            readyTime = spec.readyTime
            drainTime = spec.drainTime
        }
    }

    package enum Event: Sendable, Hashable {
        case begin
        case becameReady(String)
        case ended(String, ProcessExit)
        /// The program could not even be started.
        case launchFailed(String, reason: String)
        /// Ctrl-C, SIGTERM: drain.
        case stop
        /// The second Ctrl-C: end everything at once.
        case force
        /// Time has passed: see ``nextDeadline``.
        case tick
    }

    package enum Action: Sendable, Hashable {
        case launch(String)
        case askToStop(String)
        case kill(String)
        case announceRestart(String, reason: String, after: Duration)
        case announceSlowStop(String)
        /// Everything is ready for the first time.
        case announceReady
        /// The start is given up; everything is being stopped.
        case announceFailure(String, reason: String)
        /// Nothing runs any more.
        case finish
    }

    package private(set) var phase: Phase = .starting
    package private(set) var members: [Member]
    /// Why the start was given up; nil when it was not.
    package private(set) var failure: String?
    private let policy: RestartPolicy

    package init(_ members: [Member], policy: RestartPolicy = RestartPolicy()) {
        self.members = members.sorted { $0.order < $1.order }
        self.policy = policy
    }

    package subscript(name: String) -> Member? { members.first { $0.name == name } }

    /// When ``Event/tick`` is due; nil when only an event can change something.
    package var nextDeadline: Instant? {
        members.compactMap { member in
            switch member.state {
            case .starting(let deadline), .backingOff(let deadline), .stopping(let deadline): deadline
            case .waiting, .ready, .killed, .stopped: nil
            }
        }.min()
    }

    package mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        guard phase != .finished else { return [] }
        switch event {
        case .begin: return phase == .starting ? launchNextOrder(now) : []
        case .becameReady(let name): return becameReady(name, now)
        case .ended(let name, let exit): return ended(name, exit, now)
        case .launchFailed(let name, let reason):
            guard let index = index(name), members[index].state.isRunning else { return [] }
            guard phase != .stopping else {
                members[index].state = .stopped
                return stopNextOrder(now)
            }
            return failed(index, reason: reason, hopeless: true, now)
        case .stop: return phase == .stopping ? [] : stop(now)
        case .force:
            phase = .stopping
            return forceAll(now)
        case .tick: return tick(now)
        }
    }

    // MARK: Starting

    /// Launches the lowest order that waits, provided that everything below it is ready.
    private mutating func launchNextOrder(_ now: Instant) -> [Action] {
        guard let order = members.first(where: { $0.state == .waiting })?.order else { return [] }
        for member in members where member.order < order {
            guard case .ready = member.state else { return [] }
        }
        return members.indices.filter { members[$0].order == order && members[$0].state == .waiting }
            .map { launch($0, now) }
    }

    private mutating func launch(_ index: Int, _ now: Instant) -> Action {
        members[index].state = .starting(deadline: now + members[index].readyTime)
        return .launch(members[index].name)
    }

    private mutating func becameReady(_ name: String, _ now: Instant) -> [Action] {
        guard let index = index(name), case .starting = members[index].state else { return [] }
        members[index].state = .ready(since: now)
        guard phase == .starting else { return [] }
        let allReady = members.allSatisfy { if case .ready = $0.state { true } else { false } }
        if allReady {
            phase = .ready
            return [.announceReady]
        }
        return launchNextOrder(now)
    }

    // MARK: Ends

    private mutating func ended(_ name: String, _ exit: ProcessExit, _ now: Instant) -> [Action] {
        guard let index = index(name), members[index].state.isRunning else { return [] }
        members[index].lastExit = exit
        guard phase != .stopping else {
            members[index].state = .stopped
            return stopNextOrder(now)
        }
        if case .ready(let since) = members[index].state, now - since >= policy.stableAfter {
            members[index].failuresInARow = 0
        }
        let reason = members[index].state == .killed ? "it did not become ready in time" : "\(exit)"
        return failed(index, reason: reason, hopeless: policy.isHopeless(exit), now)
    }

    private mutating func failed(_ index: Int, reason: String, hopeless: Bool, _ now: Instant) -> [Action] {
        members[index].failuresInARow += 1
        let failures = members[index].failuresInARow
        if phase == .starting, hopeless || failures >= policy.startAttempts {
            members[index].state = .stopped
            return giveUp(index, reason: failures > 1 ? "\(reason), \(failures) times" : reason, now)
        }
        let delay = policy.delay(afterFailures: failures)
        members[index].state = .backingOff(until: now + delay)
        return [.announceRestart(members[index].name, reason: reason, after: delay)]
    }

    private mutating func giveUp(_ index: Int, reason: String, _ now: Instant) -> [Action] {
        failure = "\(members[index].name): \(reason)"
        return [.announceFailure(members[index].name, reason: reason)] + stop(now)
    }

    // MARK: Stopping

    private mutating func stop(_ now: Instant) -> [Action] {
        phase = .stopping
        for index in members.indices where !members[index].state.isRunning { members[index].state = .stopped }
        return stopNextOrder(now)
    }

    /// Asks the highest order that still runs to stop, once; finishes when nothing runs.
    private mutating func stopNextOrder(_ now: Instant) -> [Action] {
        guard let order = members.last(where: { $0.state.isRunning })?.order else {
            phase = .finished
            return [.finish]
        }
        var actions: [Action] = []
        for index in members.indices where members[index].order == order {
            switch members[index].state {
            case .starting, .ready:
                members[index].state = .stopping(deadline: now + members[index].drainTime)
                actions.append(.askToStop(members[index].name))
            case .waiting, .backingOff, .stopping, .killed, .stopped: break
            }
        }
        return actions
    }

    private mutating func forceAll(_ now: Instant) -> [Action] {
        var actions: [Action] = []
        for index in members.indices {
            if members[index].state.isRunning {
                if members[index].state != .killed { actions.append(.kill(members[index].name)) }
                members[index].state = .killed
            } else {
                members[index].state = .stopped
            }
        }
        return actions + (members.contains { $0.state.isRunning } ? [] : stopNextOrder(now))
    }

    // MARK: Time

    private mutating func tick(_ now: Instant) -> [Action] {
        var actions: [Action] = []
        for index in members.indices {
            switch members[index].state {
            case .starting(let deadline) where deadline <= now:
                // A start that hangs: in the first round that is the end of it, later one more failure.
                members[index].state = .killed
                actions.append(.kill(members[index].name))
                if phase == .starting {
                    actions += giveUp(index, reason: "it was not ready after \(members[index].readyTime)", now)
                    return actions
                }
            case .backingOff(let until) where until <= now:
                members[index].restarts += 1
                actions.append(launch(index, now))
            case .stopping(let deadline) where deadline <= now:
                members[index].state = .killed
                actions += [.announceSlowStop(members[index].name), .kill(members[index].name)]
            case .waiting, .starting, .ready, .backingOff, .stopping, .killed, .stopped: break
            }
        }
        return actions
    }

    private func index(_ name: String) -> Int? { members.firstIndex { $0.name == name } }
}
