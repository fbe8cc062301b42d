import CEL
import Foundation
import Testing

/// docs/cel.md: its reference is made from the declarations (written anew with `UPDATE_DOCS=1`), its examples hold.
@Suite("CEL documentation", .serialized)
struct DocumentationTests {
    static let path = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/docs/cel.md"
    static let environment = CELEnvironment(library: .standard.adding(.networking))

    static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    static func code(_ text: String) -> String { "`\(text.replacing("|", with: "\\|"))`" }

    static var macros: String {
        (["| Macro | What it gives |", "|---|---|"] + environment.macros.map { "| \(code($0.usage)) | \(cell($0.documentation)) |" })
            .joined(separator: "\n")
    }

    static var functions: String {
        let rows = environment.functions.filter { !$0.isOperator }.map { function in
            "| \(function.signatures.map(code).joined(separator: "<br>")) | \(cell(function.documentation)) |"
        }
        return (["| Function | What it gives |", "|---|---|"] + rows).joined(separator: "\n")
    }

    @Test("the reference is that of the declarations", arguments: ["macros", "functions"])
    func reference(_ name: String) throws {
        let content = name == "macros" ? Self.macros : Self.functions
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let begin = try #require(text.firstRange(of: "<!-- begin \(name) -->\n"), "docs/cel.md has no section \(name)")
        let end = try #require(text.firstRange(of: "\n<!-- end \(name) -->"))
        if text[begin.upperBound..<end.lowerBound] == content { return }
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
            let new = text[..<begin.upperBound] + content + text[end.lowerBound...]
            try String(new).write(toFile: Self.path, atomically: true, encoding: .utf8)
            return
        }
        let known = Set(text.split(separator: "\n"))
        let missing = content.split(separator: "\n").filter { !known.contains($0) }
        Issue.record("docs/cel.md, \(name), differs; run the tests with UPDATE_DOCS=1. New lines:\n\(missing.joined(separator: "\n"))")
    }

    @Test("every example gives what is said of it")
    func examples() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        var isExample = false
        var count = 0
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") { isExample = line == "```cel" }
            guard isExample, let arrow = line.firstRange(of: "// → ") else { continue }
            let source = String(line[..<arrow.lowerBound])
            let wanted = String(line[arrow.upperBound...])
            count += 1
            if wanted.hasPrefix("error: ") {
                let code = wanted.dropFirst("error: ".count)
                #expect(try failure(source, in: Self.environment)?.code.description == String(code), "\(source)")
            } else {
                let value = try evaluate(source, in: Self.environment)
                #expect(value == (try evaluate(wanted, in: Self.environment)), "\(source) gives \(LiteralText.text(value))")
            }
        }
        #expect(count > 40)
    }
}
