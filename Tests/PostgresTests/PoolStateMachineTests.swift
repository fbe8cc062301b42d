import Postgres
import Testing

private func limits(_ change: (inout PostgresConfiguration) -> Void = { _ in }) -> PoolStateMachine.Limits {
    var configuration = PostgresConfiguration(connection: ConnectionParameters())
    configuration.minimumConnections = 1
    configuration.maximumConnections = 2
    configuration.acquireTimeout = .seconds(10)
    configuration.idleTimeout = .seconds(60)
    configuration.maximumLifetime = .seconds(1000)
    configuration.backoffInitial = .seconds(1)
    configuration.backoffMaximum = .seconds(8)
    change(&configuration)
    return PoolStateMachine.Limits(configuration)
}

private let second: Nanoseconds = 1_000_000_000

extension PoolStateMachine {
    fileprivate mutating func drain() -> [Action] {
        var actions: [Action] = []
        while let action = next() { actions.append(action) }
        return actions
    }

    /// A pool whose first connection stands and is idle.
    fileprivate static func ready(_ limits: Limits = defaultLimits) -> PoolStateMachine {
        var pool = PoolStateMachine(limits: limits, seed: 1)
        pool.start(now: 0)
        pool.connected(1, now: 0)
        _ = pool.drain()
        return pool
    }
}

private let defaultLimits = limits()

@Suite struct PoolStateMachineTests {
    @Test func opensTheMinimumAndBecomesReady() {
        var pool = PoolStateMachine(limits: limits { $0.minimumConnections = 2 }, seed: 1)
        #expect(pool.drain() == [])
        pool.start(now: 0)
        #expect(pool.drain() == [.connect(1), .connect(2)])
        pool.connected(2, now: 1)
        #expect(pool.drain() == [.becameReady])
        pool.connected(1, now: 2)
        #expect(pool.drain() == [])
        #expect(pool.idleCount == 2)
    }

    @Test func grantsTheMostRecentlyUsedFirst() {
        var pool = PoolStateMachine.ready()
        pool.acquire(100, now: 1)
        #expect(pool.drain() == [.grant(100, 1)])
        pool.acquire(101, now: 1)
        #expect(pool.drain() == [.connect(2)])
        pool.connected(2, now: 2)
        #expect(pool.drain() == [.grant(101, 2)])
        pool.release(2, now: 3)
        pool.release(1, now: 4)
        pool.acquire(102, now: 5)
        #expect(pool.drain() == [.grant(102, 1)])
    }

    @Test func waitersAreServedInOrderAndExpire() {
        var pool = PoolStateMachine.ready(limits { $0.maximumConnections = 1 })
        for waiter in 1...4 { pool.acquire(UInt64(waiter), now: Nanoseconds(waiter) * second) }
        #expect(pool.drain() == [.grant(1, 1)])
        #expect(pool.waitingCount == 3)
        let (first, again) = (pool.abandon(3), pool.abandon(3))
        #expect(first && !again)
        #expect(pool.nextDeadline == 12 * second)
        pool.tick(now: 12 * second)
        #expect(pool.drain() == [.expire(2)])
        pool.release(1, now: 13 * second)
        #expect(pool.drain() == [.grant(4, 1)])
        #expect(pool.waitingCount == 0)
        pool.tick(now: 100 * second)
        #expect(pool.drain() == [])
    }

