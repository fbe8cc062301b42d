import CRabbitMQ
import Glibc

/// TCP, TLS and login: the only calls that wait for the broker, each with a time-out.
enum Handshake {
    static func openSocket(_ state: amqp_connection_state_t, _ configuration: AMQPConfiguration) throws(AMQPError) {
        let socket: OpaquePointer?
        if let tls = configuration.tls {
            socket = amqp_ssl_socket_new(state)
            if let socket { try prepare(socket, tls) }
        } else {
            socket = amqp_tcp_socket_new(state)
        }
        guard let socket else { throw AMQPError(.connectFailed, "no socket could be made") }
        var timeout = configuration.connectTimeout.timeval
        let status = amqp_socket_open_noblock(socket, configuration.host, Int32(configuration.port), &timeout)
        guard status == 0 else {
            throw AMQPError(.connectFailed, "\(configuration): \(text(of: status))")
        }
    }

    private static func prepare(_ socket: OpaquePointer, _ tls: AMQPConfiguration.TLS) throws(AMQPError) {
        amqp_ssl_socket_set_verify_peer(socket, tls.verifiesPeer ? 1 : 0)
        amqp_ssl_socket_set_verify_hostname(socket, tls.verifiesPeer ? 1 : 0)
        _ = amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST)
        guard tls.verifiesPeer else { return }
        guard amqp_ssl_socket_set_cacert(socket, tls.certificateAuthorities) == 0 else {
            throw AMQPError(.connectFailed, "the certificate authorities in \(tls.certificateAuthorities) cannot be read")
        }
    }

    static func login(
        _ state: amqp_connection_state_t, _ configuration: AMQPConfiguration, deadline: MonotonicTime
    ) throws(AMQPError) {
        var timeout = Duration.nanoseconds(max(deadline.since(.now()), 1_000_000)).timeval
        _ = amqp_set_handshake_timeout(state, &timeout)
        _ = amqp_set_rpc_timeout(state, &timeout)
        let heartbeat = Int32(clamping: (configuration.heartbeat.nonNegativeNanoseconds + 999_999_999) / 1_000_000_000)
        let reply = withClientProperties(name: configuration.connectionName) { properties in
            withUnsafePointer(to: properties) {
                crabbitmq_login_plain(
                    state, configuration.virtualHost, 2047, 131_072, heartbeat, $0, configuration.user, configuration.password)
            }
        }
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_SERVER_EXCEPTION: throw serverError(reply)
        default: throw AMQPError(.connectFailed, "login at \(configuration): \(text(of: reply.library_error))")
        }
    }

    private static func serverError(_ reply: amqp_rpc_reply_t) -> AMQPError {
        guard reply.reply.id == MethodID.connectionClose, let decoded = reply.reply.decoded else {
            return AMQPError(.connectFailed, "the broker refused the login")
        }
        let close = decoded.load(as: amqp_connection_close_t.self)
        return .reply(close.reply_code, FrameDecoder.text(close.reply_text), otherwise: .connectFailed)
    }

    /// Without `connection.blocked` and `consumer_cancel_notify` the broker would not tell us of either.
    private static func withClientProperties<Result>(name: String, _ body: (amqp_table_t) -> Result) -> Result {
        withCapabilities { capabilities in
            withEntry("connection_name", name) { nameEntry in
                withEntry("product", "Switchboard") { product in
                    withKey("capabilities") { key in
                        var entry = amqp_table_entry_t()
                        entry.key = key
                        entry.value.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
                        entry.value.value.table = capabilities
                        return withTable([product, nameEntry, entry], body)
                    }
                }
            }
        }
    }

    private static func withCapabilities<Result>(_ body: (amqp_table_t) -> Result) -> Result {
        withKey("connection.blocked") { blocked in
            withKey("consumer_cancel_notify") { cancel in
                withKey("publisher_confirms") { confirms in
                    withKey("basic.nack") { nack in
                        withKey("authentication_failure_close") { refusal in
                            let entries = [blocked, cancel, confirms, nack, refusal].map { key in
                                var entry = amqp_table_entry_t()
                                entry.key = key
                                entry.value.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
                                entry.value.value.boolean = 1
                                return entry
                            }
                            return withTable(entries, body)
                        }
                    }
                }
            }
        }
    }

    private static func withTable<Result>(_ entries: [amqp_table_entry_t], _ body: (amqp_table_t) -> Result) -> Result {
        var entries = entries
        return entries.withUnsafeMutableBufferPointer {
            body(amqp_table_t(num_entries: Int32($0.count), entries: $0.baseAddress))
        }
    }

    private static func withKey<Result>(_ text: String, _ body: (amqp_bytes_t) -> Result) -> Result {
        var bytes = Array(text.utf8)
        return bytes.withUnsafeMutableBytes { body(amqp_bytes_t(len: $0.count, bytes: $0.baseAddress)) }
    }

    private static func withEntry<Result>(_ key: String, _ text: String, _ body: (amqp_table_entry_t) -> Result) -> Result {
        withKey(key) { key in
            withKey(text) { text in
                var entry = amqp_table_entry_t()
                entry.key = key
                entry.value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
                entry.value.value.bytes = text
                return body(entry)
            }
        }
    }

    static func text(of status: Int32) -> String {
        amqp_error_string2(status).map { String(cString: $0) } ?? "status \(status)"
    }
}

extension Duration {
    var timeval: timeval {
        let nanoseconds = Int64(clamping: nonNegativeNanoseconds)
        return Glibc.timeval(tv_sec: Int(nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds % 1_000_000_000 / 1000))
    }
}
