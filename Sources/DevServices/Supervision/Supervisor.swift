import Dispatch
import Glibc

/// Runs processes by the rules of ``Supervision``: starts, probes, signals, and tells what happens.
package actor Supervisor {
    /// What the one who watches is told.
    package enum Notice: Sendable {
        /// Something changed: the state to write down.
        case changed(Supervision.Phase, [SupervisedProcess])
        case launched(String, Int32)
        /// - Parameter took: since its launch.
        case ready(String, took: Duration)
        /// Now and then while it is not ready: the last probe's answer.
        case stillWaiting(String, reason: String, since: Duration)
        case restarting(String, reason: String, after: Duration)
        case slowStop(String)
        case failed(String, reason: String)
        case allReady(took: Duration)
    }

    private let specs: [String: ProcessSpec]
    private var rules: Supervision
    private let output: @Sendable (String) -> ProcessOutput
    private let notice: @Sendable (Notice) -> Void
    private let events: AsyncStream<Supervision.Event>
    private let post: AsyncStream<Supervision.Event>.Continuation

    private var processes: [String: ManagedProcess] = [:]
    private var launchedAt: [String: ContinuousClock.Instant] = [:]
    private var probes: [String: Task<Void, Never>] = [:]
    private var timer: Task<Void, Never>?
    private let began = ContinuousClock.now

    /// - Parameters:
    ///   - output: where a process's output goes, by its name.
    ///   - notice: called in order, one at a time.
    package init(
        _ specs: [ProcessSpec], policy: RestartPolicy = RestartPolicy(), output: @escaping @Sendable (String) -> ProcessOutput,
        notice: @escaping @Sendable (Notice) -> Void
    ) {
        self.specs = Dictionary(specs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        rules = Supervision(specs.map(Supervision.Member.init), policy: policy)
        self.output = output
        self.notice = notice
        (events, post) = AsyncStream.makeStream()
    }

    /// Drains and stops everything; ``run()`` then returns.
    package nonisolated func stop() { post.yield(.stop) }

    /// Ends everything at once.
    package nonisolated func force() { post.yield(.force) }

    /// Runs until everything was stopped.
    ///
    /// - Returns: why the start was given up; nil when it was not.
    package func run() async -> String? {
        await perform(rules.handle(.begin, at: .now))
        // Not cancelled with the task: processes must be stopped in order, whatever happens to the one who waits.
        for await event in events {
            if case .becameReady(let name) = event, let launched = launchedAt[name], rules[name]?.state.isRunning == true {
                notice(.ready(name, took: .now - launched))
            }
            await perform(rules.handle(event, at: .now))
            if rules.phase == .finished { break }
        }
        timer?.cancel()
        return rules.failure
    }

    package var snapshot: [SupervisedProcess] {
        rules.members.compactMap { member in
            specs[member.name].map { spec in
                SupervisedProcess(
                    name: member.name, identity: member.state.isRunning ? processes[member.name]?.identity : nil,
                    state: SupervisedProcess.State(member.state), restarts: member.restarts, order: member.order,
                    stopSignal: spec.stopSignal, drainTime: spec.drainTime, readiness: spec.readiness)
            }
        }
    }

    private func perform(_ actions: [Supervision.Action]) async {
        for action in actions {
            switch action {
            case .launch(let name): launch(name)
            case .askToStop(let name):
                if let process = processes[name] { process.signal(process.spec.stopSignal) }
            case .kill(let name): processes[name]?.signal(SIGKILL, group: true)
            case .announceRestart(let name, let reason, let delay): notice(.restarting(name, reason: reason, after: delay))
            case .announceSlowStop(let name): notice(.slowStop(name))
            case .announceReady: notice(.allReady(took: .now - began))
            case .announceFailure(let name, let reason): notice(.failed(name, reason: reason))
            case .finish: break
            }
        }
        notice(.changed(rules.phase, snapshot))
        armTimer()
    }

    private func launch(_ name: String) {
        guard let spec = specs[name] else { return }
        do {
            let process = try ManagedProcess.start(spec, output: output(name))
            processes[name] = process
            launchedAt[name] = .now
            notice(.launched(name, process.pid))
            watch(process)
        } catch {
            post.yield(.launchFailed(name, reason: error.message))
        }
    }

    /// Reports the process's readiness and its end.
    private func watch(_ process: ManagedProcess) {
        let name = process.name
        let notice = notice
        let post = post
        let probe = Task {
            let began = ContinuousClock.now
            var nextWord = began + .seconds(10)
            while !Task.isCancelled, process.exit == nil {
                switch await process.spec.readiness.check() {
                case .ready:
                    if process.exit == nil { post.yield(.becameReady(name)) }
                    return
                case .notReady(let reason):
                    if ContinuousClock.now >= nextWord {
                        notice(.stillWaiting(name, reason: reason, since: .now - began))
                        nextWord += .seconds(10)
                    }
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        probes[name]?.cancel()
        probes[name] = probe
        Task {
            guard let exit = await process.wait() else { return }
            probe.cancel()
            // Its last words come before the word about its end.
            await process.waitForOutput()
            post.yield(.ended(name, exit))
        }
    }

    private func armTimer() {
        timer?.cancel()
        guard let deadline = rules.nextDeadline else { return timer = nil }
        let post = post
        timer = Task {
            do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return }
            post.yield(.tick)
        }
    }
}
