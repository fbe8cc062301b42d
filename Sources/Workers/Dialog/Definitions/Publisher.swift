import BotLanguage
package import BotStore
import Contracts
package import Logging
import Metrics
import Postgres
import Runtime

/// Publishes what lies in the bots' folders: at the start what was never published, and while somebody works on it what is saved.
package struct FolderPublisher: Sendable {
    private let folders: [BotFolder]
    private let registry: DefinitionRegistry
    private let library: DefinitionLibrary
    private let logger: Logger

    package init(folders: [BotFolder], registry: DefinitionRegistry, library: DefinitionLibrary, logger: Logger) {
        self.folders = folders
        self.registry = registry
        self.library = library
        self.logger = logger
    }

    /// What is new in the folders is published, unless `publishes` is false; then each bot's current version is brought up.
    ///
    /// A broken definition, or one that doesn't go with the bot's rows, changes nothing: what was published last goes on.
    ///
    /// - Parameter sameness: what counts as published already. While somebody works on a definition, only what is current does.
    package func start(publishes: Bool, unless sameness: DefinitionRegistry.Sameness = .anything) async throws {
        try await registry.prepare()
        if publishes {
            for folder in folders { try await publish(folder, unless: sameness) }
        }
        let names = folders.map(\.bot)
        try await library.refresh(names)
        for (name, bot) in library.running {
            // A newer program may want more of the tables than the one that published it.
            do { try await bot.tables.create(in: registry.pool) } catch let error as DataRefusal {
                logger.error("the tables can't be brought up", metadata: ["bot": "\(name)", "error": "\(error)"])
            }
        }
        for name in names where library.version(of: name) == nil {
            MetricCatalogue.definitionUp.meter([("bot", name.rawValue)]).set(0)
            logger.error("this bot can't run: none of its versions is published", metadata: ["bot": "\(name)"])
        }
    }

    /// - Returns: whether what lies in the folder is published now.
    @discardableResult
    package func publish(_ folder: BotFolder, unless sameness: DefinitionRegistry.Sameness) async throws -> Bool {
        let name = folder.bot
        do {
            let (content, definition) = try folder.read()
            if definition.bot != name.rawValue {
                logger.warning(
                    "the definition is another bot's: it says 'bot: \(definition.bot)', and the settings say '\(name)', which counts",
                    metadata: ["bot": "\(name)", "definition": "\(folder.definition)"])
            }
            switch try await registry.publish(content, definition, as: name, unless: sameness) {
            case .published(let number, let changes):
                logger.notice(
                    "published", metadata: ["bot": "\(name)", "definition": "\(folder.definition)", "version": "\(number)"])
                for change in changes where change.kind == .hidden {
                    logger.notice("the definition hasn't got it any more; what is in it stays", metadata: change.metadata(name))
                }
                library.add(try await registry.load(number, definition, of: name), of: name)
            case .known(let number):
                logger.debug("published already", metadata: ["bot": "\(name)", "version": "\(number)"])
            }
            return true
        } catch let error as DefinitionError {
            for mistake in error.diagnostics {
                logger.error("a mistake in the definition", metadata: ["bot": "\(name)", "error": "\(mistake)"])
            }
            let count = error.diagnostics.count
            complain("\(count) \(count == 1 ? "mistake" : "mistakes")", folder)
        } catch let error as DataRefusal {
            for reason in error.reasons {
                logger.error("the rows that are there don't go with the definition", metadata: ["bot": "\(name)", "error": "\(reason)"])
            }
            complain("its data can't be changed so", folder)
        } catch let error as PostgresError where error.persistence == .permanent {
            complain("\(error)", folder)
        }
        return false
    }

    private func complain(_ what: String, _ folder: BotFolder) {
        logger.error(
            "this definition can't be published; the version before it goes on, if there is one",
            metadata: ["bot": "\(folder.bot)", "definition": "\(folder.definition)", "error": "\(what)"])
    }

    /// When each definition was saved last; to be asked before ``start(publishes:)``, so that nothing is missed in between.
    package var stamps: [BotFolder: FileStamp] {
        Dictionary(folders.compactMap { folder in folder.stamp.map { (folder, $0) } }) { first, _ in first }
    }

    /// Publishes what is saved, until the task is cancelled. For development.
    package func watch(every interval: Duration, since stamps: [BotFolder: FileStamp]) async {
        var stamps = stamps
        while (try? await Task.sleep(for: interval)) != nil {
            for folder in folders {
                // A file that is being written is tried again when it is whole; mistakes are told once.
                guard let stamp = folder.stamp, stamps[folder] != stamp else { continue }
                stamps[folder] = stamp
                do {
                    try await publish(folder, unless: .current)
                    try await library.refresh([folder.bot])
                } catch {
                    stamps[folder] = nil
                    logger.warning("can't publish what was saved, trying again", metadata: ["bot": "\(folder.bot)", "error": "\(error)"])
                }
            }
        }
    }
}

extension DataChange {
    fileprivate func metadata(_ bot: BotName) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["bot": "\(bot)", "collection": "\(collection)"]
        if let field { metadata["field"] = "\(field)" }
        return metadata
    }
}
