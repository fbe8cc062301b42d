import CRabbitMQ

/// Turns librabbitmq's frames into values of this module; all but body bytes are copied.
struct FrameDecoder {
    /// Most deliveries of a connection come from the same few exchanges: their name is made once.
    private var lastExchange = ""

    mutating func decode(_ frame: inout amqp_frame_t) -> InboundFrame {
        let payload: InboundFrame.Payload
        switch frame.frame_type {
        case WireFormat.FrameType.method:
            payload = .method(method(frame.payload.method.id, frame.payload.method.decoded))
        case WireFormat.FrameType.header:
            let header = frame.payload.properties
            payload = .header(bodySize: header.body_size, properties: Self.properties(header.class_id, header.decoded))
        case WireFormat.FrameType.body:
            let fragment = frame.payload.body_fragment
            payload = .body(UnsafeRawBufferPointer(start: fragment.bytes, count: fragment.len))
        default:
            payload = .other
        }
        return InboundFrame(channel: frame.channel, payload: payload)
    }

    private mutating func method(_ id: UInt32, _ decoded: UnsafeMutableRawPointer?) -> InboundMethod {
        guard let decoded else { return .other(id) }
        switch id {
        case MethodID.basicDeliver:
            let value = decoded.load(as: amqp_basic_deliver_t.self)
            return .deliver(
                DeliverMethod(
                    deliveryTag: value.delivery_tag, isRedelivered: value.redelivered != 0,
                    exchange: exchange(value.exchange), routingKey: Self.text(value.routing_key)))
        case MethodID.basicReturn:
            let value = decoded.load(as: amqp_basic_return_t.self)
            return .returned(
                ReturnMethod(
                    code: value.reply_code, text: Self.text(value.reply_text), exchange: exchange(value.exchange),
                    routingKey: Self.text(value.routing_key)))
        case MethodID.basicAck:
            let value = decoded.load(as: amqp_basic_ack_t.self)
            return .ack(tag: value.delivery_tag, multiple: value.multiple != 0)
        case MethodID.basicNack:
            let value = decoded.load(as: amqp_basic_nack_t.self)
            return .nack(tag: value.delivery_tag, multiple: value.multiple != 0)
        case MethodID.basicCancel:
            return .cancel(consumerTag: Self.text(decoded.load(as: amqp_basic_cancel_t.self).consumer_tag))
        case MethodID.channelClose:
            let value = decoded.load(as: amqp_channel_close_t.self)
            return .channelClose(code: value.reply_code, text: Self.text(value.reply_text))
        case MethodID.channelFlow:
            return .channelFlow(active: decoded.load(as: amqp_channel_flow_t.self).active != 0)
        case MethodID.connectionClose:
            let value = decoded.load(as: amqp_connection_close_t.self)
            return .connectionClose(code: value.reply_code, text: Self.text(value.reply_text))
        case MethodID.connectionBlocked:
            return .blocked(reason: Self.text(decoded.load(as: amqp_connection_blocked_t.self).reason))
        case MethodID.connectionUnblocked:
            return .unblocked
        case MethodID.queueDeclareOk:
            let value = decoded.load(as: amqp_queue_declare_ok_t.self)
            return .queueDeclareOk(
                name: Self.text(value.queue), messages: value.message_count, consumers: value.consumer_count)
        case MethodID.queuePurgeOk:
            return .messageCount(decoded.load(as: amqp_queue_purge_ok_t.self).message_count, method: id)
        case MethodID.queueDeleteOk:
            return .messageCount(decoded.load(as: amqp_queue_delete_ok_t.self).message_count, method: id)
        default:
            return .other(id)
        }
    }

