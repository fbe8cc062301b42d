public import JSON

/// An urgency class with a queue of its own. Replies to people overtake what nobody waits for.
public enum Lane: String, Sendable, Hashable, CaseIterable, JSONCodable {
    /// Somebody waits for it: the answer to a message or a tapped button.
    case interactive
    /// Expected soon: reminders, results of work that was asked for.
    case normal
    /// Can wait: broadcasts, digests.
    case bulk

    /// The lane for what this one causes for so many recipients: a few are served at once, many must not keep others waiting.
    public func forRecipients(_ count: Int) -> Lane {
        switch count {
        case ...10: self
        case ...100: self == .interactive ? .normal : self
        default: .bulk
        }
    }

    /// The AMQP `priority` property: informative, lanes are kept apart by their queues.
    public var priority: UInt8 {
        switch self {
        case .interactive: 9
        case .normal: 5
        case .bulk: 1
        }
    }
}
