package import HTTPClient

extension HTTPClient.Configuration {
    /// Room for a long poll of every bot, all at one time and at one address, and for the short calls beside them.
    ///
    /// A long poll occupies its connection for up to 50 s where there is no HTTP/2; one bot too many would starve the others.
    package static func forTelegram(polling bots: Int) -> Self {
        var configuration = Self()
        let places = bots + shortCalls
        configuration.maxInFlightPerHost = max(configuration.maxInFlightPerHost, places)
        configuration.maxInFlight = max(configuration.maxInFlight, places)
        configuration.maxConnectionsPerHost = max(configuration.maxConnectionsPerHost, places)
        configuration.maxConnections = max(configuration.maxConnections, places)
        return configuration
    }

    /// `deleteWebhook` and `setWebhook`, at the start.
    private static let shortCalls = 16
}