    private mutating func exchange(_ bytes: amqp_bytes_t) -> String {
        let raw = UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len)
        let isSame = lastExchange.utf8.withContiguousStorageIfAvailable {
            UnsafeRawBufferPointer($0).elementsEqual(raw)
        }
        if isSame != true { lastExchange = Self.text(bytes) }
        return lastExchange
    }

    static func text(_ bytes: amqp_bytes_t) -> String {
        String(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
    }

    private static func properties(_ classID: UInt16, _ decoded: UnsafeMutableRawPointer?) -> AMQPProperties {
        var result = AMQPProperties(isPersistent: false)
        guard classID == WireFormat.basicClass, let decoded else { return result }
        let value = decoded.assumingMemoryBound(to: amqp_basic_properties_t.self)
        let flags = UInt16(truncatingIfNeeded: value.pointee._flags)
        typealias Flag = WireFormat.Property
        if flags & Flag.contentType != 0 { result.contentType = text(value.pointee.content_type) }
        if flags & Flag.contentEncoding != 0 { result.contentEncoding = text(value.pointee.content_encoding) }
        if flags & Flag.headers != 0 { result.headers = table(value.pointee.headers) }
        if flags & Flag.deliveryMode != 0 { result.isPersistent = value.pointee.delivery_mode == 2 }
        if flags & Flag.priority != 0 { result.priority = value.pointee.priority }
        if flags & Flag.correlationID != 0 { result.correlationID = text(value.pointee.correlation_id) }
        if flags & Flag.replyTo != 0 { result.replyTo = text(value.pointee.reply_to) }
        if flags & Flag.expiration != 0 { result.expirationMilliseconds = UInt64(text(value.pointee.expiration)) }
        if flags & Flag.messageID != 0 { result.messageID = text(value.pointee.message_id) }
        if flags & Flag.timestamp != 0 { result.timestamp = value.pointee.timestamp }
        if flags & Flag.type != 0 { result.type = text(value.pointee.type) }
        if flags & Flag.userID != 0 { result.userID = text(value.pointee.user_id) }
        if flags & Flag.appID != 0 { result.appID = text(value.pointee.app_id) }
        return result
    }

    static func table(_ table: amqp_table_t) -> AMQPTable {
        AMQPTable(
            UnsafeBufferPointer(start: table.entries, count: Int(max(0, table.num_entries))).map {
                AMQPTable.Entry(text($0.key), field($0.value))
            })
    }

    private static func field(_ field: amqp_field_value_t) -> AMQPFieldValue {
        let value = field.value
        switch UInt32(field.kind) {
        case AMQP_FIELD_KIND_BOOLEAN.rawValue: return .bool(value.boolean != 0)
        case AMQP_FIELD_KIND_I8.rawValue: return .int(Int64(value.i8))
        case AMQP_FIELD_KIND_U8.rawValue: return .int(Int64(value.u8))
        case AMQP_FIELD_KIND_I16.rawValue: return .int(Int64(value.i16))
        case AMQP_FIELD_KIND_U16.rawValue: return .int(Int64(value.u16))
        case AMQP_FIELD_KIND_I32.rawValue: return .int(Int64(value.i32))
        case AMQP_FIELD_KIND_U32.rawValue: return .int(Int64(value.u32))
        case AMQP_FIELD_KIND_I64.rawValue: return .int(value.i64)
        case AMQP_FIELD_KIND_U64.rawValue: return .int(Int64(clamping: value.u64))
        case AMQP_FIELD_KIND_F32.rawValue: return .double(Double(value.f32))
        case AMQP_FIELD_KIND_F64.rawValue: return .double(value.f64)
        case AMQP_FIELD_KIND_DECIMAL.rawValue: return .decimal(scale: value.decimal.decimals, value: value.decimal.value)
        case AMQP_FIELD_KIND_TIMESTAMP.rawValue: return .timestamp(value.u64)
        case AMQP_FIELD_KIND_TABLE.rawValue: return .table(table(value.table))
        case AMQP_FIELD_KIND_ARRAY.rawValue:
            let array = value.array
            return .array(UnsafeBufferPointer(start: array.entries, count: Int(max(0, array.num_entries))).map { Self.field($0) })
        case AMQP_FIELD_KIND_UTF8.rawValue, AMQP_FIELD_KIND_BYTES.rawValue:
            let raw = UnsafeRawBufferPointer(start: value.bytes.bytes, count: value.bytes.len)
            if field.kind == UInt8(AMQP_FIELD_KIND_UTF8.rawValue), let text = String(validating: raw, as: UTF8.self) {
                return .string(text)
            }
            return .bytes([UInt8](raw))
        default: return .null
        }
    }
}
