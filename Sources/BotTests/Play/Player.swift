import BotLanguage
import CEL
import Contracts

/// Plays a test step by step in some world, and compares.
struct Player<Place: World> {
    let test: ConversationTest
    let world: Place

    /// Nil: all went as it is written.
    func play() async throws -> Complaint? {
        var last: String?
        for step in test.steps {
            do {
                if let action = step.action {
                    if case .person(let name, _) = action { last = name }
                    try await world.perform(action, of: step)
                }
                if let failure = world.failures.first { return failure }
                for expectation in step.expectations {
                    while let complaint = try await complaint(about: expectation, step, last) {
                        guard try await world.awaitMore() else { return world.failures.first ?? complaint }
                    }
                }
                if let failure = world.failures.first { return failure }
            } catch let complaint as Complaint {
                return complaint
            }
        }
        return nil
    }

    /// What isn't as it is expected; nil when all is well.
    private func complaint(about expectation: Expectation, _ step: TestStep, _ last: String?) async throws -> Complaint? {
        func differs(_ message: String, _ expected: String? = nil, _ actual: String? = nil) -> Complaint {
            Complaint(message: message, position: expectation.position, expected: expected, actual: actual)
        }
        let place = expectation.place ?? .group
        let chat = world.chats[place]
        let shown = chat.shown
        let texts = world.chats.shownTexts(place)
        switch expectation.kind {
        case .says(let pattern):
            guard let text = texts.last else {
                return differs("the bot shows nothing to \(place.name)", pattern.description, silence(place))
            }
            return pattern.holds(for: text) ? nil : differs("the bot shows something else", pattern.description, text)
        case .saysAll(let patterns):
            let isSame = patterns.count == texts.count && zip(patterns, texts).allSatisfy { $0.holds(for: $1) }
            if isSame { return nil }
            let expected = patterns.map(\.description).joined(separator: "\n—\n")
            return differs(
                texts.isEmpty
                    ? "the bot shows nothing to \(place.name)"
                    : patterns.count == texts.count
                        ? "the bot shows something else" : "the bot shows \(texts.count) messages, not \(patterns.count)",
                expected, texts.isEmpty ? silence(place) : texts.joined(separator: "\n—\n"))
        case .toast(let pattern):
            let note = last.flatMap { world.chats.notes[$0] }
            guard let note else {
                return differs("there is no note over the chat", pattern.description, texts.last.map { "(a message) \($0)" } ?? "(nothing)")
            }
            return pattern.holds(for: note.text) ? nil : differs("the note is another one", pattern.description, note.text)
        case .buttons(let pattern):
            guard let message = shown.last?.message ?? chat.messages.last(where: { $0.author == nil && !$0.isDeleted }) else {
                return differs("there is no message of the bot that could have buttons")
            }
            let rows = (message.buttons + (message.menu ?? [])).map { $0.map(\.label) }
            return pattern.holds(for: rows)
                ? nil : differs("the buttons are others", pattern.description, ButtonPattern.rows(rows).description)
        case .sends(let kinds):
            let sent = shown.filter { !$0.isEdit }.map(\.message.kind)
            let newest = Array(sent.suffix(kinds.count))
            return newest == kinds
                ? nil
                : differs(
                    "the bot sends something else", kinds.joined(separator: ", "),
                    sent.isEmpty ? "(nothing new)" : sent.joined(separator: ", "))
        case .silence:
            if let text = texts.first { return differs("the bot isn't silent", "(nothing)", text) }
            if case .person(let name) = place, let note = world.chats.notes[name] {
                return differs("the bot isn't silent", "(nothing)", note.text)
            }
            return nil
        case .edits(let wanted):
            guard let change = shown.last else { return differs("the bot shows nothing to \(place.name)") }
            guard change.isEdit != wanted else { return nil }
            return differs(wanted ? "it is a new message, not an edit" : "an older message is edited, there is no new one")
        case .holds(let condition):
            let actor: String? = if case .person(let name, _)? = step.action { name } else { nil }
            if try await world.holds(condition, for: actor) { return nil }
            let rows = try await world.rows(of: condition)
            return differs("this doesn't hold: \(condition.program.source)", nil, rows.isEmpty ? nil : rows.joined(separator: "\n"))
        }
    }

    private func silence(_ place: TestStep.Place) -> String {
        if case .person(let name) = place, let note = world.chats.notes[name] { return "(a note) \(note.text)" }
        return "(nothing)"
    }
}

extension ButtonPattern {
    func holds(for rows: [[String]]) -> Bool {
        let labels = rows.flatMap { $0 }
        switch self {
        case .rows(let wanted): return wanted == rows
        case .flat(let wanted): return wanted == labels
        case .some(let contains, let lacks): return contains.allSatisfy(labels.contains) && !lacks.contains(where: labels.contains)
        }
    }

    var description: String {
        switch self {
        case .rows(let rows):
            rows.isEmpty ? "(no buttons)" : rows.map { $0.map { "[\($0)]" }.joined(separator: " ") }.joined(separator: "\n")
        case .flat(let labels): labels.isEmpty ? "(no buttons)" : labels.map { "[\($0)]" }.joined(separator: " ")
        case .some(let contains, let lacks):
            (contains.map { "contains: [\($0)]" } + lacks.map { "lacks: [\($0)]" }).joined(separator: "\n")
        }
    }
}
