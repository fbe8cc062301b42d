import CRabbitMQ
import Glibc

/// A thread of its own for calls that block.
enum IOThread {
    private final class Start {
        let body: @Sendable () -> Void
        let name: String
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// - Parameter name: shown by `ps -L` and debuggers; the system keeps 15 bytes of it.
    /// - Returns: 0, or why no thread could be made (`errno`).
    static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Int32 {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                crabbitmq_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        if result == 0 { pthread_detach(thread) } else { start.release() }
        return result
    }
}
