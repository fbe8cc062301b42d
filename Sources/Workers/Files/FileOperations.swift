package import Contracts
import Glibc
package import HTTPClient
import JSON
package import ObjectStore
package import OperationKit
package import Registry
package import Telegram

/// Keeps files in the object store.
package struct FileOperations: Sendable {
    private let store: (any ObjectStore)?
    private let bots: [BotName: TelegramClient]
    private let folder: String

    /// - Parameters:
    ///   - store: nil: every request fails with `no_store`.
    ///   - folder: for files on their way.
    package init(store: (any ObjectStore)?, bots: [BotName: TelegramClient], folder: String = "/tmp") {
        self.store = store
        self.bots = bots
        self.folder = folder
    }

    package var handlers: [OperationHandler] { [OperationHandler(.storeFile) { call in try await store(call) }] }

    /// A repeat puts the same content under the same key.
    private func store(_ call: OperationCall) async throws -> JSON {
        let file: OperationFile = try call.arguments.required("file")
        guard let store else { throw OperationFailure("no_store", "This installation has no object store.") }
        guard let id = file.id else { throw OperationFailure("gone", "The file isn't one of the platform's.") }
        guard let client = bots[call.request.bot] else {
            throw OperationFailure(.unavailable, "The worker 'files' doesn't know the bot's account.")
        }
        // A bot reaches what lies below its own name only.
        let name: String = try call.arguments.optional("key") ?? Self.name(of: id)
        guard let key = ObjectKey("\(call.request.bot)/\(name)") else {
            throw OperationFailure("invalid_key", "That is no name for an object.")
        }
        let path = "\(folder)/switchboard-file-\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        defer { unlink(path) }
        try await fetch(id, client, to: path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw OperationOutage("the file that was fetched isn't there") }
        do { try await store.put(key, .file(path: path)) } catch {
            throw error.isTransient ? OperationOutage("the object store is away", cause: error) : error
        }
        var stored = file
        stored.key = key.text
        stored.size = Int64(status.st_size)
        return ["file": try JSON(parsing: stored.jsonBytes), "key": .string(key.text), "size": .int(Int64(status.st_size))]
    }

    private func fetch(_ id: String, _ client: TelegramClient, to path: String) async throws {
        do { _ = try await client.download(file: id, toFile: path) } catch {
            guard error.code == .rejected else { throw OperationOutage("Telegram doesn't give the file now", cause: error) }
            throw error.reason.contains("too big")
                ? OperationFailure("too_large", "The platform gives files of up to 20 MB only.")
                : OperationFailure("gone", "The platform hasn't got the file any more.")
        }
    }

    /// Ids have characters of their own and may be long.
    private static func name(of id: String) -> String {
        let hash = SHA256.hash(id.utf8)
        return "files/\(Array(hash.prefix(16)).hexadecimal)"
    }
}

extension BotAccount {
    package func client(_ http: HTTPClient) -> TelegramClient { TelegramClient(http: http, server: server, token: token) }
}
