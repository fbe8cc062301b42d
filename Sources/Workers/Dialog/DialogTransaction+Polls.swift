import BotEngine
import BotStore
import Contracts
import Postgres

// Answers to polls come without a chat. They are handed on to where the poll stands, and handled there in their turn.
extension DialogTransaction {
    func effects(ofPolls outcome: Outcome, _ task: DialogTask) async throws -> [Effect] {
        let event = task.event
        if case .pollAnswer(let answer) = event.content, event.chat == nil { return try await handOn(answer, task) }
        guard outcome.failure == nil else { return [] }
        var effects: [Effect] = []
        for poll in outcome.polls {
            let results = try await transaction.pipeline([
                PollTable.turn(poll.id, bot: event.bot), PollTable.insert(poll, bot: event.bot, thread: event.thread),
                PollTable.takeEarly(poll.id, bot: event.bot),
            ])
            let place = PollTable.Place(chat: poll.chat, thread: event.thread, asked: poll.asked)
            for early in try PollTable.decodeEarly(results[2]) {
                guard case .pollAnswer(let answer) = early.content else { continue }
                effects.append(.event(Self.event(answer, of: early, at: place), .interactive))
            }
        }
        return effects
    }

    private func handOn(_ answer: PollAnswer, _ task: DialogTask) async throws -> [Effect] {
        let bot = task.event.bot
        let results = try await transaction.pipeline([PollTable.turn(answer.poll, bot: bot), PollTable.find(answer.poll, bot: bot)])
        if let place = try PollTable.decode(results[1]) {
            return [.event(Self.event(answer, of: task.event, at: place), task.envelope.lane)]
        }
        try await transaction.query(PollTable.keep(task.event, of: answer.poll))
        return []
    }

    private static func event(_ answer: PollAnswer, of event: Event, at place: PollTable.Place) -> Event {
        var answer = answer
        answer.asked = place.asked
        var event = event
        event.chat = place.chat
        event.thread = place.thread
        event.content = .pollAnswer(answer)
        return event
    }
}
