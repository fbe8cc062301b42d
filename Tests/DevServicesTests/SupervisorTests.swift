import DevServices
import Glibc
import Synchronization
import Testing

/// The supervisor with real processes.
@Suite(.timeLimit(.minutes(1)))
struct SupervisorTests {
    /// What a supervisor told.
    final class Diary: Sendable {
        private let entries = Mutex<[String]>([])
        private let latest = Mutex<[SupervisedProcess]>([])

        func note(_ notice: Supervisor.Notice) {
            let text: String? =
                switch notice {
                case .changed(_, let processes):
                    latest.withLock {
                        $0 = processes
                        return nil
                    }
                case .launched(let name, _): "launched \(name)"
                case .ready(let name, _): "ready \(name)"
                case .restarting(let name, let reason, _): "restarting \(name): \(reason)"
                case .slowStop(let name): "slow \(name)"
                case .failed(let name, let reason): "failed \(name): \(reason)"
                case .allReady: "all ready"
                case .stillWaiting: nil
                }
            if let text { entries.withLock { $0.append(text) } }
        }

        var lines: [String] { entries.withLock { $0 } }
        func contains(_ line: String) -> Bool { lines.contains(line) }
        func process(_ name: String) -> SupervisedProcess? { latest.withLock { $0.first { $0.name == name } } }
    }

    private let policy = RestartPolicy(firstDelay: .milliseconds(20), longestDelay: .milliseconds(50))

    @Test func startsInOrderRestartsAndStops() async throws {
        let folder = try TemporaryFolder()
        let script =
            "trap 'echo stopped $NAME >>\(folder.path)/order; exit 0' TERM; echo $NAME >>\(folder.path)/up; while :; do sleep 0.02; done"
        let specs = ["first", "second"].enumerated().map { shell($1, script, order: $0, environment: ["NAME": $1]) }
        let diary = Diary()
        let supervisor = Supervisor(specs, policy: policy, output: { _ in .discarded }, notice: diary.note)
        let run = Task { await supervisor.run() }
        #expect(try await eventually { diary.contains("all ready") })
        #expect(diary.lines == ["launched first", "ready first", "launched second", "ready second", "all ready"])

        let old = try #require(diary.process("second")?.identity)
        old.signal(SIGKILL)
        #expect(try await eventually { diary.process("second")?.restarts == 1 && diary.process("second")?.state == .ready })
        #expect(diary.contains("restarting second: killed (signal 9)"))
        #expect(diary.process("second")?.identity != old)
        #expect(diary.process("first")?.restarts == 0)

        // The shells must have set their traps before they are asked.
        #expect(try await eventually { Files.text(folder.path + "/up")?.split(separator: "\n") == ["first", "second", "second"] })
        supervisor.stop()
        #expect(await run.value == nil)
        #expect(Files.text(folder.path + "/order") == "stopped second\nstopped first\n")
    }

    @Test func aHopelessStartIsGivenUpAndNothingIsLeft() async throws {
        let diary = Diary()
        let port = try PortBook.free(1)[0]
        let supervisor = Supervisor(
            [shell("good", "exec sleep 60"), shell("bad", "exit 3", order: 1, readiness: .tcp(port: port))], policy: policy,
            output: { _ in .discarded }, notice: diary.note)
        #expect(await supervisor.run() == "bad: exit code 3, 3 times")
        #expect(diary.process("good")?.state == .stopped)
    }

    @Test func aStubbornProcessIsEndedByForce() async throws {
        let folder = try TemporaryFolder()
        let diary = Diary()
        let supervisor = Supervisor(
            [
                shell(
                    "stubborn", "trap '' TERM; echo up >\(folder.path)/up; while :; do sleep 0.02; done",
                    drainTime: .milliseconds(300))
            ], policy: policy,
            output: { _ in .discarded }, notice: diary.note)
        let run = Task { await supervisor.run() }
        #expect(try await eventually { diary.contains("all ready") })
        let identity = try #require(diary.process("stubborn")?.identity)
        #expect(try await eventually { Files.exists(folder.path + "/up") })
        supervisor.stop()
        #expect(await run.value == nil)
        #expect(diary.contains("slow stubborn"))
        #expect(!identity.isAlive)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct LeftoversTests {
    @Test func markedProcessesAreFoundAndStopped() async throws {
        let folder = try TemporaryFolder()
        let process = try ManagedProcess.start(
            shell("sleeper", "exec sleep 300", environment: [Leftovers.mark: folder.path]), output: .discarded)
        let foreign = try ManagedProcess.start(
            shell("foreign", "exec sleep 300", environment: [Leftovers.mark: folder.path + "x"]), output: .discarded)
        #expect(try await eventually { Leftovers.find(folder: folder.path, record: nil).entries.map(\.identity) == [process.identity] })
        await Leftovers.find(folder: folder.path, record: nil).stop()
        #expect(await process.wait(within: .seconds(5)) == .signal(SIGTERM))
        #expect(foreign.exit == nil)
        await foreign.kill()
    }

    @Test func theRecordNamesThemAndTellsInWhichOrderTheyStop() async throws {
        let folder = try TemporaryFolder()
        let script = "trap 'echo $NAME >>\(folder.path)/order; exit 0' TERM; echo up >>\(folder.path)/up; while :; do sleep 0.02; done"
        let processes = try ["first", "second"].enumerated().map { order, name in
            try ManagedProcess.start(shell(name, script, order: order, environment: ["NAME": name]), output: .discarded)
        }
        #expect(try await eventually { Files.text(folder.path + "/up") == "up\nup\n" })
        let owner = try #require(ProcessIdentity.current)
        let record = SupervisorRecord(
            supervisor: owner, phase: .ready,
            processes: processes.map { process in
                SupervisedProcess(
                    name: process.name, identity: process.identity, state: .ready, restarts: 0, order: process.spec.order,
                    stopSignal: SIGTERM, drainTime: .seconds(5), readiness: .none)
            }, addresses: [.init(name: "page", url: "http://127.0.0.1/")], tryThis: nil)
        try record.save(folder.path + "/state.json")
        let loaded = try #require(SupervisorRecord.load(folder.path + "/state.json"))
        #expect(loaded == record)

        await Leftovers.find(folder: folder.path, record: loaded).stop()
        #expect(Files.text(folder.path + "/order") == "second\nfirst\n")
        for process in processes { #expect(await process.wait(within: .seconds(5)) == .code(0)) }
        #expect(Leftovers.find(folder: folder.path, record: loaded).isEmpty)
    }
}
