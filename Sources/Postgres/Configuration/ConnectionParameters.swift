/// The keywords of a connection, as in libpq's documentation ("Parameter Key Words").
public struct ConnectionParameters: Sendable {
    /// In the order given; a keyword occurs once.
    package private(set) var values: [(keyword: String, value: String)] = []

    public init() {}

    /// Reads either form; see ``PostgresConfiguration/init(_:)``.
    public init(_ connectionString: String) throws {
        var parser = ConnectionStringParser(connectionString)
        for (keyword, value) in try parser.parse() { try set(keyword, value) }
    }

    public subscript(keyword: String) -> String? { values.first { $0.keyword == keyword }?.value }

    /// Sets one keyword. Throws for one that libpq doesn't know, or a value it would refuse or misread.
    public mutating func set(_ keyword: String, _ value: String) throws {
        guard Self.keywords.contains(keyword) else {
            let nearest = Self.keywords.sorted().first { $0.hasPrefix(keyword.prefix(4)) }
            let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
            throw PostgresError(.configuration, "unknown connection parameter \"\(keyword)\"\(hint)")
        }
        try Self.check(keyword, value)
        values.removeAll { $0.keyword == keyword }
        values.append((keyword, value))
    }

    private static func check(_ keyword: String, _ value: String) throws {
        func fail(_ expected: String) -> PostgresError {
            PostgresError(.configuration, "connection parameter \"\(keyword)\": expected \(expected), not \"\(value)\"")
        }
        guard !value.utf8.contains(0) else { throw PostgresError(.configuration, "connection parameter \"\(keyword)\" contains a NUL") }
        if let allowed = choices[keyword], !allowed.contains(value) {
            throw fail("one of " + allowed.joined(separator: ", "))
        }
        switch keyword {
        case "port":
            for part in value.split(separator: ",", omittingEmptySubsequences: false) where !part.isEmpty {
                guard let port = Int(part), (1...65535).contains(port) else { throw fail("a port in 1...65535") }
            }
        case "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout":
            guard let number = Int32(value), number >= 0 else { throw fail("a whole number of at least 0") }
        case "statement_timeout":
            guard let number = Int32(value), number >= 0 else { throw fail("milliseconds as a whole number of at least 0") }
        default:
            break
        }
    }

    private static let choices: [String: [String]] = [
        "sslmode": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "channel_binding": ["disable", "prefer", "require"],
        "gssencmode": ["disable", "prefer", "require"],
        "target_session_attrs": ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"],
        "keepalives": ["0", "1"],
        "sslsni": ["0", "1"],
        "sslcompression": ["0", "1"],
        "client_encoding": ["UTF8", "utf8", "UTF-8", "utf-8", "auto"],
    ]

    private static let keywords: Set<String> = [
        "host", "hostaddr", "port", "dbname", "user", "password", "passfile", "channel_binding", "connect_timeout",
        "client_encoding", "options", "application_name", "fallback_application_name", "keepalives", "keepalives_idle",
        "keepalives_interval", "keepalives_count", "tcp_user_timeout", "gssencmode", "sslmode", "sslcompression", "sslcert",
        "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslcrldir", "sslsni", "requirepeer", "ssl_min_protocol_version",
        "ssl_max_protocol_version", "krbsrvname", "gsslib", "service", "target_session_attrs", "statement_timeout",
    ]
    private static let secrets: Set<String> = ["password", "sslpassword"]
}

extension ConnectionParameters: CustomStringConvertible {
    /// Everything but passwords.
    public var description: String {
        values.map { "\($0.keyword)=\(Self.secrets.contains($0.keyword) ? "***" : $0.value)" }.joined(separator: " ")
    }
}

extension ConnectionParameters {
    /// What PQconnectStartParams gets: our own keyword `statement_timeout` becomes a start-up option, text travels as UTF-8,
    /// and what could block the I/O thread or hide a dead peer gets a default.
    package func libpqValues() -> [(keyword: String, value: String)] {
        var result = values.filter { !["statement_timeout", "client_encoding", "connect_timeout", "options"].contains($0.keyword) }
        var options = self["options"].map { [$0] } ?? []
        // A process that is stopped within a transaction mustn't keep what it has locked for longer. In ms; one's own option wins.
        options.insert("-c idle_in_transaction_session_timeout=30000", at: 0)
        if let timeout = self["statement_timeout"] { options.append("-c statement_timeout=\(timeout)") }
        result.append(("options", options.joined(separator: " ")))
        result.append(("client_encoding", "UTF8"))
        let defaults = [
            // Asking for a Kerberos ticket is synchronous in libpq.
            ("gssencmode", "disable"), ("fallback_application_name", "switchboard"),
            // A dead peer is noticed after 30 + 3 * 10 s when idle, and after 30 s (in ms) with data on the way.
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
        ]
        for (keyword, value) in defaults where self[keyword] == nil { result.append((keyword, value)) }
        return result
    }
}
