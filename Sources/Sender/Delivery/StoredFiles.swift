package import Contracts
import Glibc
package import JSON
package import ObjectStore
package import Telegram

/// Sends files of the object store: by the platform's id where it knows one, else as an upload.
package struct StoredFiles: Sendable {
    private let store: (any ObjectStore)?
    private let bot: BotName
    private let folder: String

    /// - Parameters:
    ///   - store: nil: a file that the platform doesn't know can't be sent.
    ///   - folder: for files on their way.
    package init(store: (any ObjectStore)?, bot: BotName, folder: String = "/tmp") {
        self.store = store
        self.bot = bot
        self.folder = folder
    }

    package func call(
        _ request: TelegramRequest, _ send: (TelegramRequest) async throws(TelegramError) -> JSON
    ) async throws(TelegramError) -> JSON {
        guard !request.stored.isEmpty else { return try await send(request) }
        if request.stored.allSatisfy(\.isKnownToPlatform) {
            do throws(TelegramError) { return try await send(request) } catch {
                // Nothing was sent, so it can be sent in another way.
                guard error.isUnknownFile else { throw error }
            }
        }
        var whole = request
        var paths: [String] = []
        defer { for path in paths { unlink(path) } }
        for file in request.stored {
            let path = "\(folder)/switchboard-send-\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            try await fetch(file.key, to: path)
            paths.append(path)
            whole = whole.uploading(file, path: path)
        }
        return try await send(whole)
    }

    private func fetch(_ text: String, to path: String) async throws(TelegramError) {
        // A bot sends what lies below its own name only.
        guard let key = ObjectKey(text), text.hasPrefix("\(bot)/") else {
            throw TelegramError(.rejected, reason: "the bot has no stored file of this name")
        }
        guard let store else { throw TelegramError(.rejected, reason: "there is no object store to take the file from") }
        do throws(ObjectStoreError) { try await store.get(key, toFile: path, maximumSize: Self.uploadLimit) } catch {
            switch error.code {
            case .unavailable: throw TelegramError(.notSent, reason: "the object store is away: \(error)")
            default: throw TelegramError(.rejected, reason: "the stored file can't be had: \(error)")
            }
        }
    }

    /// Telegram takes files of up to 50 MB from bots.
    private static let uploadLimit: Int64 = 50 << 20
}
