import Logging

/// A line before it has a shape: what every format gets.
struct LogRecord {
    var time: LogTime
    var level: Logger.Level
    var message: String
    /// The logger's label.
    var label: String
    /// The process: `gateway`.
    var process: String
    /// Sorted by key.
    var metadata: [(key: String, value: Logger.MetadataValue)]
    var error: (any Error)?

    /// Merges metadata; where a key appears twice, the later list wins.
    static func merge(_ lists: [Logger.Metadata?]) -> [(key: String, value: Logger.MetadataValue)] {
        var merged: [(key: String, value: Logger.MetadataValue)] = []
        for case let list? in lists where !list.isEmpty {
            let known = merged.count
            for (key, value) in list {
                // A line has a handful of entries: looking through them costs less than a dictionary.
                if let index = merged[..<known].firstIndex(where: { $0.key == key }) {
                    merged[index].value = value
                } else {
                    merged.append((key, value))
                }
            }
        }
        merged.sort { $0.key < $1.key }
        return merged
    }
}

extension Logger.MetadataValue {
    /// As one text, nested values included.
    var flat: String {
        switch self {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        case .array(let values): "[" + values.map(\.flat).joined(separator: ", ") + "]"
        case .dictionary(let values):
            "{" + values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.flat)" }.joined(separator: ", ") + "}"
        }
    }
}
