/// Puts the frames of one channel's content together: method, header, body frames.
package struct DeliveryAssembler {
    package enum Content {
        case delivery(DeliverMethod, AMQPProperties, body: [UInt8])
        case returned(ReturnMethod, AMQPProperties, body: [UInt8])
    }

    private enum Method {
        case deliver(DeliverMethod)
        case returned(ReturnMethod)
    }

    private enum State {
        case idle
        case header(Method)
        case body(Method, AMQPProperties, [UInt8], remaining: Int)
    }

    private var state = State.idle
    private let maximumBodySize: UInt64

    /// Memory is set aside up to this before a byte of the body has arrived; the rest follows as it comes.
    private static let reservation = 1 << 20

    /// - Parameter maximumBodySize: bytes; default 128 MiB, the largest `max_message_size` that RabbitMQ ships with.
    package init(maximumBodySize: UInt64 = 128 << 20) { self.maximumBodySize = maximumBodySize }

    package var isIdle: Bool { if case .idle = state { true } else { false } }

    package mutating func deliver(_ method: DeliverMethod) throws(AMQPError) { try begin(.deliver(method)) }
    package mutating func returned(_ method: ReturnMethod) throws(AMQPError) { try begin(.returned(method)) }

    private mutating func begin(_ method: Method) throws(AMQPError) {
        guard case .idle = state else {
            throw AMQPError(.protocolViolation, "a method between the frames of a message")
        }
        state = .header(method)
    }

    /// - Returns: the message, when it has no body.
    package mutating func header(bodySize: UInt64, _ properties: AMQPProperties) throws(AMQPError) -> Content? {
        guard case .header(let method) = state else {
            throw AMQPError(.protocolViolation, "a content header without its method")
        }
        guard bodySize <= maximumBodySize else {
            throw AMQPError(.protocolViolation, "a message of \(bodySize) bytes exceeds the limit of \(maximumBodySize)")
        }
        guard bodySize > 0 else {
            state = .idle
            return content(method, properties, [])
        }
        state = .body(method, properties, [], remaining: Int(bodySize))
        return nil
    }

    /// - Returns: the message, when this was the last of its frames.
    package mutating func body(_ fragment: UnsafeRawBufferPointer) throws(AMQPError) -> Content? {
        guard case .body(let method, let properties, var body, let remaining) = state else {
            throw AMQPError(.protocolViolation, "a body frame without its header")
        }
        guard fragment.count <= remaining else {
            throw AMQPError(.protocolViolation, "more body than its header announced")
        }
        if body.isEmpty, fragment.count == remaining {
            state = .idle
            return content(method, properties, [UInt8](fragment))
        }
        // The array must have one owner, or appending would copy all of it for each frame.
        state = .idle
        if body.isEmpty { body.reserveCapacity(min(remaining, Self.reservation)) }
        body.append(contentsOf: fragment)
        if fragment.count == remaining { return content(method, properties, body) }
        state = .body(method, properties, body, remaining: remaining - fragment.count)
        return nil
    }

    private func content(_ method: Method, _ properties: AMQPProperties, _ body: [UInt8]) -> Content {
        switch method {
        case .deliver(let method): .delivery(method, properties, body: body)
        case .returned(let method): .returned(method, properties, body: body)
        }
    }
}
