/// A refusal, in the server's own words.
package struct APIFailure: Error, Hashable, Sendable {
    package var code: Int
    package var description: String
    /// Seconds to wait; also sent as the header `Retry-After`.
    package var retryAfter: Int?
    /// The supergroup that a group became.
    package var migrateToChatID: Int64?

    package init(_ code: Int, _ description: String, retryAfter: Int? = nil, migrateToChatID: Int64? = nil) {
        self.code = code
        self.description = description
        self.retryAfter = retryAfter
        self.migrateToChatID = migrateToChatID
    }

    package static func badRequest(_ text: String) -> APIFailure { APIFailure(400, "Bad Request: \(text)") }
    package static func forbidden(_ text: String) -> APIFailure { APIFailure(403, "Forbidden: \(text)") }
    package static func conflict(_ text: String) -> APIFailure { APIFailure(409, "Conflict: \(text)") }

    package static func tooManyRequests(_ seconds: Int) -> APIFailure {
        APIFailure(429, "Too Many Requests: retry after \(seconds)", retryAfter: seconds)
    }

    package static let unauthorized = APIFailure(401, "Unauthorized")
    package static let notFound = APIFailure(404, "Not Found")
    package static let methodNotFound = APIFailure(404, "Not Found: method not found")
}
