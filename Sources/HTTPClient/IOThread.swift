internal import Glibc

/// A thread that isn't one of Swift's, so that it may block.
enum IOThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        let name: String

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// - Parameter name: at most 15 bytes; shown by `top -H` and debuggers.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        // Signals are for the main thread; and with NOSIGNAL, libcurl leaves it to us that OpenSSL's writes to a closed socket
        // don't end the process with SIGPIPE. The new thread inherits the mask.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let work = Unmanaged.passRetained(Work(name, body)).toOpaque()
        var thread = pthread_t()
        guard pthread_create(&thread, nil, { IOThread.run($0) }, work) == 0 else {
            Unmanaged<Work>.fromOpaque(work).release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
        setName(work.name)
        work.body()
        return nil
    }

    /// glibc's own call is hidden from Swift (a GNU extension).
    private static func setName(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, name, name.utf8.count)
        close(descriptor)
    }
}
