package import Runtime

/// Where the broker is.
package struct AMQPSettings: SettingsGroup {
    package let url: ConnectionURL

    package init(url: ConnectionURL) { self.url = url }

    package init(_ settings: SettingsReader) {
        url = settings.required(
            "amqp.url", .url(schemes: ["amqp", "amqps"], example: "amqp://user:password@localhost:5672/vhost"),
            "The broker; `amqps` with TLS.")
    }
}
