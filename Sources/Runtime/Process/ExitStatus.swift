/// Exit statuses by sysexits.h, so that a supervisor can tell "try again" from "needs a person".
package struct ExitStatus: Sendable, Hashable {
    package let code: Int32

    package static let success = ExitStatus(code: 0)
    /// Called with arguments that mean nothing.
    package static let usage = ExitStatus(code: 64)
    /// Something it needs at start isn't there, such as a free address.
    package static let unavailable = ExitStatus(code: 69)
    /// A service failed.
    package static let software = ExitStatus(code: 70)
    /// Stopped before everything was finished; what was left is delivered again.
    package static let temporaryFailure = ExitStatus(code: 75)
    /// Settings are wrong: starting again won't help.
    package static let configuration = ExitStatus(code: 78)
}

/// An error that knows how the process should end because of it. Others end it with ``ExitStatus/software``.
package protocol ExitStatusError: Error {
    var exitStatus: ExitStatus { get }
}

extension RuntimeError: ExitStatusError {
    package var exitStatus: ExitStatus {
        switch code {
        case .settings, .settingsFile: .configuration
        case .address: .unavailable
        case .shutdownTimedOut: .temporaryFailure
        default: .software
        }
    }
}
