import Glibc
import JSON
import Logging
import ServiceLifecycle
import TelegramSimulatorKit

/// Keeps the bots' webhooks in a file, so that a simulator that was killed goes on delivering.
struct WebhookFile: Service {
    let path: String
    let simulator: Simulator
    let logger: Logger

    /// Sets the webhooks of the last run. A file that can't be read is none.
    func restore() {
        guard let file = fopen(path, "re") else { return }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        do {
            let json = try JSON(parsing: bytes)
            simulator.with { $0.restoreWebhooks(json) }
        } catch {
            logger.warning("the webhooks of the last run can't be read", metadata: ["path": "\(path)", "error": "\(error)"])
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in simulator.webhookChanges where !write(simulator.with { $0.webhooksJSON() }) {
                logger.warning(
                    "the webhooks can't be written down", metadata: ["path": "\(path)", "error": "\(String(cString: strerror(errno)))"])
            }
        }
    }

    /// Puts a whole file in the place of the old one; secrets are in it.
    private func write(_ bytes: [UInt8]) -> Bool {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        return close(descriptor) == 0 && isWritten && rename(temporary, path) == 0
    }
}
