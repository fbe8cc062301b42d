/// Settings that every process has.
package struct ProcessSettings: SettingsGroup {
    package let log: LogSettings
    /// Where `/healthz`, `/readyz`, `/metrics` and `/version` are.
    package let adminAddress: HostAndPort
    /// Series a metric may have before further ones are counted together.
    package let maximumSeries: Int
    /// How long services may finish what they have.
    package let shutdownTimeout: Duration
    /// Traces.
    package let otlp: OTLPSettings

    package init(_ settings: SettingsReader) {
        log = settings.group()
        adminAddress = settings.value(
            "admin.address", .hostAndPort, default: HostAndPort(host: "127.0.0.1", port: 0),
            "Where `/healthz`, `/readyz`, `/metrics` and `/version` are answered. Port 0 takes a free one and logs it. "
                + "Nothing here asks for a password: keep it on a private network.")
        maximumSeries = settings.value(
            "metrics.max_series", .integer(1...1_000_000), default: 1000,
            "Series a metric may have; further ones are counted together in one.")
        shutdownTimeout = settings.value(
            "shutdown.timeout", .duration, default: .seconds(20),
            "How long the process may finish what it has after SIGTERM or SIGINT; then it is cancelled. A second signal cancels at once.")
        otlp = settings.group()
    }
}
