/// Where the server is, who we are there, and how the pool behaves.
public struct PostgresConfiguration: Sendable {
    /// What is handed to libpq. Unset keywords follow libpq: its environment variables, then its defaults.
    public var connection: ConnectionParameters

    /// Connections kept open even when idle. Default 1.
    public var minimumConnections = 1
    /// Most connections open at once. Default 8: with pipelining a 2-core server gains nothing from more.
    public var maximumConnections = 8
    /// How long a caller waits for a free connection before ``PostgresError/Code/poolExhausted``. Default 10 s.
    public var acquireTimeout: Duration = .seconds(10)
    /// How long making one connection may take. Default 10 s, or `connect_timeout` of the connection string.
    public var connectTimeout: Duration = .seconds(10)
    /// How long one round trip may take, measured here, so that a dead network is noticed. Nil waits for ever. Default 60 s.
    /// The server's own limit is `statement_timeout` in the connection string.
    public var queryTimeout: Duration? = .seconds(60)
    /// An idle connection beyond the minimum is closed after this long. Nil never. Default 5 min.
    public var idleTimeout: Duration? = .seconds(300)
    /// A connection is replaced after this long, less up to 10 % so that they don't all go at once. Nil never. Default 1 h.
    public var maximumLifetime: Duration? = .seconds(3600)
    /// First pause after a failed attempt to connect; doubles up to ``backoffMaximum``, each pause cut by up to half at
    /// random. Default 100 ms.
    public var backoffInitial: Duration = .milliseconds(100)
    /// Longest pause between attempts to connect. Default 10 s.
    public var backoffMaximum: Duration = .seconds(10)
    /// How long closing waits for connections in use. Default 10 s.
    public var closeTimeout: Duration = .seconds(10)
    /// Prepared statements kept per connection, least recently used out first. Default 256.
    public var statementCacheSize = 256
    /// `db.client.connection.pool.name` in metrics. Default `postgres`.
    public var poolName = "postgres"

    public init(connection: ConnectionParameters) {
        self.connection = connection
        if let text = connection["connect_timeout"], let seconds = Int(text), seconds > 0 {
            connectTimeout = .seconds(seconds)
        }
    }

    /// From a `postgres://` or `postgresql://` URL or a `key=value …` string, as libpq reads them.
    ///
    /// Throws ``PostgresError/Code/configuration``; the message names the faulty part and never contains the password.
    public init(_ connectionString: String) throws {
        self.init(connection: try ConnectionParameters(connectionString))
    }

    /// Throws ``PostgresError/Code/configuration`` for values that cannot work together.
    package func validated() throws -> PostgresConfiguration {
        func require(_ condition: Bool, _ message: String) throws {
            if !condition { throw PostgresError(.configuration, message) }
        }
        try require(maximumConnections >= 1, "maximumConnections must be at least 1, not \(maximumConnections)")
        try require(
            (0...maximumConnections).contains(minimumConnections),
            "minimumConnections must be in 0...\(maximumConnections), not \(minimumConnections)")
        try require(statementCacheSize >= 1, "statementCacheSize must be at least 1, not \(statementCacheSize)")
        for (name, value) in [
            ("acquireTimeout", acquireTimeout), ("connectTimeout", connectTimeout), ("backoffInitial", backoffInitial),
            ("backoffMaximum", backoffMaximum), ("queryTimeout", queryTimeout ?? .seconds(1)),
            ("idleTimeout", idleTimeout ?? .seconds(1)), ("maximumLifetime", maximumLifetime ?? .seconds(1)),
        ] {
            try require(value > .zero, "\(name) must be more than zero, not \(value)")
        }
        return self
    }
}
