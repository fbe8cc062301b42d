package import Glibc

/// As whom a private service runs.
package enum ServiceUser: Sendable, Hashable {
    /// As we do.
    case current
    /// As another user: we are root, and the service refuses root.
    case other(name: String, uid: uid_t, gid: gid_t)

    /// PostgreSQL refuses to run as root, so root lends it the account that its package made.
    ///
    /// - Throws: ``DevServicesError`` (`missing`) when we are root and there is no such account.
    package static func forPostgres() throws(DevServicesError) -> ServiceUser {
        guard geteuid() == 0 else { return .current }
        guard let entry = getpwnam("postgres") else {
            throw DevServicesError(
                .missing, "PostgreSQL refuses to run as root, and there is no user «postgres» to run it as",
                remedy: "Install the package postgresql, which makes that user, or run as an ordinary user.")
        }
        return .other(name: "postgres", uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
    }

    /// The program and arguments that run a program as this user; the process id stays the same, as one becomes the other.
    package func command(_ executable: String, _ arguments: [String]) throws(DevServicesError) -> (String, [String]) {
        guard case .other(let name, _, _) = self else { return (executable, arguments) }
        guard let setpriv = Files.program("setpriv", alsoIn: ["/usr/bin", "/bin"]) else {
            throw DevServicesError(
                .missing, "setpriv is missing: it starts PostgreSQL as the user \(name)",
                remedy: "Install the package util-linux.")
        }
        return (setpriv, ["--reuid=\(name)", "--regid=\(name)", "--init-groups", "--", executable] + arguments)
    }

    /// Makes a file or folder theirs.
    func own(_ path: String) throws(DevServicesError) {
        guard case .other(_, let uid, let gid) = self else { return }
        guard lchown(path, uid, gid) == 0 else { throw Files.failure("give away", path) }
    }

    /// Whether this user can reach what lies in a folder: everyone on the way must let them pass.
    func canTraverse(_ folder: String) async -> Bool {
        guard case .other = self else { return access(folder, X_OK) == 0 }
        // Asked by trying, since groups and access control lists have their say as well.
        guard let test = Files.program("test", alsoIn: ["/usr/bin", "/bin"]),
            let (program, arguments) = try? command(test, ["-x", folder]),
            let result = try? await Command.run(program, arguments, environment: [:], within: .seconds(10))
        else { return false }
        return result.exit.isSuccess
    }
}

/// Folders of our own outside the checkout, for when the checkout lies where a service can't reach it.
enum PrivateFolder {
    /// `/var/tmp/switchboard-<uid>-<hash of the path>`: kept over a reboot, the same for the same path.
    ///
    /// - Throws: ``DevServicesError`` (`system`) when somebody else put something there.
    static func substitute(for path: String) throws(DevServicesError) -> String {
        let folder = substitutePath(for: path)
        // Anybody may create names in /var/tmp, so what is found there must be a real folder of ours.
        if mkdir(folder, 0o711) != 0, errno != EEXIST { throw Files.failure("make the folder", folder) }
        var status = stat()
        guard lstat(folder, &status) == 0 else { throw Files.failure("look at", folder) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw DevServicesError(.system, "\(folder) exists and is not ours", remedy: "Remove it, or move the checkout.")
        }
        return folder
    }

    /// Where ``substitute(for:)`` would be, whether it exists or not.
    static func substitutePath(for path: String) -> String {
        "/var/tmp/switchboard-\(geteuid())-\(stableHash(path))"
    }
}
