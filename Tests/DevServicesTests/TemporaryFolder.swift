import DevServices
import Glibc
import Testing

/// A folder of its own for one test, removed when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/switchboard-tests-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        // Others may pass, as a service may run as another user.
        try Files.makeFolder(path, mode: 0o711)
    }

    deinit { try? Files.remove(path) }
}

/// Waits until something holds, with a bound.
func eventually(within bound: Duration = .seconds(10), _ condition: @Sendable () async -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + bound
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return await condition()
}

/// A shell script as a process to supervise.
func shell(
    _ name: String, _ script: String, order: Int = 0, readiness: ReadinessProbe = .none, drainTime: Duration = .seconds(5),
    environment: [String: String] = [:]
) -> ProcessSpec {
    ProcessSpec(
        name: name, executable: "/bin/sh", arguments: ["-c", script],
        environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }, readiness: readiness, order: order,
        drainTime: drainTime)
}
