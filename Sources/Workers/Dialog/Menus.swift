package import Bus
package import Contracts
import Logging
import WorkerKit

/// Hands the menus of commands to the platform, once at each start: the platform remembers them, and to set the same again changes
/// nothing. See `docs/decisions/0016-menus-at-each-start.md`.
extension DialogHandler {
    /// A command for each bot whose definition describes commands; the others keep the menu that somebody gave them elsewhere.
    ///
    /// - Parameter start: of this process: the messages of another start are other messages, and never dropped as repeats.
    package func menus(start: Timestamp) -> [BusMessage] {
        describedCommands.compactMap { bot, menu in
            guard !menu.isEmpty else { return nil }
            let command = Command(
                bot: bot, platform: .telegram, chat: nil, action: .setCommands(menu), receipt: .never, isRepeatable: true)
            return BusMessage.command(
                command,
                envelope: Envelope(
                    id: EnvelopeID("menu:\(bot):\(start.milliseconds)"), lane: .normal, partitionKey: command.partitionKey,
                    type: "command.\(command.kind)"))
        }
    }

    /// Until the broker has them, or the task is cancelled.
    func publishMenus(_ publisher: any BusPublisher, start: Timestamp = .now) async {
        let messages = menus(start: start)
        guard !messages.isEmpty else { return }
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                try await publisher.publish(messages)
                return logger.debug("menus of commands are on their way", metadata: ["bots": "\(messages.count)"])
            } catch {
                logger.debug("menus of commands can't be published yet", metadata: ["error": "\(error)"])
                do { try await Task.sleep(for: backoff.next()) } catch { return }
            }
        }
    }
}
