import HTTPClient
import JSON
import Testing

/// People who write to the counting bot at a steady rate: each waits for the 200 of one update before the next, and sends it again
/// with the same body until there is one, as Telegram does.
struct CountingLoad: Sendable {
    struct Progress: Sendable {
        /// Answered with 2xx.
        var accepted = 0
        /// Attempts that were not.
        var refused = 0
        /// Of the first attempt of each update, by chat and place.
        var started: [Int64: [ContinuousClock.Instant]] = [:]
    }

    /// Updates per second over all chats.
    var rate = 200
    var seconds = TestEnvironment.isLong ? 60 : 15
    var chats = 40

    let progress = Watched(Progress())

    var total: Int { rate * seconds }
    var chatIDs: [Int64] { (1...Int64(chats)).map { 7_000_000 + $0 } }
    /// How many updates a chat gets.
    var perChat: Int { total / chats }

    /// How long Telegram waits before it tries again, shortened as everything here is.
    static let retryPause: Duration = .milliseconds(250)

    /// Returns when every update was accepted.
    ///
    /// - Throws: ``PipelineFailure`` when one was not within the time of the load and another `patience`.
    func run(_ post: TelegramPost, patience: Duration = .seconds(60)) async throws {
        let start = ContinuousClock.now
        let deadline = start + .seconds(seconds) + patience
        try await withThrowingTaskGroup { group in
            for (place, chat) in chatIDs.enumerated() {
                group.addTask {
                    for index in 1...perChat {
                        let due = start + .seconds(1) * (Double((index - 1) * chats + place) / Double(rate))
                        try await Task.sleep(until: due)
                        try await deliver(index, to: chat, post, deadline: deadline)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func deliver(_ index: Int, to chat: Int64, _ post: TelegramPost, deadline: ContinuousClock.Instant) async throws {
        progress.update { $0.started[chat, default: []].append(.now) }
        let body = update(index, chat)
        while true {
            var problem = ""
            do throws(HTTPClientError) {
                let response = try await post.send(body)
                if (200..<300).contains(response.status) {
                    progress.update { $0.accepted += 1 }
                    return
                }
                problem = "status \(response.status)"
            } catch {
                problem = "\(error)"
            }
            progress.update { $0.refused += 1 }
            guard ContinuousClock.now < deadline else {
                throw PipelineFailure("update \(index) of chat \(chat) was never accepted: \(problem)")
            }
            try await Task.sleep(for: Self.retryPause)
        }
    }

    private func update(_ index: Int, _ chat: Int64) -> [UInt8] {
        let person: JSON = ["id": .int(chat), "is_bot": false, "first_name": "Ann", "language_code": "en"]
        let update: JSON = [
            "update_id": .int(chat * 100_000 + Int64(index)),
            "message": [
                "message_id": .int(Int64(index)), "date": 1_760_000_000,
                "chat": ["id": .int(chat), "type": "private", "first_name": "Ann"],
                "from": person, "text": .string("m\(index)"),
            ],
        ]
        return update.bytes
    }

    /// What the counting bot answers to the `index`-th message.
    static func answer(_ index: Int) -> String { "m\(index) #\(index)" }
}
