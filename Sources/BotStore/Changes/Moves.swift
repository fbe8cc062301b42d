import BotLanguage

/// Who takes over the rows of whom: collections and fields that say what they were called.
struct Moves {
    /// In the order in which they are to be made.
    private(set) var moves: [(from: String, to: String)] = []

    /// - Parameters:
    ///   - wanted: names that there are to be.
    ///   - existing: names that there are.
    ///   - former: what the wanted ones say that they were called, the latest first.
    init(wanted: [String], existing: Set<String>, former: [String: [String]]) {
        var present = existing
        var settled: Set<String> = []
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            // A name that has moved away makes room for the one that follows it: `c` was `b`, `b` was `a`.
            for name in wanted where !present.contains(name) {
                guard let candidate = former[name]?.first(where: { present.contains($0) && !settled.contains($0) }) else { continue }
                moves.append((candidate, name))
                present.remove(candidate)
                present.insert(name)
                settled.insert(name)
                hasMoved = true
            }
        }
    }
}

extension StoredVersion {
    /// The renames that lead from one version's tables to another's: back to the version that both come from, and forth.
    ///
    /// - Parameter versions: all of the bot.
    static func way(from start: Int, to end: Int, _ versions: [StoredVersion]) -> [DataChange] {
        let known = Dictionary(versions.map { ($0.number, $0) }) { first, _ in first }
        func ancestors(_ number: Int) -> [StoredVersion] {
            var line: [StoredVersion] = []
            var next: Int? = number
            // A parent is always the older one.
            while let number = next, let version = known[number], line.last.map({ $0.number > number }) ?? true {
                line.append(version)
                next = version.parent
            }
            return line
        }
        let back = ancestors(start)
        let forth = ancestors(end)
        let common = back.first { version in forth.contains { $0.number == version.number } }?.number
        let undone = back.prefix { $0.number != common }.flatMap { $0.renames.reversed().map(\.undone) }
        return undone + forth.prefix { $0.number != common }.reversed().flatMap(\.renames)
    }
}

extension DataChange {
    /// Of a rename: the one that takes it back.
    fileprivate var undone: DataChange {
        field == nil
            ? DataChange(.renamed, former ?? "", former: collection) : DataChange(.renamed, collection, field: former, former: field)
    }
}
