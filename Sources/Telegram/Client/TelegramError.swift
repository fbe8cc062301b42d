public import Contracts
public import HTTPClient

/// Why a call of the Bot API has no result. Never contains the token.
public struct TelegramError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public struct Code: Sendable, Hashable {
        private enum Name: Hashable { case rejected, tooManyRequests, unavailable, notSent, ambiguous }
        private let name: Name

        /// The server understood and refused: repeating won't help. See ``TelegramError/reason``.
        public static let rejected = Code(name: .rejected)
        /// 429: not done; may be repeated after ``TelegramError/retryAfter``.
        public static let tooManyRequests = Code(name: .tooManyRequests)
        /// 5xx with an answer of the Bot API's own form: not done, may be repeated.
        public static let unavailable = Code(name: .unavailable)
        /// Never reached the server.
        public static let notSent = Code(name: .notSent)
        /// May or may not have been done: no whole answer came, or one that isn't the Bot API's.
        public static let ambiguous = Code(name: .ambiguous)
    }

    public var code: Code
    /// The HTTP status; nil without an answer.
    public var status: Int?
    /// The answer's `description`, such as `Bad Request: chat not found`, or what went wrong on the way.
    public var reason: String
    /// How long to wait; nil when the server didn't say.
    public var retryAfter: Duration?
    /// Where the group went when it became a supergroup.
    public var migratedTo: ChatID?
    public var cause: HTTPClientError?

    public init(
        _ code: Code, status: Int? = nil, reason: String, retryAfter: Duration? = nil, migratedTo: ChatID? = nil,
        cause: HTTPClientError? = nil
    ) {
        self.code = code
        self.status = status
        self.reason = reason
        self.retryAfter = retryAfter
        self.migratedTo = migratedTo
        self.cause = cause
    }

    public var description: String { status.map { "\($0) \(reason)" } ?? reason }
    public var debugDescription: String { "TelegramError(\(code)): \(description)" + (cause.map { " (\($0.debugDescription))" } ?? "") }
}

extension TelegramError {
    /// The person can't be reached: blocked the bot, left, or the account is gone.
    public var isBlocked: Bool { code == .rejected && status == 403 }

    /// The server doesn't know the file by this id: it is another bot's, or was kept for too long.
    public var isUnknownFile: Bool {
        guard code == .rejected, status == 400 else { return false }
        let reason = reason.lowercased()
        return ["wrong file identifier", "wrong remote file", "wrong file_id", "file reference"].contains { reason.contains($0) }
    }

    /// An edit that would change nothing: the message is as it should be.
    public var isNotModified: Bool { code == .rejected && reason.hasPrefix("Bad Request: message is not modified") }
}
