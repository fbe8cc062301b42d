extension OutboundBuffer {
    /// `basic.publish` with its header and body.
    ///
    /// - Parameter sequence: if not nil, sent as the header ``publishSequenceHeader``, so that a returned message without
    ///   an id of its own can be told from its neighbours.
    package func writePublish(_ message: AMQPMessage, channel: UInt16, sequence: UInt64? = nil) throws(AMQPError) {
        try encode { buffer in
            let method = buffer.beginFrame(type: WireFormat.FrameType.method, channel: channel)
            buffer.write(MethodID.basicPublish)
            buffer.write(UInt16(0))
            buffer.writeShort(message.exchange)
            buffer.writeShort(message.routingKey)
            buffer.write(message.isMandatory ? UInt8(1) : 0)
            buffer.endFrame(method)

            let header = buffer.beginFrame(type: WireFormat.FrameType.header, channel: channel)
            buffer.write(WireFormat.basicClass)
            buffer.write(UInt16(0))
            buffer.write(UInt64(message.body.count))
            buffer.writeProperties(message.properties, sequence: sequence)
            buffer.endFrame(header)

            buffer.writeBodyFrames(message.body, channel: channel)
        }
    }

    package static let publishSequenceHeader = "x-publish-sequence"

    func writeProperties(_ properties: AMQPProperties, sequence: UInt64?) {
        typealias Flag = WireFormat.Property
        var flags = Flag.deliveryMode
        if properties.contentType != nil { flags |= Flag.contentType }
        if properties.contentEncoding != nil { flags |= Flag.contentEncoding }
        if !properties.headers.isEmpty || sequence != nil { flags |= Flag.headers }
        if properties.priority != nil { flags |= Flag.priority }
        if properties.correlationID != nil { flags |= Flag.correlationID }
        if properties.replyTo != nil { flags |= Flag.replyTo }
        if properties.expirationMilliseconds != nil { flags |= Flag.expiration }
        if properties.messageID != nil { flags |= Flag.messageID }
        if properties.timestamp != nil { flags |= Flag.timestamp }
        if properties.type != nil { flags |= Flag.type }
        if properties.userID != nil { flags |= Flag.userID }
        if properties.appID != nil { flags |= Flag.appID }
        write(flags)

        if let value = properties.contentType { writeShort(value) }
        if let value = properties.contentEncoding { writeShort(value) }
        if flags & Flag.headers != 0 {
            let mark = beginLength()
            // First, so that it wins over the one a republished message may still carry.
            if let sequence {
                writeShort(Self.publishSequenceHeader)
                writeField(.int(Int64(clamping: sequence)), depth: 0)
            }
            writeEntries(properties.headers)
            endLength(mark)
        }
        write(properties.isPersistent ? UInt8(2) : 1)
        if let value = properties.priority { write(value) }
        if let value = properties.correlationID { writeShort(value) }
        if let value = properties.replyTo { writeShort(value) }
        if let value = properties.expirationMilliseconds { writeShort(String(value)) }
        if let value = properties.messageID { writeShort(value) }
        if let value = properties.timestamp { write(value) }
        if let value = properties.type { writeShort(value) }
        if let value = properties.userID { writeShort(value) }
        if let value = properties.appID { writeShort(value) }
    }

    package func writeTable(_ table: AMQPTable, depth: Int = 0) {
        let mark = beginLength()
        writeEntries(table, depth: depth)
        endLength(mark)
    }

    private func writeEntries(_ table: AMQPTable, depth: Int = 0) {
        for entry in table.entries {
            writeShort(entry.key)
            writeField(entry.value, depth: depth)
        }
    }

    /// Deeper nesting than the peer's decoder takes (librabbitmq and RabbitMQ recurse) is refused here.
    private static let maximumDepth = 32

    private func writeField(_ value: AMQPFieldValue, depth: Int) {
        guard depth < Self.maximumDepth else { return reject("tables nested deeper than \(Self.maximumDepth)") }
        switch value {
        case .null: write(UInt8(ascii: "V"))
        case .bool(let value):
            write(UInt8(ascii: "t"))
            write(value ? UInt8(1) : 0)
        case .int(let value):
            write(UInt8(ascii: "l"))
            write(value)
        case .double(let value):
            write(UInt8(ascii: "d"))
            write(value.bitPattern)
        case .decimal(let scale, let value):
            write(UInt8(ascii: "D"))
            write(scale)
            write(value)
        case .string(let value):
            write(UInt8(ascii: "S"))
            writeLong(value)
        case .bytes(let value):
            write(UInt8(ascii: "x"))
            value.withUnsafeBytes { writeLong($0) }
        case .timestamp(let value):
            write(UInt8(ascii: "T"))
            write(value)
        case .table(let value):
            write(UInt8(ascii: "F"))
            writeTable(value, depth: depth + 1)
        case .array(let values):
            write(UInt8(ascii: "A"))
            let mark = beginLength()
            for value in values { writeField(value, depth: depth + 1) }
            endLength(mark)
        }
    }
}
