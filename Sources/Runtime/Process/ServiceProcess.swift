import CoreMetrics
import FoundationEssentials
import Glibc
package import Logging
package import ServiceLifecycle
import UnixSignals

/// What every executable of the pipeline is made of: settings, logs, metrics, an admin endpoint, and an orderly end.
///
/// ```swift
/// @main
/// struct Gateway {
///     static func main() async {
///         await ServiceProcess.run("gateway", settings: GatewaySettings.self) { process, settings in
///             let bus = RabbitBus(settings.amqp, health: process.health.check("amqp"), logger: process.logger("amqp"))
///             return [bus, Poller(bus, settings.bots)]
///         }
///     }
/// }
/// ```
package struct ServiceProcess: Sendable {
    package let name: String
    package let health: HealthRegistry
    package let metrics: MetricsRegistry
    /// Register secrets that don't come from the settings, such as tokens from a registry.
    package let redactor: Redactor
    package let logs: Logs
    package let settings: ProcessSettings

    /// A logger below the process's name.
    package func logger(_ label: String) -> Logger { Logger(label: label) }

    /// Runs a process until it is told to stop or fails, and ends it with an ``ExitStatus``.
    ///
    /// With the argument `health` it only asks another one, which runs with the same settings on the same machine, whether it is ready.
    ///
    /// - Parameter services: Makes the services, in the order in which they depend on each other: they start together and are stopped from
    ///   the last to the first. When it throws, the process ends; until it returns, a signal ends the process at once.
    package static func run<Group: SettingsGroup>(
        _ name: String, settings: Group.Type,
        services: @Sendable (ServiceProcess, Group) async throws -> [any Service]
    ) async -> Never {
        signal(SIGPIPE, SIG_IGN)
        switch CommandLine.arguments.dropFirst().joined(separator: " ") {
        case "": break
        case "health": exit(askHealth(name).code)
        case "--version":
            print("switchboard-\(name) \(BuildInfo(process: name).version)")
            exit(ExitStatus.success.code)
        case "--help", "-h":
            print(usage(name))
            exit(ExitStatus.success.code)
        case let words:
            StandardError.print("switchboard-\(name): this means nothing here: \(words)\n\(usage(name))")
            exit(ExitStatus.usage.code)
        }
        let redactor = Redactor()
        let read: Settings<SettingsPair<ProcessSettings, Group>>
        do {
            read = try Settings.read(from: .process(environment: ProcessInfo.processInfo.environment), redactor: redactor)
        } catch {
            complain(name, error)
            exit(error.exitStatus.code)
        }
        let process = ServiceProcess(name: name, settings: read.values.first, redactor: redactor)
        let status = await process.live(found: read.found) { try await services(process, read.values.second) }
        process.logs.writer.close(within: .seconds(2))
        exit(status.code)
    }

    private static func usage(_ name: String) -> String {
        """
        usage: switchboard-\(name)            runs the process; its settings come from the environment: docs/settings.md
               switchboard-\(name) health     asks one that runs on this machine with the same settings whether it is ready: 0 yes, 69 no
               switchboard-\(name) --version
        """
    }

    private static func askHealth(_ name: String) -> ExitStatus {
        do {
            let settings = try Settings<ProcessSettings>.read(
                from: .process(environment: ProcessInfo.processInfo.environment), redactor: Redactor())
            let answer = HealthProbe(address: settings.values.adminAddress).ask()
            print(answer.words)
            return answer.isReady ? .success : .unavailable
        } catch {
            complain(name, error)
            return error.exitStatus
        }
    }

    private init(name: String, settings: ProcessSettings, redactor: Redactor) {
        self.name = name
        self.settings = settings
        self.redactor = redactor
        logs = Logs(process: name, settings: settings.log, redactor: redactor)
        logs.bootstrap()
        let metricsLogger = Logger(label: "metrics")
        metrics = MetricsRegistry(limit: settings.maximumSeries) { metricsLogger.warning("\($0)") }
        MetricsSystem.bootstrap(RegistryMetricsFactory(metrics))
        health = HealthRegistry(logger: Logger(label: "health"))
    }

    private func live(found: [FoundSetting], services: () async throws -> [any Service]) async -> ExitStatus {
        let logger = Logger(label: name)
        logger.debug("settings", metadata: Dictionary(found.map { ($0.key, "\($0.text) (\($0.origin))") }) { first, _ in first })
        let version = BuildInfo(process: name)
        exposeRuntimeMetrics(version)
        let liveness = Liveness()
        let heart = Task { await liveness.run() }
        defer { heart.cancel() }
        do {
            let endpoints = AdminEndpoints(health: health, liveness: liveness, metrics: metrics, version: version)
            let admin = try AdminServer(address: settings.adminAddress) { endpoints.respond(to: $0) }
            // Until the very end: a supervisor sees the draining too.
            defer { admin.stop() }
            logger.info("started", metadata: ["version": .string(version.version), "admin": .string("http://\(admin.address)")])
            for stranger in KnownVariables.strangers(in: ProcessInfo.processInfo.environment) {
                logger.warning(
                    "nothing reads this environment variable",
                    metadata: ["variable": "\(stranger.name)", "did_you_mean": "\(stranger.suggestion ?? "-")"])
            }
            let (exporter, exporting) = try startTracing(version)
            let supervision = Supervision(
                health: health, logger: Logger(label: "lifecycle"), timeout: settings.shutdownTimeout,
                onStop: { [name, settings] in endAfter(settings.shutdownTimeout + .seconds(5), name: name) })
            let result: Result<Void, any Error>
            do { result = .success(try await supervision.run(services(), stopRequests: signals())) } catch { result = .failure(error) }
            if let exporter, let exporting { await exporter.stop(exporting, within: .seconds(2)) }
            try result.get()
            logger.info("stopped")
            return .success
        } catch {
            logger.critical("\(error)", metadata: ["detail": .string(String(reflecting: error))])
            return (error as? any ExitStatusError)?.exitStatus ?? .software
        }
    }

    /// Nothing unless the settings name a collector.
    private func startTracing(_ version: BuildInfo) throws(RuntimeError) -> (OTLPExporter?, Task<Void, Never>?) {
        Tracing.sample(settings.otlp.sampleRatio)
        let encoding = OTLPEncoding(
            resource: [
                ("service.namespace", "switchboard"), ("service.name", .text(name)), ("service.version", .text(version.version)),
                ("service.instance.id", .text(TraceParent.TraceID.random().description)),
                ("process.pid", .number(Int64(ProcessInfo.processInfo.processIdentifier))),
                ("host.name", .text(ProcessInfo.processInfo.hostName)),
            ], scope: (name: "switchboard", version: version.version))
        guard let exporter = try OTLPExporter(settings.otlp, encoding: encoding, metrics: metrics, logger: Logger(label: "otlp")) else {
            return (nil, nil)
        }
        Tracing.record(to: exporter.recorder)
        return (exporter, Task { await exporter.run() })
    }

    private func exposeRuntimeMetrics(_ version: BuildInfo) {
        metrics.gauge(MetricCatalogue.buildInfo.name, [("process", name), ("version", version.version)]).set(1.0)
        let process = ProcessMetrics(metrics)
        let ready = metrics.gauge(MetricCatalogue.ready.name)
        let dropped = metrics.counter(MetricCatalogue.logLinesDropped.name)
        let overflowed = metrics.gauge(MetricCatalogue.seriesOverflowed.name)
        metrics.beforeExposition { [health, metrics, logs] in
            process.update()
            let report = health.report
            ready.set(report.isReady ? 1.0 : 0)
            for (name, status) in report.checks {
                metrics.gauge(MetricCatalogue.checkUp.name, [("check", name)]).set(status == .up ? 1.0 : 0)
            }
            dropped.set(Double(logs.writer.dropped))
            overflowed.set(Double(metrics.overflowed))
        }
    }

    /// SIGTERM and SIGINT, by name, as they come.
    private func signals() -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let task = Task {
            for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                continuation.yield(signal == .sigterm ? "SIGTERM" : "SIGINT")
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}

/// For an operator at a terminal: every problem on a line of its own, and where to read on.
private func complain(_ name: String, _ error: RuntimeError) {
    let problems = error.message.split(separator: "\n").map { "  \($0)\n" }.joined()
    StandardError.print("\(name): can't start with these settings\n\(problems)All settings are described in docs/settings.md.")
    // What is missing may only be misspelt.
    for stranger in KnownVariables.strangers(in: ProcessInfo.processInfo.environment) { StandardError.print("  \(stranger)") }
}

/// The last resort when services ignore their cancellation, or Swift's threads are all blocked: a plain thread that ends the process.
private func endAfter(_ bound: Duration, name: String) {
    startThread(named: "watchdog") {
        let seconds = bound.components.seconds
        sleep(UInt32(clamping: seconds))
        var bytes = Array("\(name): services didn't end even when cancelled; ending the process\n".utf8)
        _ = write(STDERR_FILENO, &bytes, bytes.count)
        _exit(ExitStatus.temporaryFailure.code)
    }
}
