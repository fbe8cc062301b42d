import CRabbitMQ

/// Hands encoded frames to librabbitmq one by one: only it can write to its TLS socket, and it takes frames, not bytes.
///
/// Blocks while the broker does not read; the watchdog bounds that.
enum TLSFrameSender {
    static func send(_ buffer: OutboundBuffer, _ state: amqp_connection_state_t) throws(AMQPError) {
        var pool = amqp_pool_t()
        init_amqp_pool(&pool, 4096)
        defer { empty_amqp_pool(&pool) }
        while !buffer.isEmpty {
            let bytes = buffer.readable
            guard bytes.count >= 8 else { throw AMQPError(.protocolViolation, "half a frame to send") }
            let size = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 3, as: UInt32.self)))
            guard bytes.count >= size + 8 else { throw AMQPError(.protocolViolation, "half a frame to send") }
            let status = send(
                type: bytes[0], channel: UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt16.self)),
                payload: UnsafeRawBufferPointer(rebasing: bytes[7..<(7 + size)]), state, &pool)
            guard status == 0 else { throw AMQPError(.connectionLost, "write failed: \(Handshake.text(of: status))") }
            recycle_amqp_pool(&pool)
            buffer.consume(size + 8)
        }
    }

    private static func send(
        type: UInt8, channel: UInt16, payload: UnsafeRawBufferPointer, _ state: amqp_connection_state_t, _ pool: inout amqp_pool_t
    ) -> Int32 {
        var frame = amqp_frame_t()
        frame.frame_type = type
        frame.channel = channel
        switch type {
        case WireFormat.FrameType.method:
            guard payload.count >= 4 else { return AMQP_STATUS_BAD_AMQP_DATA.rawValue }
            let id = UInt32(bigEndian: payload.loadUnaligned(as: UInt32.self))
            var decoded: UnsafeMutableRawPointer?
            let status = amqp_decode_method(id, &pool, bytes(payload, from: 4), &decoded)
            guard status == 0 else { return status }
            frame.payload.method = amqp_method_t(id: id, decoded: decoded)
        case WireFormat.FrameType.header:
            guard payload.count >= 14 else { return AMQP_STATUS_BAD_AMQP_DATA.rawValue }
            var decoded: UnsafeMutableRawPointer?
            let status = amqp_decode_properties(WireFormat.basicClass, &pool, bytes(payload, from: 12), &decoded)
            guard status == 0 else { return status }
            frame.payload.properties.class_id = WireFormat.basicClass
            frame.payload.properties.body_size = UInt64(bigEndian: payload.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
            frame.payload.properties.decoded = decoded
        case WireFormat.FrameType.body:
            frame.payload.body_fragment = bytes(payload, from: 0)
        default:
            break
        }
        return amqp_send_frame(state, &frame)
    }

    private static func bytes(_ buffer: UnsafeRawBufferPointer, from offset: Int) -> amqp_bytes_t {
        // librabbitmq's type has no const; it only reads here.
        let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
        return amqp_bytes_t(len: rest.count, bytes: UnsafeMutableRawPointer(mutating: rest.baseAddress))
    }
}
