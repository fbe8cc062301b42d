package import JSON

/// Whether a process takes work, and if not, why: the rules, without anything around them.
package struct HealthReport: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable {
        /// Services are being made.
        case starting
        case running
        /// Asked to stop: finishes what it has, takes nothing new.
        case draining
    }

    package enum Status: Sendable, Hashable {
        case up
        /// - Parameter reason: For an operator; carries no secrets.
        case down(reason: String)
    }

    package private(set) var phase = Phase.starting
    /// What the process can't work without, by name.
    package private(set) var checks: [String: Status] = [:]

    package init() {}

    /// Running, and nothing it depends on is away.
    package var isReady: Bool { phase == .running && checks.values.allSatisfy { $0 == .up } }

    /// Draining is final: a process that was told to stop never takes work again.
    package mutating func enter(_ next: Phase) {
        guard phase != .draining else { return }
        phase = next
    }

    /// - Returns: Whether that is news: a new check or another status. A new reason for being down is none.
    @discardableResult
    package mutating func set(_ name: String, _ status: Status) -> Bool {
        let old = checks.updateValue(status, forKey: name)
        switch (old, status) {
        case (.up, .up), (.down, .down): return false
        default: return true
        }
    }
}

extension HealthReport: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("ready", isReady)
            json.member("phase", phase.rawValue)
            json.key("checks")
            json.object { json in
                for (name, status) in checks.sorted(by: { $0.key < $1.key }) {
                    json.key(name)
                    json.object { json in
                        switch status {
                        case .up: json.member("status", "up")
                        case .down(let reason):
                            json.member("status", "down")
                            json.member("reason", reason)
                        }
                    }
                }
            }
        }
    }
}
