import CPostgres
import Glibc

/// One epoll instance. Confined to the I/O thread.
final class Poller {
    /// The token of the inbox's wake-up; connections use their ids, which start at 1.
    private static let wakeupToken: UInt64 = 0

    private let epoll: Int32
    private var tokens = [UInt64](repeating: 0, count: Int(CPOSTGRES_EVENTS_MAX))

    init(wakeup: Int32) throws {
        epoll = cpostgres_epoll_create()
        guard epoll >= 0, cpostgres_epoll_watch_wakeup(epoll, wakeup, Self.wakeupToken) == 0 else {
            throw PostgresError(.connection, "epoll failed (errno \(errno))")
        }
    }

    deinit { if epoll >= 0 { close(epoll) } }

    enum Interest { case read, write, readAndWrite }

    func watch(_ fd: Int32, for interest: Interest, token: Int) {
        let token = UInt64(token)
        switch interest {
        case .read: _ = cpostgres_epoll_watch(epoll, fd, 0, token)
        case .readAndWrite: _ = cpostgres_epoll_watch(epoll, fd, 1, token)
        case .write: _ = cpostgres_epoll_watch_write(epoll, fd, token)
        }
    }

    func forget(_ fd: Int32) { cpostgres_epoll_forget(epoll, fd) }

    /// Sleeps until something happens or the time is up, and names the connections it happened to.
    func wait(until deadline: Nanoseconds?, now: Nanoseconds, ready: (Int) -> Void) {
        var milliseconds: Int32 = -1
        if let deadline {
            // Rounded up, or the last millisecond would be spent spinning.
            milliseconds = Int32(clamping: max(0, (deadline - now + 999_999) / 1_000_000))
        }
        let count = cpostgres_epoll_wait(epoll, &tokens, Int32(tokens.count), milliseconds)
        for index in 0..<Int(count) where tokens[index] != Self.wakeupToken { ready(Int(tokens[index])) }
    }
}
