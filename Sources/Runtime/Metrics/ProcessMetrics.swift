import Glibc
import SystemPackage

/// What the kernel knows of this process, read when Prometheus asks.
package struct ProcessMetrics: Sendable {
    private let cpu: CounterSeries
    private let gauges: [(series: GaugeSeries, value: any (KeyPath<ProcessStatistics, Double?> & Sendable))]

    package init(_ registry: MetricsRegistry) {
        cpu = registry.counter(MetricCatalogue.cpuTime.name)
        gauges = [
            (registry.gauge(MetricCatalogue.residentMemory.name), \.residentBytes),
            (registry.gauge(MetricCatalogue.virtualMemory.name), \.virtualBytes),
            (registry.gauge(MetricCatalogue.openFiles.name), \.openFiles),
            (registry.gauge(MetricCatalogue.maximumFiles.name), \.maximumFiles),
            (registry.gauge(MetricCatalogue.threads.name), \.threads),
            (registry.gauge(MetricCatalogue.startTime.name), \.startTime),
        ]
    }

    package func update() {
        let statistics = ProcessStatistics.read()
        if let seconds = statistics.cpuSeconds { cpu.set(seconds) }
        for (series, value) in gauges {
            if let value = statistics[keyPath: value] { series.set(value) }
        }
    }
}

/// Nil where the system doesn't say.
package struct ProcessStatistics: Sendable {
    package var cpuSeconds: Double?
    package var residentBytes: Double?
    package var virtualBytes: Double?
    package var openFiles: Double?
    package var maximumFiles: Double?
    package var threads: Double?
    package var startTime: Double?

    package init() {}

    package static func read() -> ProcessStatistics {
        var statistics = ProcessStatistics()
        if let text = contents("/proc/self/stat") { statistics.readStat(text, boot: bootTime) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { statistics.maximumFiles = Double(limit.rlim_cur) }
        if let directory = opendir("/proc/self/fd") {
            var count = 0
            while let entry = readdir(directory) { if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 } }
            closedir(directory)
            // Without the one this directory was read through.
            statistics.openFiles = Double(count - 1)
        }
        return statistics
    }

    /// The fields are numbered from 1 in proc(5); the second, the name, is in parentheses and may hold anything, even spaces.
    package mutating func readStat(_ text: String, boot: Double?) {
        guard let end = text.lastIndex(of: ")") else { return }
        let fields = text[text.index(after: end)...].split(separator: " ")
        func field(_ number: Int) -> Double? {
            let index = number - 3
            return fields.indices.contains(index) ? Double(fields[index]) : nil
        }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        if ticks > 0 {
            if let user = field(14), let system = field(15) { cpuSeconds = (user + system) / ticks }
            if let started = field(22), let boot { startTime = boot + started / ticks }
        }
        threads = field(20)
        virtualBytes = field(23)
        residentBytes = field(24).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// Seconds since 1970.
    private static let bootTime: Double? = contents("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        .flatMap { Double($0.dropFirst(6)) }

    private static func contents(_ path: String) -> String? {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return nil }
        return try? file.closeAfter {
            var bytes: [UInt8] = []
            var part = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = try part.withUnsafeMutableBytes { try file.read(into: $0) }
                guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
                bytes += part[..<count]
            }
        }
    }
}
