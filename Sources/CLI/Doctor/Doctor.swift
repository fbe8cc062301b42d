import Contracts
import DevServices
import Glibc
import JSON

/// Looks at everything that `up` and `test` rely on.
package struct Doctor {
    let checkout: Checkout

    func examine() async -> [Finding] {
        var findings = await packages()
        findings += [await swift(), broker()]
        findings += await database()
        findings += [localhost(), locale(), stateFolder(), disk(), memory(), descriptors(), ports(), executables()]
        findings += [leftovers(), abandonedTests()]
        return findings
    }

    // MARK: Programs

    /// The script knows the packages: one list, for looking and for installing.
    private func packages() async -> [Finding] {
        guard
            let result = try? await Command.run(
                checkout.script, ["packages"], environment: currentEnvironment(), within: .seconds(30))
        else {
            return [.problem("packages", "the script \(checkout.script) can't be run", remedy: "Restore it from the repository.")]
        }
        return Self.findings(ofPackages: result.output)
    }

    /// Lines of `name<TAB>installed|missing<TAB>why`.
    package static func findings(ofPackages output: String) -> [Finding] {
        let rows = output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
            .filter { $0.count == 3 }
        guard !rows.isEmpty else {
            return [
                .warning(
                    "packages", "this is not Debian or Ubuntu, so they can't be looked up",
                    remedy: "Install RabbitMQ, PostgreSQL and the development files of librabbitmq, libpq and libcurl by hand.")
            ]
        }
        let missing = rows.filter { $0[1] != "installed" }
        guard !missing.isEmpty else { return [.ok("packages", "all \(rows.count) are installed")] }
        return missing.map {
            .problem("package \($0[0])", "is missing: \($0[2])", remedy: "`./switchboard up` installs it, or: apt-get install \($0[0])")
        }
    }

    private func swift() async -> Finding {
        guard let program = Files.program("swift") else {
            return .problem("Swift", "is not on the PATH", remedy: "Install Swift 6.2 or newer: https://www.swift.org/install/linux/")
        }
        guard let result = try? await Command.run(program, ["--version"], environment: currentEnvironment(), within: .seconds(30)) else {
            return .problem("Swift", "\(program) can't be run", remedy: "Install Swift again: https://www.swift.org/install/linux/")
        }
        return Self.finding(ofSwiftVersion: result.output)
    }

    package static func finding(ofSwiftVersion output: String) -> Finding {
        let words = output.split(whereSeparator: \.isWhitespace)
        guard
            let word = words.firstIndex(of: "version").flatMap({
                words.index(after: $0) < words.endIndex ? words[words.index(after: $0)] : nil
            })
        else { return .warning("Swift", "its version can't be told", remedy: "It must be 6.2 or newer.") }
        let numbers = word.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        let (major, minor) = (numbers.first ?? 0, numbers.dropFirst().first ?? 0)
        guard (major, minor) >= (6, 2) else {
            return .problem("Swift", "\(word) is too old", remedy: "Install Swift 6.2 or newer: https://www.swift.org/install/linux/")
        }
        return .ok("Swift", String(word))
    }

    private func broker() -> Finding {
        do {
            return .ok("RabbitMQ", try RabbitMQPrograms.find().server)
        } catch {
            return .problem("RabbitMQ", error.message, remedy: error.remedy ?? "")
        }
    }

    private func database() async -> [Finding] {
        do {
            let programs = try PostgresPrograms.find()
            let user = try ServiceUser.forPostgres()
            guard case .other(let name, _, _) = user else { return [.ok("PostgreSQL", programs.folder)] }
            _ = try user.command(programs.postgres, [])
            return [.ok("PostgreSQL", "\(programs.folder), run as the user \(name) because root is refused")]
        } catch {
            return [.problem("PostgreSQL", error.message, remedy: error.remedy ?? "")]
        }
    }

    // MARK: Machine

    private func localhost() -> Finding {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        var list: UnsafeMutablePointer<addrinfo>?
        defer { if let list { freeaddrinfo(list) } }
        guard getaddrinfo("localhost", nil, &hints, &list) == 0 else {
            return .problem(
                "localhost", "has no address, and RabbitMQ's node is named after it", remedy: "Add «127.0.0.1 localhost» to /etc/hosts.")
        }
        return .ok("localhost", "has an address")
    }

    private func locale() -> Finding {
        guard let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else {
            return .problem("locale", "C.UTF-8 is missing, which PostgreSQL is set up with", remedy: "Install the package libc-bin again.")
        }
        freelocale(locale)
        return .ok("locale", "C.UTF-8")
    }

    private func stateFolder() -> Finding {
        let folder = Files.exists(checkout.state) ? checkout.state : Files.parent(checkout.state)
        guard access(folder, R_OK | W_OK | X_OK) == 0 else {
            return .problem(
                "permissions", "\(folder) can't be written, it belongs to \(Self.owner(of: folder))",
                remedy: "Run as that user, or as root: chown -R \(getuid()) \(folder)")
        }
        var status = stat()
        if stat(folder, &status) == 0, status.st_uid != geteuid(), folder == checkout.state {
            return .problem(
                "permissions", "\(folder) belongs to \(Self.owner(of: folder))",
                remedy: "Run as that user, or as root: chown -R \(getuid()) \(folder)")
        }
        return .ok("permissions", "\(folder) can be written")
    }

    private static func owner(of path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "nobody we can see" }
        // No other thread asks for users here.
        return getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "the user \(status.st_uid)"
    }

    private func disk() -> Finding {
        let folder = Files.exists(checkout.state) ? checkout.state : checkout.root
        guard let free = Files.freeBytes(folder) else {
            return .warning("disk", "the free space can't be told", remedy: "Some 3 GB are needed.")
        }
        let text = "\(free >> 20) MB free"
        // RabbitMQ takes no more messages below 200 MB (set in its configuration); a build needs some 2 GB.
        if free < 500 << 20 { return .problem("disk", text, remedy: "Free some: RabbitMQ stops taking messages below 200 MB.") }
        if free < 3 << 30 { return .warning("disk", text, remedy: "A build and the services need some 3 GB.") }
        return .ok("disk", text)
    }

    private func memory() -> Finding {
        let available = Files.text("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }?
            .split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
        guard let available else { return .warning("memory", "can't be told", remedy: "Some 1 GB must be available.") }
        let text = "\(available >> 10) MB available"
        if available < 1 << 20 {
            return .warning("memory", text, remedy: "The services and processes take some 600 MB, the build up to 3 GB.")
        }
        return .ok("memory", text)
    }

    private func descriptors() -> Finding {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .warning("open files", "the limit can't be told", remedy: "It should be 1024 or more.")
        }
        guard limit.rlim_cur >= 1024 else {
            return .warning("open files", "at most \(limit.rlim_cur)", remedy: "Raise it: ulimit -n 4096")
        }
        return .ok("open files", "at most \(limit.rlim_cur)")
    }

    // MARK: State

    private func ports() -> Finding {
        let book = PortBook.load(checkout.ports)
        if RunningInstance(checkout).isRunning { return .ok("ports", "in use by what runs here") }
        if !Leftovers.find(folder: checkout.state, record: SupervisorRecord.load(checkout.record)).isEmpty {
            return .ok("ports", "in use by what a killed run left over")
        }
        let taken = book.ports.filter { !PortBook.isFree($0.value) }.sorted { $0.key < $1.key }
        guard !taken.isEmpty else { return .ok("ports", book.ports.isEmpty ? "none are needed yet" : "all remembered ones are free") }
        return .warning(
            "ports", "taken by other programs: \(taken.map { "\($0.key) \($0.value)" }.joined(separator: ", "))",
            remedy: "Nothing to do: the next `up` takes others.")
    }

    private func executables() -> Finding {
        let names = (["telegram-simulator", "dialog", "scheduler", "sender", "gateway"] + OperationCatalogue.standard.workers).map {
            "switchboard-\($0)"
        }
        let missing = names.filter { !Files.isExecutable(checkout.binaries + "/" + $0) }
        guard missing.isEmpty else {
            return .problem("executables", "not built: \(missing.joined(separator: ", "))", remedy: "`./switchboard up` builds them.")
        }
        return .ok("executables", checkout.binaries)
    }

    private func leftovers() -> Finding {
        if RunningInstance(checkout).isRunning { return .ok("processes", "`up` is running") }
        let leftovers = Leftovers.find(folder: checkout.state, record: SupervisorRecord.load(checkout.record))
        guard !leftovers.isEmpty else { return .ok("processes", "none are left over") }
        return .problem(
            "processes", "left over from a killed run: \(leftovers.named)", remedy: "`./switchboard down` stops them; `up` does so too.")
    }

    private func abandonedTests() -> Finding {
        let folders = TestFolder.abandoned(in: checkout.state)
        guard !folders.isEmpty else { return .ok("test runs", "none are left over") }
        return .warning(
            "test runs", "killed ones left \(folders.joined(separator: ", "))", remedy: "The next `./switchboard test` tidies up.")
    }
}
