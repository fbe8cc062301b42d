import DevServices
import Testing

/// The supervisor's rules, on a clock that only the test moves.
struct SupervisionTests {
    /// A supervision with a clock at its side.
    struct Bench {
        var rules: Supervision
        var now = ContinuousClock.now

        init(_ members: [(String, order: Int)], readyTime: Duration = .seconds(30), policy: RestartPolicy = RestartPolicy()) {
            rules = Supervision(
                members.map { name, order in
                    Supervision.Member(
                        ProcessSpec(name: name, executable: "/bin/true", order: order, readyTime: readyTime, drainTime: .seconds(10)))
                }, policy: policy)
        }

        mutating func send(_ event: Supervision.Event, after wait: Duration = .zero) -> [Supervision.Action] {
            now += wait
            return rules.handle(event, at: now)
        }

        /// Everything ready, from the start.
        mutating func startAll() {
            var pending = send(.begin)
            while let action = pending.first {
                pending.removeFirst()
                if case .launch(let name) = action { pending += send(.becameReady(name)) }
            }
        }

        mutating func sleepUntilDeadline() -> [Supervision.Action] {
            guard let deadline = rules.nextDeadline else { return [] }
            now = deadline
            return rules.handle(.tick, at: now)
        }
    }

    @Test func eachOrderStartsWhenTheOneBeforeIsReady() {
        var bench = Bench([("gateway", 4), ("postgres", 0), ("rabbitmq", 1), ("epmd", 0)])
        #expect(bench.send(.begin) == [.launch("postgres"), .launch("epmd")])
        #expect(bench.send(.becameReady("postgres")) == [])
        #expect(bench.send(.becameReady("epmd")) == [.launch("rabbitmq")])
        #expect(bench.rules.phase == .starting)
        #expect(bench.send(.becameReady("rabbitmq")) == [.launch("gateway")])
        #expect(bench.send(.becameReady("gateway")) == [.announceReady])
        #expect(bench.rules.phase == .ready)
        #expect(bench.rules.nextDeadline == nil)
    }

    @Test func stoppingGoesTheOtherWayRoundAndOneAfterTheOther() {
        var bench = Bench([("a", 0), ("b", 0), ("c", 1), ("d", 2)])
        bench.startAll()
        #expect(bench.send(.stop) == [.askToStop("d")])
        #expect(bench.send(.stop) == [])
        #expect(bench.send(.ended("d", .code(0))) == [.askToStop("c")])
        #expect(bench.send(.ended("c", .code(0))) == [.askToStop("a"), .askToStop("b")])
        #expect(bench.send(.ended("b", .code(0))) == [])
        #expect(bench.send(.ended("a", .code(0))) == [.finish])
        #expect(bench.rules.phase == .finished)
        #expect(bench.rules.failure == nil)
    }

    @Test func whatDoesNotStopInTimeIsKilledAndTheRestGoesOnInOrder() {
        var bench = Bench([("a", 0), ("b", 1)])
        bench.startAll()
        _ = bench.send(.stop)
        #expect(bench.send(.tick, after: .seconds(9)) == [])
        #expect(bench.send(.tick, after: .seconds(1)) == [.announceSlowStop("b"), .kill("b")])
        #expect(bench.send(.ended("b", .signal(9))) == [.askToStop("a")])
        #expect(bench.send(.ended("a", .code(0))) == [.finish])
    }

    @Test func theSecondCtrlCEndsEverythingAtOnce() {
        var bench = Bench([("a", 0), ("b", 1), ("c", 2)])
        bench.startAll()
        #expect(bench.send(.stop) == [.askToStop("c")])
        #expect(bench.send(.force) == [.kill("a"), .kill("b"), .kill("c")])
        #expect(bench.send(.force) == [])
        _ = bench.send(.ended("a", .signal(9)))
        _ = bench.send(.ended("b", .signal(9)))
        #expect(bench.send(.ended("c", .signal(9))) == [.finish])
    }

