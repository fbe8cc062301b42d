import DevServices

/// The last lines of the logs that tell of trouble.
struct TroubleLog {
    private var followers: [LogFollower]
    private(set) var entries: [LogEntry] = []

    /// So that the rare ones stay beside a flood of others.
    private static let kept = 500
    /// How far back it looks for them in each log.
    private static let linesLookedAt = 5000

    init(_ checkout: Checkout) {
        let files = LogFiles(checkout: checkout)
        let processes = files.processes.filter { !UpReporter.quiet.contains($0) && $0 != "supervisor" }
        followers = processes.map { LogFollower(process: $0, path: checkout.log($0)) }
        add(LogEntry.merge(processes.map { files.tail($0, lines: Self.linesLookedAt) }))
    }

    mutating func update() {
        var added: [[LogEntry]] = []
        for index in followers.indices { added.append(followers[index].newEntries()) }
        add(LogEntry.merge(added))
    }

    private mutating func add(_ new: [LogEntry]) { entries = (entries + new.filter(Self.isTrouble)).suffix(Self.kept) }

    private static func isTrouble(_ entry: LogEntry) -> Bool {
        ["warning", "warn", "error", "critical", "fatal"].contains(entry.level?.lowercased())
    }
}
