/// What can go wrong before a process runs: settings, files, addresses.
package struct RuntimeError: Error, CustomStringConvertible, CustomDebugStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Name: Hashable { case settings, settingsFile, address, tracing, shutdownTimedOut, serviceEnded }
        private let name: Name

        /// One or more settings are missing or unreadable; ``RuntimeError/message`` lists them all.
        package static let settings = Code(name: .settings)
        /// The file named by `SWITCHBOARD_CONFIG` can't be read or isn't YAML.
        package static let settingsFile = Code(name: .settingsFile)
        /// The admin endpoint can't listen where it should.
        package static let address = Code(name: .address)
        /// What brings traces to their collector can't be started.
        package static let tracing = Code(name: .tracing)
        /// Services were still busy when `shutdown.timeout` was over, and were cancelled.
        package static let shutdownTimedOut = Code(name: .shutdownTimedOut)
        /// A service returned although nobody asked the process to stop.
        package static let serviceEnded = Code(name: .serviceEnded)
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { message }

    package var debugDescription: String {
        guard let cause else { return message }
        return "\(message) (\(String(reflecting: cause)))"
    }
}
