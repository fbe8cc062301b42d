import DevServices
package import JSON

/// What `switchboard-dialog check` said about one definition.
package struct DefinitionReport: Sendable, Hashable {
    package struct Mistake: Sendable, Hashable {
        package var file: String
        /// From 1.
        package var line: Int
        /// From 1, in characters.
        package var column: Int
        /// Whether the bot can run with it.
        package var isWarning: Bool
        /// What kind of mistake it is: `unknown_key`, `expression`…
        package var code: String
        package var message: String
        /// What to do instead; nil when nothing helps.
        package var suggestion: String?
        /// The source's line with marks below the place.
        package var excerpt: String
        /// As the checker told it.
        package var json: JSON

        init?(_ json: JSON) {
            guard let file = json["file"]?.string, let line = json["line"]?.int, let column = json["column"]?.int,
                let code = json["code"]?.string, let message = json["message"]?.string
            else { return nil }
            self.file = file
            self.line = Int(line)
            self.column = Int(column)
            isWarning = json["severity"]?.string == "warning"
            self.code = code
            self.message = message
            suggestion = json["suggestion"]?.string
            excerpt = json["excerpt"]?.string ?? ""
            self.json = json
        }

        /// The first line in GNU style, which editors read.
        package var text: String {
            "\(file):\(line):\(column): \(isWarning ? "warning: " : "")\(message)\(suggestion.map { "; \($0)" } ?? "")"
                + (excerpt.isEmpty ? "" : "\n\(excerpt)")
        }
    }

    package var file: String
    /// The name that the definition gives its bot; nil when it can't run.
    package var bot: String?
    package var version: Int?
    /// In the order of the file; empty when it can run.
    package var mistakes: [Mistake]
    /// What looks like a mistake, though it can run.
    package var warnings: [Mistake]

    package var isValid: Bool { mistakes.isEmpty }
    /// The file is not there, or may not be read.
    package var isUnreadable: Bool { mistakes.contains { $0.code == "unreadable" } }

    /// - Throws: ``CLIError`` when that is nothing a checker says.
    package init(_ json: JSON) throws {
        let mistakes = json["mistakes"]?.array?.map { Mistake($0) }
        let warnings = (json["warnings"]?.array ?? []).map { Mistake($0) }
        guard let file = json["file"]?.string, let valid = json["valid"]?.bool, let mistakes, !mistakes.contains(where: { $0 == nil }),
            !warnings.contains(where: { $0 == nil }), valid == mistakes.isEmpty
        else { throw CLIError("the check of definitions failed; it said: \(json)", exitCode: Exit.software) }
        self.file = file
        bot = json["bot"]?.string
        version = json["version"]?.int.map { Int($0) }
        self.mistakes = mistakes.compactMap(\.self)
        self.warnings = warnings.compactMap(\.self)
    }

    /// With the lines of the source and marks below them, or a word that it can run.
    package var text: String {
        guard isValid else {
            return mistakes.map(\.text).joined(separator: "\n") + "\n\(mistakes.count) mistake\(mistakes.count == 1 ? "" : "s")"
        }
        return warnings.map { $0.text + "\n" }.joined() + "\(file): the bot '\(bot ?? "")', version \(version ?? 1), can run"
    }

    /// What is wrong with running the definition as a bot of that name; nil: nothing.
    package func clash(withName name: String) -> String? {
        guard let bot, bot != name else { return nil }
        return "it calls its bot '\(bot)' and runs as '\(name)'"
    }
}

/// Hands definitions over to the program that knows the bot language.
struct DefinitionChecker {
    let program: String

    init(_ checkout: Checkout) throws {
        program = checkout.binaries + "/switchboard-dialog"
        guard Files.isExecutable(program) else {
            throw CLIError("\(program) is missing: `./switchboard up` builds it", exitCode: Exit.unavailable)
        }
    }

    /// In the same order. One process reads them all.
    func check(_ files: [String]) async throws -> [DefinitionReport] {
        guard !files.isEmpty else { return [] }
        let result = try await Command.run(program, ["check", "--output", "jsonl", "--"] + files, environment: currentEnvironment())
        // 65: one has mistakes; 66: one can't be read.
        guard [.code(0), .code(Exit.dataError), .code(Exit.noInput)].contains(result.exit) else {
            throw CLIError("the check of definitions ended with \(result.exit):\n\(result.output)", exitCode: Exit.software)
        }
        let reports = try result.output.split(separator: "\n").map { line in
            guard let json = try? JSON(parsing: Array(line.utf8)) else {
                throw CLIError("the check of definitions failed:\n\(result.output)", exitCode: Exit.software)
            }
            return try DefinitionReport(json)
        }
        guard reports.map(\.file) == files else {
            throw CLIError("the check of definitions did not tell of all of them:\n\(result.output)", exitCode: Exit.software)
        }
        return reports
    }
}
