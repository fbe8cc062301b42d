import JSON

/// One thing `doctor` looked at.
package struct Finding: Sendable, Hashable {
    package enum Level: String, Sendable, Hashable {
        case ok
        /// It works, but not as well as it should, or soon not any more.
        case warning
        case problem
    }

    package var subject: String
    package var level: Level
    package var detail: String
    /// How to mend it; nil when there is nothing to mend.
    package var remedy: String?

    static func ok(_ subject: String, _ detail: String) -> Finding { Finding(subject: subject, level: .ok, detail: detail) }

    static func warning(_ subject: String, _ detail: String, remedy: String) -> Finding {
        Finding(subject: subject, level: .warning, detail: detail, remedy: remedy)
    }

    static func problem(_ subject: String, _ detail: String, remedy: String) -> Finding {
        Finding(subject: subject, level: .problem, detail: detail, remedy: remedy)
    }

    func text(colours: Bool) -> String {
        let (mark, style): (String, Style) =
            switch level {
            case .ok: ("ok     ", .green)
            case .warning: ("warning", .yellow)
            case .problem: ("problem", .red)
            }
        let line = "\(style.applied(to: mark, colours))  \(subject): \(detail)"
        return remedy.map { "\(line)\n         → \($0)" } ?? line
    }

    var json: JSON {
        [
            "subject": .string(subject), "level": .string(level.rawValue), "detail": .string(detail),
            "remedy": remedy.map { .string($0) } ?? .null,
        ]
    }
}
