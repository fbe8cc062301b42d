import BotLanguage
import CEL
import JSON

/// A question of the open form, with what its texts and choices see.
struct Question {
    var path: QuestionPath
    /// Of several for an element: that one.
    var field: FormField
    var variables: Variables
}

/// What follows in a form.
enum NextQuestion {
    case ask(Question)
    /// All are answered.
    case none
    /// What the conversation kept doesn't fit the form any more.
    case unfit
}

// Which question comes next, and where its answer is kept.
extension Interpreter {
    /// Rounds of one field.
    private static let maximumRounds = 100

    mutating func nextQuestion(of form: Form, _ frame: inout Frame, _ variables: inout Variables) throws(Interruption) -> NextQuestion {
        for field in form.fields where frame.answers[field.name] == nil {
            guard let each = field.each else {
                guard try holds(field.condition, variables) else {
                    frame.answers[field.name] = .null
                    variables[field.name] = .null
                    continue
                }
                return .ask(Question(path: QuestionPath(field.name), field: field, variables: variables))
            }
            var rounds = if let known = frame.rounds[field.name] { known } else { try begin(field, each, variables) }
            defer { frame.rounds[field.name] = rounds }
            while rounds.round < rounds.elements.count {
                switch try nextQuestion(of: field, each, &rounds, variables) {
                case .ask(let question): return .ask(question)
                case .unfit: return .unfit
                case .none: continue
                }
            }
            frame.answers[field.name] = .array(rounds.answers)
            guard let value = try value(of: field, .array(rounds.answers)) else { return .unfit }
            variables[field.name] = value
        }
        return .none
    }

    /// Fixes the list that is gone through.
    private mutating func begin(_ field: FormField, _ each: FormEach, _ variables: Variables) throws(Interruption) -> FormRounds {
        guard case .list(let elements) = try evaluate(each.values, variables) else {
            throw fail(.expression, "no list", at: each.values.position)
        }
        guard elements.count <= Self.maximumRounds else {
            throw fail(
                .limit, "'\(field.name)' would be asked \(elements.count) times; \(Self.maximumRounds) are allowed", at: field.position)
        }
        var kept: [JSON] = []
        for element in elements { kept.append(try json(element, each.element, at: each.values.position)) }
        return FormRounds(elements: kept)
    }

    /// The next question of a round; none: the round is done, and the next one begins.
    private mutating func nextQuestion(
        of field: FormField, _ each: FormEach, _ rounds: inout FormRounds, _ variables: Variables
    ) throws(Interruption) -> NextQuestion {
        let round = rounds.round
        var inner = variables
        guard let element = try value(rounds.elements[round], each.element) else { return .unfit }
        inner[each.variable] = element
        guard try holds(field.condition, inner) else {
            rounds.round += 1
            rounds.parts = JSONObject()
            return .none
        }
        guard each.record != nil else {
            return .ask(Question(path: QuestionPath(field.name, round: round), field: field, variables: inner))
        }
        for part in each.parts {
            if let kept = rounds.parts[part.name] {
                guard let value = try value(kept, part.type) else { return .unfit }
                inner[part.name] = value
                continue
            }
            guard try holds(part.condition, inner) else {
                rounds.parts[part.name] = .null
                inner[part.name] = .null
                continue
            }
            return .ask(Question(path: QuestionPath(field.name, round: round, part: part.name), field: part, variables: inner))
        }
        rounds.answers.append(.object(rounds.parts))
        rounds.answered.append(round)
        rounds.parts = JSONObject()
        rounds.round += 1
        return .none
    }

    /// Nil when the form has no such question any more.
    mutating func question(
        at path: QuestionPath, of form: Form, _ frame: Frame, _ variables: Variables
    ) throws(Interruption) -> Question? {
        guard let field = form[path.field] else { return nil }
        guard let each = field.each else {
            return path.round == nil ? Question(path: path, field: field, variables: variables) : nil
        }
        guard let round = path.round, let rounds = frame.rounds[field.name], rounds.elements.indices.contains(round), rounds.round == round,
            let element = try value(rounds.elements[round], each.element), (each.record == nil) == (path.part == nil)
        else { return nil }
        var inner = variables
        inner[each.variable] = element
        guard let name = path.part else { return Question(path: path, field: field, variables: inner) }
        guard let part = each[name] else { return nil }
        for part in each.parts {
            guard let kept = rounds.parts[part.name] else { continue }
            guard let value = try value(kept, part.type) else { return nil }
            inner[part.name] = value
        }
        return Question(path: path, field: part, variables: inner)
    }

    /// A field's answer as expressions see it; nil when it isn't of the type any more.
    mutating func value(of field: FormField, _ kept: JSON) throws(Interruption) -> CELValue? {
        guard let each = field.each else { return try value(kept, field.type) }
        guard let answers = kept.array else { return nil }
        var values: [CELValue] = []
        for answer in answers {
            guard let record = each.record else {
                guard let value = try value(answer, field.type) else { return nil }
                values.append(value)
                continue
            }
            guard let parts = answer.object else { return nil }
            var members: [String: CELValue] = [:]
            for part in each.parts {
                guard let value = try value(parts[part.name] ?? .null, part.type) else { return nil }
                members[part.name] = value
            }
            values.append(record.object(members))
        }
        return .list(values)
    }

    // MARK: Answering

    mutating func accept(_ value: CELValue, _ question: Question) throws(Interruption) {
        guard var frame = state.frames.popLast() else { return }
        let (path, kept) = (question.path, try json(value, question.field.type, at: question.field.position))
        if let part = path.part {
            frame.rounds[path.field]?.parts[part] = kept
        } else if let round = path.round {
            frame.rounds[path.field]?.answers.append(kept)
            frame.rounds[path.field]?.answered.append(round)
            frame.rounds[path.field]?.round = round + 1
        } else {
            frame.answers[path.field] = kept
        }
        frame.asked.append(path.description)
        frame.asking = nil
        state.frames.append(frame)
        phase = .view
    }

    /// Asks the question before once more; at the first one, that.
    mutating func previous(_ form: Form) {
        phase = .view
        guard var frame = state.frames.popLast() else { return }
        frame.asking = nil
        defer { state.frames.append(frame) }
        // Those that the form hasn't got any more are passed over.
        while let path = frame.asked.popLast().flatMap({ QuestionPath(text: $0) }) {
            if form.reopen(path, &frame) { return }
        }
    }
}

extension Form {
    var canGoBack: Bool { if case .none = back { false } else { true } }

    /// Whether some question before the one at hand can be asked again.
    func hasPrevious(_ frame: Frame) -> Bool {
        frame.asked.contains { text in
            var copy = frame
            return QuestionPath(text: text).map { reopen($0, &copy) } ?? false
        }
    }

    /// Forgets the answer to a question and all behind it; false when there is no such question.
    fileprivate func reopen(_ path: QuestionPath, _ frame: inout Frame) -> Bool {
        guard let place = fields.firstIndex(where: { $0.name == path.field }), (fields[place].each == nil) == (path.round == nil) else {
            return false
        }
        let field = fields[place]
        if let each = field.each, let round = path.round {
            guard frame.rounds[field.name]?.elements.indices.contains(round) ?? false, (each.record == nil) == (path.part == nil) else {
                return false
            }
            let index = path.part.map { name in each.parts.firstIndex { $0.name == name } } ?? 0
            guard let index else { return false }
            frame.rounds[field.name]?.reopen(round, keeping: each.parts[..<index].map(\.name))
        }
        for later in fields[place...] { frame.answers[later.name] = nil }
        for later in fields[(place + 1)...] { frame.rounds[later.name] = nil }
        return true
    }
}
