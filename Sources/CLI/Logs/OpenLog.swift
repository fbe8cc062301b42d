import Glibc

/// A file held open, so that it stays readable when it is renamed.
final class OpenLog {
    private let descriptor: Int32
    private let inode: ino_t

    /// nil when it can't be opened.
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0 else { return nil }
        fstat(descriptor, &status)
        inode = status.st_ino
    }

    deinit { close(descriptor) }

    func skipToEnd() { lseek(descriptor, 0, SEEK_END) }

    func readRest() -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Whether the path still means this file.
    func isStillAt(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_ino == inode
    }
}
