package import JSON

package struct Bot: Sendable {
    package struct Command: Sendable, Hashable {
        package var name: String
        package var text: String
    }

    package let id: BotID
    package let token: String
    /// Ends in "bot", as usernames of bots do.
    package let username: String
    package var name: String
    package var description = ""
    /// The newest first.
    package var photos: [FileID] = []
    package var shortDescription = ""
    /// `MenuButton` of one chat, or of all others under 0.
    package var menuButtons: [ChatID: JSON] = [:]
    /// The rights it asks for when it is added to groups, and to channels.
    package var groupRights: Set<AdministratorRight> = []
    package var channelRights: Set<AdministratorRight> = []
    /// By scope and language, the way they were set.
    package var commands: [String: [Command]] = [:]
    package var updates: UpdateQueue
    package var allowedUpdates = UpdateKind.defaults
    package var webhook: Webhook?
    /// Counts the webhooks that were ever set.
    package var webhooks = 0
    /// The waiting `getUpdates` call.
    package var poller: PollerID?
    package var lastPoll: (offset: Int64, at: Double)?
    package var nextWebhookAllowedAt = -Double.infinity
    /// Message ids of all private chats of the bot come from one sequence, as in a real account.
    package var nextMessageID: MessageID = 1

    init(id: BotID, token: String, username: String, name: String, firstUpdate: UpdateID, capacity: Int) {
        self.id = id
        self.token = token
        self.username = username
        self.name = name
        updates = UpdateQueue(firstID: firstUpdate, capacity: capacity)
    }

    /// The commands that a person sees: the narrowest scope that has some.
    package func commands(isGroup: Bool) -> [Command] {
        let scopes = isGroup ? ["all_group_chats", "default"] : ["all_private_chats", "default"]
        return scopes.lazy.compactMap { self.commands[$0 + "/"] }.first { !$0.isEmpty } ?? []
    }
}

package struct Webhook: Sendable {
    /// Tells it from one that was set before or after it, even with the same URL.
    package let number: Int
    package var url: String
    package var secretToken: String?
    package var maximumConnections: Int
    package var ipAddress: String?
    package var hasCustomCertificate = false
    package var lastErrorDate: Int64?
    package var lastErrorMessage: String?
    /// When the webhook first answered 410 in a row.
    package var goneSince: Double?
    package var schedule: WebhookSchedule
}
