/// What is delivered one after the other: messages by chat, callbacks and the like by user, the rest freely.
package enum WebhookLane: Hashable, Sendable {
    case chat(ChatID)
    case user(Int64)
    case poll(Int64)
    /// On its own: an update that nothing else waits for.
    case free(Int64)
}

/// Decides which update goes to a webhook when. Knows nothing of HTTP.
///
/// One update per lane is under way; the next waits until it was taken or died. A failed one is repeated at once, then
/// after 2, 4, 8 … times the base delay, up to a maximum that is drawn anew between ``maximumDelay`` and twice that.
package struct WebhookSchedule: Sendable {
    private struct Lane {
        var waiting: [UpdateID]
        var fails = 0
        var delay: Double
        var wakeAt: Double
    }

    private struct Due: Sendable {
        var at: Double
        var lane: WebhookLane
    }

    /// Seconds; 1 with the real server.
    package let baseDelay: Double
    /// Seconds; 60 with the real server.
    package let maximumDelay: Double
    private let maximumConnections: Int
    private var lanes: [WebhookLane: Lane] = [:]
    /// Lanes that are not under way, sorted by time.
    private var due: [Due] = []
    private var underWay: Set<WebhookLane> = []

    package init(baseDelay: Double = 1, maximumDelay: Double = 60, maximumConnections: Int = 40) {
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.maximumConnections = maximumConnections
    }

    package var isIdle: Bool { lanes.isEmpty }

    package mutating func add(_ id: UpdateID, lane key: WebhookLane, now: Double) {
        if lanes[key] != nil {
            lanes[key]?.waiting.append(id)
        } else {
            lanes[key] = Lane(waiting: [id], delay: baseDelay, wakeAt: now)
            schedule(key, at: now)
        }
    }

    /// The updates to send now, each marked as under way.
    package mutating func takeDue(now: Double) -> [(id: UpdateID, lane: WebhookLane)] {
        var taken: [(UpdateID, WebhookLane)] = []
        var index = 0
        while index < due.count, due[index].at <= now, underWay.count < maximumConnections {
            let key = due[index].lane
            if let id = lanes[key]?.waiting.first {
                underWay.insert(key)
                taken.append((id, key))
            }
            index += 1
        }
        due.removeFirst(index)
        return taken
    }

    /// When ``takeDue(now:)`` has something next; nil when nothing waits or all connections are busy.
    package var nextWake: Double? { underWay.count < maximumConnections ? due.first?.at : nil }

    /// The update under way in a lane was taken, or is no longer wanted.
    package mutating func succeeded(_ key: WebhookLane, now: Double) {
        underWay.remove(key)
        guard var lane = lanes[key] else { return }
        lane.waiting.removeFirst()
        guard !lane.waiting.isEmpty else {
            lanes[key] = nil
            return
        }
        lanes[key] = Lane(waiting: lane.waiting, delay: baseDelay, wakeAt: now)
        schedule(key, at: now)
    }

    /// The update under way in a lane failed. False when it would be repeated only after its death: then it is dropped.
    ///
    /// - Parameter retryAfter: seconds that the webhook asked for, 0 for none; at most an hour is honoured.
    package mutating func failed(
        _ key: WebhookLane, retryAfter: Double, expiresAt: Double, now: Double, random: inout SeededRandom
    ) -> Bool {
        guard var lane = lanes[key] else {
            underWay.remove(key)
            return false
        }
        // This comparison also turns away what is no number.
        let asked = retryAfter > 0 ? min(retryAfter, 3_600) : 0
        var wait = asked
        if asked == 0, lane.fails > 0 {
            lane.delay = min(lane.delay * 2, Double.random(in: maximumDelay...maximumDelay * 2, using: &random))
            wait = lane.delay
        }
        guard now + wait <= expiresAt else {
            succeeded(key, now: now)
            return false
        }
        underWay.remove(key)
        lane.fails += 1
        lane.wakeAt = now + wait
        lanes[key] = lane
        schedule(key, at: lane.wakeAt)
        return true
    }

    private mutating func schedule(_ key: WebhookLane, at time: Double) {
        var low = 0
        var high = due.count
        while low < high {
            let middle = (low + high) / 2
            if due[middle].at <= time { low = middle + 1 } else { high = middle }
        }
        due.insert(Due(at: time, lane: key), at: low)
    }
}
