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
        package var message: String

        package init(file: String, line: Int, column: Int, message: String) {
            self.file = file
            self.line = line
            self.column = column
            self.message = message
        }

        package var json: JSON {
            ["file": .string(file), "line": .int(Int64(line)), "column": .int(Int64(column)), "message": .string(message)]
        }
    }

    package var file: String
    /// In the order of the file; empty when it can run.
    package var mistakes: [Mistake]
    /// With the lines of the source and marks below them, or the word that it can run.
    package var text: String

    package var isValid: Bool { mistakes.isEmpty }

    /// Reads what the checker printed about this file.
    ///
    /// - Throws: ``CLIError`` when that is nothing a checker says: something else is wrong.
    package init(file: String, output: String, isValid: Bool) throws {
        self.file = file
        text = output
        mistakes = output.split(separator: "\n").compactMap { Self.mistake($0, in: file) }
        guard isValid == mistakes.isEmpty else {
            throw CLIError("the check of \(file) failed:\n\(output)", exitCode: Exit.software)
        }
    }

    /// Of `file:12:9: there is no screen 'stat'; did you mean 'stats'?`
    private static func mistake(_ line: Substring, in file: String) -> Mistake? {
        guard line.hasPrefix(file + ":") else { return nil }
        let parts = line.dropFirst(file.count + 1).split(separator: ":", maxSplits: 2)
        guard parts.count == 3, let row = Int(parts[0]), let column = Int(parts[1]) else { return nil }
        return Mistake(file: file, line: row, column: column, message: String(parts[2].drop { $0 == " " }))
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

    func check(_ file: String) async throws -> DefinitionReport {
        let result = try await Command.run(program, ["check", file], environment: currentEnvironment())
        guard result.exit == .code(0) || result.exit == .code(1) else {
            throw CLIError("the check of \(file) ended with \(result.exit):\n\(result.output)", exitCode: Exit.software)
        }
        return try DefinitionReport(file: file, output: result.output, isValid: result.exit.isSuccess)
    }

    /// In the same order. Two at a time: each is a short process.
    func check(_ files: [String]) async throws -> [DefinitionReport] {
        try await withThrowingTaskGroup(of: (Int, DefinitionReport).self) { group in
            var reports: [DefinitionReport?] = Array(repeating: nil, count: files.count)
            for (index, file) in files.enumerated() {
                if index >= 2, let (done, report) = try await group.next() { reports[done] = report }
                group.addTask { (index, try await check(file)) }
            }
            for try await (done, report) in group { reports[done] = report }
            return reports.compactMap(\.self)
        }
    }
}
