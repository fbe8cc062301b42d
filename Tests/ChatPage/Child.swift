import Glibc

/// A process that a test started.
struct Child {
    struct Failure: Error, CustomStringConvertible { var description: String }

    let pid: pid_t

    /// - Parameter descriptors: what the child finds under which number.
    init(_ path: String, _ arguments: [String], environment: [String: String]? = nil, descriptors: [Int32: Int32]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for number in [Int32(1), 2] where descriptors[number] == nil {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_WRONLY, 0)
        }
        for (number, descriptor) in descriptors { posix_spawn_file_actions_adddup2(&actions, descriptor, number) }
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { $0.map { strdup("\($0.key)=\($0.value)") } + [nil] }
        defer { for text in argv + (envp ?? []) { free(text) } }
        var pid = pid_t()
        let code = envp.map { posix_spawn(&pid, path, &actions, nil, argv, $0) } ?? posix_spawn(&pid, path, &actions, nil, argv, environ)
        guard code == 0 else { throw Failure(description: "\(path) did not start: \(code)") }
        self.pid = pid
    }

    func end() {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// Both ends above the numbers that children get theirs under, and closed in children otherwise.
    static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
        defer { for end in ends { close(end) } }
        return (fcntl(ends[0], F_DUPFD_CLOEXEC, 16), fcntl(ends[1], F_DUPFD_CLOEXEC, 16))
    }

    static func temporaryFolder(_ name: String) throws -> String {
        var template = Array("/tmp/\(name)-XXXXXX".utf8CString)
        guard let folder = mkdtemp(&template) else { throw Failure(description: "no temporary folder") }
        return String(cString: folder)
    }
}
