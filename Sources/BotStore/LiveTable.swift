package import BotEngine
package import Contracts
package import Postgres

/// Which conversations show which rows on `live` screens.
package enum LiveTable {
    package static let migration = PostgresMigration(
        id: "live",
        sql: """
            CREATE TABLE live (
                bot text NOT NULL,
                collection text NOT NULL,
                row bigint NOT NULL,
                chat text NOT NULL,
                person text NOT NULL,
                kind text NOT NULL,
                PRIMARY KEY (bot, collection, row, chat, person)
            );
            COMMENT ON TABLE live IS 'Conversations that are told when a row changes';
            """)

    package static func follow(_ rows: Set<LiveRow>, _ key: ConversationKey, _ kind: Chat.Kind) -> PostgresQuery {
        let rows = sorted(rows)
        return """
            INSERT INTO \(identifier: ConversationTable.schema, "live") (bot, collection, row, chat, person, kind)
            SELECT \(key.bot.rawValue), collection, row, \(key.chat.rawValue), \(key.person.rawValue), \(kind.rawValue)
            FROM unnest(\(rows.map(\.collection)), \(rows.map(\.id))) AS new (collection, row) ON CONFLICT DO NOTHING
            """
    }

    package static func unfollow(_ rows: Set<LiveRow>, _ key: ConversationKey) -> PostgresQuery {
        let rows = sorted(rows)
        return """
            DELETE FROM \(identifier: ConversationTable.schema, "live")
            WHERE (bot, chat, person) = (\(key.bot.rawValue), \(key.chat.rawValue), \(key.person.rawValue))
            AND (collection, row) IN (SELECT * FROM unnest(\(rows.map(\.collection)), \(rows.map(\.id))))
            """
    }

    /// The conversations that show any of these rows, at most `limit`.
    package static func followers(of rows: Set<LiveRow>, bot: BotName, limit: Int) -> PostgresQuery {
        let rows = sorted(rows)
        return """
            SELECT collection, row, chat, person, kind FROM \(identifier: ConversationTable.schema, "live")
            WHERE bot = \(bot.rawValue) AND (collection, row) IN (SELECT * FROM unnest(\(rows.map(\.collection)), \(rows.map(\.id))))
            ORDER BY collection, row, chat, person LIMIT \(limit)
            """
    }

    package struct Follower: Sendable {
        package var row: LiveRow
        package var key: ConversationKey
        package var kind: Chat.Kind
    }

    package static func decode(_ result: PostgresResult, bot: BotName) throws -> [Follower] {
        try result.decode((String, Int64, String, String, String).self).map { collection, row, chat, person, kind in
            Follower(
                row: LiveRow(collection: collection, id: row),
                key: ConversationKey(bot: bot, chat: ChatID(chat), person: PersonID(person)), kind: Chat.Kind(rawValue: kind) ?? .direct)
        }
    }

    private static func sorted(_ rows: Set<LiveRow>) -> [LiveRow] {
        rows.sorted { ($0.collection, $0.id) < ($1.collection, $1.id) }
    }
}