    @Test func restartsWaitLongerAndLongerAndForgetAfterAStableTime() {
        let policy = RestartPolicy(firstDelay: .seconds(1), longestDelay: .seconds(8), stableAfter: .seconds(60))
        var bench = Bench([("worker", 0)], policy: policy)
        bench.startAll()
        var waits: [Duration] = []
        for _ in 0..<6 {
            let ended = bench.now
            guard case .announceRestart("worker", _, let delay)? = bench.send(.ended("worker", .signal(9))).first else {
                Issue.record("no restart was announced")
                return
            }
            waits.append(delay)
            #expect(bench.sleepUntilDeadline() == [.launch("worker")])
            #expect(bench.now - ended == delay)
            _ = bench.send(.becameReady("worker"), after: .seconds(1))
        }
        #expect(waits == [1, 2, 4, 8, 8, 8].map { .seconds($0) })
        #expect(bench.rules["worker"]?.restarts == 6)
        let after = bench.send(.ended("worker", .code(1)), after: .seconds(60))
        #expect(after == [.announceRestart("worker", reason: "exit code 1", after: .seconds(1))])
    }

    @Test func aDeathAfterTheStartDisturbsNobodyElse() {
        var bench = Bench([("postgres", 0), ("dialog", 1)])
        bench.startAll()
        _ = bench.send(.ended("postgres", .signal(9)))
        #expect(bench.rules["dialog"]?.state.isRunning == true)
        #expect(bench.sleepUntilDeadline() == [.launch("postgres")])
        #expect(bench.send(.becameReady("postgres")) == [])
        #expect(bench.rules.phase == .ready)
    }

