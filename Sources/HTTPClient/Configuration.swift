extension HTTPClient {
    public struct Configuration: Sendable {
        public enum Proxy: Sendable, Hashable {
            /// Direct connections, whatever the environment says.
            case none
            /// `http_proxy`, `https_proxy`, `no_proxy` of the environment, as libcurl reads them.
            case environment
            /// An `http://` or `https://` proxy. The URL may hold a user and a password; it is never shown.
            case url(String)
        }

        /// Requests in flight at once, all hosts together. Default 1024.
        public var maxInFlight = 1024
        /// Requests in flight at once per scheme, host and port; the rest wait in order. Default 256.
        public var maxInFlightPerHost = 256
        /// Requests that may wait for a free slot; one more fails as ``HTTPClientError/Code/overloaded``. Default 65,536.
        public var maxWaiting = 65_536
        /// Connections at once per host. Default 64. HTTP/2 carries as many requests on one as the server allows, often 100 or 128; libcurl before 8.0 opens
        /// a connection for each request beyond that, up to this number: a lower ``maxInFlightPerHost`` keeps to one.
        public var maxConnectionsPerHost = 64
        /// Connections at once in all. Default 512.
        public var maxConnections = 512
        /// How long an unused connection may be used again. Default 50 s: servers commonly close after 60 or 75 s, and a request that meets
        /// the closing is ambiguous.
        public var idleConnectionLifetime: Duration = .seconds(50)
        /// How long an address is remembered. Default 60 s.
        public var dnsCacheLifetime: Duration = .seconds(60)
        /// Offer HTTP/2 over TLS. Plain `http` is always 1.1. Default true. When a server retires an HTTP/2 connection (GOAWAY), the requests it no
        /// longer took can't be told from lost ones, and fail as ambiguous unless they are idempotent; 1.1 has no such moment.
        public var allowsHTTP2 = true
        /// A PEM file of trusted authorities instead of the system's. nil: the system's.
        public var caFile: String?
        public var proxy = Proxy.none
        /// The User-Agent of requests that set none.
        public var userAgent = "switchboard"
        /// Bytes of a streamed body that may wait for the reader before the transfer is paused. Default 256 KiB.
        public var streamBufferSize = 256 << 10

        public init() {}

        var admissionLimits: (total: Int, perHost: Int, waiting: Int) {
            (max(1, maxInFlight), max(1, maxInFlightPerHost), max(0, maxWaiting))
        }
    }

    /// A momentary count, for gauges and tests.
    public struct Statistics: Sendable, Hashable {
        public var inFlight: Int
        public var waiting: Int
        public var openConnections: Int
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, within what libcurl takes.
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 1 }
        let capped = Int(min(seconds, 1_000_000))
        return max(1, capped * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }

    var curlSeconds: Int {
        max(1, (curlMilliseconds + 999) / 1000)
    }
}
