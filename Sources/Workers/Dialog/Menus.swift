import BotEngine
import BotLanguage
import BotStore
package import Bus
package import Contracts
import Logging
import WorkerKit

/// Hands the menus of commands to the platform, once at each start and whenever another version takes over: the platform remembers
/// them, and to set the same again changes nothing. See `docs/decisions/0016-menus-at-each-start.md`.
extension DialogHandler {
    /// Commands for each bot whose definition describes commands, one for each of its languages; the others keep the menu that somebody
    /// gave them elsewhere.
    ///
    /// - Parameter start: of this process: the messages of another start are other messages, and never dropped as repeats.
    package func menus(start: Timestamp) -> [BusMessage] {
        library.running.flatMap { name, bot in bot.engine.definition.menus.map { Self.message($0, of: name, at: start) } }
    }

    /// - Parameter moment: what tells this message from an earlier one of the same bot. All processes give the menu of a new version the
    ///   moment of its publication, so that the platform hears of it once.
    private static func message(_ menu: Definition.Menu, of bot: BotName, at moment: Timestamp) -> BusMessage {
        let command = Command(
            bot: bot, platform: .telegram, chat: nil, action: .setCommands(menu.commands, language: menu.language), receipt: .never, isRepeatable: true)
        return BusMessage.command(
            command,
            envelope: Envelope(
                id: EnvelopeID("menu:\(bot):\(moment.milliseconds)\(menu.language.map { ":" + $0 } ?? "")"), lane: .normal, partitionKey: command.partitionKey,
                type: "command.\(command.kind)"))
    }

    /// Menus and timers at the start, and then those of versions that take over. Until the task is cancelled.
    func publishMenusAndTimers(_ publisher: any BusPublisher, start: Timestamp = .now) async {
        await publish(menus(start: start), publisher)
        await publishTimers(publisher)
        for await change in library.changed {
            await publish(change.menus.map { Self.message($0, of: change.bot, at: change.version.since) }, publisher)
            await publishTimers(publisher, of: [change.bot])
        }
    }

    /// Until the broker has them, or the task is cancelled.
    private func publish(_ messages: [BusMessage], _ publisher: any BusPublisher) async {
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
