/// Why a schedule can't be followed. Made for whoever wrote it: nothing in it is secret.
package struct ScheduleError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Name: Hashable { case syntax, range, never, zone, moment }
        private let name: Name

        /// Not a cron expression.
        package static let syntax = Code(name: .syntax)
        /// A number or a name that its field does not have.
        package static let range = Code(name: .range)
        /// There is no such day in any year.
        package static let never = Code(name: .never)
        /// No such time zone on this machine.
        package static let zone = Code(name: .zone)
        /// A moment outside the years 1 to 9999.
        package static let moment = Code(name: .moment)
    }

    package var code: Code
    package var message: String
    /// Where in the expression, in characters from 0; nil when it is about the whole.
    package var offset: Int?

    package init(_ code: Code, _ message: String, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    package var description: String { offset.map { "\(message), at character \($0 + 1)" } ?? message }
}
