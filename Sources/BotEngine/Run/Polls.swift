import BotLanguage
import CEL
import Contracts

// Answers to polls. Telegram tells them by the poll's name alone, so what was asked is remembered until the receipt says the
// name, and then kept by the worker for everybody who answers.
extension Interpreter {
    /// What must be remembered of a view whose poll somebody handles; nil for all others.
    func asked(_ view: View, _ content: OutgoingMessage.Content) -> AskedPoll? {
        guard case .poll(let poll) = content, !poll.isAnonymous, let owner = view.owner, owner.kind == .screen, handles(owner.name) else {
            return nil
        }
        return AskedPoll(screen: owner.name, arguments: owner.arguments, options: poll.options, correctOption: poll.correctOption)
    }

    private func handles(_ screen: String) -> Bool {
        definition.handlers.contains { if case .poll(screen) = $0.trigger { true } else { false } }
    }

    /// The receipt of a poll: its name is known now.
    mutating func settle(_ receipt: Receipt) {
        guard let index = state.polls.firstIndex(where: { $0.command == receipt.command }) else { return }
        let sent = state.polls.remove(at: index)
        guard case .done = receipt.outcome, let name = receipt.poll, var chat = event.chat else { return }
        chat.title = chat.title ?? sent.title
        polls.append(KnownPoll(id: name, chat: chat, asked: sent.asked))
    }

    mutating func dispatch(_ answer: PollAnswer) throws(Interruption) {
        guard let asked = answer.asked, let screen = definition.screens[asked.screen] else { return }
        trigger = "poll \(screen.name)"
        for handler in definition.handlers {
            guard case .poll(screen.name) = handler.trigger else { continue }
            var variables = baseVariables()
            // Asked by another version of the definition, whose arguments don't fit any more.
            guard try bind(asked.arguments, screen.parameters, &variables) else { return }
            variables["answer"] = Self.value(answer, asked, screen)
            guard try holds(handler.access, variables) else { continue }
            return run(handler.steps, variables, origin: .handler)
        }
    }

    private static func value(_ answer: PollAnswer, _ asked: AskedPoll, _ screen: Screen) -> CELValue {
        let chosen = answer.options.filter(asked.options.indices.contains)
        let values: [CELValue] = [.list(chosen.map { .int(Int64($0)) }), .list(chosen.map { .string(asked.options[$0]) })]
        guard case .poll(let poll)? = screen.content.medium, poll.correct != nil else {
            return .object(CELObject(shape: pollAnswer, values: values))
        }
        let isCorrect = asked.correctOption.map { chosen == [$0] } ?? false
        return .object(CELObject(shape: quizAnswer, values: values + [.bool(isCorrect)]))
    }

    private static let pollAnswer = CELObject.Shape(type: "PollAnswer", fields: ["options", "texts"])
    private static let quizAnswer = CELObject.Shape(type: "QuizAnswer", fields: ["options", "texts", "correct"])
}
