package import DevServices

/// Log lines as people read them: time, process, level, message, details.
package struct LogPresenter: Sendable {
    let colours: Bool
    /// The longest names of ours; a longer one only shifts its line.
    let nameWidth: Int

    package init(colours: Bool, nameWidth: Int = 18) {
        self.colours = colours
        self.nameWidth = nameWidth
    }

    package func present(_ entry: LogEntry) -> String {
        let name = entry.process.padded(to: nameWidth)
        let prefix = Self.colour(of: entry.process).applied(to: name, colours)
        guard entry.fields != nil else { return "\(prefix)  \(entry.text.printable)" }
        let time = entry.time.map { String($0.dropFirst(11).prefix(12)).padded(to: 12) } ?? ""
        let level = (entry.level ?? "").uppercased()
        let style = Self.style(ofLevel: level)
        var line = "\(prefix)  \(Style.dim.applied(to: time, colours)) "
        line += (style?.applied(to: level.padded(to: 7), colours) ?? level.padded(to: 7)) + " " + entry.message.printable
        // It stands in front of the line already.
        let details = entry.details.filter { $0 != "process=\(entry.process)" }
        if !details.isEmpty { line += " " + Style.dim.applied(to: details.joined(separator: " ").printable, colours) }
        return line
    }

    /// The same process has the same colour in every run.
    static func colour(of process: String) -> Style {
        switch process {
        case "gateway": .cyan
        case "dialog": .green
        case "sender": .magenta
        case "scheduler": .yellow
        case "telegram-simulator": .blue
        default: .dim
        }
    }

    private static func style(ofLevel level: String) -> Style? {
        switch level {
        case "ERROR", "CRITICAL": .red
        case "WARNING", "WARN": .yellow
        case "DEBUG", "TRACE": .dim
        default: nil
        }
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// Without control characters: what people write into chats must not move the cursor of a terminal.
    var printable: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" }) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control && $0 != "\t" ? "\u{FFFD}" : $0 }))
    }
}
