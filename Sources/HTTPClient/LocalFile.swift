internal import Glibc

/// An errno, said in words.
struct SystemError: Error, CustomStringConvertible {
    let number: Int32

    var description: String {
        String(unsafeUninitializedCapacity: 128) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                guard let base = characters.baseAddress, strerror_r(number, base, characters.count) == 0 else { return 0 }
                return strnlen(base, characters.count)
            }
        }
    }
}

/// A regular file that is being sent. Lives on the I/O thread.
final class UploadFile {
    private let descriptor: Int32
    private var position: Int64 = 0
    let size: Int64
    /// It could not be read, or turned out shorter than it was.
    private(set) var hasFailed = false

    init(path: String) throws(SystemError) {
        // O_NONBLOCK: opening a FIFO must not hang the thread before it is found out to be one.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw SystemError(number: number)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw SystemError(number: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
        }
        self.descriptor = descriptor
        size = Int64(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Bytes read, never beyond the size told at the start; 0 at the end; nil on an error. An early end is one: libcurl would wait for the
    /// answer to a request it never finished.
    func read(into buffer: UnsafeMutableRawPointer, count: Int) -> Int? {
        let wanted = Int(min(Int64(count), size - position))
        if wanted == 0 { return 0 }
        while true {
            let n = Glibc.read(descriptor, buffer, wanted)
            if n > 0 {
                position += Int64(n)
                return n
            }
            if n < 0, errno == EINTR { continue }
            hasFailed = true
            return nil
        }
    }

    func seek(to offset: Int64) -> Bool {
        guard lseek(descriptor, off_t(offset), SEEK_SET) == off_t(offset) else { return false }
        position = offset
        return true
    }
}

/// A file that is being received: under a name of its own until it is whole. Lives on the I/O thread.
final class DownloadFile {
    private let path: String
    private let partialPath: String
    private var descriptor: Int32

    init(path: String) throws(SystemError) {
        self.path = path
        partialPath = path + ".part-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(partialPath)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let n = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if n >= 0 {
                rest = rest.dropFirst(n)
            } else if errno != EINTR {
                throw SystemError(number: errno)
            }
        }
    }

    /// Gives the file its name, replacing what had it.
    func commit() throws(SystemError) {
        let number = close(descriptor) == 0 && rename(partialPath, path) == 0 ? 0 : errno
        descriptor = -1
        if number != 0 {
            unlink(partialPath)
            throw SystemError(number: number)
        }
    }
}
