package import Glibc
package import JSON

/// A process that can be recognised later: a process id alone may have been given to another process by then.
package struct ProcessIdentity: Sendable, Hashable {
    package let pid: pid_t
    /// Clock ticks after boot at which the process started (field 22 of `/proc/<pid>/stat`).
    package let startTicks: UInt64
    /// `/proc/sys/kernel/random/boot_id`: ticks of different boots are not comparable.
    package let boot: String

    package static var current: ProcessIdentity? { ProcessIdentity(of: getpid()) }

    /// nil when there is no such process.
    package init?(of pid: pid_t) {
        guard let status = ProcessStatus(of: pid) else { return nil }
        self.pid = pid
        startTicks = status.startTicks
        boot = Self.currentBoot
    }

    package init(pid: pid_t, startTicks: UInt64, boot: String) {
        self.pid = pid
        self.startTicks = startTicks
        self.boot = boot
    }

    /// Whether this very process still runs. One that has ended and only waits to be collected counts as gone.
    package var isAlive: Bool {
        guard boot == Self.currentBoot, let status = ProcessStatus(of: pid) else { return false }
        return status.startTicks == startTicks && status.state != "Z" && status.state != "X"
    }

    /// How long it has been running; nil when it is gone.
    package var uptime: Duration? {
        guard isAlive, let text = Files.text("/proc/uptime"), let first = text.split(separator: " ").first,
            let now = Double(first)
        else { return nil }
        let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        return .seconds(max(0, now - Double(startTicks) / ticksPerSecond))
    }

    /// Sends a signal, unless the process is gone.
    ///
    /// - Parameter group: to everything in its process group as well.
    package func signal(_ number: Int32, group: Bool = false) {
        guard isAlive, pid > 1 else { return }
        if group { kill(-pid, number) }
        kill(pid, number)
    }

    /// Waits until the process is gone. It need not be a child of ours, so the only way is to look again and again.
    ///
    /// - Returns: false when it still runs after the bound.
    package func waitUntilGone(within bound: Duration) async -> Bool {
        let deadline = ContinuousClock.now + bound
        while isAlive {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: .milliseconds(30))
        }
        return true
    }

    /// Asks it to stop, waits, and ends it by force when it does not.
    ///
    /// - Returns: false when force was needed.
    @discardableResult
    package func stop(signal number: Int32 = SIGTERM, within bound: Duration) async -> Bool {
        signal(number)
        if await waitUntilGone(within: bound) { return true }
        signal(SIGKILL, group: true)
        _ = await waitUntilGone(within: .seconds(5))
        return false
    }

    package static let currentBoot =
        Files.text("/proc/sys/kernel/random/boot_id").map { String($0.prefix { $0 != "\n" }) } ?? ""
}

/// What `/proc/<pid>/stat` says.
struct ProcessStatus {
    let state: Character
    let parent: pid_t
    let startTicks: UInt64

    init?(of pid: pid_t) {
        guard let text = Files.text("/proc/\(pid)/stat") else { return nil }
        self.init(parsing: text)
    }

    /// The second field is the name in parentheses and may itself contain spaces and parentheses: count from the last one.
    init?(parsing text: String) {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let parent = pid_t(fields[1]), let ticks = UInt64(fields[19]) else {
            return nil
        }
        self.state = state
        self.parent = parent
        startTicks = ticks
    }
}

extension ProcessIdentity: JSONCodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("pid", Int(pid))
            json.member("start", String(startTicks))
            json.member("boot", boot)
        }
    }

    package init(json: JSON) throws(JSONError) {
        let pid: Int = try json.required("pid")
        let start: String = try json.required("start")
        guard let pid = pid_t(exactly: pid), pid > 1, let ticks = UInt64(start) else {
            throw JSONError(.value, "is no process")
        }
        self.init(pid: pid, startTicks: ticks, boot: try json.required("boot"))
    }
}