    @Test func aStartThatFailsThreeTimesIsGivenUpAndTheRestStopped() {
        var bench = Bench([("postgres", 0), ("dialog", 1), ("gateway", 2)])
        _ = bench.send(.begin)
        _ = bench.send(.becameReady("postgres"))
        for _ in 0..<2 {
            _ = bench.send(.ended("dialog", .code(1)))
            #expect(bench.sleepUntilDeadline() == [.launch("dialog")])
        }
        #expect(
            bench.send(.ended("dialog", .code(1)))
                == [.announceFailure("dialog", reason: "exit code 1, 3 times"), .askToStop("postgres")])
        #expect(bench.send(.ended("postgres", .code(0))) == [.finish])
        #expect(bench.rules.failure == "dialog: exit code 1, 3 times")
    }

    @Test(arguments: [Int32(64), 78])
    func aWrongCallOrConfigurationIsNotTriedAgain(code: Int32) {
        var bench = Bench([("gateway", 0)])
        _ = bench.send(.begin)
        #expect(
            bench.send(.ended("gateway", .code(code)))
                == [.announceFailure("gateway", reason: "exit code \(code)"), .finish])
    }

    @Test func aStartThatHangsIsGivenUpAfterItsTime() {
        var bench = Bench([("a", 0), ("b", 1)], readyTime: .seconds(5))
        _ = bench.send(.begin)
        _ = bench.send(.becameReady("a"))
        #expect(bench.send(.tick, after: .seconds(4)) == [])
        let actions = bench.send(.tick, after: .seconds(1))
        #expect(actions.contains(.kill("b")))
        #expect(bench.rules.failure?.hasPrefix("b: it was not ready after") == true)
        // Its end is awaited before the next one is asked.
        #expect(!actions.contains(.askToStop("a")))
        #expect(bench.send(.ended("b", .signal(9))) == [.askToStop("a")])
    }

    @Test func aRestartThatHangsIsKilledAndCountsAsAFailure() {
        var bench = Bench([("a", 0)], readyTime: .seconds(5))
        bench.startAll()
        _ = bench.send(.ended("a", .signal(11)))
        #expect(bench.sleepUntilDeadline() == [.launch("a")])
        #expect(bench.sleepUntilDeadline() == [.kill("a")])
        #expect(
            bench.send(.ended("a", .signal(9)))
                == [.announceRestart("a", reason: "it did not become ready in time", after: .seconds(1))])
    }

    @Test func aProgramThatCanNotBeStartedIsGivenUpAtOnce() {
        var bench = Bench([("a", 0)])
        _ = bench.send(.begin)
        #expect(
            bench.send(.launchFailed("a", reason: "no such file"))
                == [.announceFailure("a", reason: "no such file"), .finish])
    }

    /// A restart whose program is gone, and Ctrl-C in the same moment.
    @Test func aProgramThatCanNotBeStartedWhileStoppingIsNotTriedAgain() {
        var bench = Bench([("a", 0), ("b", 1)])
        bench.startAll()
        _ = bench.send(.ended("b", .signal(9)))
        #expect(bench.sleepUntilDeadline() == [.launch("b")])
        #expect(bench.send(.stop) == [.askToStop("b")])
        #expect(bench.send(.launchFailed("b", reason: "no such file")) == [.askToStop("a")])
        #expect(bench.rules.nextDeadline == bench.now + .seconds(10))
        #expect(bench.send(.ended("a", .code(0))) == [.finish])
    }

    @Test func stoppingWhileStartingLaunchesNothingMore() {
        var bench = Bench([("a", 0), ("b", 1)])
        _ = bench.send(.begin)
        #expect(bench.send(.stop) == [.askToStop("a")])
        #expect(bench.send(.becameReady("a")) == [])
        #expect(bench.send(.ended("a", .code(0))) == [.finish])
    }

    @Test func stoppingDuringABackOffDoesNotWaitForIt() {
        var bench = Bench([("a", 0)])
        bench.startAll()
        _ = bench.send(.ended("a", .code(1)))
        #expect(bench.send(.stop) == [.finish])
        #expect(bench.rules.nextDeadline == nil)
    }

    /// Whatever happens in whatever order: nothing is launched once stopping, no two processes of one name run, and after the last
    /// end the supervision finishes.
    @Test(arguments: 0..<200)
    func randomHistoriesKeepTheRules(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let names = ["a", "b", "c", "d"]
        var bench = Bench(zip(names, [0, 0, 1, 2]).map { ($0, order: $1) }, readyTime: .seconds(3))
        var running: Set<String> = []
        var stopping = false
        var finished = false

        func apply(_ actions: [Supervision.Action]) {
            for action in actions {
                #expect(!finished)
                switch action {
                case .launch(let name):
                    #expect(!stopping)
                    #expect(running.insert(name).inserted)
                case .askToStop(let name), .kill(let name): #expect(running.contains(name))
                case .announceFailure: stopping = true
                case .finish:
                    #expect(running.isEmpty)
                    finished = true
                case .announceReady, .announceRestart, .announceSlowStop: break
                }
            }
        }

        apply(bench.send(.begin))
        for _ in 0..<60 where !finished {
            let name = names[Int.random(in: 0..<4, using: &random)]
            switch Int.random(in: 0..<10, using: &random) {
            case 0...3: if running.contains(name) { apply(bench.send(.becameReady(name))) }
            case 4, 5:
                guard running.remove(name) != nil else { break }
                let code = Int32.random(in: 0...3, using: &random)
                apply(bench.send(code == 3 ? .launchFailed(name, reason: "gone") : .ended(name, .code(code))))
            case 6...8: apply(bench.send(.tick, after: .milliseconds(Int.random(in: 0...4000, using: &random))))
            default:
                stopping = true
                apply(bench.send(Bool.random(using: &random) ? .stop : .force))
            }
        }
        stopping = true
        apply(bench.send(.stop))
        for _ in 0..<20 where !finished {
            guard let name = running.sorted().last else { break }
            running.remove(name)
            apply(bench.send(.ended(name, .signal(9))))
        }
        #expect(finished)
        #expect(bench.rules.phase == .finished)
    }
}

/// SplitMix64: the same seed gives the same test.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
