package import BotEngine
package import Contracts
import JSON
package import Postgres

/// Where polls stand whose answers some handler wants: the platform tells an answer by the poll's name alone.
package enum PollTable {
    package static let migration = PostgresMigration(
        id: "polls",
        sql: """
            CREATE TABLE polls (
                bot text NOT NULL,
                poll text NOT NULL,
                chat json NOT NULL,
                thread text,
                asked json NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (bot, poll)
            );
            CREATE INDEX ON polls (created_at);
            COMMENT ON TABLE polls IS 'Polls whose answers are handled, and where they stand';
            CREATE TABLE early_answers (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                bot text NOT NULL,
                poll text NOT NULL,
                event json NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now()
            );
            CREATE INDEX ON early_answers (bot, poll);
            CREATE INDEX ON early_answers (created_at);
            COMMENT ON TABLE early_answers IS 'Answers that came before the receipt of their poll';
            """)

    /// Keeps an answer and the receipt of the same poll from passing each other unseen. To be asked before anything else of it.
    package static func turn(_ poll: String, bot: BotName) -> PostgresQuery {
        PostgresQuery("SELECT pg_advisory_xact_lock(hashtextextended(\("poll:\(bot):\(poll)"), 0))").named("await poll")
    }

    /// Remembers a poll; again the same is nothing new.
    package static func insert(_ poll: KnownPoll, bot: BotName, thread: String?) -> PostgresQuery {
        let query: PostgresQuery = """
            INSERT INTO \(identifier: ConversationTable.schema, "polls") (bot, poll, chat, thread, asked)
            VALUES (\(bot.rawValue), \(poll.id), \(text(poll.chat))::json, \(thread), \(text(poll.asked))::json) ON CONFLICT DO NOTHING
            """
        return query.named("remember poll")
    }

    package struct Place: Sendable {
        package var chat: Chat
        package var thread: String?
        package var asked: AskedPoll

        package init(chat: Chat, thread: String?, asked: AskedPoll) {
            self.chat = chat
            self.thread = thread
            self.asked = asked
        }
    }

    package static func find(_ poll: String, bot: BotName) -> PostgresQuery {
        let query: PostgresQuery = """
            SELECT chat, thread, asked FROM \(identifier: ConversationTable.schema, "polls")
            WHERE bot = \(bot.rawValue) AND poll = \(poll)
            """
        return query.named("find poll")
    }

    /// Nil for a poll that nobody remembers.
    package static func decode(_ result: PostgresResult) throws -> Place? {
        guard let (chat, thread, asked) = try result.decode((PostgresJSON, String?, PostgresJSON).self).first else { return nil }
        return Place(chat: try Chat(jsonBytes: chat.bytes), thread: thread, asked: try AskedPoll(jsonBytes: asked.bytes))
    }

    // MARK: Answers that come too soon

    /// People are sometimes quicker than the receipt.
    package static func keep(_ answer: Event, of poll: String) -> PostgresQuery {
        let query: PostgresQuery = """
            INSERT INTO \(identifier: ConversationTable.schema, "early_answers") (bot, poll, event)
            VALUES (\(answer.bot.rawValue), \(poll), \(text(answer))::json)
            """
        return query.named("keep early answer")
    }

    package static func takeEarly(_ poll: String, bot: BotName) -> PostgresQuery {
        let query: PostgresQuery = """
            WITH taken AS (
                DELETE FROM \(identifier: ConversationTable.schema, "early_answers") WHERE bot = \(bot.rawValue) AND poll = \(poll)
                RETURNING id, event
            ) SELECT event FROM taken ORDER BY id
            """
        return query.named("take early answers")
    }

    package static func decodeEarly(_ result: PostgresResult) throws -> [Event] {
        try result.decode(PostgresJSON.self).compactMap { try? Event(jsonBytes: $0.bytes) }
    }

    /// Polls of half a year ago, and answers that no receipt has claimed within an hour: those are of polls that no handler is for.
    package static var forgetting: [PostgresQuery] {
        let polls: PostgresQuery =
            "DELETE FROM \(identifier: ConversationTable.schema, "polls") WHERE created_at < now() - interval '180 days'"
        let answers: PostgresQuery =
            "DELETE FROM \(identifier: ConversationTable.schema, "early_answers") WHERE created_at < now() - interval '1 hour'"
        return [polls.named("forget polls"), answers.named("forget early answers")]
    }

    private static func text(_ value: some JSONEncodable) -> String { String(decoding: value.jsonBytes, as: UTF8.self) }
}
