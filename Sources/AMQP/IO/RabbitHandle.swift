import CRabbitMQ
import Glibc

/// The librabbitmq connection, confined to the thread that made it.
///
/// librabbitmq connects, does TLS, logs in, and decodes what arrives. Its heartbeats are turned off after the login, and
/// over plain TCP its writing functions are not used: they block without bound on a stalled broker and make one system
/// call per frame. ``send(_:)`` never blocks there.
final class RabbitHandle {
    enum Read {
        case frame(InboundFrame)
        /// Nothing more for now.
        case drained
        case failed(AMQPError)
    }

    private let state: amqp_connection_state_t
    private let owner: pthread_t
    private let socket: GuardedSocket
    private let usesTLS: Bool
    private var decoder = FrameDecoder()
    private var bytesSinceRelease = 0
    let descriptor: Int32
    let frameMax: Int
    let channelMax: UInt16
    /// Agreed with the broker; nil: off.
    let heartbeat: Duration?

    /// Decoded frames live in librabbitmq's pools until released; releasing costs a walk over all pools.
    private static let releaseThreshold = 128 * 1024

    /// Connects and logs in; blocks up to the configuration's `connectTimeout` (and the resolver's own time-outs).
    init(_ configuration: AMQPConfiguration, socket guardedSocket: GuardedSocket) throws(AMQPError) {
        guard let state = amqp_new_connection() else { throw AMQPError(.connectFailed, "out of memory") }
        do throws(AMQPError) {
            let deadline = MonotonicTime.now() + configuration.connectTimeout
            try Handshake.openSocket(state, configuration)
            descriptor = amqp_get_sockfd(state)
            guardedSocket.opened(descriptor)
            try Handshake.login(state, configuration, deadline: deadline)
        } catch {
            guardedSocket.closing()
            amqp_destroy_connection(state)
            throw error
        }
        self.state = state
        socket = guardedSocket
        owner = pthread_self()
        usesTLS = configuration.tls != nil
        frameMax = Int(amqp_get_frame_max(state))
        channelMax = UInt16(clamping: amqp_get_channel_max(state))
        let seconds = amqp_get_heartbeat(state)
        heartbeat = seconds > 0 ? .seconds(Int(seconds)) : nil
        // Only the numbers change; nothing is sent. From here on heartbeats are ours.
        _ = amqp_tune_connection(state, Int32(channelMax), Int32(frameMax), 0)
    }

    deinit {
        // A clean TLS goodbye would wait for a peer that may be dead.
        socket.shutdownNow()
        socket.closing()
        amqp_destroy_connection(state)
    }

    private func assertConfined() { assert(pthread_equal(owner, pthread_self()) != 0, "librabbitmq is not thread-safe") }

    /// Bytes wait in librabbitmq that `poll` does not know of.
    var hasBufferedInput: Bool { amqp_data_in_buffer(state) != 0 }

    /// With TLS, OpenSSL may hold decrypted bytes that neither `poll` nor librabbitmq know of: read until drained.
    var mustReadUntilDrained: Bool { usesTLS }

    func read() -> Read {
        assertConfined()
        if bytesSinceRelease > Self.releaseThreshold { release() }
        var frame = amqp_frame_t()
        var immediately = timeval()
        let status = amqp_simple_wait_frame_noblock(state, &frame, &immediately)
        switch status {
        case Int32(AMQP_STATUS_OK.rawValue):
            let decoded = decoder.decode(&frame)
            bytesSinceRelease += 256
            if case .body(let bytes) = decoded.payload { bytesSinceRelease += bytes.count }
            return .frame(decoded)
        case AMQP_STATUS_TIMEOUT.rawValue:
            return .drained
        default:
            return .failed(AMQPError(.connectionLost, Handshake.text(of: status)))
        }
    }

    /// Gives the memory of decoded frames back; nothing read before may be used afterwards.
    func release() {
        assertConfined()
        // With frames queued inside librabbitmq this is quadratic; it queues none, because no synchronous call is made.
        guard amqp_frames_enqueued(state) == 0 else { return }
        amqp_maybe_release_buffers(state)
        bytesSinceRelease = 0
    }

    /// Sends what the socket takes.
    ///
    /// - Returns: whether anything was left over.
    func send(_ buffer: OutboundBuffer) throws(AMQPError) -> Bool {
        assertConfined()
        if usesTLS {
            try TLSFrameSender.send(buffer, state)
            return false
        }
        while !buffer.isEmpty {
            let bytes = buffer.readable
            let sent = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            if sent > 0 {
                buffer.consume(sent)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                return true
            } else if errno != EINTR {
                throw AMQPError(.connectionLost, "write failed: \(String(cString: strerror(errno)))")
            }
        }
        return false
    }
}
