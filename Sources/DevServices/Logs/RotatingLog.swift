import Glibc
import Synchronization

/// A log file that is put aside when it has grown: `x.log`, then `x.log.1` and so on.
package final class RotatingLog: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var size = 0
    }

    package let path: String
    private let limit: Int
    private let kept: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: bytes after which a new file is begun.
    ///   - kept: how many old ones are kept.
    package init(_ path: String, limit: Int = 10 * 1024 * 1024, kept: Int = 3) throws(DevServicesError) {
        self.path = path
        self.limit = limit
        self.kept = kept
        try state.withLock { state throws(DevServicesError) in try Self.open(path, &state) }
    }

    deinit {
        let descriptor = state.withLock { $0.descriptor }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends a line. A full disk costs lines, nothing else.
    package func write(_ line: [UInt8]) {
        state.withLock { state in
            if state.size > 0, state.size + line.count + 1 > limit { rotate(&state) }
            guard state.descriptor >= 0 else { return }
            if Files.writeAll(line + [UInt8(ascii: "\n")], to: state.descriptor) { state.size += line.count + 1 }
        }
    }

    private func rotate(_ state: inout State) {
        for number in stride(from: kept - 1, through: 1, by: -1) { rename("\(path).\(number)", "\(path).\(number + 1)") }
        if kept > 0 { rename(path, path + ".1") } else { unlink(path) }
        close(state.descriptor)
        state = State()
        try? Self.open(path, &state)
    }

    private static func open(_ path: String, _ state: inout State) throws(DevServicesError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.failure("write", path) }
        state.descriptor = descriptor
        state.size = Int(lseek(descriptor, 0, SEEK_END))
    }
}
