extension Pattern {
    /// Where a match and its groups lie: two places for the whole and for each group, -1 for a group that took no part.
    struct Match {
        let places: [Int]
        var whole: Range<Int> { places[0]..<places[1] }

        func group(_ number: Int) -> Range<Int>? {
            let (start, end) = (places[2 * number], places[2 * number + 1])
            return start < 0 || end < start ? nil : start..<end
        }
    }

    private struct Thread {
        let at: Int
        let places: [Int]
    }

    /// The leftmost match from a place on; of those there the one that the pattern's operators prefer.
    func firstMatch(in text: [Unicode.Scalar], from start: Int) -> Match? {
        var threads: [Thread] = []
        var found: Match?
        var seen = Array(repeating: -1, count: program.count)
        var generation = 0
        for position in start...max(start, text.count) {
            var next: [Thread] = []
            var fresh = Array(repeating: -1, count: 2 * groups + 2)
            fresh[0] = position
            // A thread that begins here is less wanted than all that began before.
            generation += 1
            var current: [Thread] = []
            var isDone = false
            for thread in threads where !isDone {
                isDone = follow(thread, position, text, &seen, generation, &current, &found)
            }
            if !isDone, found == nil { _ = follow(Thread(at: 0, places: fresh), position, text, &seen, generation, &current, &found) }
            guard position < text.count else { break }
            for thread in current {
                guard case .scalar(let set) = program[thread.at], set.contains(text[position]) else { continue }
                next.append(Thread(at: thread.at + 1, places: thread.places))
            }
            threads = next
            if threads.isEmpty, found != nil { break }
        }
        return found
    }

    /// Adds what a thread reaches without reading on, in the order of preference; true when it reaches the pattern's end,
    /// after which no other thread counts.
    private func follow(
        _ thread: Thread, _ position: Int, _ text: [Unicode.Scalar], _ seen: inout [Int], _ generation: Int,
        _ threads: inout [Thread], _ found: inout Match?
    ) -> Bool {
        var pending = [thread]
        while let thread = pending.popLast() {
            guard seen[thread.at] != generation else { continue }
            seen[thread.at] = generation
            switch program[thread.at] {
            case .match:
                var places = thread.places
                places[1] = position
                found = Match(places: places)
                return true
            case .scalar: threads.append(thread)
            case .jump(let target): pending.append(Thread(at: target, places: thread.places))
            case .split(let first, let second):
                pending.append(Thread(at: second, places: thread.places))
                pending.append(Thread(at: first, places: thread.places))
            case .save(let slot):
                var places = thread.places
                places[slot] = position
                pending.append(Thread(at: thread.at + 1, places: places))
            case .assertion(let assertion):
                if holds(assertion, position, text) { pending.append(Thread(at: thread.at + 1, places: thread.places)) }
            }
        }
        return false
    }

    /// All matches that don't overlap, at most so many; an empty one right behind another doesn't count.
    ///
    /// - Throws: `invalidArgument` when the search would take too long.
    func matches(in text: [Unicode.Scalar], limit: Int = .max) throws(CELError) -> [Match] {
        var matches: [Match] = []
        var place = 0
        var work = 0
        while matches.count < limit, place <= text.count {
            guard let match = firstMatch(in: text, from: place) else { break }
            work += (match.whole.upperBound - place + 1) * program.count
            guard work <= Self.searchLimit else { throw .invalid("the text is too long for this pattern") }
            if !match.whole.isEmpty || match.whole.lowerBound != matches.last?.whole.upperBound { matches.append(match) }
            place = match.whole.isEmpty ? match.whole.upperBound + 1 : match.whole.upperBound
        }
        return matches
    }
}
