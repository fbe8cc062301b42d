import BotLanguage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Files that somebody made to do harm: refused, or read, within bounded time, with a message that says why.
@Suite(.serialized) struct HostileTests {
    private static func numbered(_ count: Int, _ line: (Int) -> String) -> String { (0..<count).map(line).joined(separator: "\n") }

    private static let home = "screens: {home: {text: a}}\n"

    private static let files: [(name: String, yaml: String, message: String?)] = [
        (
            "a long text", "bot: b\nscreens: {home: {text: \(String(repeating: "x", count: 1_000_000))}}\n",
            "a text is written in 1000000 bytes; 32768 are allowed"
        ),
        (
            "a long key", "bot: b\n\(String(repeating: "x", count: 1_000_000)): 1\n\(home)",
            "a key without ':'"
        ),
        (
            "a long expression", "bot: b\nscreens: {home: {let: {a: '\(String(repeating: "1+", count: 500_000))1'}, text: a}}\n",
            "the expression has 1000001 bytes; 16384 are allowed"
        ),
        (
            "many members", "bot: b\nenums: {E: [\((0..<120_000).map { "m\($0)" }.joined(separator: ","))]}\n\(home)",
            "120000 times a member: 2000 are allowed"
        ),
        (
            "many choices",
            "bot: b\n\(home)forms: {f: {fields: {x: {ask: a, choices: [\((0..<120_000).map { "m\($0)" }.joined(separator: ","))]}}, done: [{go: home}]}}\n",
            "a question has 1 to 100 choices"
        ),
        (
            "many collections", "bot: b\n\(home)data:\n\(numbered(1_000) { "  c\($0): {n: int, c: c\($0 / 2)}" })\n",
            "1000 times a collection: 300 are allowed"
        ),
        (
            "many screens", "bot: b\nscreens:\n\(numbered(10_000) { "  s\($0): {text: \"${user.name}\"}" })\n",
            "10000 times a screen: 2000 are allowed"
        ),
        (
            "many values",
            "bot: b\nscreens:\n  home:\n    let:\n\(numbered(10_000) { "      v\($0): \($0 == 0 ? "1" : "v\($0 - 1)")" })\n    text: a\n",
            "10000 times a value: 2000 are allowed"
        ),
        (
            "many steps", "bot: b\n\(home)handlers:\n  - command: a\n    do:\n\(numbered(10_000) { "      - {let: {v\($0): '1'}}" })\n",
            "10000 times a step: 1000 are allowed"
        ),
        (
            "many handlers",
            "bot: b\n\(home)handlers:\n\(numbered(10_000) { "  - {command: c\($0), description: d, do: [{go: home}]}" })\n",
            "10000 times a handler: 2000 are allowed"
        ),
        (
            "many names of a command",
            "bot: b\n\(home)handlers: [{command: [\((0..<50_000).map { "c\($0)" }.joined(separator: ","))], do: [{go: home}]}]\n",
            "50000 times a command: 2000 are allowed"
        ),
        (
            "many functions", "bot: b\n\(home)fn:\n\(numbered(10_000) { "  f\($0)(x): f\($0 + 1)(x)" })\n",
            "10000 times a function: 2000 are allowed"
        ),
        (
            "functions that double",
            "bot: b\n\(home)fn:\n\(numbered(40) { "  f\($0)(x): \($0 == 0 ? "x" : "f\($0 - 1)(x) + f\($0 - 1)(x)")" })\n",
            "the definitions make the expression larger than 20000 parts"
        ),
        (
            "functions that use one that is large",
            "bot: b\n\(home)fn:\n\(numbered(13) { "  f\($0)(x): \($0 == 0 ? "x" : "f\($0 - 1)(x) + f\($0 - 1)(x)")" })\n\(numbered(120) { "  g\($0)(x): f11(x)" })\n",
            "the definitions together have more than 400000 parts"
        ),
        (
            "expressions that use one that is large",
            "bot: b\nfn:\n\(numbered(12) { "  f\($0)(x): \($0 == 0 ? "x" : "f\($0 - 1)(x) + f\($0 - 1)(x)")" })\nscreens:\n  home: {text: a}\n\(numbered(120) { "  s\($0): {text: '${f11(1)}'}" })\n",
            "the expressions of the bot have more than 500000 parts, with functions and texts in the place of their calls"
        ),
        (
            "texts that double",
            "bot: b\ntexts:\n\(numbered(30) { "  t\($0): {en: \"\($0 == 0 ? "x" : "${t\($0 - 1)()}${t\($0 - 1)()}")\"}" })\nscreens: {home: {text: '${t29()}'}}\n",
            nil
        ),
        (
            "many languages",
            "bot: b\nlanguage: aaa\ntexts: {t: {\((0..<5_000).map { n in "a\(n)" }.joined(separator: ": x, ")): x}}\n\(home)", nil
        ),
        (
            "many buttons",
            "bot: b\nscreens:\n  home:\n    text: a\n    buttons:\n\(numbered(20_000) { "      - {label: l\($0), go: home}" })\n",
            "a message has 100 buttons at most"
        ),
        ("many keys twice", "bot: b\n\(home)enums:\n\(numbered(60_000) { "  k\($0 / 2): [a]" })\n", nil),
        (
            "brackets", "bot: b\nscreens: \(String(repeating: "{a: ", count: 90))\(String(repeating: "}", count: 90))\n",
            "nested deeper than 64 levels"
        ),
        ("dashes", "bot: b\nscreens: x\(String(repeating: "-", count: 1_000_000))\n", nil),
        ("ampersands", "bot: b\nscreens: [\(String(repeating: "& ,", count: 300_000))]\n", nil),
        ("blanks", "bot: b\nscreens: {home: {text: a}}\n\(String(repeating: " \n", count: 400_000))", nil),
        ("an open quote", "bot: b\nscreens: \"\(String(repeating: "a\\\n", count: 300_000))", "the quote that opens here is never closed"),
        (
            "conditional texts",
            "bot: b\nscreens:\n  home:\n    text:\n\(numbered(10_000) { "      - {if: user.id == \($0), text: a}" })\n      - {text: b}\n",
            nil
        ),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: files.map(\.name)) func isDoneInAMoment(name: String) throws {
        let file = try #require(Self.files.first { $0.name == name })
        var messages: [String] = []
        do throws(DefinitionError) { _ = try Definition(yaml: file.yaml) } catch {
            messages = error.diagnostics.map(\.message)
            for diagnostic in error.diagnostics { #expect(diagnostic.position.line >= 1 && !diagnostic.rendered.isEmpty) }
        }
        if let wanted = file.message { #expect(messages.contains { $0.contains(wanted) }, "\(messages.prefix(3))") }
    }

    /// Words of the language in each other's places, in definitions that use all of it.
    @Test(arguments: 0..<4) func survivesMutations(seed: UInt64) {
        let rounds = ProcessInfo.processInfo.environment["SWITCHBOARD_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 40
        var random = SplitMix(seed: seed + 9_000)
        let words = Mistake.all.map(\.yaml).flatMap { $0.split { " \n{}[],:\"'()".contains($0) }.map(String.init) }
        for _ in 0..<rounds {
            guard var text = Mistake.all.randomElement(using: &random)?.yaml, let other = Mistake.all.randomElement(using: &random)?.yaml
            else {
                continue
            }
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    guard let word = words.randomElement(using: &random), let old = words.randomElement(using: &random) else { continue }
                    text = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: word)
                case 1:
                    let lines = other.split(separator: "\n", omittingEmptySubsequences: false)
                    var own = text.split(separator: "\n", omittingEmptySubsequences: false)
                    let start = Int.random(in: lines.indices, using: &random)
                    let part = lines[start..<min(lines.count, start + 4)]
                    own.insert(contentsOf: part, at: Int.random(in: 0...own.count, using: &random))
                    text = own.joined(separator: "\n")
                case 2:
                    var characters = Array(text)
                    guard !characters.isEmpty else { continue }
                    let at = Int.random(in: characters.indices, using: &random)
                    characters[at] = Array("{}[]:,'\"$\n -&*!|>%@#?\t0aé🛒\u{202E}").randomElement(using: &random) ?? " "
                    text = String(characters)
                default:
                    var characters = Array(text)
                    guard characters.count > 2 else { continue }
                    let at = Int.random(in: 0..<characters.count - 1, using: &random)
                    characters.removeSubrange(at..<min(characters.count, at + Int.random(in: 1...12, using: &random)))
                    text = String(characters)
                }
            }
            do throws(DefinitionError) { _ = try Definition(yaml: text) } catch {
                #expect(!error.diagnostics.isEmpty)
                for diagnostic in error.diagnostics {
                    #expect(diagnostic.position.line >= 1 && diagnostic.position.column >= 1 && !diagnostic.rendered.isEmpty)
                }
            }
        }
    }
}
