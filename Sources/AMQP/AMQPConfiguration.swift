/// How to reach a broker and how patient to be with it.
public struct AMQPConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public var host: String
    /// Default 5672, with TLS 5671.
    public var port: Int
    public var user: String
    /// Never part of a description, a log line or an error.
    public var password: String
    /// Default `/`.
    public var virtualHost: String
    /// nil: no TLS.
    public var tls: TLS?

    /// Shown in the broker's management pages and logs.
    public var connectionName: String
    /// Silence after which a peer counts as gone is twice this. Default 30 s, lowered to the broker's if that is less; zero: off.
    public var heartbeat: Duration
    /// For TCP and TLS, and again for the AMQP handshake. Default 5 s. While an attempt is under way, waiting messages do not
    /// expire, so it also bounds by how much `unsentTimeout` can be exceeded.
    public var connectTimeout: Duration
    /// For a declaration, a subscription or another exchange of methods with the broker. Default 30 s.
    public var requestTimeout: Duration
    /// From the call to publish until the confirm. Default 30 s.
    public var publishTimeout: Duration
    /// How long a message may wait for a connection that is away or blocked by the broker before it is given back unsent. Default 5 s.
    /// What was already written when the broker began to block waits for `publishTimeout`.
    public var unsentTimeout: Duration
    /// Unconfirmed messages on their way at once; more wait. Default 1024: a quorum queue is at its fastest from 256 to 1024.
    public var confirmWindow: Int
    /// A write that does not advance for this long ends the connection. Default 10 s.
    public var stallTimeout: Duration
    /// First and longest pause between attempts to connect; doubled each time, with jitter. Default 0.1 s to 10 s.
    public var reconnectDelay: ClosedRange<Duration>
    /// How long a graceful close may take to send and confirm what is under way. Default 5 s.
    public var closeTimeout: Duration

    public struct TLS: Sendable, Hashable {
        /// PEM file of trusted authorities. Default: the system's bundle.
        public var certificateAuthorities: String
        /// Whether the chain and the host name are checked. Default true.
        public var verifiesPeer: Bool

        public init(certificateAuthorities: String = TLS.systemAuthorities, verifiesPeer: Bool = true) {
            self.certificateAuthorities = certificateAuthorities
            self.verifiesPeer = verifiesPeer
        }

        /// Debian's and Ubuntu's bundle (package ca-certificates).
        public static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"
    }

    public init(
        host: String = "localhost", port: Int? = nil, user: String = "guest", password: String = "guest",
        virtualHost: String = "/", tls: TLS? = nil, connectionName: String = "switchboard"
    ) {
        self.host = host
        self.port = port ?? (tls == nil ? 5672 : 5671)
        self.user = user
        self.password = password
        self.virtualHost = virtualHost
        self.tls = tls
        self.connectionName = connectionName
        heartbeat = .seconds(30)
        connectTimeout = .seconds(5)
        requestTimeout = .seconds(30)
        publishTimeout = .seconds(30)
        unsentTimeout = .seconds(5)
        confirmWindow = 1024
        stallTimeout = .seconds(10)
        reconnectDelay = .milliseconds(100) ... .seconds(10)
        closeTimeout = .seconds(5)
    }

    /// The address without user and password.
    public var description: String {
        let path = virtualHost == "/" ? "" : "/\(virtualHost)"
        return "\(tls == nil ? "amqp" : "amqps")://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)"
    }

    public var debugDescription: String { "AMQPConfiguration(\(description), user: \(user), name: \(connectionName))" }
}
