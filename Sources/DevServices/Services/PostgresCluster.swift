import Glibc

/// PostgreSQL's programs: Debian keeps them off the PATH, one folder for each version.
package struct PostgresPrograms: Sendable {
    package let folder: String
    package var postgres: String { folder + "/postgres" }
    package var initdb: String { folder + "/initdb" }

    /// The newest installed.
    package static func find() throws(DevServicesError) -> PostgresPrograms {
        let root = "/usr/lib/postgresql"
        let newestFirst = Files.list(root).compactMap { name in Int(name).map { ($0, "\(root)/\(name)/bin") } }
            .sorted { $0.0 > $1.0 }.map(\.1)
        let onPath = Files.program("postgres").map { [Files.parent($0)] } ?? []
        let usable = (newestFirst + onPath).first {
            Files.isExecutable($0 + "/postgres") && Files.isExecutable($0 + "/initdb")
        }
        guard let usable else {
            throw DevServicesError(
                .missing, "PostgreSQL's server programs (postgres, initdb) were not found",
                remedy: "Install the package postgresql; `./switchboard doctor` names all that is missing.")
        }
        return PostgresPrograms(folder: usable)
    }
}

/// Where the parts of a private server lie in its folder.
struct PostgresLayout: Sendable {
    let folder: String
    let port: UInt16

    var data: String { folder + "/data" }
    var credentialsFile: String { folder + "/credentials.json" }

    /// A socket's path is limited to 107 bytes by the kernel.
    var socketFolder: String? {
        let path = folder + "/socket"
        return "\(path)/.s.PGSQL.\(port).lock".utf8.count <= 100 ? path : nil
    }
}

/// Makes and configures a private server's data.
struct PostgresCluster: Sendable {
    let layout: PostgresLayout
    let programs: PostgresPrograms
    let user: ServiceUser
    let environment: [String: String]

    /// Written last: without it the data are only half made, and are made anew.
    private var completeMark: String { layout.folder + "/complete" }

    /// Makes cluster, role and database, unless they are there.
    func create(credentials: Credentials) async throws(DevServicesError) {
        guard !Files.exists(completeMark) else { return try await checkVersion() }
        try Files.remove(layout.data)
        try Files.makeFolder(layout.data, mode: 0o700)
        try user.own(layout.data)
        // Bytewise order is the same on every machine; character classes must know more than ASCII, or lower() would leave «Ж» as it is.
        try await run(
            programs.initdb,
            [
                "-D", layout.data, "-U", "postgres", "-E", "UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C",
                "--auth=scram-sha-256", "--pwfile=/dev/stdin", "--no-sync", "--no-instructions",
            ],
            input: RandomText.alphanumeric() + "\n", what: "making PostgreSQL's data folder")
        // Single-user mode takes one statement a line and needs neither port nor password.
        try await run(
            programs.postgres, ["--single", "-D", layout.data, "postgres"],
            input: """
                CREATE ROLE \(PrivatePostgres.role) LOGIN CREATEDB PASSWORD '\(credentials.password)';
                CREATE DATABASE \(PrivatePostgres.database) OWNER \(PrivatePostgres.role);

                """, what: "making the database")
        try Files.write(majorVersion() + "\n", to: completeMark)
    }

    /// A newer server refuses older data: say so before it does, with what to do.
    private func checkVersion() async throws(DevServicesError) {
        let data = Files.text(layout.data + "/PG_VERSION")?.split(whereSeparator: \.isWhitespace).first.map(String.init)
        guard let data else {
            throw DevServicesError(
                .corrupt, "\(layout.data) holds no PostgreSQL data any more", remedy: "`./switchboard reset` starts anew.")
        }
        let program = try await run(programs.postgres, ["--version"], what: "asking PostgreSQL for its version")
        let version = program.split(separator: " ").first { $0.first?.isNumber == true } ?? ""
        guard version == data || version.hasPrefix(data + ".") || version.hasPrefix(data + "beta") || version.hasPrefix(data + "rc") else {
            throw DevServicesError(
                .corrupt, "the data in \(layout.data) were made by PostgreSQL \(data), and \(version) is installed",
                remedy: "`./switchboard reset` starts anew; it removes the data.")
        }
    }

    private func majorVersion() -> String {
        Files.text(layout.data + "/PG_VERSION")?.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    }

    /// Written at every start, as the port may have changed.
    func configure(durability: PrivatePostgres.Durability, settings: [String: String]) throws(DevServicesError) {
        if let folder = layout.socketFolder {
            try Files.makeFolder(folder, mode: 0o700)
            try user.own(folder)
        }
        var lines = [
            "listen_addresses": "'127.0.0.1'",
            "port": String(layout.port),
            "unix_socket_directories": layout.socketFolder.map { "'\($0.replacingQuotes)'" } ?? "''",
            "max_connections": "400",
            "shared_buffers": "'128MB'",
            "log_timezone": "'UTC'",
            "timezone": "'UTC'",
            "log_line_prefix": "'%m [%p] '",
            "log_min_duration_statement": "'1s'",
            "log_checkpoints": "off",
        ]
        if durability == .relaxed {
            // Not synchronous_commit: without it what was committed would be lost with the server, not only with the machine.
            lines["fsync"] = "off"
            lines["full_page_writes"] = "off"
        }
        for (name, value) in settings { lines[name] = "'\(value.replacingQuotes)'" }
        let text = lines.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
        try writeOwned(text, to: layout.data + "/postgresql.conf")
        try writeOwned(
            "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n", to: layout.data + "/pg_hba.conf")
    }

    private func writeOwned(_ text: String, to path: String) throws(DevServicesError) {
        try Files.write(text, to: path, mode: 0o600)
        try user.own(path)
    }

    /// Ends a server that still runs on these data although nobody supervises it, and forgets the mark of one that is gone.
    func endLeftover() async throws(DevServicesError) {
        let file = layout.data + "/postmaster.pid"
        guard let pid = Files.text(file)?.split(whereSeparator: \.isNewline).first.flatMap({ pid_t($0) }) else { return }
        // The id may belong to another program by now, and PostgreSQL would then refuse to start.
        guard let identity = ProcessIdentity(of: pid), identity.isAlive, isServer(pid) else {
            return try Files.remove(file)
        }
        await identity.stop(signal: SIGINT, within: .seconds(10))
    }

    private func isServer(_ pid: pid_t) -> Bool {
        Files.realPath("/proc/\(pid)/cwd") == Files.realPath(layout.data)
            || Files.text("/proc/\(pid)/cmdline")?.split(separator: "\0").contains(layout.data[...]) == true
    }

    @discardableResult
    private func run(
        _ program: String, _ arguments: [String], input: String = "", what: String
    ) async throws(DevServicesError) -> String {
        let (executable, arguments) = try user.command(program, arguments)
        let result = try await Command.run(
            executable, arguments, environment: environment, workingDirectory: layout.folder, input: input)
        guard result.exit.isSuccess else {
            throw DevServicesError(.failed, "\(what) failed (\(result.exit)):\n\(result.output)")
        }
        return result.output
    }
}

extension String {
    /// For a quoted value of `postgresql.conf`.
    fileprivate var replacingQuotes: String { split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") }
}
