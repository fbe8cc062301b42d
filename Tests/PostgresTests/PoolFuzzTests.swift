import Postgres
import Testing

/// Whatever happens in whatever order: no connection is lent twice, nobody waits without an answer, and the pool ends.
@Suite struct PoolFuzzTests {
    private struct Shell {
        var pool: PoolStateMachine
        var connecting: Set<Int> = []
        var open: Set<Int> = []
        var lent: [Int: UInt64] = [:]
        var waiting: Set<UInt64> = []
        var isStopped = false

        /// Does what the pool asks for, and checks that it may.
        mutating func obey(now: Nanoseconds) {
            while let action = pool.next() {
                switch action {
                case .connect(let id):
                    #expect(connecting.insert(id).inserted && !open.contains(id))
                    #expect(connecting.count + open.count <= 4)
                case .grant(let waiter, let id):
                    #expect(open.contains(id) && lent[id] == nil, "connection \(id) is lent twice")
                    #expect(waiting.remove(waiter) != nil, "waiter \(waiter) is answered twice")
                    lent[id] = waiter
                case .expire(let waiter), .refuse(let waiter):
                    #expect(waiting.remove(waiter) != nil, "waiter \(waiter) is answered twice")
                case .close(let id):
                    #expect(connecting.remove(id) != nil || open.remove(id) != nil)
                    lent[id] = nil
                    pool.closed(id, now: now)
                case .becameReady: break
                case .stopped: isStopped = true
                }
            }
        }
    }

    @Test(arguments: UInt64(1)...100) func rulesHold(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var configuration = PostgresConfiguration(connection: ConnectionParameters())
        configuration.minimumConnections = 1
        configuration.maximumConnections = 4
        configuration.acquireTimeout = .seconds(2)
        configuration.idleTimeout = .seconds(5)
        configuration.maximumLifetime = .seconds(20)
        configuration.closeTimeout = .seconds(3)
        var shell = Shell(pool: PoolStateMachine(limits: .init(configuration), seed: seed))
        var now: Nanoseconds = 0
        var nextWaiter: UInt64 = 0
        shell.pool.start(now: now)
        for step in 0..<600 {
            if step == 550 { shell.pool.stop(now: now) }
            shell.obey(now: now)
            switch Int.random(in: 0..<9, using: &random) {
            case 0...1:
                nextWaiter += 1
                shell.waiting.insert(nextWaiter)
                shell.pool.acquire(nextWaiter, now: now)
            case 2...3:
                guard let id = shell.connecting.randomElement(using: &random) else { break }
                shell.connecting.remove(id)
                if Bool.random(using: &random) {
                    shell.open.insert(id)
                    shell.pool.connected(id, now: now)
                } else {
                    shell.pool.connectFailed(id, now: now)
                }
            case 4...5:
                guard let id = shell.lent.keys.randomElement(using: &random) else { break }
                shell.lent[id] = nil
                shell.pool.release(id, now: now)
            case 6:
                guard let id = shell.open.randomElement(using: &random) else { break }
                shell.open.remove(id)
                shell.lent[id] = nil
                shell.pool.closed(id, now: now)
            case 7:
                guard let waiter = shell.waiting.randomElement(using: &random) else { break }
                if shell.pool.abandon(waiter) { shell.waiting.remove(waiter) }
            default:
                now += Nanoseconds.random(in: 0...1_000_000_000, using: &random)
                shell.pool.tick(now: now)
            }
            shell.obey(now: now)
            #expect(shell.pool.waitingCount == shell.waiting.count && shell.pool.leasedCount == shell.lent.count)
        }
        now += 10_000_000_000
        shell.pool.tick(now: now)
        shell.obey(now: now)
        #expect(shell.isStopped && shell.waiting.isEmpty && shell.open.isEmpty && shell.connecting.isEmpty)
    }
}