    @Test func backsOffWithOneAttemptAtATime() {
        var pool = PoolStateMachine(
            limits: limits {
                $0.maximumConnections = 4; $0.acquireTimeout = .seconds(1000)
            }, seed: 7)
        pool.start(now: 0)
        #expect(pool.drain() == [.connect(1)])
        for waiter in 1...3 as ClosedRange<UInt64> { pool.acquire(waiter, now: 0) }
        #expect(pool.drain() == [.connect(2), .connect(3)])
        var now: Nanoseconds = 0
        for id in 1...3 { pool.connectFailed(id, now: now) }
        #expect(pool.drain() == [])
        // Each pause lies between half and all of 4, 8, 8 … seconds (after the third failure).
        for (attempt, ceiling) in [(4, 4), (5, 8), (6, 8), (7, 8)] {
            guard let deadline = pool.nextDeadline else { Issue.record("no deadline"); return }
            #expect(deadline - now > Nanoseconds(ceiling) * second / 2 - 1)
            #expect(deadline - now <= Nanoseconds(ceiling) * second)
            pool.tick(now: deadline - 1)
            #expect(pool.drain() == [])
            pool.tick(now: deadline)
            #expect(pool.drain() == [.connect(attempt)])
            #expect(pool.nextDeadline == 1000 * second)
            now = deadline
            pool.connectFailed(attempt, now: now)
        }
        guard let deadline = pool.nextDeadline else { Issue.record("no deadline"); return }
        pool.tick(now: deadline)
        #expect(pool.drain() == [.connect(8)])
        pool.connected(8, now: deadline)
        #expect(pool.drain() == [.becameReady, .grant(1, 8), .connect(9), .connect(10)])
    }

    @Test func replacesOldAndSurplusConnections() {
        var pool = PoolStateMachine.ready()
        pool.acquire(1, now: 0)
        pool.acquire(2, now: 0)
        _ = pool.drain()
        pool.connected(2, now: 0)
        _ = pool.drain()
        pool.release(1, now: 10 * second)
        pool.release(2, now: 11 * second)
        #expect(pool.nextDeadline == 70 * second)
        pool.tick(now: 70 * second)
        #expect(pool.drain() == [.close(1)])
        pool.closed(1, now: 70 * second)
        // The last one stays for the sake of the minimum, until its lifetime is over (less up to a tenth).
        guard let deadline = pool.nextDeadline else { Issue.record("no deadline"); return }
        #expect((900 * second...1000 * second).contains(deadline))
        pool.tick(now: deadline)
        #expect(pool.drain() == [.close(2)])
        pool.closed(2, now: deadline)
        #expect(pool.drain() == [.connect(3)])
    }

    @Test func expiredConnectionsAreClosedWhenReleased() {
        var pool = PoolStateMachine.ready()
        pool.acquire(1, now: 0)
        _ = pool.drain()
        pool.release(1, now: 1001 * second)
        #expect(pool.drain() == [.close(1)])
        pool.closed(1, now: 1001 * second)
        #expect(pool.drain() == [.connect(2)])
    }

    @Test func aLostConnectionIsReplacedForThoseWhoWait() {
        var pool = PoolStateMachine.ready(limits { $0.maximumConnections = 1 })
        pool.acquire(1, now: 0)
        pool.acquire(2, now: 0)
        #expect(pool.drain() == [.grant(1, 1)])
        pool.beginClosing(1)
        #expect(pool.drain() == [])
        pool.closed(1, now: 1)
        #expect(pool.drain() == [.connect(2)])
        pool.connected(2, now: 2)
        #expect(pool.drain() == [.grant(2, 2)])
    }

    @Test func stopsGracefully() {
        var pool = PoolStateMachine.ready()
        pool.acquire(1, now: 0)
        pool.acquire(2, now: 0)
        #expect(pool.drain() == [.grant(1, 1), .connect(2)])
        pool.stop(now: second)
        #expect(pool.drain() == [.refuse(2), .close(2)])
        pool.closed(2, now: second)
        pool.acquire(3, now: second)
        #expect(pool.drain() == [.refuse(3)])
        #expect(pool.nextDeadline == 11 * second)
        pool.release(1, now: 2 * second)
        #expect(pool.drain() == [.close(1)])
        pool.closed(1, now: 2 * second)
        #expect(pool.drain() == [.stopped])
    }

