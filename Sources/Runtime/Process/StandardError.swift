import Glibc

/// Words for the operator at a terminal, before or beside the log.
package enum StandardError {
    /// A line, or several, as one write.
    package static func print(_ text: String) {
        var bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, &bytes, bytes.count)
    }
}
