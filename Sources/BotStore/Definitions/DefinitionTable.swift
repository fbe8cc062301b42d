import BotLanguage
package import Contracts
import JSON
package import Postgres

/// A version as it was published.
package struct StoredVersion: Sendable, Hashable {
    package var bot: BotName
    /// Counted from 1, without gaps.
    package var number: Int
    package var content: DefinitionContent
    /// The author's own number: `version:` in the definition.
    package var authorVersion: Int
    package var note: String?
    package var publishedAt: Timestamp
    /// Whether conversations of older versions need it; see ``DefinitionVersion/carriesOver``.
    package var carriesOver: Bool
    /// The version that was current before it; nil: none.
    package var parent: Int?
    /// What its publication renamed, in that order.
    package var renames: [DataChange]
}

/// What two versions have in common when they are the same.
package struct DefinitionContent: Sendable, Hashable {
    /// The definition, YAML or JSON, as the author wrote it.
    package var text: String
    /// The files of the bot's folder by their paths in it, each with a hash of what it holds. The files themselves stay in the folder.
    package var files: [String: String]

    package init(text: String, files: [String: String] = [:]) {
        self.text = text
        self.files = files
    }
}

/// Which version answers events.
package struct CurrentVersion: Sendable, Hashable {
    package var number: Int
    /// When it was published, or rolled back to.
    package var since: Timestamp

    package init(number: Int, since: Timestamp) {
        self.number = number
        self.since = since
    }
}

/// Published versions, and which one of each bot is current.
package enum DefinitionTable {
    package static let schema = "registry"

    package static let migration = PostgresMigration(
        id: "definitions",
        sql: """
            CREATE TABLE versions (
                bot text NOT NULL,
                number integer NOT NULL,
                definition text NOT NULL,
                files jsonb NOT NULL DEFAULT '{}',
                author_version integer NOT NULL DEFAULT 1,
                note text,
                carries_over boolean NOT NULL DEFAULT false,
                parent integer,
                renames json NOT NULL DEFAULT '[]',
                published_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (bot, number)
            );
            COMMENT ON TABLE versions IS 'Definitions as they were published; files are known by their hashes';
            CREATE TABLE bots (
                bot text PRIMARY KEY,
                current integer NOT NULL,
                changed_at timestamptz NOT NULL DEFAULT now(),
                FOREIGN KEY (bot, current) REFERENCES versions (bot, number)
            );
            COMMENT ON TABLE bots IS 'Which version of each bot answers events';
            """)

    /// Keeps publishers of these bots from going on until the transaction ends, and waits for one that is under way. Before
    /// ``current(of:)``, which then says what is so until the end.
    package static func holdStill(_ tables: [BotTables]) -> PostgresQuery {
        PostgresQuery("SELECT pg_advisory_xact_lock_shared(hashtextextended(name, 0)) FROM unnest(\(tables.map(\.schema))) AS bot (name)")
            .named("hold versions")
    }

    package static func current(of bots: [BotName]) -> PostgresQuery {
        PostgresQuery(
            "SELECT bot, current, changed_at FROM \(identifier: schema, "bots") WHERE bot = ANY(\(bots.map(\.rawValue)))"
        ).named("current versions")
    }

    package static func decodeCurrent(_ result: PostgresResult) throws -> [BotName: CurrentVersion] {
        var versions: [BotName: CurrentVersion] = [:]
        for (bot, number, since) in try result.decode((String, Int32, PostgresTimestamp).self) {
            guard let bot = BotName(bot) else { continue }
            versions[bot] = CurrentVersion(
                number: Int(number), since: Timestamp(milliseconds: since.microsecondsSinceEpoch / 1_000))
        }
        return versions
    }

    static func versions(of bot: BotName) -> PostgresQuery {
        """
        SELECT number, definition, files, author_version, note, carries_over, renames, published_at, parent
        FROM \(identifier: schema, "versions") WHERE bot = \(bot.rawValue) ORDER BY number
        """
    }

    static func version(_ number: Int, of bot: BotName) -> PostgresQuery {
        """
        SELECT number, definition, files, author_version, note, carries_over, renames, published_at, parent
        FROM \(identifier: schema, "versions") WHERE bot = \(bot.rawValue) AND number = \(Int32(clamping: number))
        """
    }

    /// Those before `number` that conversations of older versions need.
    static func carrying(before number: Int, of bot: BotName) -> PostgresQuery {
        """
        SELECT number, definition, files, author_version, note, carries_over, renames, published_at, parent
        FROM \(identifier: schema, "versions") WHERE bot = \(bot.rawValue) AND number < \(Int32(clamping: number)) AND carries_over ORDER BY number
        """
    }

    static func decode(_ result: PostgresResult, of bot: BotName) throws -> [StoredVersion] {
        try result.decode((Int32, String, PostgresJSON, Int32, String?, Bool, PostgresJSON, PostgresTimestamp, Int32?).self).map { row in
            let files = try JSON(parsing: row.2.bytes).object?.members ?? []
            return StoredVersion(
                bot: bot, number: Int(row.0),
                content: DefinitionContent(
                    text: row.1, files: Dictionary(files.map { ($0.key, $0.value.string ?? "") }) { _, last in last }),
                authorVersion: Int(row.3), note: row.4,
                publishedAt: Timestamp(milliseconds: row.7.microsecondsSinceEpoch / 1_000), carriesOver: row.5,
                parent: row.8.map { Int($0) }, renames: try renames(row.6))
        }
    }

    private static func renames(_ json: PostgresJSON) throws -> [DataChange] {
        (try JSON(parsing: json.bytes).array ?? []).compactMap { item in
            guard let collection = item["collection"]?.string else { return nil }
            return DataChange(.renamed, collection, field: item["field"]?.string, former: item["former"]?.string)
        }
    }

    static func insert(_ version: StoredVersion) -> PostgresQuery {
        let files = JSON.object(JSONObject(version.content.files.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        var renames = JSONWriter()
        renames.array { json in for rename in version.renames { json.value(rawJSON: rename.jsonBytes) } }
        return """
            INSERT INTO \(identifier: schema, "versions") (bot, number, definition, files, author_version, note, carries_over, parent, renames)
            VALUES (\(version.bot.rawValue), \(Int32(clamping: version.number)), \(version.content.text), \(String(decoding: files.bytes, as: UTF8.self))::text::jsonb,
                \(Int32(clamping: version.authorVersion)), \(version.note), \(version.carriesOver),
                \(version.parent.map { Int32(clamping: $0) }), \(String(decoding: renames.bytes, as: UTF8.self))::text::json)
            """
    }

    static func makeCurrent(_ number: Int, of bot: BotName) -> PostgresQuery {
        """
        INSERT INTO \(identifier: schema, "bots") (bot, current) VALUES (\(bot.rawValue), \(Int32(clamping: number)))
        ON CONFLICT (bot) DO UPDATE SET current = excluded.current, changed_at = now()
        """
    }

    /// Conversations that follow a row follow it under the collection's new name.
    static func follow(_ moves: [(from: String, to: String)], of bot: BotName) -> [PostgresQuery] {
        moves.map { move in
            """
            UPDATE \(identifier: ConversationTable.schema, "live") SET collection = \(move.to)
            WHERE bot = \(bot.rawValue) AND collection = \(move.from)
            """
        }
    }
}
