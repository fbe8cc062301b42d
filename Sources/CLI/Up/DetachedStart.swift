import DevServices
import Glibc

/// `up --detach`: a copy of this program becomes the supervisor, in a session of its own, and reports through a pipe until all is ready.
struct DetachedStart {
    let checkout: Checkout

    func run(within bound: Duration, output: OutputOption) async throws {
        let (messages, writeEnd) = try PipeMessages.open()
        let program = "/proc/self/exe"
        let supervisor: pid_t
        do {
            defer { close(writeEnd) }
            supervisor = try BackgroundProcess.start(
                Files.realPath(program) ?? program, ["up", "--notify", "3"], environment: currentEnvironment(),
                output: checkout.supervisorLog, notify: writeEnd)
        }
        let identity = ProcessIdentity(of: supervisor)
        switch await outcome(of: messages, within: bound) {
        case .ready:
            guard let record = SupervisorRecord.load(checkout.record) else {
                throw CLIError("everything was ready, and then the supervisor was gone; see \(checkout.supervisorLog)")
            }
            output.print(text: RunningInstance.describe(record), json: RunningInstance.json(record))
        case .failed(let reason):
            // It still ends what it had started.
            _ = await identity?.waitUntilGone(within: .seconds(60))
            throw CLIError("not everything could be started: \(reason)\n  More: \(checkout.supervisorLog)")
        case .silent:
            throw CLIError("the supervisor ended without a word; see \(checkout.supervisorLog)")
        case .late:
            await identity?.stop(within: .seconds(60))
            throw CLIError("not everything was ready after \(bound.forPeople), so it was stopped; see \(checkout.supervisorLog)")
        }
    }

    private enum Outcome { case ready, failed(String), silent, late }

    private func outcome(of messages: AsyncStream<StartMessage>, within bound: Duration) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask {
                for await message in messages {
                    switch message {
                    case .progress(let text): Terminal.say("  " + text)
                    case .ready: return .ready
                    case .failed(let reason): return .failed(reason)
                    }
                }
                return Task.isCancelled ? .late : .silent
            }
            group.addTask {
                try? await Task.sleep(for: bound)
                return .late
            }
            let first = await group.next() ?? .silent
            group.cancelAll()
            return first
        }
    }
}

private enum PipeMessages {
    /// What comes through a pipe, until its last writer closes it.
    static func open() throws -> (AsyncStream<StartMessage>, writeEnd: Int32) {
        let (stream, continuation) = AsyncStream<StartMessage>.makeStream()
        let writeEnd = try PipeLines.open { line in
            if let message = StartMessage(line: String(decoding: line, as: UTF8.self)) { continuation.yield(message) }
        } ended: {
            continuation.finish()
        }
        return (stream, writeEnd)
    }
}
