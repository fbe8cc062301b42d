package import JSON

/// Counts of requests by method and status, and of what was given out.
package struct Statistics: Sendable {
    private struct Key: Hashable {
        var method: String
        var status: Int
    }

    private var requests: [Key: Int] = [:]
    package private(set) var faults = 0
    package private(set) var updates = 0
    package private(set) var deliveries = 0
    package private(set) var failedDeliveries = 0

    package init() {}

    mutating func countRequest(_ method: String, status: Int) { requests[Key(method: method, status: status), default: 0] += 1 }
    package mutating func countFault() { faults += 1 }
    mutating func countUpdate() { updates += 1 }
    mutating func countDelivery(succeeded: Bool) {
        deliveries += 1
        if !succeeded { failedDeliveries += 1 }
    }

    package func count(method: String? = nil, status: Int? = nil) -> Int {
        requests.reduce(0) {
            (method == nil || $1.key.method == method) && (status == nil || $1.key.status == status) ? $0 + $1.value : $0
        }
    }
}

extension Statistics: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("requests", count())
            json.member("too_many_requests", count(status: 429))
            json.member("faults", faults)
            json.member("updates", updates)
            json.member("webhook_deliveries", deliveries)
            json.member("failed_webhook_deliveries", failedDeliveries)
            json.key("methods")
            json.object { json in
                for method in Set(requests.keys.map(\.method)).sorted() {
                    json.member(
                        method,
                        object: { json in
                            for (key, count) in requests.filter({ $0.key.method == method }).sorted(by: { $0.key.status < $1.key.status }) {
                                json.member(String(key.status), count)
                            }
                        })
                }
            }
        }
    }
}
