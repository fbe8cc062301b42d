import Glibc

/// Sees to it that one supervisor at a time works in a folder. The kernel releases the lock when its holder ends, however it ends.
package final class InstanceLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``DevServicesError``: `busy` when somebody else holds it, `system` when the file can't be made.
    package init(_ path: String) throws(DevServicesError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.failure("make", path) }
        var isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        // ``isHeld(_:)`` holds it for some microseconds: a lock that is free a moment later was only looked at.
        for _ in 0..<3 where !isLocked && errno == EWOULDBLOCK {
            usleep(10_000)
            isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        }
        guard isLocked else {
            let number = errno
            close(descriptor)
            guard number == EWOULDBLOCK else {
                throw DevServicesError(.system, "can't lock \(path): \(Files.errorText(number))")
            }
            throw DevServicesError(.busy, "\(path) is held by another process")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Whether somebody holds it now.
    package static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }
}
