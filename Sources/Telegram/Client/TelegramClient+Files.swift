import HTTPClient
import JSON

extension TelegramClient {
    /// The largest file that the Bot API gives to bots.
    public static let downloadLimit: Int64 = 20 << 20

    /// Fetches a file that somebody sent to the bot.
    ///
    /// - Parameters:
    ///   - id: as the platform called it, for this bot.
    ///   - path: where it is written; it appears only when it is whole.
    ///   - maximumSize: in bytes.
    /// - Returns: its size in bytes, when the server said it.
    public func download(file id: String, toFile path: String, maximumSize: Int64 = downloadLimit) async throws(TelegramError) -> Int64? {
        let file = try await call(TelegramRequest("getFile", JSONObject([("file_id", .string(id))])))
        let size = file["file_size"]?.int
        if let size, size > maximumSize { throw TelegramError(.rejected, status: 400, reason: "Bad Request: file is too big") }
        guard let place = file["file_path"]?.string, Self.isPath(place) else {
            throw TelegramError(.rejected, reason: "the server has no place for the file")
        }
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await http.download(
                HTTPRequest(
                    .get, fileBase + place, name: "file",
                    timeouts: .init(total: .seconds(240), lowSpeed: .init(bytesPerSecond: 1_000, during: .seconds(20)))),
                toFile: path, maxSize: maximumSize)
        } catch {
            if error.code == .responseTooLarge { throw TelegramError(.rejected, status: 400, reason: "Bad Request: file is too big") }
            throw TelegramError(error.delivery == .notSent ? .notSent : .ambiguous, reason: error.description, cause: error)
        }
        switch response.status {
        case 200..<300: return size
        case 429: throw TelegramError(.tooManyRequests, status: 429, reason: "Too Many Requests")
        case 500...: throw TelegramError(.unavailable, status: response.status, reason: "the server can't give the file")
        default: throw TelegramError(.rejected, status: response.status, reason: "the server doesn't give the file")
        }
    }

    /// It becomes a part of a URL.
    private static func isPath(_ text: String) -> Bool {
        !text.isEmpty && !text.contains("..") && !text.hasPrefix("/")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "/._-".unicodeScalars.contains(scalar))
            }
    }
}
