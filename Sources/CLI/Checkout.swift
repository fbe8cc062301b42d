import DevServices
import Glibc

/// Where things lie in this checkout.
struct Checkout: Sendable, Hashable {
    /// The folder with Package.swift and the script `switchboard`.
    let root: String
    /// The folder of the built executables.
    let binaries: String
    /// Everything that is kept between runs: `.switchboard` in the root, unless `SWITCHBOARD_STATE_FOLDER` names another.
    let state: String

    var script: String { root + "/switchboard" }
    var logs: String { state + "/logs" }
    var lock: String { state + "/up.lock" }
    var record: String { state + "/state.json" }
    var webhookSecret: String { state + "/webhook.json" }
    /// What the simulated Telegram, like the real one, knows after it was started again.
    var simulatorWebhooks: String { state + "/simulator-webhooks.json" }
    var ports: String { state + "/ports.json" }
    var postgres: String { state + "/postgres" }
    var rabbitMQ: String { state + "/rabbitmq" }
    /// The addresses with their passwords, for `set -a; . .switchboard/env`.
    var environmentFile: String { state + "/env" }
    /// For a Prometheus that scrapes what runs here.
    var prometheusFile: String { state + "/prometheus.yml" }
    var supervisorLog: String { logs + "/supervisor.log" }

    func log(_ process: String) -> String { "\(logs)/\(process).log" }

    /// - Throws: ``CLIError`` when the program does not lie in a checkout and `SWITCHBOARD_HOME` does not name one.
    static func locate(environment: [String: String] = currentEnvironment()) throws -> Checkout {
        let program = Files.realPath("/proc/self/exe") ?? ""
        let binaries = Files.parent(program)
        var root = environment["SWITCHBOARD_HOME"].flatMap(Files.realPath)
        if root == nil {
            var folder = binaries
            while folder != "/", !Files.exists(folder + "/Package.swift") { folder = Files.parent(folder) }
            root = folder == "/" ? nil : folder
        }
        guard let root else {
            throw CLIError(
                "the checkout was not found: start ./switchboard in its folder, or name it in SWITCHBOARD_HOME",
                exitCode: Exit.configuration)
        }
        let state = environment["SWITCHBOARD_STATE_FOLDER"].flatMap { $0.isEmpty ? nil : $0 } ?? root + "/.switchboard"
        return Checkout(root: root, binaries: binaries, state: state.hasPrefix("/") ? state : root + "/" + state)
    }

    /// Makes the folders. As root they must let PostgreSQL's user pass; what is secret in them has its own mode.
    func prepare() throws {
        try Files.makeFolder(state, mode: geteuid() == 0 ? 0o711 : 0o700)
        try Files.makeFolder(logs, mode: 0o700)
    }
}
