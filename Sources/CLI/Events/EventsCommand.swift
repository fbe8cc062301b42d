import ArgumentParser

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Watches what travels over the broker, and sends events.",
        discussion: """
            The broker is that of the running `up`, unless SWITCHBOARD_AMQP_URL names another.

            Examples:
              ./switchboard events tail --bot demo
              ./switchboard events publish --bot demo --chat 42 --text /start
            """,
        subcommands: [EventsTailCommand.self, EventsPublishCommand.self])
}

extension CompletionKind {
    /// Names of the bots of this checkout.
    static var botNames: CompletionKind {
        .custom { _, _, _ in (try? Checkout.locate()).map { BotCatalogue($0).bots.map(\.name) } ?? [] }
    }
}
