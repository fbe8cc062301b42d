/// Constants of AMQP 0-9-1 (amqp0-9-1.xml) that both directions use.
package enum WireFormat {
    package static let frameEnd: UInt8 = 0xCE

    package enum FrameType {
        package static let method: UInt8 = 1
        package static let header: UInt8 = 2
        package static let body: UInt8 = 3
        package static let heartbeat: UInt8 = 8
    }

    package static let basicClass: UInt16 = 60

    /// Bits of the property flags, in wire order.
    package enum Property {
        package static let contentType: UInt16 = 1 << 15
        package static let contentEncoding: UInt16 = 1 << 14
        package static let headers: UInt16 = 1 << 13
        package static let deliveryMode: UInt16 = 1 << 12
        package static let priority: UInt16 = 1 << 11
        package static let correlationID: UInt16 = 1 << 10
        package static let replyTo: UInt16 = 1 << 9
        package static let expiration: UInt16 = 1 << 8
        package static let messageID: UInt16 = 1 << 7
        package static let timestamp: UInt16 = 1 << 6
        package static let type: UInt16 = 1 << 5
        package static let userID: UInt16 = 1 << 4
        package static let appID: UInt16 = 1 << 3
    }
}

/// A method's class (upper half) and number (lower half).
package enum MethodID {
    package static let connectionClose: UInt32 = 0x000A_0032
    package static let connectionCloseOk: UInt32 = 0x000A_0033
    package static let connectionBlocked: UInt32 = 0x000A_003C
    package static let connectionUnblocked: UInt32 = 0x000A_003D
    package static let channelOpen: UInt32 = 0x0014_000A
    package static let channelOpenOk: UInt32 = 0x0014_000B
    package static let channelFlow: UInt32 = 0x0014_0014
    package static let channelFlowOk: UInt32 = 0x0014_0015
    package static let channelClose: UInt32 = 0x0014_0028
    package static let channelCloseOk: UInt32 = 0x0014_0029
    package static let exchangeDeclare: UInt32 = 0x0028_000A
    package static let exchangeDeclareOk: UInt32 = 0x0028_000B
    package static let exchangeDelete: UInt32 = 0x0028_0014
    package static let exchangeDeleteOk: UInt32 = 0x0028_0015
    package static let queueDeclare: UInt32 = 0x0032_000A
    package static let queueDeclareOk: UInt32 = 0x0032_000B
    package static let queueBind: UInt32 = 0x0032_0014
    package static let queueBindOk: UInt32 = 0x0032_0015
    package static let queuePurge: UInt32 = 0x0032_001E
    package static let queuePurgeOk: UInt32 = 0x0032_001F
    package static let queueDelete: UInt32 = 0x0032_0028
    package static let queueDeleteOk: UInt32 = 0x0032_0029
    package static let basicQos: UInt32 = 0x003C_000A
    package static let basicQosOk: UInt32 = 0x003C_000B
    package static let basicConsume: UInt32 = 0x003C_0014
    package static let basicConsumeOk: UInt32 = 0x003C_0015
    package static let basicCancel: UInt32 = 0x003C_001E
    package static let basicPublish: UInt32 = 0x003C_0028
    package static let basicReturn: UInt32 = 0x003C_0032
    package static let basicDeliver: UInt32 = 0x003C_003C
    package static let basicAck: UInt32 = 0x003C_0050
    package static let basicReject: UInt32 = 0x003C_005A
    package static let basicNack: UInt32 = 0x003C_0078
    package static let confirmSelect: UInt32 = 0x0055_000A
    package static let confirmSelectOk: UInt32 = 0x0055_000B
}
