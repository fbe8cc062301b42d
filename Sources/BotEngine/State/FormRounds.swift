package import JSON

/// How far a field with `each` is.
package struct FormRounds: Sendable, Hashable {
    /// As they were when the first question was asked.
    package var elements: [JSON]
    /// The index of the element that is asked about.
    package var round = 0
    /// One for each round that is done, but for those that were left out.
    package var answers: [JSON] = []
    /// The rounds of ``answers``.
    package var answered: [Int] = []
    /// Of the round at hand, by the questions' names.
    package var parts = JSONObject()

    package init(elements: [JSON]) { self.elements = elements }

    /// Goes back to a round, of which these parts are still known.
    mutating func reopen(_ round: Int, keeping names: [String]) {
        let index = answered.firstIndex { $0 >= round } ?? answered.count
        var known = parts
        if round < self.round {
            known = answered.indices.contains(index) && answered[index] == round ? answers[index].object ?? JSONObject() : JSONObject()
        }
        answers.removeSubrange(index...)
        answered.removeSubrange(index...)
        self.round = round
        parts = JSONObject(known.members.filter { names.contains($0.key) })
    }
}

extension FormRounds: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        elements = try json.list("e")
        round = max(0, try json.optional("n") ?? 0)
        answers = try json.list("v")
        answered = try json.list("i")
        guard answered.count == answers.count else { throw JSONError(.value, "has answers to other rounds", path: ["i"]) }
        parts = json["p"]?.object ?? JSONObject()
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("e", elements)
            if round != 0 { $0.member("n", round) }
            if !answers.isEmpty {
                $0.member("v", answers)
                $0.member("i", answered)
            }
            if !parts.isEmpty { $0.member("p", JSON.object(parts)) }
        }
    }
}

/// Which question of a form: `what`; the third round of `names`: `names.2`; a part of it: `days.2.hours`. Names have no dots.
package struct QuestionPath: Sendable, Hashable, CustomStringConvertible {
    package var field: String
    package var round: Int?
    package var part: String?

    package init(_ field: String, round: Int? = nil, part: String? = nil) {
        self.field = field
        self.round = round
        self.part = part
    }

    /// Nil for what isn't written so.
    package init?(text: String) {
        let pieces = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(pieces.count) else { return nil }
        field = pieces[0]
        if pieces.count > 1 {
            guard let round = Int(pieces[1]), round >= 0 else { return nil }
            self.round = round
        }
        if pieces.count > 2 { part = pieces[2] }
    }

    package var description: String { ([field] + [round.map { String($0) }, part].compactMap { $0 }).joined(separator: ".") }
}
