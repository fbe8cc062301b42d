import Dispatch
package import Glibc

/// Waits for the end of a child process in a thread that may block.
enum ChildCollector {
    static func collect(_ pid: pid_t, ended: @escaping @Sendable (ProcessExit) -> Void) {
        DispatchQueue(label: "switchboard.wait").async {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            ended(ProcessExit(waitStatus: status))
        }
    }
}

/// Starts a copy of a program that outlives us and our terminal.
package enum BackgroundProcess {
    /// - Parameters:
    ///   - output: the file to which its output is appended.
    ///   - notify: becomes the child's descriptor 3: a pipe through which it reports.
    package static func start(
        _ executable: String, _ arguments: [String], environment: [String: String], output: String, notify: Int32
    ) throws(DevServicesError) -> pid_t {
        let null = try Spawn.devNull()
        defer { close(null) }
        let target = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw Files.failure("write", output) }
        defer { close(target) }
        return try Spawn.start(
            executable, arguments: arguments, environment: environment,
            descriptors: [null, target, target, notify], group: .session)
    }
}
