import JSON

/// What a Bot API call gives back.
package enum APIAnswer: Sendable {
    /// The JSON of `result` and the optional `description`.
    case success([UInt8], description: String? = nil)
    case failure(APIFailure)

    package static let success: APIAnswer = .success(Array("true".utf8))

    package var status: Int {
        switch self {
        case .success: 200
        case .failure(let failure): failure.code
        }
    }

    package var body: [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.object {
            switch self {
            case .success(let result, let description):
                $0.member("ok", true)
                $0.key("result")
                $0.value(rawJSON: result)
                $0.member("description", description)
            case .failure(let failure):
                $0.member("ok", false)
                $0.member("error_code", failure.code)
                $0.member("description", failure.description)
                guard failure.retryAfter != nil || failure.migrateToChatID != nil else { return }
                $0.member(
                    "parameters",
                    object: {
                        $0.member("migrate_to_chat_id", failure.migrateToChatID)
                        $0.member("retry_after", failure.retryAfter)
                    })
            }
        }
        return json.bytes
    }
}
