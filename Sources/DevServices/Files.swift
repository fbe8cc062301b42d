package import Glibc

/// The few file operations needed here, on paths as strings, with errors that name the path.
package enum Files {
    /// The error for the call that just failed: reads `errno`.
    static func failure(_ action: String, _ path: String) -> DevServicesError {
        let number = errno
        let message = "can't \(action) \(path): \(errorText(number))"
        guard number == EACCES || number == EPERM else { return DevServicesError(.system, message) }
        return DevServicesError(.permission, message, remedy: "`./switchboard doctor` tells whose it is.")
    }

    static func errorText(_ number: Int32) -> String {
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    package static func read(_ path: String) throws(DevServicesError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// The text of a small file; nil when it can't be read.
    package static func text(_ path: String) -> String? {
        (try? read(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes a file so that a reader sees the old content or the new, never a half.
    ///
    /// - Parameter mode: 600 keeps secrets from other users.
    package static func write(_ content: String, to path: String, mode: mode_t = 0o644) throws(DevServicesError) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("write", temporary) }
        // The mode given to open() is cut by the umask.
        let written = fchmod(descriptor, mode) == 0 && writeAll(Array(content.utf8), to: descriptor)
        let error = failure("write", path)
        close(descriptor)
        guard written else {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else { throw failure("replace", path) }
    }

    /// - Returns: false when the descriptor takes no more; `errno` tells why.
    @discardableResult
    package static func writeAll(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Bool {
        let bytes = ContiguousArray(bytes)
        return bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    /// Makes a folder and those above it; one that exists keeps its content and gets the mode.
    package static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(DevServicesError) {
        if mkdir(path, mode) != 0 {
            switch errno {
            case EEXIST: break
            case ENOENT where parent(path) != path:
                try makeFolder(parent(path))
                guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure("make the folder", path) }
            default: throw failure("make the folder", path)
            }
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("look at", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw DevServicesError(.system, "\(path) is in the way: it is not a folder")
        }
        if status.st_mode & 0o7777 != mode, status.st_uid == geteuid() { chmod(path, mode) }
    }

    package static func list(_ folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file or a whole folder; links are removed, not followed. What does not exist is fine.
    package static func remove(_ path: String) throws(DevServicesError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in list(path) { try remove(path + "/" + name) }
            guard rmdir(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
        } else {
            guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
        }
    }

    package static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The path with links resolved; nil when it does not exist.
    package static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Free bytes for an ordinary user on the file system that holds `path`; nil when that can't be told.
    package static func freeBytes(_ path: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// The first executable of that name in `PATH` and then in the folders given; nil when there is none.
    package static func program(_ name: String, alsoIn folders: [String] = []) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let candidates = path.split(separator: ":").map(String.init) + folders
        return candidates.lazy.map { $0 + "/" + name }.first(where: isExecutable)
    }
}
