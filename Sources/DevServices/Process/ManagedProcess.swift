import Dispatch
package import Glibc
import Synchronization

/// A child process that was started here: its end is always collected, and no signal can hit a stranger.
package final class ManagedProcess: Sendable {
    package let spec: ProcessSpec
    package let identity: ProcessIdentity
    private let ended = OneShot<ProcessExit>()
    private let outputDone: OneShot<Void>?
    /// True from the moment the process id may be given to another process.
    private let collected = Mutex(false)

    package var name: String { spec.name }
    package var pid: pid_t { identity.pid }

    /// How it ended; nil while it runs.
    package var exit: ProcessExit? { ended.value }

    /// Starts the process in a process group of its own, with nothing to read.
    ///
    /// When we bear a ``Leftovers/mark`` ourselves, it gets the same, unless the spec gives it another: so what tests start is found
    /// even when they are killed.
    ///
    /// - Throws: ``DevServicesError`` (`launch`) when the program can't be started.
    package static func start(_ spec: ProcessSpec, output: ProcessOutput) throws(DevServicesError) -> ManagedProcess {
        var spec = spec
        if spec.environment[Leftovers.mark] == nil, let mark = getenv(Leftovers.mark) {
            spec.environment[Leftovers.mark] = String(cString: mark)
        }
        return try ManagedProcess(spec, output: output, group: .own)
    }

    private init(_ spec: ProcessSpec, output: ProcessOutput, group: Spawn.Group) throws(DevServicesError) {
        let null = try Spawn.devNull()
        defer { close(null) }
        var target: Int32
        var outputDone: OneShot<Void>?
        switch output {
        case .inherited: target = -1
        case .discarded: target = null
        case .file(let path):
            target = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard target >= 0 else { throw Files.failure("write", path) }
        case .lines(let handler):
            let pipe = try PipeReader.open(handler)
            target = pipe.writeEnd
            outputDone = pipe.done
        }
        defer { if target >= 0, target != null { close(target) } }
        let pid = try Spawn.start(
            spec.executable, arguments: spec.arguments, environment: spec.environment,
            workingDirectory: spec.workingDirectory,
            descriptors: target < 0 ? [null, 1, 2] : [null, target, target], group: group)
        self.spec = spec
        self.outputDone = outputDone
        // It can't be gone from /proc before it is collected below, so the fallback only serves a machine without /proc.
        identity = ProcessIdentity(of: pid) ?? ProcessIdentity(pid: pid, startTicks: 0, boot: "")
        DispatchQueue(label: "switchboard.wait.\(spec.name)").async { [self] in collect() }
    }

    /// Blocks until the process ends. What else is in its group ends with it.
    private func collect() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        // The ended process still holds its id, so this can only hit its own group.
        Glibc.kill(-pid, SIGKILL)
        let exit = collected.withLock { collected in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            collected = true
            return ProcessExit(waitStatus: status)
        }
        ended.fulfil(exit)
    }

    /// Sends a signal; one that has ended gets none.
    package func signal(_ number: Int32, group: Bool = false) {
        collected.withLock { collected in
            guard !collected else { return }
            if group { Glibc.kill(-pid, number) }
            Glibc.kill(pid, number)
        }
    }

    /// Waits for the end; nil when the waiting task was cancelled first.
    package func wait() async -> ProcessExit? { await ended.wait() }

    /// Waits for the end; nil when it still runs after the bound.
    package func wait(within bound: Duration) async -> ProcessExit? { await ended.wait(within: bound) }

    /// Waits until every line it wrote has been handed on. Something it started may keep its output open, so this is bounded.
    package func waitForOutput(within bound: Duration = .seconds(2)) async { await outputDone?.wait(within: bound) }

    /// Asks it to stop, and ends it by force after the bound.
    ///
    /// - Parameter bound: nil means the spec's drain time.
    @discardableResult
    package func stop(within bound: Duration? = nil) async -> ProcessExit {
        signal(spec.stopSignal)
        if let exit = await wait(within: bound ?? spec.drainTime) { return exit }
        return await kill()
    }

    /// Ends it and all in its group at once, as `kill -9` does, and waits until it is gone.
    @discardableResult
    package func kill() async -> ProcessExit {
        signal(SIGKILL, group: true)
        // Waits in a task of its own: a cancelled caller still gets the true answer.
        let ended = ended
        return await Task { await ended.wait() }.value ?? .signal(SIGKILL)
    }

    /// Waits until the process is ready.
    ///
    /// - Parameter bound: nil means the spec's ready time.
    /// - Throws: ``DevServicesError``: `failed` when it ended before, `notReady` after the bound, with the last probe's answer.
    package func waitUntilReady(within bound: Duration? = nil) async throws {
        let bound = bound ?? spec.readyTime
        let deadline = ContinuousClock.now + bound
        var answer = "no answer yet"
        while true {
            if let exit { throw DevServicesError(.failed, "\(name) ended before it was ready: \(exit)") }
            switch await spec.readiness.check() {
            case .ready: return
            case .notReady(let reason): answer = reason
            }
            guard ContinuousClock.now < deadline else {
                throw DevServicesError(.notReady, "\(name) was not ready after \(bound): \(answer)")
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }
}
