package import BotLanguage
package import Contracts
package import Postgres

/// Somebody who wrote to a bot, as the platform introduces them.
package struct Acquaintance: Sendable, Hashable {
    package var platform: Platform
    package var person: Person

    package init(platform: Platform, person: Person) {
        self.platform = platform
        self.person = person.storable
    }
}

extension Person {
    /// The same with names as a column can hold them.
    fileprivate var storable: Person {
        var person = self
        person.firstName = firstName.withoutNUL
        person.lastName = lastName?.withoutNUL
        person.username = username?.withoutNUL
        person.language = language?.withoutNUL
        return person
    }
}

/// A person on a platform.
package struct UserKey: Sendable, Hashable {
    package var platform: Platform
    package var person: PersonID

    package init(platform: Platform, person: PersonID) {
        self.platform = platform
        self.person = person
    }
}

extension BotTables {
    /// The rows of these people, locked until the end of the transaction: a person in several chats has one row.
    package func lockUsers(_ keys: [UserKey]) -> PostgresQuery {
        var parameters = PostgresParameters()
        parameters.append(keys.map(\.platform.rawValue))
        parameters.append(keys.map(\.person.rawValue))
        return PostgresQuery(
            unsafeSQL: """
                SELECT \(users.columns) FROM \(users.name)
                WHERE (platform, platform_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY id FOR NO KEY UPDATE
                """, parameters: parameters, operation: "lock users")
    }

    /// Writes down who these people are and gives their rows.
    package func meet(_ people: [Acquaintance]) -> PostgresQuery {
        var parameters = PostgresParameters()
        parameters.append(people.map(\.platform.rawValue))
        parameters.append(people.map(\.person.id.rawValue))
        parameters.append(people.map(\.person.firstName))
        parameters.append(people.map(\.person.lastName))
        parameters.append(people.map(\.person.username))
        parameters.append(people.map(\.person.language))
        return PostgresQuery(
            unsafeSQL: """
                INSERT INTO \(users.name) (platform, platform_id, first_name, last_name, username, language)
                SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS row (platform, id)
                ORDER BY row.platform, row.id
                ON CONFLICT (platform, platform_id) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name,
                    username = excluded.username, language = excluded.language
                RETURNING \(users.columns)
                """, parameters: parameters, operation: "meet users")
    }

    package func decodeUsers(_ result: PostgresResult) throws -> [UserKey: Record] {
        var rows: [UserKey: Record] = [:]
        for record in try users.records(result) {
            guard case .string(let platform)? = value("platform", of: record), let platform = Platform(rawValue: platform),
                case .string(let person)? = value("platform_id", of: record)
            else { continue }
            rows[UserKey(platform: platform, person: PersonID(person))] = record
        }
        return rows
    }

    /// Whether the row says the same of the person as the platform does now.
    package func isUpToDate(_ record: Record, _ person: Person) -> Bool {
        let person = person.storable
        return value("first_name", of: record) == .string(person.firstName)
            && value("last_name", of: record) == (person.lastName.map { .string($0) } ?? .null)
            && value("username", of: record) == (person.username.map { .string($0) } ?? .null)
            && value("language", of: record) == (person.language.map { .string($0) } ?? .null)
    }

    /// The row with new values in some columns.
    package func applying(_ changes: [ColumnValue], to record: Record) -> Record {
        var record = record
        for change in changes {
            if let index = users.table.columns.firstIndex(where: { $0.name == change.column }) { record.values[index] = change.value }
        }
        return record
    }

    /// One statement for every set of columns that changed together; a row stands in `changes` once.
    package func updateUsers(_ changes: [Int64: [String: RecordValue]]) -> [PostgresQuery] {
        Dictionary(grouping: changes) { $0.value.keys.sorted() }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { columns, rows in updateUsers(columns: columns, rows: rows.sorted { $0.key < $1.key }) }
    }

    private func updateUsers(columns: [String], rows: [(key: Int64, value: [String: RecordValue])]) -> PostgresQuery {
        var parameters = PostgresParameters()
        parameters.append(rows.map(\.key))
        var places = ["$1::bigint[]"]
        for (index, name) in columns.enumerated() {
            let type = users.column(name)?.type ?? .text
            parameters.append(rows.map { $0.value[name] ?? .null }, of: type)
            places.append("$\(index + 2)::\(type.rawValue)[]")
        }
        let assignments = columns.enumerated().map { "\(quoted($1)) = new.c\($0)" }.joined(separator: ", ")
        let names = (["id"] + columns.indices.map { "c\($0)" }).joined(separator: ", ")
        return PostgresQuery(
            unsafeSQL:
                "UPDATE \(users.name) AS row SET \(assignments) FROM unnest(\(places.joined(separator: ", "))) AS new (\(names)) WHERE row.id = new.id",
            parameters: parameters, operation: "update users")
    }

    private func value(_ column: String, of record: Record) -> RecordValue? {
        guard let index = users.table.columns.firstIndex(where: { $0.name == column }), index < record.values.count else { return nil }
        return record.values[index]
    }
}
