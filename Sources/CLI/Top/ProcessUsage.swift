import DevServices
package import Glibc

/// What a process and those below it use (PostgreSQL is a process per connection).
package struct ProcessUsage: Sendable, Hashable {
    /// User and system time since it started, in seconds. That of children which have ended is counted too.
    package var cpu: Double
    /// Resident memory in bytes; pages that children share with others count once, with their parent.
    package var memory: Int

    package init(cpu: Double, memory: Int) {
        self.cpu = cpu
        self.memory = memory
    }

    /// One process in `/proc`.
    package struct Entry: Sendable, Hashable {
        package var pid: pid_t
        package var parent: pid_t
        package var cpu: Double
        package var resident: Int
        package var shared: Int

        package init(pid: pid_t, parent: pid_t, cpu: Double, resident: Int, shared: Int) {
            self.pid = pid
            self.parent = parent
            self.cpu = cpu
            self.resident = resident
            self.shared = shared
        }

        /// From `/proc/<pid>/stat` and `statm`; nil when they are not as proc(5) says.
        package init?(pid: pid_t, status: String, memory: String, ticksPerSecond: Double, pageSize: Int) {
            // The name stands in parentheses and may itself contain some.
            guard let end = status.lastIndex(of: ")") else { return nil }
            let fields = status[status.index(after: end)...].split(whereSeparator: \.isWhitespace)
            let pages = memory.split(separator: " ").compactMap { Int($0) }
            // From field 3 on: state, parent, …; 14 to 17 are the times: its own, and those of children it has waited for.
            guard fields.count > 14, let parent = pid_t(fields[1]), pages.count > 2 else { return nil }
            let ticks = fields[11...14].compactMap { Double($0) }
            guard ticks.count == 4 else { return nil }
            self.init(
                pid: pid, parent: parent, cpu: ticks.reduce(0, +) / ticksPerSecond, resident: pages[1] * pageSize,
                shared: pages[2] * pageSize)
        }
    }

    package static func of(_ pid: pid_t, in entries: [Entry]) -> ProcessUsage? {
        guard let root = entries.first(where: { $0.pid == pid }) else { return nil }
        var usage = ProcessUsage(cpu: root.cpu, memory: root.resident)
        var waiting = [pid]
        var seen: Set<pid_t> = [pid]
        while let parent = waiting.popLast() {
            for child in entries where child.parent == parent && seen.insert(child.pid).inserted {
                usage.cpu += child.cpu
                usage.memory += max(0, child.resident - child.shared)
                waiting.append(child.pid)
            }
        }
        return usage
    }

    static func entries() -> [Entry] {
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let page = max(1, sysconf(Int32(_SC_PAGESIZE)))
        return Files.list("/proc").compactMap { name in
            guard let pid = pid_t(name), let status = Files.text("/proc/\(pid)/stat"), let memory = Files.text("/proc/\(pid)/statm")
            else { return nil }
            return Entry(pid: pid, status: status, memory: memory, ticksPerSecond: ticks, pageSize: page)
        }
    }
}
