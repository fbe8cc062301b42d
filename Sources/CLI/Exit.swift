import DevServices

/// Exit codes as `sysexits.h` names them.
package enum Exit {
    package static let usage: Int32 = 64
    /// What was given is wrong in itself: a definition with mistakes, an event that is none.
    package static let dataError: Int32 = 65
    /// A file that was named is not there or can't be read.
    package static let noInput: Int32 = 66
    /// Something that must run does not.
    package static let unavailable: Int32 = 69
    static let software: Int32 = 70
    static let systemError: Int32 = 71
    /// Try again later: it is starting, or somebody else is at work.
    package static let temporaryFailure: Int32 = 75
    static let permission: Int32 = 77
    static let configuration: Int32 = 78

    static func isOurs(_ error: any Error) -> Bool { error is DevServicesError || error is CLIError }

    static func message(for error: any Error) -> String { "\(error)" }

    package static func code(for error: any Error) -> Int32 {
        if let error = error as? CLIError { return error.exitCode }
        guard let error = error as? DevServicesError else { return software }
        return switch error.code {
        case .missing, .failed, .notReady, .launch: unavailable
        case .busy: temporaryFailure
        case .system, .noPort: systemError
        case .permission: permission
        case .corrupt: configuration
        default: software
        }
    }
}

/// What a command has to say before it ends with an exit code.
package struct CLIError: Error, CustomStringConvertible {
    package var message: String
    package var exitCode: Int32

    package init(_ message: String, exitCode: Int32 = Exit.unavailable) {
        self.message = message
        self.exitCode = exitCode
    }

    package var description: String { message }
}
