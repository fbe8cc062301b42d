import Glibc

/// Processor time of other processes, from `/proc`.
enum Processes {
    private static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))

    static var loadAverage: String { read("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ") }

    /// Seconds of a process, its threads included.
    static func time(of pid: Int) -> Double {
        let fields = stat(pid)
        return fields.count > 12 ? ((Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)) / ticks : 0
    }

    /// Seconds of a process, those it has started, and those of them that have ended.
    static func timeWithChildren(of pid: Int) -> Double {
        var total = time(of: pid)
        let fields = stat(pid)
        if fields.count > 14 { total += ((Double(fields[13]) ?? 0) + (Double(fields[14]) ?? 0)) / ticks }
        for other in processes() where stat(other).dropFirst().first.flatMap({ Int($0) }) == pid { total += time(of: other) }
        return total
    }

    /// What follows the name: state, parent…
    private static func stat(_ pid: Int) -> [Substring] {
        let text = read("/proc/\(pid)/stat")
        guard let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private static func processes() -> [Int] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var found: [Int] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = Int(name) { found.append(pid) }
        }
        return found
    }

    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
