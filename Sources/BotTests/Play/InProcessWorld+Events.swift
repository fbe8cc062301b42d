import BotEngine
import BotLanguage
import Bus
import Contracts
import Dialog
import JSON
import Schedules
import WorkerKit

// What happens, and what the bot makes of it.
extension InProcessWorld {
    func happen(_ content: Event.Content, _ name: String, in place: TestStep.Place?) async throws {
        let person = test.people.first { $0.name == name }?.person
        try await tick()
        let event = Event(bot: bot.name, platform: .telegram, at: clock, chat: place.map(chat), person: person, content: content)
        enqueue(event, EnvelopeID("test-\(events)"), .interactive)
        try await settle()
    }

    func enqueue(_ event: Event, _ id: EnvelopeID, _ lane: Lane) {
        let envelope = Envelope(id: id, lane: lane, partitionKey: event.partitionKey, type: "event.\(event.kind)")
        queue.append(delivery(envelope, event.jsonBytes))
    }

    func delivery(_ envelope: Envelope, _ body: [UInt8]) -> BusDelivery {
        BusDelivery(
            envelope: envelope, routingKey: "", body: body, isRedelivered: false, isCurrent: { true }, acknowledge: {}, reject: {})
    }

    /// Handles what waits and what that causes.
    func settle() async throws {
        var count = 0
        var next = 0
        while next < queue.count {
            let delivery = queue[next]
            next += 1
            count += 1
            guard count <= Self.eventLimit else {
                throw Complaint(message: "this causes more than \(Self.eventLimit) events", position: position)
            }
            if count > 1 { try await tick() }
            guard let outcome = try await handler.handle([delivery]).first else { continue }
            for failure in box.take() { failures.append(complaint(failure, "the definition failed: ")) }
            guard case .effects(let messages) = outcome else {
                throw Complaint(message: "the bot refuses the event", position: position)
            }
            for message in messages { try take(message) }
        }
        queue = []
    }

    /// Each event has a moment of its own, so that what was made before comes before.
    func tick() async throws {
        events += 1
        clock.milliseconds += 1
        try await bot.database.setClock(clock.milliseconds)
    }

    func take(_ message: BusMessage) throws {
        switch message.envelope.type {
        case let type where type.hasPrefix("command."):
            try show(try Command(jsonBytes: message.body), message.envelope)
        case let type where type.hasPrefix("event."): queue.append(delivery(message.envelope, message.body))
        case Operation.setTimer.type:
            var timer = try SetTimer(jsonBytes: message.body)
            // The worker's own clock is none of the test's.
            timer.at = min(timer.at, clock)
            do throws(ScheduleError) { try timers.set(timer) } catch {
                throw Complaint(message: "a timer can't be set: \(error)", position: position)
            }
        case Operation.cancelTimers.type: timers.cancel(try CancelTimers(jsonBytes: message.body))
        case let type where type.hasPrefix("request."):
            let request = try OperationRequest(jsonBytes: message.body)
            chats.remark("— asks for \(request.operation) —")
            if request.wantsReply { requests.append((message.envelope.id, request, 0)) }
        case let type: throw Complaint(message: "tests can't play '\(type)'", position: position)
        }
    }

    // MARK: What the bot does

    func show(_ command: Command, _ envelope: Envelope) throws {
        if case .answerButton(let answer) = command.action {
            if let text = answer.text, let name = queries[answer.query] {
                chats.note(.init(text: text, isAlert: answer.isAlert), for: name)
            }
            return
        }
        guard let chat = command.chat, let place = place(of: chat) else { return }
        if case .person(let name) = place, blocked.contains(name) {
            return receipt(command, envelope, .blocked(reason: "Forbidden: bot was blocked by the user"))
        }
        var made: [MessageID] = []
        var poll: String?
        switch command.action {
        case .send(let message):
            made = [nextMessage(in: place)]
            if case .poll = message.content { poll = pollID(made[0], place) }
            chats.show(Chats.Message(message, id: made[0]), in: place)
        case .edit(let id, let message):
            guard chats.edit(id, in: place, { $0.become(message) }) else { throw missing("edits", place) }
        case .editKeyboard(let id, let keyboard):
            let isThere = chats.edit(id, in: place) { message in
                message.buttons = []
                message.adopt(keyboard)
            }
            guard isThere else { throw missing("edits", place) }
        case .copy(let from, let id):
            guard let source = self.place(of: from), let index = chats[source].index(of: id) else { throw missing("copies", place) }
            var copy = chats[source].messages[index]
            made = [nextMessage(in: place)]
            (copy.id, copy.author, copy.menu, copy.buttons) = (made[0], nil, nil, [])
            chats.show(copy, in: place)
        case .delete(let ids): chats.delete(ids, in: place)
        default: break
        }
        receipt(command, envelope, .done(messages: made), poll: poll)
    }

    func missing(_ verb: String, _ place: TestStep.Place) -> Complaint {
        Complaint(message: "the bot \(verb) a message that isn't in the chat of \(place.name)", position: position)
    }

    /// As the sender tells what became of a command.
    func receipt(_ command: Command, _ envelope: Envelope, _ outcome: Receipt.Outcome, poll: String? = nil) {
        guard let chat = command.chat, command.person != nil || command.receipt == .always else { return }
        switch (command.receipt, outcome) {
        case (.always, _): break
        case (.failures, .done), (.never, _): return
        case (.failures, _): break
        }
        let kind: Chat.Kind = place(of: chat) == .group ? .group : .direct
        let event = Event(
            bot: command.bot, platform: command.platform, at: clock, chat: Chat(id: chat, kind: kind),
            person: command.person.map { Person(id: $0, firstName: "") },
            thread: command.thread, content: .receipt(Receipt(command: envelope.id, outcome: outcome, poll: poll)))
        queue.append(
            delivery(
                envelope.causing(0, type: "event.\(event.kind)", lane: .normal, partitionKey: event.partitionKey), event.jsonBytes))
    }
}
