import CProcess
import Glibc

/// Starts a program: `posix_spawn` with what a supervisor needs.
enum Spawn {
    enum Group: Sendable, Hashable {
        /// That of the parent: the terminal's Ctrl-C reaches it.
        case inherited
        /// One of its own: the terminal's Ctrl-C does not reach it, and all it starts can be signalled together.
        case own
        /// A session of its own: it also outlives the terminal.
        case session
    }

    /// - Parameters:
    ///   - arguments: without the program's own name.
    ///   - environment: the whole environment.
    ///   - descriptors: what becomes the child's 0, 1, 2 and so on; nothing else stays open.
    static func start(
        _ executable: String, arguments: [String], environment: [String: String], workingDirectory: String? = nil,
        descriptors: [Int32], group: Group
    ) throws(DevServicesError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // dup2 onto itself would keep close-on-exec, and an early target may be a later source: move all out of the way first.
        let moved = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
        defer { for descriptor in moved where descriptor >= 0 { close(descriptor) } }
        guard moved.allSatisfy({ $0 >= 0 }) else {
            throw DevServicesError(.launch, "can't start \(executable): \(Files.errorText(errno))")
        }
        for (target, source) in moved.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
        }
        cprocess_actions_close_from(&actions, Int32(moved.count))
        if let workingDirectory { cprocess_actions_chdir(&actions, workingDirectory) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // We ignore or block signals that the child must get: ignoring and blocking survive exec.
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        var flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        switch group {
        case .inherited: break
        case .own:
            posix_spawnattr_setpgroup(&attributes, 0)
            flags |= Int32(POSIX_SPAWN_SETPGROUP)
        case .session: flags |= Int32(cprocess_flag_setsid())
        }
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        let argv = ([executable] + arguments).map { strdup($0) } + [nil]
        let envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in argv { free(pointer) }
            for pointer in envp { free(pointer) }
        }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
        guard result == 0 else {
            throw DevServicesError(.launch, "can't start \(executable): \(Files.errorText(result))")
        }
        return pid
    }

    /// `/dev/null` for reading and writing.
    static func devNull() throws(DevServicesError) -> Int32 {
        let descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.failure("open", "/dev/null") }
        return descriptor
    }
}

/// This process's environment.
package func currentEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
    while let pointer = entry.pointee {
        let text = String(cString: pointer)
        if let equals = text.firstIndex(of: "=") {
            result[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        entry += 1
    }
    return result
}
