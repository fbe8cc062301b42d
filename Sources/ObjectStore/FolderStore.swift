import Glibc
import Synchronization

/// Objects as files below a folder, for one machine, or for several that share a file system.
///
/// A file is written under another name, flushed and renamed, so nobody sees half of one, also after a power cut. `a/b` is the file `b~` in the folder
/// `a`: the mark, which no key has, lets `a` be an object beside `a/b`.
package struct FolderStore: ObjectStore {
    private let root: String

    /// - Parameter root: it and what is needed above it is made with the first object.
    package init(_ root: String) { self.root = root.hasSuffix("/") && root.count > 1 ? String(root.dropLast()) : root }

    package func put(_ key: ObjectKey, _ content: ObjectContent) async throws(ObjectStoreError) {
        try await Self.blocking { () throws(ObjectStoreError) in
            let path = self.path(of: key)
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            try Self.makeFolder(folder)
            let partial = "\(folder)/.part-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            do throws(ObjectStoreError) {
                try Self.write(content, to: partial)
                guard rename(partial, path) == 0 else { throw Self.failure("can't name the object") }
            } catch {
                unlink(partial)
                throw error
            }
            try Self.flush(folder)
        }
    }

    package func get(_ key: ObjectKey, toFile target: String, maximumSize: Int64) async throws(ObjectStoreError) {
        try await Self.blocking { () throws(ObjectStoreError) in
            let source = open(self.path(of: key), O_RDONLY | O_CLOEXEC)
            guard source >= 0 else {
                throw errno == ENOENT || errno == ENOTDIR
                    ? ObjectStoreError(.notFound, "there is no object \(key)") : Self.failure("can't read \(key)")
            }
            defer { close(source) }
            var status = stat()
            guard fstat(source, &status) == 0 else { throw Self.failure("can't read \(key)") }
            guard status.st_size <= maximumSize else { throw ObjectStoreError(.tooLarge, "\(key) has more than \(maximumSize) bytes") }
            let partial = "\(target).part-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            do throws(ObjectStoreError) {
                try Self.copy(source, to: partial)
                guard rename(partial, target) == 0 else { throw Self.failure("can't write the file") }
            } catch {
                unlink(partial)
                throw error
            }
        }
    }

    package func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
        try await Self.blocking { () throws(ObjectStoreError) in
            guard unlink(self.path(of: key)) != 0, errno != ENOENT, errno != ENOTDIR else { return }
            throw Self.failure("can't delete \(key)")
        }
    }

    package func list(prefix: String, after: ObjectKey?, limit: Int) async throws(ObjectStoreError) -> [ObjectInfo] {
        try await Self.blocking { () throws(ObjectStoreError) in
            var found: [ObjectInfo] = []
            // Only folders that can have such keys are looked at.
            let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
            guard folder.isEmpty || ObjectKey(String(folder.dropLast())) != nil else { return [] }
            try self.collect(folder, &found)
            found = found.filter { info in info.key.text.hasPrefix(prefix) && after.map { $0 < info.key } ?? true }
            return Array(found.sorted { $0.key < $1.key }.prefix(max(0, min(limit, 1000))))
        }
    }

    // MARK: Files

    private func path(of key: ObjectKey) -> String { "\(root)/\(key.text)~" }

    /// - Parameter folder: empty, or ending in a slash.
    private func collect(_ folder: String, _ found: inout [ObjectInfo]) throws(ObjectStoreError) {
        guard let directory = opendir("\(root)/\(folder)") else {
            if errno == ENOENT || errno == ENOTDIR { return }
            throw Self.failure("can't list")
        }
        var names: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append((name, !name.hasSuffix("~"))) }
        }
        closedir(directory)
        for (name, isFolder) in names {
            if isFolder {
                try collect("\(folder)\(name)/", &found)
            } else if let key = ObjectKey(folder + name.dropLast()) {
                var status = stat()
                // It may have been deleted since.
                if stat("\(root)/\(folder)\(name)", &status) == 0 { found.append(ObjectInfo(key: key, size: Int64(status.st_size))) }
            }
        }
    }

    private static func makeFolder(_ path: String) throws(ObjectStoreError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made == "/" ? "" : "/") + part
            guard mkdir(made, 0o755) == 0 || errno == EEXIST else { throw failure("can't make a folder of the store") }
        }
    }

    private static func write(_ content: ObjectContent, to path: String) throws(ObjectStoreError) {
        switch content {
        case .file(let source):
            let descriptor = open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { throw ObjectStoreError(.file, "the file to be stored can't be read: \(errorText())") }
            defer { close(descriptor) }
            try copy(descriptor, to: path)
        case .bytes(let bytes):
            let descriptor = try create(path)
            defer { close(descriptor) }
            try write(bytes[...], to: descriptor)
            guard fsync(descriptor) == 0 else { throw failure("can't flush the object") }
        }
    }

    private static func copy(_ source: Int32, to path: String) throws(ObjectStoreError) {
        let descriptor = try create(path)
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw ObjectStoreError(.file, "the content can't be read: \(errorText())")
            }
            try write(buffer[..<count], to: descriptor)
        }
        guard fsync(descriptor) == 0 else { throw failure("can't flush the object") }
    }

    private static func create(_ path: String) throws(ObjectStoreError) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("can't make a file") }
        return descriptor
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(ObjectStoreError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw failure("can't write the object") }
        }
    }

    private static func flush(_ folder: String) throws(ObjectStoreError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("can't flush the folder") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("can't flush the folder") }
    }

    /// By `errno`: a full disk may have room later, other things stay as they are.
    private static func failure(_ what: String) -> ObjectStoreError {
        let number = errno
        let code: ObjectStoreError.Code =
            switch number {
            case ENOSPC, EDQUOT, EIO, EMFILE, ENFILE, ESTALE: .unavailable
            case EACCES, EPERM, EROFS: .denied
            default: .other
            }
        return ObjectStoreError(code, "\(what): \(errorText(number))")
    }

    private static func errorText(_ number: Int32 = errno) -> String {
        String(unsafeUninitializedCapacity: 128) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                guard let base = text.baseAddress, strerror_r(number, base, text.count) == 0 else { return 0 }
                return strnlen(base, text.count)
            }
        }
    }

    // MARK: Threads

    /// Files make their readers wait, which the threads that run tasks mustn't.
    private static func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, ObjectStoreError>, Never>) in
            let work = Work {
                do throws(ObjectStoreError) { continuation.resume(returning: .success(try body())) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !work.start() { continuation.resume(returning: .failure(ObjectStoreError(.unavailable, "no thread can be started"))) }
        }
        return try result.get()
    }

    private final class Work: Sendable {
        private let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }

        func start() -> Bool {
            var thread = pthread_t()
            let pointer = Unmanaged.passRetained(self)
            let code = pthread_create(
                &thread, nil,
                { pointer in
                    if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
                    return nil
                }, pointer.toOpaque())
            guard code == 0 else {
                pointer.release()
                return false
            }
            pthread_detach(thread)
            return true
        }
    }
}
