import BotLanguage

/// Who takes over the rows of whom: collections and fields that have got other names.
struct Moves {
    /// In the order in which they are to be made.
    private(set) var moves: [(from: String, to: String)] = []

    /// - Parameters:
    ///   - wanted: names that there are to be.
    ///   - existing: names that there are.
    ///   - former: what the wanted ones say that they were called, the latest first.
    ///   - links: pairs of names that some version has made one of, in either direction: a version that is rolled back to finds
    ///     what a later one has renamed.
    init(wanted: [String], existing: Set<String>, former: [String: [String]], links: [(String, String)]) {
        var present = existing
        var settled: Set<String> = []
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            // A name that has moved away makes room for the one that follows it: `c` was `b`, `b` was `a`.
            for name in wanted where !present.contains(name) {
                let candidate =
                    former[name]?.first { present.contains($0) && !settled.contains($0) }
                    ?? Self.relative(of: name, links) { present.contains($0) && !settled.contains($0) && !wanted.contains($0) }
                guard let candidate else { continue }
                moves.append((candidate, name))
                present.remove(candidate)
                present.insert(name)
                settled.insert(name)
                hasMoved = true
            }
        }
    }

    /// The nearest name that is connected with this one.
    private static func relative(of name: String, _ links: [(String, String)], where fits: (String) -> Bool) -> String? {
        var seen: Set<String> = [name]
        var open = [name]
        while !open.isEmpty {
            var next: [String] = []
            for name in open {
                for (one, other) in links where one == name || other == name {
                    let neighbour = one == name ? other : one
                    guard seen.insert(neighbour).inserted else { continue }
                    if fits(neighbour) { return neighbour }
                    next.append(neighbour)
                }
            }
            open = next
        }
        return nil
    }
}

extension [Renaming] {
    /// Pairs of a collection's names.
    var collectionLinks: [(String, String)] {
        filter { $0.field == nil }.flatMap { renaming in renaming.formerNames.map { ($0, renaming.collection) } }
    }

    /// Pairs of a field's names, whatever its collection was called then.
    func fieldLinks(of collection: String) -> [(String, String)] {
        var names: Set<String> = [collection]
        var count = 0
        let links = collectionLinks
        while names.count > count {
            count = names.count
            for (one, other) in links where names.contains(one) || names.contains(other) { names.formUnion([one, other]) }
        }
        return filter { $0.field != nil && names.contains($0.collection) }
            .flatMap { renaming in renaming.formerNames.map { ($0, renaming.field ?? "") } }
    }
}
