/// What differs between two texts, line by line.
package struct TextDiff: Sendable {
    package enum Line: Sendable, Hashable {
        case kept(String)
        case removed(String)
        case added(String)
    }

    package let lines: [Line]

    package init(_ old: [String], _ new: [String]) {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var added: [Int: String] = [:]
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, let line, _): added[offset] = line
            }
        }
        var lines: [Line] = []
        var position = 0
        var index = 0
        while position < old.count || index < new.count {
            if position < old.count, removed.contains(position) {
                lines.append(.removed(old[position]))
                position += 1
            } else if let line = added[index] {
                lines.append(.added(line))
                index += 1
            } else {
                lines.append(.kept(new[index]))
                position += 1
                index += 1
            }
        }
        self.lines = lines
    }

    /// In the unified format, which `patch` takes; empty when nothing differs.
    package func unified(from old: String, to new: String, context: Int = 3) -> [String] {
        var shown = [Bool](repeating: false, count: lines.count)
        for (index, line) in lines.enumerated() {
            if case .kept = line { continue }
            for near in max(0, index - context)...min(lines.count - 1, index + context) { shown[near] = true }
        }
        guard shown.contains(true) else { return [] }
        var result = ["--- \(old)", "+++ \(new)"]
        var before = 1
        var after = 1
        var hunk: (before: Int, after: Int, lines: [String])?
        func finish() {
            guard let own = hunk else { return }
            let olds = own.lines.count { !$0.hasPrefix("+") }
            let news = own.lines.count { !$0.hasPrefix("-") }
            result.append("@@ -\(olds == 0 ? own.before - 1 : own.before),\(olds) +\(news == 0 ? own.after - 1 : own.after),\(news) @@")
            result += own.lines
            hunk = nil
        }
        for (index, line) in lines.enumerated() {
            if shown[index], hunk == nil { hunk = (before, after, []) }
            if !shown[index] { finish() }
            switch line {
            case .kept(let text):
                if shown[index] { hunk?.lines.append(" " + text) }
                before += 1
                after += 1
            case .removed(let text):
                hunk?.lines.append("-" + text)
                before += 1
            case .added(let text):
                hunk?.lines.append("+" + text)
                after += 1
            }
        }
        finish()
        return result
    }
}
