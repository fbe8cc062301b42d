import Glibc

/// Processes whose supervisor was killed and that still run.
package struct Leftovers: Sendable {
    /// The variable in every supervised process's environment; its value is the state folder it belongs to.
    package static let mark = "SUPERVISED_BY_SWITCHBOARD"

    package struct Entry: Sendable, Hashable {
        package let name: String
        package let identity: ProcessIdentity
        let order: Int
        let stopSignal: Int32
        let drainTime: Duration
    }

    package let entries: [Entry]

    /// Finds those of a state folder: by the supervisor's record, and by the mark for what it had no time to write down.
    ///
    /// Call it only while holding the folder's lock, or for looking: what a living supervisor runs is found as well.
    package static func find(folder: String, record: SupervisorRecord?) -> Leftovers {
        var entries: [Entry] = (record?.processes ?? []).compactMap { process in
            guard let identity = process.identity, identity.isAlive else { return nil }
            return Entry(
                name: process.name, identity: identity, order: process.order, stopSignal: process.stopSignal,
                drainTime: process.drainTime)
        }
        let known = Set(entries.map(\.identity.pid))
        for pid in Files.list("/proc").compactMap({ pid_t($0) }) where !known.contains(pid) && pid != getpid() {
            // Others' environments can't be read: they are not ours either.
            guard let environment = Files.text("/proc/\(pid)/environ"),
                environment.split(separator: "\0").contains("\(mark)=\(folder)"[...]),
                let identity = ProcessIdentity(of: pid), identity.isAlive, !descends(pid, from: known)
            else { continue }
            let name = Files.text("/proc/\(pid)/comm").map { String($0.prefix { $0 != "\n" }) } ?? "process"
            entries.append(Entry(name: name, identity: identity, order: Int.min, stopSignal: SIGTERM, drainTime: .seconds(5)))
        }
        return Leftovers(entries: entries)
    }

    /// Helpers of a process end with it: RabbitMQ has some.
    private static func descends(_ pid: pid_t, from ancestors: Set<pid_t>) -> Bool {
        var pid = pid
        while let parent = ProcessStatus(of: pid)?.parent, parent > 1 {
            if ancestors.contains(parent) { return true }
            pid = parent
        }
        return false
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// `gateway (123), sender (124)`
    package var named: String { entries.map { "\($0.name) (\($0.identity.pid))" }.joined(separator: ", ") }

    /// Stops them in the right order, each within its own bound, then by force.
    package func stop() async {
        let orders = Set(entries.map(\.order)).sorted(by: >)
        for order in orders {
            await withTaskGroup(of: Void.self) { group in
                for entry in entries where entry.order == order {
                    group.addTask { await entry.identity.stop(signal: entry.stopSignal, within: entry.drainTime) }
                }
            }
        }
    }

    package func kill() async {
        for entry in entries { entry.identity.signal(SIGKILL, group: true) }
        for entry in entries { _ = await entry.identity.waitUntilGone(within: .seconds(5)) }
    }
}
