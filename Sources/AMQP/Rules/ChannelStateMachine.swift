import DequeModule

/// One channel: a script of methods sent in one go, whose replies arrive in order, then open until closed.
package struct ChannelStateMachine {
    package enum Phase: Equatable { case starting, open, closing, closed }

    package enum Action: Equatable {
        case none
        /// Every method of the script was answered, in this order.
        case opened([InboundMethod])
        /// Send `channel.close-ok`; the number is free again, and what the channel was for has failed.
        case failed(AMQPError.Code, code: UInt16, text: String)
        /// Both sides closed at once: send `channel.close-ok`; the broker's own still comes.
        case answerClose
        /// The broker confirmed our close; the number is free again.
        case closed
        /// Close the connection.
        case violation(String)
    }

    package private(set) var phase = Phase.starting
    private var expected: Deque<UInt32>
    private var replies: [InboundMethod] = []

    package init(script: [OutboundMethod]) { expected = Deque(script.compactMap(\.reply)) }

    /// - Returns: whether `channel.close` must be sent.
    package mutating func close() -> Bool {
        guard phase == .starting || phase == .open else { return false }
        phase = .closing
        return true
    }

    /// Takes the methods that steer the channel; content, confirms and cancels are the owner's business.
    package mutating func receive(_ method: InboundMethod) -> Action {
        switch (phase, method) {
        case (.closed, _):
            return .violation("\(method.id.methodName) on a closed channel")
        case (.closing, .channelClose):
            return .answerClose
        case (.closing, .other(MethodID.channelCloseOk)):
            phase = .closed
            return .closed
        case (.closing, _):
            return .none
        case (_, .channelClose(let code, let text)):
            phase = .closed
            return .failed(AMQPError.reply(code, text, otherwise: .channelClosed).code, code: code, text: text)
        case (.open, _):
            return .violation("unexpected \(method.id.methodName)")
        case (.starting, _):
            guard let next = expected.popFirst(), next == method.id else {
                return .violation("unexpected \(method.id.methodName) while a channel was set up")
            }
            replies.append(method)
            guard expected.isEmpty else { return .none }
            phase = .open
            defer { replies = [] }
            return .opened(replies)
        }
    }
}

extension UInt32 {
    /// `class.method` in numbers, for error texts.
    var methodName: String { "method \(self >> 16).\(self & 0xFFFF)" }
}
