import DevServices
import Glibc

/// Writing for people (standard error) and data (standard output).
package enum Terminal {
    /// Colours only where a person looks: https://no-color.org, and terminals that can't.
    static let colours = isatty(STDERR_FILENO) == 1 && wantsColour(currentEnvironment())
    static let coloursOnOutput = isatty(STDOUT_FILENO) == 1 && wantsColour(currentEnvironment())

    package static func wantsColour(_ environment: [String: String]) -> Bool {
        (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// A word to the person at the terminal.
    static func say(_ text: String) { Files.writeAll(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// To the person at the terminal, without a line's end.
    static func write(_ text: String) { Files.writeAll(Array(text.utf8), to: STDERR_FILENO) }

    static func error(_ text: String) { say(Style.red.applied(to: "error:", colours) + " " + text) }

    static func warn(_ text: String) { say(Style.yellow.applied(to: "warning:", colours) + " " + text) }

    /// Data without a line's end.
    static func writeData(_ text: String) { Files.writeAll(Array(text.utf8), to: STDOUT_FILENO) }

    /// A line of data.
    static func print(_ text: String) { Files.writeAll(Array((text + "\n").utf8), to: STDOUT_FILENO) }
}

enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"

    func applied(to text: String, _ colours: Bool) -> String { colours ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text }
}

/// Lays out columns: each as wide as its widest cell.
package func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
        let cells = row.enumerated().map { column, cell in
            column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
        }
        return cells.joined(separator: "  ")
    }.joined(separator: "\n")
}

extension Duration {
    /// `4.2 s`, `3 min 10 s`, `2 h 5 min`, `3 d 4 h`: two units at most.
    package var forPeople: String {
        let seconds = Int(components.seconds)
        if self < .seconds(10) {
            let tenths = Int((self / .milliseconds(100)).rounded())
            return "\(tenths / 10).\(tenths % 10) s"
        }
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        }
    }
}
