import DevServices

/// The log files of the processes, with the older ones that were put aside.
struct LogFiles {
    let checkout: Checkout

    /// The processes that have logs.
    var processes: [String] {
        Files.list(checkout.logs).filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }
    }

    /// The last lines of a process.
    ///
    /// - Parameter matching: only those that contain it; nil: all.
    func tail(_ process: String, lines count: Int, matching text: String? = nil) -> [LogEntry] {
        let current = checkout.log(process)
        var collected: [Substring] = []
        var file = current
        var number = 0
        // The newest file first, older ones only as far as they are needed.
        while collected.count < count, let content = Files.text(file) {
            var lines = content.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.last?.isEmpty == true { lines.removeLast() }
            if let text { lines = lines.filter { $0.contains(text) } }
            collected = lines.suffix(count - collected.count) + collected
            number += 1
            file = "\(current).\(number)"
        }
        return collected.map { LogEntry(process: process, text: String($0)) }
    }
}

/// Reads what is added to a log file, also after it was put aside for a new one.
struct LogFollower {
    let process: String
    private let path: String
    private var file: OpenLog?
    private var splitter = LineSplitter()

    /// Begins at the file's present end.
    init(process: String, path: String) {
        self.process = process
        self.path = path
        file = OpenLog(path)
        file?.skipToEnd()
    }

    /// The complete lines that were added since the last call.
    mutating func newEntries() -> [LogEntry] {
        var entries: [LogEntry] = []
        readRest(into: &entries)
        if file == nil || file?.isStillAt(path) == false {
            // What was written to the old file between the last look and its being put aside.
            readRest(into: &entries)
            file = OpenLog(path)
            splitter = LineSplitter()
            readRest(into: &entries)
        }
        return entries
    }

    private mutating func readRest(into entries: inout [LogEntry]) {
        guard let bytes = file?.readRest(), !bytes.isEmpty else { return }
        splitter.append(bytes) { line in entries.append(LogEntry(process: process, text: String(decoding: line, as: UTF8.self))) }
    }
}
