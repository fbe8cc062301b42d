import Logging
import Runtime
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

/// Notes what happens, in order, and lets a test wait for it.
private final class Diary: Sendable {
    private struct State {
        var entries: [String] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    var entries: [String] { state.withLock { $0.entries } }

    func note(_ entry: String) {
        let ready = state.withLock { state in
            state.entries.append(entry)
            let count = state.entries.count
            defer { state.waiting.removeAll { $0.count <= count } }
            return state.waiting.filter { $0.count <= count }
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    func entries(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.entries.count >= count { return true }
                state.waiting.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

/// Works until asked to stop; then finishes, or goes on until cancelled.
private struct Worker: Service {
    var name: String
    var diary: Diary
    var isStubborn = false
    var failure: (any Error)?
    var endsAtOnce = false

    func run() async throws {
        diary.note("\(name) starts")
        if let failure { throw failure }
        if endsAtOnce { return }
        if isStubborn {
            let (stream, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in stream {}
            diary.note("\(name) was cancelled")
        } else {
            try? await gracefulShutdown()
            diary.note(Task.isCancelled ? "\(name) was cancelled" : "\(name) finished")
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct SupervisionTests {
    private let diary = Diary()
    private let clock = TestClock()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let health: HealthRegistry

    init() { health = HealthRegistry(logger: logger) }

    private func supervision() -> Supervision {
        Supervision(health: health, logger: logger, timeout: .seconds(20), clock: clock) { [diary, health] in
            diary.note("ready: \(health.isReady)")
        }
    }

    @Test func readinessGoesFirstThenTheIntakeThenTheRest() async throws {
        let (requests, request) = AsyncStream.makeStream(of: String.self)
        let services = ["database", "broker", "intake"].map { Worker(name: $0, diary: diary) }
        let run = Task { [supervision = supervision()] in try await supervision.run(services, stopRequests: requests) }
        await diary.entries(3)
        #expect(health.isReady)
        request.yield("SIGTERM")
        try await run.value
        #expect(Array(diary.entries.dropFirst(3)) == ["ready: false", "intake finished", "broker finished", "database finished"])
        #expect(health.report.phase == .draining)
    }

    @Test func whatDoesNotFinishIsCancelled() async throws {
        let (requests, request) = AsyncStream.makeStream(of: String.self)
        let services = [Worker(name: "a", diary: diary), Worker(name: "b", diary: diary, isStubborn: true)]
        let run = Task { [supervision = supervision()] in try await supervision.run(services, stopRequests: requests) }
        await diary.entries(2)
        request.yield("SIGINT")
        await clock.sleepers(2)
        clock.advance(by: .seconds(19))
        #expect(!diary.entries.contains("b was cancelled"))
        clock.advance(by: .seconds(1))
        let error = await #expect(throws: RuntimeError.self) { try await run.value }
        #expect(error?.code == .shutdownTimedOut)
        #expect(error?.exitStatus == .temporaryFailure)
        #expect(diary.entries.contains("b was cancelled"))
    }

    /// The terminal and the supervisor tell a process the same thing; only what comes later is impatience.
    @Test func aSecondRequestDoesNotWait() async throws {
        let (requests, request) = AsyncStream.makeStream(of: String.self)
        let services = [Worker(name: "a", diary: diary, isStubborn: true), Worker(name: "b", diary: diary)]
        let run = Task { [supervision = supervision()] in try await supervision.run(services, stopRequests: requests) }
        await diary.entries(2)
        request.yield("SIGINT")
        request.yield("SIGTERM")
        await clock.sleepers(2)
        await diary.entries(4)
        #expect(Array(diary.entries.suffix(2)) == ["ready: false", "b finished"])
        clock.advance(by: .seconds(1))
        // The request may overtake the clock's news that the second is over: asking goes on until it is heard.
        while !diary.entries.contains("a was cancelled") {
            request.yield("SIGINT")
            await Task.yield()
        }
        let error = await #expect(throws: RuntimeError.self) { try await run.value }
        #expect(error?.code == .shutdownTimedOut)
    }

    @Test func aFailureEndsTheOthers() async throws {
        let (requests, _) = AsyncStream.makeStream(of: String.self)
        let broken = Worker(name: "a", diary: diary, failure: RuntimeError(.address, "in use"))
        let error = await #expect(throws: RuntimeError.self) {
            try await supervision().run([broken, Worker(name: "b", diary: diary)], stopRequests: requests)
        }
        #expect(error?.code == .address)
        #expect(diary.entries.contains("b was cancelled"))
    }

    @Test func aServiceThatReturnsUnaskedIsAFailure() async throws {
        let (requests, _) = AsyncStream.makeStream(of: String.self)
        let error = await #expect(throws: RuntimeError.self) {
            try await supervision().run([Worker(name: "a", diary: diary, endsAtOnce: true)], stopRequests: requests)
        }
        #expect(error?.code == .serviceEnded)
        #expect(error?.exitStatus == .software)
    }
}
