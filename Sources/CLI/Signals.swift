import Dispatch
import Glibc

/// Signals as events.
enum Signals {
    /// A write to a closed pipe fails instead of ending the process.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Calls the handler for each of the signals, for as long as the result is kept; until then they do what they did.
    static func watch(_ numbers: [Int32], handler: @escaping @Sendable (Int32) -> Void) -> Watch {
        let queue = DispatchQueue(label: "switchboard.signals")
        let sources = numbers.map { number in
            // Dispatch sees a signal besides its default action, not instead of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { handler(number) }
            source.resume()
            return source
        }
        return Watch(sources: sources)
    }

    final class Watch {
        private let sources: [any DispatchSourceSignal]

        fileprivate init(sources: [any DispatchSourceSignal]) { self.sources = sources }

        deinit { for source in sources { source.cancel() } }
    }
}
