/// What went wrong while running the private services and processes of a development machine.
package struct DevServicesError: Error, Sendable {
    package struct Code: Sendable, Hashable {
        package let name: String

        /// The operating system refused a call: a file, a folder, a signal.
        package static let system = Code(name: "system")
        /// It refused because the file or folder belongs to somebody else.
        package static let permission = Code(name: "permission")
        /// A program could not be started at all.
        package static let launch = Code(name: "launch")
        /// A program that is needed is not installed.
        package static let missing = Code(name: "missing")
        /// A program ran and said no; its last lines are in the message.
        package static let failed = Code(name: "failed")
        /// Something did not become ready within its bound.
        package static let notReady = Code(name: "not-ready")
        /// No free loopback port was found.
        package static let noPort = Code(name: "no-port")
        /// Another supervisor holds the folder.
        package static let busy = Code(name: "busy")
        /// A file of ours does not say what it should.
        package static let corrupt = Code(name: "corrupt")
    }

    package var code: Code
    package var message: String
    /// What the person at the terminal can do about it; nil when nothing better than reading the message is known.
    package var remedy: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }
}

extension DevServicesError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { remedy.map { "\(message)\n  \($0)" } ?? message }

    package var debugDescription: String {
        "DevServicesError(\(code.name)): \(message)" + (cause.map { ", because of \(String(reflecting: $0))" } ?? "")
    }
}
