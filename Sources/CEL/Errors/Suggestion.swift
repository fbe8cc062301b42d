/// "did you mean …": the known name nearest to an unknown one.
package enum Suggestion {
    /// Nil when nothing is near enough to help: more than a third of the letters would have to change.
    package static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        let target = Array(name.utf8)
        guard !target.isEmpty, target.count <= 64 else { return nil }
        let limit = max(1, target.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let bytes = Array(candidate.utf8)
            guard abs(bytes.count - target.count) <= limit else { continue }
            let distance = distance(target, bytes)
            guard distance <= limit else { continue }
            if best.map({ distance < $0.distance || (distance == $0.distance && candidate < $0.name) }) ?? true {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    static func phrase(for name: String, among known: some Sequence<String>) -> String? {
        nearest(to: name, among: known).map { "did you mean '\($0)'?" }
    }

    /// Edit distance where swapping two neighbours counts once; letters that differ in case only count once as well.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var older = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var current = [Int](repeating: i + 1, count: b.count + 1)
            for j in 0..<b.count {
                var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
                current[j + 1] = cost
            }
            older = previous
            previous = current
        }
        return previous[b.count]
    }
}
