package import AMQP
package import Contracts

/// Which messages `events tail` shows.
package struct TailFilter: Sendable, Hashable {
    package enum Direction: String, Sendable, Hashable, CaseIterable {
        /// Events, on their way to the workers.
        case inbound
        /// Commands, on their way to a platform.
        case outbound

        var exchange: Topology.Exchange { self == .inbound ? .inbound : .outbound }
    }

    /// Empty: all.
    package var bots: [BotName]
    /// Of events (`message`) or commands (`send`); empty: all.
    package var kinds: [String]
    package var chat: ChatID?
    /// Nil: both.
    package var direction: Direction?
    /// Part of an id of a trace, an event or a message.
    package var trace: String?

    package init(bots: [BotName] = [], kinds: [String] = [], chat: ChatID? = nil, direction: Direction? = nil, trace: String? = nil) {
        self.bots = bots
        self.kinds = kinds
        self.chat = chat
        self.direction = direction
        self.trace = trace
    }

    package static let eventKinds = [
        "message", "message_edited", "command", "button", "poll", "poll_answer", "membership", "receipt", "signal", "post", "row_change",
        "timer",
        "native",
    ]
    package static let commandKinds = [
        "send", "edit", "edit_keyboard", "delete", "pin", "unpin", "copy", "answer_button", "chat_action", "stop_poll", "set_commands",
    ]

    // MARK: On the broker

    /// The bindings of a queue that gets a copy of what is wanted, or a little more.
    ///
    /// Each pattern lies within those of the real queues: with a wider one the broker would count a message as routed that no
    /// worker gets, and its publisher would not hear that it is lost.
    package func bindings(of queue: String) -> [AMQPBinding] {
        let names = bots.isEmpty ? ["*"] : bots.map(\.rawValue)
        var keys: [(Topology.Exchange, String)] = []
        if includes(.inbound, Self.eventKinds) {
            for bot in bots.isEmpty ? [nil] : bots.map(Optional.some) {
                for kind in kinds.isEmpty ? ["*"] : kinds.filter(Self.eventKinds.contains) {
                    // Of a named bot and chat the partition is known.
                    let partition = bot.flatMap { bot in chat.map { Partition(of: "\(bot)/\($0)").name } } ?? "*"
                    keys.append((.inbound, "\(Topology.dialog).*.\(kind).\(bot?.rawValue ?? "*").*.\(partition)"))
                }
            }
        }
        if includes(.outbound, Self.commandKinds) { keys += names.map { (.outbound, "*.\($0).*.*") } }
        return keys.map { AMQPBinding(queue: queue, exchange: $0.0.rawValue, routingKey: $0.1) }
    }

    private func includes(_ direction: Direction, _ known: [String]) -> Bool {
        (self.direction ?? direction) == direction && (kinds.isEmpty || kinds.contains(where: known.contains))
    }

    // MARK: Here

    package func admits(_ message: TailMessage) -> Bool {
        if !bots.isEmpty, !bots.contains(where: { $0.rawValue == message.bot }) { return false }
        if !kinds.isEmpty, !kinds.contains(message.kind) { return false }
        if let chat, message.chat != chat.rawValue { return false }
        if let direction, message.exchange != direction.exchange.rawValue { return false }
        guard let trace else { return true }
        return [message.traceparent, message.id, message.correlation, message.causation].contains { $0?.contains(trace) == true }
    }
}
