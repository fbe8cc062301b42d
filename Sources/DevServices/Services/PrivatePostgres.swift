import Glibc

/// A PostgreSQL server of our own in a folder of our own: loopback and a socket in its folder, random password, nothing shared with the system's.
///
/// ```swift
/// let postgres = try await PrivatePostgres(folder: folder, port: port)
/// try await postgres.start()
/// connect(to: postgres.url)
/// await postgres.stop()
/// ```
package actor PrivatePostgres {
    /// Whether what was committed survives a crash of the machine. A crash of the server alone loses nothing either way.
    package enum Durability: Sendable { case full, relaxed }

    package nonisolated let spec: ProcessSpec
    /// Where data, socket and configuration really are: elsewhere than asked when the server's user can't reach that.
    package nonisolated let folder: String
    /// Set when ``folder`` is not the one asked for: why, for the person at the terminal.
    package nonisolated let note: String?
    package nonisolated let port: UInt16
    package nonisolated let credentials: Credentials
    /// Over loopback TCP: what every client understands.
    package nonisolated let url: String
    /// Over the socket, which costs less per round trip; nil when the folder's path is too long for one.
    package nonisolated let socketURL: String?

    private var process: ManagedProcess?
    private let output: ProcessOutput

    package static let database = "switchboard"
    package static let role = "switchboard"

    /// Prepares the server: finds the programs, makes the cluster, role and database if they don't exist yet (about a second, once).
    ///
    /// - Parameters:
    ///   - port: on 127.0.0.1.
    ///   - settings: further lines of `postgresql.conf`.
    ///   - mark: value of `SUPERVISED_BY_SWITCHBOARD` in its environment, by which leftovers are found; nil: none.
    ///   - output: where its log goes.
    /// - Throws: ``DevServicesError``: `missing`, `failed`, `system`, `corrupt`.
    package init(
        folder asked: String, port: UInt16, durability: Durability = .full, settings: [String: String] = [:],
        mark: String? = nil, output: ProcessOutput? = nil
    ) async throws(DevServicesError) {
        let programs = try PostgresPrograms.find()
        let user = try ServiceUser.forPostgres()
        (folder, note) = try await Self.reachableFolder(asked, user: user)
        let layout = PostgresLayout(folder: folder, port: port)
        credentials = try Credentials.loadOrCreate(layout.credentialsFile, user: Self.role)
        var environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": folder]
        environment["SUPERVISED_BY_SWITCHBOARD"] = mark

        let cluster = PostgresCluster(layout: layout, programs: programs, user: user, environment: environment)
        try await cluster.endLeftover()
        try await cluster.create(credentials: credentials)
        try cluster.configure(durability: durability, settings: settings)

        let (executable, arguments) = try user.command(programs.postgres, ["-D", layout.data])
        spec = ProcessSpec(
            name: "postgres", executable: executable, arguments: arguments, environment: environment, workingDirectory: folder,
            readiness: .postgres(port: port, user: Self.role, database: Self.database), order: 0,
            readyTime: .seconds(30), drainTime: .seconds(15),
            // "Fast shutdown": ends sessions instead of waiting for them.
            stopSignal: SIGINT)
        self.port = port
        let login = "\(credentials.user.urlEncoded):\(credentials.password.urlEncoded)"
        url = "postgresql://\(login)@127.0.0.1:\(port)/\(Self.database)"
        socketURL = layout.socketFolder.map { "postgresql://\(login)@/\(Self.database)?host=\($0.urlEncoded)&port=\(port)" }
        self.output = output ?? .file(folder + "/postgres.log")
    }

    /// Its process id; nil while it does not run.
    package var pid: Int32? { process.flatMap { $0.exit == nil ? $0.pid : nil } }

    /// Starts it and waits until it is ready. One that runs already is fine.
    package func start() async throws {
        if let process, process.exit == nil { return }
        // After kill -9 the old server's children need a moment to notice, and until then the new one refuses the data folder.
        let deadline = ContinuousClock.now + .seconds(15)
        while true {
            let started = try ManagedProcess.start(spec, output: output)
            process = started
            do {
                return try await started.waitUntilReady()
            } catch let error as DevServicesError where error.code == .failed && ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                await started.stop()
                throw error
            }
        }
    }

    package func stop() async {
        await process?.stop()
        process = nil
    }

    /// As `kill -9` of the server process.
    package func kill() async {
        await process?.kill()
        process = nil
    }

    package func restart() async throws {
        await stop()
        try await start()
    }

    /// The folder asked for, or, when the server's user can't reach that, one that it can.
    private static func reachableFolder(
        _ asked: String, user: ServiceUser
    ) async throws(DevServicesError) -> (folder: String, note: String?) {
        // Ours, and passable for the server's user: the data folder in it is theirs.
        let mode: mode_t = user == .current ? 0o700 : 0o711
        try Files.makeFolder(asked, mode: mode)
        if await user.canTraverse(asked) { return (asked, nil) }
        let other = try PrivateFolder.substitute(for: asked)
        return (other, "PostgreSQL's user can't reach \(asked), so its data lies in \(other)")
    }

    /// Removes the data of a server that was asked into that folder. It must not be running.
    package static func removeData(folder: String) throws(DevServicesError) {
        try Files.remove(folder)
        try Files.remove(PrivateFolder.substitutePath(for: folder))
    }
}
