/// What a connection looks like from outside.
public enum AMQPConnectionState: Sendable, Hashable {
    /// Not connected: connecting, setting up, or waiting for the next attempt.
    case connecting
    /// Connected, topology declared, publishing possible. The epoch grows by one with every connection made.
    case ready(epoch: UInt64)
    /// Connected, but the broker takes no publishes for now; the text is the broker's (`low on memory`).
    case blocked(reason: String)
    /// Closed for good.
    case closed
}

/// Which state follows which, apart from sockets and threads.
package struct ConnectionStateMachine {
    private enum Phase: Equatable {
        case disconnected
        case settingUp(publisherReady: Bool, topologyReady: Bool)
        case running
        case closed
    }

    private var phase = Phase.disconnected
    private var blockedReason: String?
    /// 0 before the first connection.
    package private(set) var epoch: UInt64 = 0

    package init() {}

    package var state: AMQPConnectionState {
        switch phase {
        case .disconnected, .settingUp: .connecting
        case .running: blockedReason.map { .blocked(reason: $0) } ?? .ready(epoch: epoch)
        case .closed: .closed
        }
    }

    /// Consumers may subscribe: the queues they name exist.
    package var isRunning: Bool { phase == .running }
    package var isBlocked: Bool { blockedReason != nil }
    package var mayPublish: Bool { phase == .running && blockedReason == nil }

    /// The handshake succeeded.
    package mutating func connected() {
        guard phase == .disconnected else { return }
        epoch += 1
        blockedReason = nil
        phase = .settingUp(publisherReady: false, topologyReady: false)
    }

    /// - Returns: whether this completed the set-up.
    package mutating func publisherReady() -> Bool {
        guard case .settingUp(_, let topologyReady) = phase else { return false }
        return proceed(.settingUp(publisherReady: true, topologyReady: topologyReady))
    }

    /// - Returns: whether this completed the set-up.
    package mutating func topologyReady() -> Bool {
        guard case .settingUp(let publisherReady, _) = phase else { return false }
        return proceed(.settingUp(publisherReady: publisherReady, topologyReady: true))
    }

    private mutating func proceed(_ next: Phase) -> Bool {
        guard next == .settingUp(publisherReady: true, topologyReady: true) else {
            phase = next
            return false
        }
        phase = .running
        return true
    }

    /// The publishing channel went away; the rest of the connection runs on until a new one is ready.
    package mutating func publisherLost() {
        guard phase == .running else { return }
        phase = .settingUp(publisherReady: false, topologyReady: true)
    }

    package mutating func blocked(reason: String) { blockedReason = reason }
    package mutating func unblocked() { blockedReason = nil }

    package mutating func lost() {
        guard phase != .closed else { return }
        phase = .disconnected
        blockedReason = nil
    }

    package mutating func closed() {
        phase = .closed
        blockedReason = nil
    }
}
