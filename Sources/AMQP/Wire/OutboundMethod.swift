/// A method this client sends, apart from `basic.publish`.
package enum OutboundMethod: Sendable, Hashable {
    case channelOpen
    case channelClose
    case channelCloseOk
    case channelFlowOk(active: Bool)
    case connectionClose
    case connectionCloseOk
    case exchangeDeclare(AMQPExchange)
    case exchangeDelete(String)
    case queueDeclare(AMQPQueue, passive: Bool)
    case queueBind(AMQPBinding)
    case queuePurge(String)
    case queueDelete(String)
    case confirmSelect
    case basicQos(prefetch: UInt16)
    case basicConsume(queue: String, tag: String, noAck: Bool, arguments: AMQPTable)
    case basicAck(tag: UInt64, multiple: Bool)
    case basicReject(tag: UInt64, requeue: Bool)

    /// The method the broker answers with; nil when it does not answer.
    package var reply: UInt32? {
        switch self {
        case .channelOpen: MethodID.channelOpenOk
        case .channelClose: MethodID.channelCloseOk
        case .connectionClose: MethodID.connectionCloseOk
        case .exchangeDeclare: MethodID.exchangeDeclareOk
        case .exchangeDelete: MethodID.exchangeDeleteOk
        case .queueDeclare: MethodID.queueDeclareOk
        case .queueBind: MethodID.queueBindOk
        case .queuePurge: MethodID.queuePurgeOk
        case .queueDelete: MethodID.queueDeleteOk
        case .confirmSelect: MethodID.confirmSelectOk
        case .basicQos: MethodID.basicQosOk
        case .basicConsume: MethodID.basicConsumeOk
        case .channelCloseOk, .channelFlowOk, .connectionCloseOk, .basicAck, .basicReject: nil
        }
    }
}

extension OutboundBuffer {
    package func write(_ method: OutboundMethod, channel: UInt16) throws(AMQPError) {
        try encode { buffer in
            let frame = buffer.beginFrame(type: WireFormat.FrameType.method, channel: channel)
            buffer.writeArguments(method)
            buffer.endFrame(frame)
        }
    }

    private func writeArguments(_ method: OutboundMethod) {
        let ticket = UInt16(0)
        switch method {
        case .channelOpen:
            write(MethodID.channelOpen)
            writeShort("")
        case .channelClose:
            write(MethodID.channelClose)
            writeCloseReason()
        case .channelCloseOk: write(MethodID.channelCloseOk)
        case .channelFlowOk(let active):
            write(MethodID.channelFlowOk)
            write(bits(active))
        case .connectionClose:
            write(MethodID.connectionClose)
            writeCloseReason()
        case .connectionCloseOk: write(MethodID.connectionCloseOk)
        case .exchangeDeclare(let exchange):
            write(MethodID.exchangeDeclare)
            write(ticket)
            writeShort(exchange.name)
            writeShort(exchange.kind.name)
            write(bits(false, exchange.isDurable, exchange.isAutoDelete))
            writeTable(exchange.arguments)
        case .exchangeDelete(let name):
            write(MethodID.exchangeDelete)
            write(ticket)
            writeShort(name)
            write(bits())
        case .queueDeclare(let queue, let passive):
            write(MethodID.queueDeclare)
            write(ticket)
            writeShort(queue.name)
            write(bits(passive, queue.isDurable, queue.isExclusive, queue.isAutoDelete))
            writeTable(queue.arguments)
        case .queueBind(let binding):
            write(MethodID.queueBind)
            write(ticket)
            writeShort(binding.queue)
            writeShort(binding.exchange)
            writeShort(binding.routingKey)
            write(bits())
            writeTable(binding.arguments)
        case .queuePurge(let name):
            write(MethodID.queuePurge)
            write(ticket)
            writeShort(name)
            write(bits())
        case .queueDelete(let name):
            write(MethodID.queueDelete)
            write(ticket)
            writeShort(name)
            write(bits())
        case .confirmSelect:
            write(MethodID.confirmSelect)
            write(bits())
        case .basicQos(let prefetch):
            write(MethodID.basicQos)
            write(UInt32(0))
            write(prefetch)
            write(bits())
        case .basicConsume(let queue, let tag, let noAck, let arguments):
            write(MethodID.basicConsume)
            write(ticket)
            writeShort(queue)
            writeShort(tag)
            write(bits(false, noAck))
            writeTable(arguments)
        case .basicAck(let tag, let multiple):
            write(MethodID.basicAck)
            write(tag)
            write(bits(multiple))
        case .basicReject(let tag, let requeue):
            write(MethodID.basicReject)
            write(tag)
            write(bits(requeue))
        }
    }

    private func writeCloseReason() {
        write(UInt16(200))
        writeShort("")
        write(UInt16(0))
        write(UInt16(0))
    }

    /// Successive boolean arguments share an octet, the first in its lowest bit.
    private func bits(_ flags: Bool...) -> UInt8 {
        var octet: UInt8 = 0
        for (index, flag) in flags.enumerated() where flag { octet |= 1 << UInt8(index) }
        return octet
    }
}