    @Test func stoppingEndsWithForce() {
        var pool = PoolStateMachine.ready()
        pool.acquire(1, now: 0)
        pool.stop(now: second)
        _ = pool.drain()
        pool.tick(now: 11 * second)
        #expect(pool.drain() == [.close(1)])
        pool.closed(1, now: 11 * second)
        #expect(pool.drain() == [.stopped])
    }

    @Test func stopsBeforeItWasStarted() {
        var pool = PoolStateMachine(limits: limits(), seed: 1)
        pool.acquire(1, now: 0)
        pool.stop(now: 0)
        #expect(pool.drain() == [.refuse(1), .stopped])
    }

    /// Whatever happens in whatever order: never too many connections, no connection granted twice, every waiter
    /// answered exactly once, and the pool comes to its end.
    @Test(arguments: 0..<150 as Range<UInt64>)
    func invariants(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let minimum = Int.random(in: 0...3, using: &random)
        let maximum = Int.random(in: max(1, minimum)...5, using: &random)
        var pool = PoolStateMachine(
            limits: limits {
                $0.minimumConnections = minimum; $0.maximumConnections = maximum; $0.maximumLifetime = .seconds(40)
            }, seed: seed)
        var now: Nanoseconds = 0
        var connecting: Set<Int> = [], leased: Set<Int> = [], idleOrClosing: Set<Int> = []
        var waiting: Set<UInt64> = []
        var lastWaiter: UInt64 = 0
        var stopped = false

        func carryOut() {
            while let action = pool.next() {
                switch action {
                case .connect(let id): #expect(connecting.insert(id).inserted)
                case .grant(let waiter, let id):
                    #expect(waiting.remove(waiter) != nil)
                    #expect(leased.insert(id).inserted)
                    idleOrClosing.remove(id)
                case .expire(let waiter), .refuse(let waiter): #expect(waiting.remove(waiter) != nil)
                case .close(let id):
                    connecting.remove(id)
                    leased.remove(id)
                    idleOrClosing.remove(id)
                    pool.closed(id, now: now)
                case .becameReady: break
                case .stopped: stopped = true
                }
                #expect(connecting.count + leased.count + idleOrClosing.count <= maximum)
            }
        }
        pool.start(now: now)
        carryOut()
        for _ in 0..<400 {
            now += Nanoseconds.random(in: 0...(2 * second), using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0...3:
                lastWaiter += 1
                waiting.insert(lastWaiter)
                pool.acquire(lastWaiter, now: now)
            case 4:
                if let waiter = waiting.randomElement(using: &random) {
                    let wasWaiting = pool.abandon(waiter)
                    #expect(wasWaiting)
                    waiting.remove(waiter)
                }
            case 5, 6:
                if let id = connecting.sorted().first {
                    connecting.remove(id)
                    idleOrClosing.insert(id)
                    pool.connected(id, now: now)
                }
            case 7:
                if let id = connecting.sorted().first {
                    connecting.remove(id)
                    pool.connectFailed(id, now: now)
                }
            case 8, 9:
                if let id = leased.sorted().randomElement(using: &random) {
                    leased.remove(id)
                    idleOrClosing.insert(id)
                    pool.release(id, now: now)
                }
            case 10:
                if let id = leased.union(idleOrClosing).sorted().randomElement(using: &random) {
                    leased.remove(id)
                    idleOrClosing.remove(id)
                    pool.beginClosing(id)
                    pool.closed(id, now: now)
                }
            default:
                if let deadline = pool.nextDeadline { now = max(now, deadline) }
                pool.tick(now: now)
                carryOut()
                // A deadline that stays in the past would make the I/O thread spin.
                if let deadline = pool.nextDeadline { #expect(deadline > now) }
            }
            carryOut()
            #expect(pool.waitingCount == waiting.count)
            #expect(pool.leasedCount == leased.count)
        }
        pool.stop(now: now)
        carryOut()
        now += 11 * second
        pool.tick(now: now)
        carryOut()
        #expect(stopped)
        #expect(waiting.isEmpty)
    }
}
