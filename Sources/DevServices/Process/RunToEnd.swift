import CProcess
package import Glibc
import Synchronization

/// A short command, run to its end.
package enum Command {
    package struct Result: Sendable {
        package let exit: ProcessExit
        /// Standard output and error together.
        package let output: String
    }

    /// Runs a program and collects what it prints.
    ///
    /// - Parameters:
    ///   - input: goes to its standard input through a file that has no name.
    ///   - bound: after it the program is killed.
    /// - Throws: ``DevServicesError``: `launch` when it can't be started, `failed` when the bound is over.
    package static func run(
        _ executable: String, _ arguments: [String] = [], environment: [String: String],
        workingDirectory: String? = nil, input: String = "", within bound: Duration = .seconds(60)
    ) async throws(DevServicesError) -> Result {
        let lines = Mutex<[String]>([])
        let collected = OneShot<ProcessExit>()
        let pipe = try PipeReader.open { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        let pid: pid_t
        do {
            defer { close(pipe.writeEnd) }
            let source = try inputDescriptor(input)
            defer { close(source) }
            pid = try Spawn.start(
                executable, arguments: arguments, environment: environment, workingDirectory: workingDirectory,
                descriptors: [source, pipe.writeEnd, pipe.writeEnd], group: .own)
        }
        ChildCollector.collect(pid) { collected.fulfil($0) }
        guard let exit = await collected.wait(within: bound) else {
            kill(-pid, SIGKILL)
            _ = await collected.wait(within: .seconds(5))
            throw DevServicesError(.failed, "\(executable) did not end within \(bound)")
        }
        await pipe.done.wait(within: .seconds(2))
        return Result(exit: exit, output: lines.withLock { $0.joined(separator: "\n") })
    }

    /// Runs a program in our own process group with our own terminal: Ctrl-C reaches it as if it had been typed in the shell.
    package static func runInForeground(
        _ executable: String, _ arguments: [String], environment: [String: String], workingDirectory: String? = nil,
        started: (pid_t) -> Void = { _ in }
    ) async throws(DevServicesError) -> ProcessExit {
        let pid = try Spawn.start(
            executable, arguments: arguments, environment: environment, workingDirectory: workingDirectory,
            descriptors: [0, 1, 2], group: .inherited)
        started(pid)
        let collected = OneShot<ProcessExit>()
        ChildCollector.collect(pid) { collected.fulfil($0) }
        return await Task { await collected.wait() }.value ?? .signal(SIGKILL)
    }

    private static func inputDescriptor(_ text: String) throws(DevServicesError) -> Int32 {
        guard !text.isEmpty else { return try Spawn.devNull() }
        let descriptor = cprocess_memory_file()
        guard descriptor >= 0, Files.writeAll(Array(text.utf8), to: descriptor), lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw Files.failure("write", "a program's input")
        }
        return descriptor
    }
}
