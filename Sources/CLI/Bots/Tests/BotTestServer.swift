import ArgumentParser
import BotTests
import DevServices
import Glibc
import Synchronization

/// A PostgreSQL for the tests of bots: one that runs, else one of their own.
enum BotTestServer {
    private static let prefix = "bot_tests_"
    /// How the databases of this process are called.
    static let databases = "\(prefix)\(getpid())"

    /// - Parameter body: gets the address of a server on which databases can be made.
    static func with<Value: Sendable>(_ checkout: Checkout, _ body: @Sendable (String) async throws -> Value) async throws -> Value {
        let environment = currentEnvironment()
        let named = environment["SWITCHBOARD_TEST_POSTGRES_URL"].flatMap { $0.isEmpty ? nil : $0 }
        if let url = named ?? running(checkout) {
            try await TestSession.dropAbandoned(server: url) { name in
                guard name.hasPrefix(prefix), let pid = pid_t(name.dropFirst(prefix.count).prefix { $0 != "_" }) else { return false }
                return kill(pid, 0) != 0 && errno == ESRCH
            }
            return try await body(url)
        }
        try checkout.prepare()
        try await TestFolder.removeAbandoned(in: checkout.state)
        let folder = try TestFolder(in: checkout.state)
        let result: Result<Value, any Error>
        do {
            let postgres = try await PrivatePostgres(
                folder: folder.postgres, port: try PortBook.free(1)[0], durability: .relaxed, mark: folder.path)
            do {
                try await postgres.start()
                result = .success(try await body(postgres.socketURL ?? postgres.url))
            } catch {
                result = .failure(error)
            }
            // Also when the tests were interrupted.
            await Task { await postgres.stop() }.value
        } catch {
            result = .failure(error)
        }
        try folder.remove()
        return try result.get()
    }

    static func play(_ session: TestSession, _ checkout: Checkout) async throws -> TestSession.Outcome {
        try await Interruptible.run { try await with(checkout) { server in try await session.play(server: server, databases: databases) } }
    }

    /// Of the `up` of this checkout; nil when none runs.
    private static func running(_ checkout: Checkout) -> String? {
        guard RunningInstance(checkout).record?.phase == .ready, let text = Files.text(checkout.environmentFile) else { return nil }
        return Broker.value(of: "SWITCHBOARD_POSTGRES_URL", in: text)
    }
}

/// Runs something that Ctrl-C ends in good order.
enum Interruptible {
    /// - Throws: ``ExitCode`` as a shell would tell of the signal, when one came.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { try await body() }
        let received = Mutex<Int32?>(nil)
        let watch = Signals.watch([SIGINT, SIGTERM, SIGHUP]) { number in
            received.withLock { $0 = number }
            task.cancel()
        }
        defer { withExtendedLifetime(watch) {} }
        do { return try await task.value } catch {
            if let number = received.withLock({ $0 }) { throw ExitCode(128 + number) }
            throw error
        }
    }
}
