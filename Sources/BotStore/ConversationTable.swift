package import BotEngine
package import Contracts
import JSON
package import Postgres

/// One person in one chat of one bot.
package struct ConversationKey: Sendable, Hashable {
    package var bot: BotName
    package var chat: ChatID
    package var person: PersonID

    package init(bot: BotName, chat: ChatID, person: PersonID) {
        self.bot = bot
        self.chat = chat
        self.person = person
    }
}

/// Where every conversation stands.
package enum ConversationTable {
    /// The dialog worker's own schema.
    package static let schema = "dialog"
    private static let table = "conversations"

    package static let migration = PostgresMigration(
        id: "conversations",
        sql: """
            CREATE TABLE conversations (
                bot text NOT NULL,
                chat text NOT NULL,
                person text NOT NULL,
                version bigint NOT NULL DEFAULT 1,
                state json NOT NULL,
                updated_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (bot, chat, person)
            ) WITH (fillfactor = 70);
            COMMENT ON TABLE conversations IS 'Where each person stands in each chat of each bot';
            """)

    /// Locked until the end of the transaction, which fences off a process that believes it still owns the partition.
    package static func lock(_ keys: [ConversationKey]) -> PostgresQuery {
        """
        SELECT bot, chat, person, state FROM \(identifier: schema, table)
        WHERE (bot, chat, person) IN (SELECT * FROM unnest(\(keys.map(\.bot.rawValue)), \(keys.map(\.chat.rawValue)), \(keys.map(\.person.rawValue))))
        ORDER BY bot, chat, person FOR NO KEY UPDATE
        """
    }

    /// A state that can't be read any more is left out: the conversation begins anew.
    package static func decode(_ result: PostgresResult) throws -> [ConversationKey: ConversationState?] {
        var states: [ConversationKey: ConversationState?] = [:]
        for (bot, chat, person, state) in try result.decode((String, String, String, PostgresJSON).self) {
            guard let bot = BotName(bot) else { continue }
            let key = ConversationKey(bot: bot, chat: ChatID(chat), person: PersonID(person))
            states[key] = .some(try? ConversationState(jsonBytes: state.bytes))
        }
        return states
    }

    /// For conversations that had no row. Fails, with the whole transaction, when somebody else has begun one meanwhile.
    package static func insert(_ states: [(ConversationKey, ConversationState)]) -> PostgresQuery {
        """
        INSERT INTO \(identifier: schema, table) (bot, chat, person, state)
        SELECT bot, chat, person, state::json
        FROM unnest(\(states.map(\.0.bot.rawValue)), \(states.map(\.0.chat.rawValue)), \(states.map(\.0.person.rawValue)), \(texts(states)))
            AS row (bot, chat, person, state)
        """
    }

    /// For conversations that were locked.
    package static func update(_ states: [(ConversationKey, ConversationState)]) -> PostgresQuery {
        """
        UPDATE \(identifier: schema, table) AS old SET state = new.state::json, version = old.version + 1, updated_at = now()
        FROM unnest(\(states.map(\.0.bot.rawValue)), \(states.map(\.0.chat.rawValue)), \(states.map(\.0.person.rawValue)), \(texts(states)))
            AS new (bot, chat, person, state)
        WHERE (old.bot, old.chat, old.person) = (new.bot, new.chat, new.person)
        """
    }

    private static func texts(_ states: [(ConversationKey, ConversationState)]) -> [String] {
        states.map { String(decoding: $0.1.jsonBytes, as: UTF8.self) }
    }
}
