import JSON

/// Polls of bots and people.
extension World {
    mutating func sendPoll(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        let poll = try newPoll(call.parameters, by: .bot(call.bot))
        let options = try sendOptions(call, key)
        polls[poll.id] = poll
        do throws(APIFailure) {
            let sent = try deliver([.poll(poll.id)], call, to: key, options)
            place(poll, sent[0].id, in: key)
            return answer(sent[0], in: key)
        } catch {
            polls[poll.id] = nil
            throw error
        }
    }

    /// A person sends a poll. Bots see it, and how it ended if it was stopped; they don't see the votes.
    ///
    /// - Parameter parameters: those of `sendPoll`.
    package mutating func sendPoll(
        _ parameters: Parameters, by person: PersonID, in key: ChatKey, replyTo: MessageID? = nil, thread: MessageID? = nil
    ) throws(APIFailure) -> Message {
        let poll = try newPoll(parameters, by: .person(person))
        polls[poll.id] = poll
        polls[poll.id]?.place = (key, 0)
        do throws(APIFailure) {
            let message = try say(.poll(poll.id), by: person, in: key, replyTo: replyTo, thread: thread)
            place(poll, message.id, in: key)
            return message
        } catch {
            polls[poll.id] = nil
            throw error
        }
    }

    /// A person ends a poll of their own.
    package mutating func stopPoll(_ id: MessageID, by person: PersonID, in key: ChatKey) throws(APIFailure) {
        let message = try message(id, in: key, "message with poll to stop")
        guard case .poll(let poll) = message.content else { throw .badRequest("message with poll to stop not found") }
        guard message.sender == .person(person) else { throw .badRequest("poll can't be stopped") }
        guard polls[poll]?.isClosed == false else { throw .badRequest("poll has already been closed") }
        polls[poll]?.isClosed = true
        push(poll)
        record(.edited(id), in: key)
    }

    private mutating func place(_ poll: Poll, _ id: MessageID, in key: ChatKey) {
        polls[poll.id]?.place = (key, id)
        guard let end = poll.endsAt, !poll.isClosed, end < nextPollEnd else { return }
        nextPollEnd = end
        emit(.lookAgain(at: end))
    }

    private mutating func newPoll(_ parameters: Parameters, by creator: Actor) throws(APIFailure) -> Poll {
        let question = try formatted(
            parameters.text("question") ?? "", mode: parameters.text("question_parse_mode"),
            entities: parameters.json("question_entities", "question entities"))
        guard !question.text.isEmpty else { throw .badRequest("text must be non-empty") }
        guard question.utf16Count <= 300 else { throw .badRequest("poll question length must not exceed 300") }
        var poll = Poll(id: newID(), creator: creator, question: question, options: try pollOptions(parameters))
        poll.isAnonymous = parameters.text("is_anonymous") == nil || parameters.bool("is_anonymous")
        switch parameters.text("type")?.lowercased() {
        case nil, "regular": break
        case "quiz": poll.isQuiz = true
        default: throw .badRequest("unsupported poll type specified")
        }
        poll.allowsMultipleAnswers = parameters.bool("allows_multiple_answers")
        poll.allowsRevoting = parameters.text("allows_revoting") == nil ? !poll.isQuiz : parameters.bool("allows_revoting")
        poll.membersOnly = parameters.bool("members_only")
        if poll.isQuiz {
            let list = try parameters.json("correct_option_ids", "correct option identifiers")?.array
            let ids = list?.compactMap(\.int) ?? parameters.int("correct_option_id").map { [$0] } ?? []
            guard !ids.isEmpty, ids.allSatisfy({ poll.options.indices.contains(Int(clamping: $0)) }) else {
                throw .badRequest("invalid correct option identifier specified")
            }
            poll.correctOptions = ids.map { Int(clamping: $0) }
            if let text = parameters.text("explanation") {
                let explanation = try formatted(
                    text, mode: parameters.text("explanation_parse_mode"),
                    entities: parameters.json("explanation_entities", "explanation entities"))
                guard explanation.utf16Count <= 200 else { throw .badRequest("MESSAGE_TOO_LONG") }
                poll.explanation = explanation
            }
        }
        poll.openPeriod = parameters.int("open_period")
        poll.closeDate = parameters.int("close_date")
        guard poll.openPeriod == nil || poll.closeDate == nil else {
            throw .badRequest("only one of open_period and close_date can be specified")
        }
        if let seconds = poll.openPeriod {
            guard (5...Poll.longest).contains(seconds) else { throw .badRequest("invalid open_period specified") }
            poll.endsAt = now + Double(seconds)
        } else if let end = poll.closeDate {
            guard (5...Poll.longest).contains(end - date) else { throw .badRequest("invalid close_date specified") }
            poll.endsAt = Double(end)
        }
        poll.isClosed = parameters.bool("is_closed")
        return poll
    }

    private func pollOptions(_ parameters: Parameters) throws(APIFailure) -> [Poll.Option] {
        guard let array = try parameters.json("options", "options")?.array else {
            throw .badRequest("expected an Array of InputPollOption")
        }
        guard !array.isEmpty else { throw .badRequest("poll must have at least one answer option") }
        guard array.count <= 12 else { throw .badRequest("poll can't have more than 12 options") }
        var options: [Poll.Option] = []
        for json in array {
            guard let text = json.string ?? json["text"]?.string else { throw .badRequest("expected an option to be of type String") }
            let formattedText = try formatted(text, mode: json["text_parse_mode"]?.string, entities: json["text_entities"])
            guard !formattedText.text.isEmpty else { throw .badRequest("text must be non-empty") }
            guard formattedText.utf16Count <= 100 else { throw .badRequest("poll options length must not exceed 100") }
            options.append(Poll.Option(text: formattedText))
        }
        return options
    }

    mutating func stopPoll(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        let message = try message(call.parameters.int("message_id"), in: key, "message with poll to stop")
        guard case .poll(let id) = message.content else { throw .badRequest("message with poll to stop not found") }
        guard message.sender == .bot(call.bot) else { throw .badRequest("poll can't be stopped") }
        guard polls[id]?.isClosed == false else { throw .badRequest("poll has already been closed") }
        let markup = try ReplyMarkup.parse(call.parameters)
        polls[id]?.isClosed = true
        push(id)
        change(message.id, in: key) { $0.keyboard = if case .inline(let keyboard) = markup { keyboard } else { nil } }
        var json = JSONWriter()
        writePoll(id, to: &json)
        return .success(json.bytes)
    }
}
