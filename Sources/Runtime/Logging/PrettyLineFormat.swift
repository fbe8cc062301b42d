import Logging

/// For a person at a terminal: `11:31:44.123 INFO  gateway telegram: polling  bot=demo`.
struct PrettyLineFormat {
    var isColoured: Bool

    func line(_ record: LogRecord) -> [UInt8] {
        var text = ""
        text += paint(record.time.timeOfDay, .dim)
        text += " "
        text += paint(name(record.level), colour(record.level))
        text += " "
        text += record.process
        if record.label != record.process { text += paint(" \(record.label)", .dim) }
        text += ": "
        text += escaped(record.message)
        for (key, value) in record.metadata {
            let flat = value.flat
            let shown = flat.isEmpty || flat.contains(" ") ? "\"\(escaped(flat))\"" : escaped(flat)
            text += "  \(paint(escaped(key) + "=", .dim))\(shown)"
        }
        if let error = record.error { text += "  \(paint("error=", .dim))\"\(escaped(String(describing: error)))\"" }
        return Array(text.utf8)
    }

    private enum Colour: String {
        case dim = "2"
        case green = "32"
        case yellow = "33"
        case red = "31"
        case loud = "1;31"
    }

    private func paint(_ text: String, _ colour: Colour?) -> String {
        guard isColoured, let colour else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }

    private func colour(_ level: Logger.Level) -> Colour? {
        switch level {
        case .trace, .debug: .dim
        case .info, .notice: .green
        case .warning: .yellow
        case .error: .red
        case .critical: .loud
        }
    }

    private func name(_ level: Logger.Level) -> String {
        switch level {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO "
        case .notice: "NOTE "
        case .warning: "WARN "
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }

    /// A value can't end the line, nor move the cursor or colour the terminal of whoever reads the log.
    private func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var clean = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": clean += "\\n"
            case "\r": clean += "\\r"
            case "\t": clean += "\\t"
            case _ where isControl(scalar): clean += "\\u{\(String(scalar.value, radix: 16))}"
            default: clean.unicodeScalars.append(scalar)
            }
        }
        return clean
    }

    private func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
