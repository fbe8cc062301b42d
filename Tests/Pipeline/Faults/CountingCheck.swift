/// What is wrong with the answers of the counting bot, and how often it repeated itself.
struct CountingCheck: Sendable, Hashable {
    /// One line each, at most a few of each kind and chat.
    var mistakes: [String] = []
    /// Answers beyond the first.
    var repeats = 0

    /// - Parameters:
    ///   - answers: of each chat, in the order of their arrival.
    ///   - expected: how many there must be in each chat.
    init(_ answers: [Int64: [String]], chats: [Int64], expected: Int) {
        for chat in chats { check(answers[chat] ?? [], of: chat, expected: expected) }
        for chat in Set(answers.keys).subtracting(chats).sorted() { mistakes.append("chat \(chat) wrote nothing and got answers") }
    }

    private mutating func check(_ answers: [String], of chat: Int64, expected: Int) {
        let wanted = (0..<expected).map { CountingLoad.answer($0 + 1) }
        var first: [String] = []
        var seen: Set<String> = []
        for answer in answers {
            if seen.insert(answer).inserted { first.append(answer) } else { repeats += 1 }
        }
        guard first != wanted else { return }
        let missing = wanted.filter { !seen.contains($0) }
        if !missing.isEmpty { mistakes.append("chat \(chat): \(missing.count) without an answer, the first is \(missing[0])") }
        let unknown = first.filter { !wanted.contains($0) }
        if !unknown.isEmpty { mistakes.append("chat \(chat): \(unknown.count) wrong, the first is \(unknown[0])") }
        let known = first.filter { wanted.contains($0) }
        if known != wanted.filter({ seen.contains($0) }) { mistakes.append("chat \(chat): not in order: \(Self.disorder(known, wanted))") }
    }

    /// The answers around the first that came too early.
    private static func disorder(_ known: [String], _ wanted: [String]) -> String {
        let places = known.compactMap { wanted.firstIndex(of: $0) }
        guard let place = places.indices.dropFirst().first(where: { places[$0] < places[$0 - 1] }) else { return "" }
        return known[max(0, place - 3)...min(known.count - 1, place + 1)].joined(separator: ", ")
    }
}
