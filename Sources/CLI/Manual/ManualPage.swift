/// The manual page of the whole command line.
package struct ManualPage: Sendable {
    let command: CommandHelp
    let version: String
    /// Of that version, as `2026-11-21`.
    let date: String

    package init(command: CommandHelp, version: String, date: String) {
        self.command = command
        self.version = version
        self.date = date
    }

    package var roff: String {
        var lines = [".TH SWITCHBOARD 1 \"\(date)\" \"Switchboard \(version)\" \"User Commands\"", ".SH NAME"]
        lines += Self.filled(Self.sentenceStart(command.abstract), after: "switchboard \\- ")
        lines += [".SH SYNOPSIS", ".B ./switchboard", ".RI < command >", ".RI [ options ]", ".SH DESCRIPTION"]
        lines += Self.paragraphs(command.discussion)
        lines += Self.examples(command.examples)
        lines.append(".SH COMMANDS")
        for (path, command) in command.walk().dropFirst() where command.subcommands.isEmpty { lines += section(path, command) }
        lines += Self.closing
        return lines.joined(separator: "\n")
    }

    private func section(_ path: [String], _ command: CommandHelp) -> [String] {
        let positional = command.arguments.filter(\.isPositional).map { $0.isOptional ? "[\($0.signature)]" : $0.signature }
        let hasOptions = command.arguments.contains { !$0.isPositional }
        let words = path.dropFirst() + positional + (hasOptions ? ["[options]"] : [])
        var lines = [".SS \"\(Self.quoted(words.joined(separator: " ")))\""] + Self.filled(command.abstract)
        if command.discussion.contains(where: { !$0.isEmpty }) { lines += [".PP"] + Self.paragraphs(command.discussion) }
        for argument in command.arguments {
            lines += [".TP", ".B \(Self.escaped(argument.signature))"]
            var text = argument.text
            if !argument.values.isEmpty, !argument.isPositional { text += " One of: \(argument.values.joined(separator: ", "))." }
            if let value = argument.defaultValue, !value.isEmpty { text += " Default: \(value)." }
            lines += Self.filled(text)
        }
        return lines + Self.examples(command.examples)
    }

    // MARK: Text

    private static func paragraphs(_ lines: [String]) -> [String] {
        lines.flatMap { $0.isEmpty ? [".PP"] : filled($0) }.trimmed
    }

    private static func examples(_ lines: [String]) -> [String] {
        guard !lines.isEmpty else { return [] }
        return [".PP", lines.count == 1 ? "Example:" : "Examples:", ".PP", ".nf", ".RS"] + lines.flatMap { unfilled($0) } + [".RE", ".fi"]
    }

    /// Words that the reader's program fills lines with, on lines of at most 80 bytes, as roff's own style wants them.
    ///
    /// - Parameter beginning: roff that stands before them.
    package static func filled(_ text: String, after beginning: String = "") -> [String] {
        var lines: [String] = []
        var current = beginning
        for word in escaped(text).split(separator: " ") {
            if !current.isEmpty, width(current) + 1 + width(word) > widest {
                lines.append(guarded(current))
                current = ""
            }
            if !current.isEmpty, !current.hasSuffix(" ") { current += " " }
            current += word
        }
        return lines + (current.isEmpty ? [] : [guarded(current)])
    }

    /// A line that is shown as it is; longer than 80 bytes it goes on behind a backslash.
    private static func unfilled(_ text: String) -> [String] {
        var lines: [String] = []
        var current = ""
        for (index, word) in escaped(text).split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            let piece = index == 0 ? String(word) : " " + word
            // Two bytes for the backslash and the space before it.
            if !current.isEmpty, width(current) + width(piece) + 2 > widest {
                lines.append(current + " \\")
                current = String(word)
            } else {
                current += piece
            }
        }
        lines.append(current)
        lines[0] = guarded(lines[0])
        return lines
    }

    private static let widest = 80

    /// In bytes as roff gets them: other characters than ASCII's stand in it as `\[u00D7]`.
    private static func width(_ text: some StringProtocol) -> Int { text.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 1 : 9) } }

    /// A line of text: one that begins with a dot or an apostrophe would be taken for a request.
    private static func guarded(_ line: String) -> String { line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line }

    /// The backslash is roff's own; a plain minus or apostrophe would become a typographic one, which can't be copied.
    package static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case "…": result += "..."
            default: result.append(character)
            }
        }
    }

    private static func quoted(_ text: String) -> String { escaped(text).split(separator: "\"").joined(separator: "\\(dq") }

    private static func sentenceStart(_ text: String) -> String {
        let text = text.hasSuffix(".") ? String(text.dropLast()) : text
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    private static let closing: [String] =
        [
            ".SH OUTPUT",
            "Data goes to the standard output, everything else to the standard error.",
            ".B \\-\\-output json",
            "prints one JSON document,",
            ".B \\-\\-output jsonl",
            "one JSON value a line. Every command has",
            ".BR \\-\\-help .",
            ".SH EXIT STATUS",
            "As in sysexits.h:",
        ] + entries(exitCodes) + [".SH ENVIRONMENT"] + entries(variables) + [".SH FILES"] + entries(files)

    private static func entries(_ entries: [(String, String)]) -> [String] {
        entries.flatMap { [".TP", ".B \(escaped($0.0))"] + filled($0.1) }
    }

    private static let exitCodes = [
        ("0", "done, or everything is well"), ("1", "doctor found a problem"), ("64", "wrong usage"),
        ("65", "what was given is wrong in itself: a definition, an event"), ("66", "a file can't be read"),
        ("69", "something that is needed does not run"), ("70", "the build failed, or a mistake of ours"),
        ("71", "the system refused"), ("73", "a file can't be made"), ("75", "try again later"), ("77", "no permission"),
        ("78", "broken state or settings"),
    ]

    private static let variables = [
        (
            "SWITCHBOARD_AMQP_URL",
            "The broker for `events` and `top`; without it that of the running `up`. There is no option for it: others see options."
        ),
        ("SWITCHBOARD_BOTS", "Names of the bots that `up` runs."),
        ("SWITCHBOARD_WORKERS", "Workers that `up` runs beside the others, such as `probe`."),
        ("SWITCHBOARD_STATE_FOLDER", "Another folder than .switchboard: a second instance beside the first."),
        ("NO_COLOR", "Set to anything: no colours."),
    ]

    private static let files = [
        (".switchboard/env", "The addresses with their passwords, for the shell."),
        (".switchboard/logs/", "The processes' logs."), ("bots/<bot>/bot.yaml", "The definitions."),
    ]
}

extension [String] {
    /// Without `.PP` at either end.
    fileprivate var trimmed: [String] {
        Array(drop { $0 == ".PP" }.reversed().drop { $0 == ".PP" }.reversed())
    }
}
