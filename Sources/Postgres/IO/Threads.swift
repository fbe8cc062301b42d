import CPostgres
import Glibc

/// Threads that may block, unlike those that run Swift's tasks.
enum Threads {
    /// Runs the body on a new detached thread. Throws when the system has no thread to give.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) throws {
        final class Box {
            let name: String
            let body: @Sendable () -> Void
            init(name: String, body: @escaping @Sendable () -> Void) {
                self.name = name
                self.body = body
            }
        }
        let box = Unmanaged.passRetained(Box(name: name, body: body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let box = Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
                cpostgres_name_thread(box.name)
                box.body()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            throw PostgresError(.connection, "no thread could be started (errno \(status))")
        }
        pthread_detach(thread)
    }
}
