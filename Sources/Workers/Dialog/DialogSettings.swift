package import RabbitBus
package import Runtime

/// Everything that the dialog worker can be told.
package struct DialogSettings: SettingsGroup {
    package let bots: [Bot]
    package let amqp: AMQPSettings
    package let postgres: ConnectionURL
    package let connections: Int
    package let prefetch: Int
    package let batchSize: Int
    package let concurrency: Int
    package let housekeeping: Duration
    package let publishes: Bool
    package let watches: Bool

    package struct Bot: Sendable {
        package var name: String
        /// The path of the definition.
        package var definition: String
        /// Where the files lie that it sends.
        package var folder: String
        package var username: String?
        /// What its definition's `config` asks for.
        package var config = OpenSettings.none
    }

    package init(_ settings: SettingsReader) {
        let folder = settings.value("bots.folder", .text, default: "bots", "Where the bots' folders lie.")
        bots = settings.family("bots", each: "bot", "Names of the bots that run here.") { name, settings in
            let definition = settings.optional(
                "definition", .text("a path"), "The bot's definition. Without it `bot.yaml` in the bot's folder.")
            let username = settings.optional(
                "username", .text("a name without @"), "Commands in groups that name another bot are not for this one. Without it all are.")
            let config = settings.open(
                "config", each: "key", "as the bot's definition says",
                "A setting of the bot's own, under `config` in its definition. A bot that lacks one which it needs doesn't run.")
            return Bot(
                name: name, definition: definition ?? "\(folder)/\(name)/bot.yaml", folder: "\(folder)/\(name)", username: username,
                config: config)
        }
        amqp = settings.group()
        postgres = settings.required(
            "postgres.url", .url(schemes: ["postgres", "postgresql"], example: "postgresql://user:password@localhost:5432/switchboard"),
            "The database.")
        connections = settings.value("postgres.connections", .integer(1...1000), default: 4, "Connections to the database at most.")
        prefetch = settings.value("dialog.prefetch", .integer(1...65_535), default: 64, "Events of each partition that may be in hand.")
        batchSize = settings.value("dialog.batch_size", .integer(1...1000), default: 50, "Events in one transaction at most.")
        concurrency = settings.value("dialog.concurrency", .integer(1...100), default: 2, "Transactions at one time.")
        housekeeping = settings.value(
            "dialog.housekeeping", .duration(atLeast: .seconds(1)), default: .seconds(15),
            "How often the sweep looks for effects that were left behind, and for versions of idle bots.")
        publishes = settings.value(
            "dialog.publish", .boolean, default: true,
            "Whether a definition that lies in a bot's folder and was never published is published at the start.")
        watches = settings.value(
            "dialog.watch", .boolean, default: false, "Whether a definition is published whenever it is saved: for development.")
    }
}
