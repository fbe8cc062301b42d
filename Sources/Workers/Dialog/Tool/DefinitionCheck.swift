import BotLanguage
import JSON

/// Reads definitions as the worker would, without a broker and a database, and shows every mistake with its line.
package struct DefinitionCheck: Sendable, Hashable {
    package enum Format: String, Sendable, CaseIterable {
        /// For people: each mistake with its source line and a mark below it, or a word that the bot can run.
        case text
        /// One array with an object for each file.
        case json
        /// An object a line, in the order of the files.
        case jsonl
    }

    /// As `sysexits.h` names them.
    package enum Status {
        package static let canRun: Int32 = 0
        package static let usage: Int32 = 64
        /// A definition has mistakes.
        package static let mistakes: Int32 = 65
        /// A file can't be read; told rather than ``mistakes`` when there are both.
        package static let unreadable: Int32 = 66
    }

    package var files: [String]
    package var format: Format

    package init(files: [String], format: Format = .text) {
        self.files = files
        self.format = format
    }

    /// What the arguments of the process ask for.
    package enum Request: Sendable, Hashable {
        case check(DefinitionCheck)
        /// It was meant, but wrongly said: what to print on the standard error.
        case misuse(String)
        case help(String)
    }

    /// - Returns: nil when the arguments ask for something else than a check.
    package static func request(_ arguments: [String]) -> Request? {
        guard arguments.dropFirst().first == "check" else { return nil }
        var check = DefinitionCheck(files: [])
        var rest = arguments.dropFirst(2)
        var onlyFiles = false
        while let word = rest.popFirst() {
            if onlyFiles || !word.hasPrefix("-") || word == "-" {
                check.files.append(word)
            } else if word == "--" {
                onlyFiles = true
            } else if word == "--help" || word == "-h" {
                return .help(usage)
            } else if word == "--output" || word.hasPrefix("--output=") {
                let value = word == "--output" ? rest.popFirst() ?? "" : String(word.dropFirst("--output=".count))
                guard let format = Format(rawValue: value) else {
                    return .misuse("--output is text, json or jsonl, not '\(value)'\n\(usage)")
                }
                check.format = format
            } else {
                return .misuse("there is no option \(word)\n\(usage)")
            }
        }
        return check.files.isEmpty ? .misuse("no file was named\n\(usage)") : .check(check)
    }

    static let usage = """
        usage: switchboard-dialog check [--output text|json|jsonl] FILE…

        Says what is wrong with definitions. Nothing needs to run.
        Of each file json and jsonl tell {file, valid, bot, version, mistakes, warnings}, of each mistake and each warning {file, line,
        column, length, severity, code, message, suggestion, excerpt}. What is only warned of can run. Exit code: 0 all can run, 65 one can't, 66 a file can't be read, 64 wrong usage.

        Example:
          switchboard-dialog check --output jsonl bots/*/bot.yaml | jq -r '.mistakes[] | "\\(.file):\\(.line): \\(.message)"'
        """

    /// - Parameter print: gets what goes to the standard output, without the line's end.
    /// - Returns: the exit status.
    package func run(_ print: (String) -> Void) -> Int32 {
        var status = Status.canRun
        var documents: [[UInt8]] = []
        for file in files {
            let verdict = Verdict(file)
            status = max(status, verdict.status)
            switch format {
            case .text: print(verdict.text)
            case .json: documents.append(verdict.jsonBytes)
            case .jsonl: print(String(decoding: verdict.jsonBytes, as: UTF8.self))
            }
        }
        if format == .json { print("[" + documents.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",\n") + "]") }
        return status
    }
}

/// What is to be said about one file.
private struct Verdict: JSONEncodable {
    let file: String
    private let definition: Definition?
    private let mistakes: [Diagnostic]

    init(_ file: String) {
        self.file = file
        do throws(DefinitionError) {
            definition = try Definition(file: file, withTests: true)
            mistakes = []
        } catch {
            definition = nil
            mistakes = error.diagnostics
        }
    }

    var status: Int32 {
        if mistakes.contains(where: { $0.code == .unreadable }) { return DefinitionCheck.Status.unreadable }
        return definition == nil ? DefinitionCheck.Status.mistakes : DefinitionCheck.Status.canRun
    }

    var text: String {
        guard let definition else { return DefinitionError(diagnostics: mistakes).rendered }
        return definition.warnings.map { $0.rendered + "\n" }.joined()
            + "\(file): the bot '\(definition.bot)', version \(definition.version), can run"
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("file", file)
            $0.member("valid", definition != nil)
            $0.member("bot", definition?.bot)
            $0.member("version", definition?.version)
            $0.member("mistakes", mistakes)
            $0.member("warnings", definition?.warnings ?? [])
        }
    }
}
