import Glibc

/// RabbitMQ's programs.
package struct RabbitMQPrograms: Sendable {
    package let server: String
    package let epmd: String
    /// Whether the plugin with RabbitMQ's own metrics is there, as it is in Debian's package and in RabbitMQ's.
    package let hasMetrics: Bool

    /// The wrappers in `/usr/sbin` change user and paths; those in `/usr/lib/rabbitmq/bin` do as their environment says.
    package static func find() throws(DevServicesError) -> RabbitMQPrograms {
        let server = "/usr/lib/rabbitmq/bin/rabbitmq-server"
        guard Files.isExecutable(server) else {
            throw DevServicesError(
                .missing, "RabbitMQ was not found (\(server))",
                remedy: "Install the package rabbitmq-server; `./switchboard doctor` names all that is missing.")
        }
        guard let epmd = Files.program("epmd", alsoIn: ["/usr/bin", "/usr/lib/erlang/bin"]) else {
            throw DevServicesError(
                .missing, "Erlang's epmd was not found", remedy: "Install the package erlang-base, on which rabbitmq-server depends.")
        }
        return RabbitMQPrograms(server: server, epmd: epmd, hasMetrics: hasPlugin("rabbitmq_prometheus"))
    }

    /// Plugins lie in folders or files named with their versions: `rabbitmq_prometheus-3.10.8`, `rabbitmq_prometheus-4.1.0.ez`.
    private static func hasPlugin(_ name: String) -> Bool {
        let root = "/usr/lib/rabbitmq/lib"
        let folders = Files.list(root).filter { $0.hasPrefix("rabbitmq_server-") }.map { "\(root)/\($0)/plugins" }
        return (folders + ["/usr/lib/rabbitmq/plugins"]).contains { folder in
            Files.list(folder).contains { $0.hasPrefix(name + "-") || $0 == name + ".ez" }
        }
    }
}

/// Where the parts of a private broker lie in its folder, and what tells it so.
struct RabbitMQLayout: Sendable {
    let folder: String
    let ports: PrivateRabbitMQ.Ports
    /// Where the broker's own metrics are; nil: the plugin stays off.
    let metricsPort: UInt16?

    func write(credentials: Credentials, settings: [String: String]) throws(DevServicesError) {
        var lines = [
            "listeners.tcp.1": "127.0.0.1:\(ports.amqp)",
            // Made when the broker starts on an empty folder.
            "default_user": credentials.user,
            "default_pass": credentials.password,
            "default_vhost": PrivateRabbitMQ.virtualHost,
            "default_permissions.configure": ".*",
            "default_permissions.read": ".*",
            "default_permissions.write": ".*",
            // On a developer's machine 40 % of all memory is not the broker's to take.
            "vm_memory_high_watermark.relative": "0.2",
            "disk_free_limit.absolute": "200MB",
            // What consumers ask for themselves, for brokers before 3.12, which don't listen to them: 24 h.
            "consumer_timeout": "86400000",
            "log.console": "true",
            "log.console.level": "warning",
            "log.file": "false",
        ]
        if let metricsPort {
            lines["prometheus.tcp.ip"] = "127.0.0.1"
            lines["prometheus.tcp.port"] = String(metricsPort)
            // The plugin brings the management agent with it, whose own collecting nobody would look at.
            lines["management_agent.disable_metrics_collector"] = "true"
        }
        for (name, value) in settings { lines[name] = value }
        let text = lines.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
        try Files.write(text, to: folder + "/rabbitmq.conf", mode: 0o600)
        try Files.write(metricsPort == nil ? "[].\n" : "[rabbitmq_prometheus].\n", to: folder + "/enabled_plugins")
        // Read instead of the system's, which may say something else.
        try Files.write("", to: folder + "/rabbitmq-env.conf")
        try writeCookie()
    }

    /// Erlang's shared secret. Erlang insists on a file that nobody else can read.
    private func writeCookie() throws(DevServicesError) {
        let path = folder + "/.erlang.cookie"
        guard !Files.exists(path) else { return }
        try Files.write(RandomText.alphanumeric(), to: path, mode: 0o400)
    }

    var environment: [String: String] {
        [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "HOME": folder,
            "RABBITMQ_NODENAME": PrivateRabbitMQ.node,
            "RABBITMQ_CONFIG_FILE": folder + "/rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": folder + "/rabbitmq-env.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder + "/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": folder + "/data",
            "RABBITMQ_LOG_BASE": folder + "/log",
            "RABBITMQ_PID_FILE": folder + "/pid",
            "RABBITMQ_DIST_PORT": String(ports.distribution),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": String(ports.epmd),
            // epmd is a process of ours: Erlang must not start one that nobody stops.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
        ]
    }
}
