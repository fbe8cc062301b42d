import ArgumentParser
import CLI
import DevServices
import Glibc
import Testing

/// The completions in the shells themselves: what comes when somebody presses the tabulator behind some words.
struct CompletionTests {
    private static func isInstalled(_ shell: String) -> Bool {
        Files.isExecutable("/usr/bin/\(shell)") || Files.isExecutable("/bin/\(shell)")
    }

    private static let cases: [(words: String, expected: Set<String>)] = [
        ("sta", ["status"]),
        (
            "bot ",
            [
                "new", "run", "validate", "test", "graph", "schema", "import", "export", "publish", "versions", "show", "diff", "rollback",
            ]
        ),
        ("completions ", ["bash", "zsh", "fish"]),
        ("status --output ", ["text", "json", "jsonl"]),
        ("events tail --only ", ["inbound", "outbound"]),
    ]

    private func run(_ shell: String, _ script: String, in folder: TemporaryPlace) async throws -> String {
        let file = "\(folder.path)/script"
        try Files.write(script, to: file)
        let result = try await Command.run(
            "/usr/bin/env", [shell] + (shell == "bash" ? ["--norc"] : shell == "fish" ? ["--no-config"] : ["-f"]) + [file],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TERM": "dumb", "LC_ALL": "C.UTF-8"], within: .seconds(30))
        return result.output
    }

    @Test(.enabled(if: isInstalled("bash"), "needs bash"), arguments: cases)
    func bash(words: String, expected: Set<String>) async throws {
        let folder = try TemporaryPlace()
        let parts = (["./switchboard"] + words.split(separator: " ").map(String.init) + (words.hasSuffix(" ") ? [""] : []))
            .map { "'\($0)'" }
        let output = try await run(
            "bash",
            """
            \(CompletionsCommand.script(for: .bash))
            COMP_WORDS=(\(parts.joined(separator: " "))); COMP_CWORD=\(parts.count - 1)
            COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
            _switchboard switchboard \(parts[parts.count - 1]) \(parts[parts.count - 2])
            printf '%s\\n' "${COMPREPLY[@]}"
            """, in: folder)
        // Options come along where a command may stand.
        let completed = Set(output.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("-") })
        #expect(completed == expected, "\(output)")
    }

    @Test(.enabled(if: isInstalled("fish"), "needs fish"), arguments: cases)
    func fish(words: String, expected: Set<String>) async throws {
        let folder = try TemporaryPlace()
        let output = try await run(
            "fish", CompletionsCommand.script(for: .fish) + "\ncomplete --do-complete './switchboard \(words)'\n", in: folder)
        // A line is a word and, behind a tabulator, what it means.
        #expect(Set(output.split(separator: "\n").compactMap { $0.split(separator: "\t").first.map(String.init) }) == expected, "\(output)")
    }

    /// Zsh completes only where a person types: in a terminal of its own, whose keys come from the script.
    @Test(.enabled(if: isInstalled("zsh"), "needs zsh"), arguments: cases)
    func zsh(words: String, expected: Set<String>) async throws {
        let folder = try TemporaryPlace()
        try Files.write(CompletionsCommand.script(for: .zsh), to: folder.path + "/_switchboard")
        let output = try await run(
            "zsh",
            """
            zmodload zsh/zpty
            zpty shell 'TERM=dumb zsh -f -i'
            zpty -w shell "stty cols 500; PS1=; fpath=(\(folder.path) \\$fpath); autoload -Uz compinit; compinit -u -D"
            zpty -w shell 'finish() { compadd -x "(end)" }; zstyle ":completion:*" verbose no; bindkey "^I" list-choices; bindkey "^X" list-and-end'
            zpty -w shell 'list-and-end() { zle list-choices; zle -R; print -r -- ""; print -r -- "AFT""ER" }; zle -N list-and-end; print BEF""ORE'
            zpty -r shell before '*BEFORE*'
            zpty -w -n shell './switchboard \(words)'$'\\x18'
            zpty -r shell after '*AFTER*'
            print -r -- "$after"
            zpty -d shell
            """, in: folder)
        let listed = output.split { $0.isWhitespace || $0 == "\u{1B}" }.map(String.init)
        for word in expected {
            #expect(listed.contains { $0 == word || $0.hasSuffix(word) }, "\(word) in \(output.debugDescription)")
        }
    }
}

/// A folder that goes with the value.
final class TemporaryPlace: Sendable {
    let path = "/tmp/switchboard-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"

    init() throws { try Files.makeFolder(path) }

    deinit { try? Files.remove(path) }
}
