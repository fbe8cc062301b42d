import ArgumentParser
import CLI
import DevServices
import Glibc
import JSON
import Testing

struct HelpTests {
    private let commands: [(path: [String], command: CommandHelp)]

    init() throws {
        let help = try JSON(parsing: SwitchboardCommand._dumpHelp())
        commands = CommandHelp(try #require(help["command"])).walk()
    }

    @Test func everyCommandHasExamplesThatCallIt() {
        #expect(commands.count > 15)
        for (path, command) in commands {
            let call = "./switchboard " + path.dropFirst().joined(separator: " ")
            #expect(!command.abstract.isEmpty, "\(path)")
            #expect(command.examples.contains { $0.contains(call) }, "\(path)")
        }
    }

    @Test func everyOptionIsExplained() {
        for (path, command) in commands {
            for argument in command.arguments { #expect(!argument.text.isEmpty, "\(path) \(argument.signature)") }
        }
    }

    /// Others see the options of a process.
    @Test func noOptionTakesASecret() {
        for (path, command) in commands {
            for argument in command.arguments {
                for word in ["password", "token", "secret", "url"] { #expect(!argument.signature.contains(word), "\(path)") }
            }
        }
    }

    @Test func theManualPageIsThatOfTheCommands() throws {
        let file = Files.parent(Files.parent(Files.parent(#filePath))) + "/docs/man/switchboard.1"
        let kept = try #require(Files.text(file), "./switchboard manual >docs/man/switchboard.1")
        let page = try ManualCommand.page() + "\n"
        #expect(kept == page, "./switchboard manual >docs/man/switchboard.1")
        let words = page.split(separator: "\n").joined(separator: " ")
        for (path, command) in commands where command.subcommands.isEmpty && path.count > 1 {
            #expect(words.contains(ManualPage.escaped(command.abstract)), "\(path)")
        }
    }

    @Test(.enabled(if: Files.isExecutable("/usr/bin/mandoc"), "needs the package mandoc"))
    func theManualPageIsWithoutFault() async throws {
        let page = try ManualCommand.page() + "\n"
        let result = try await Command.run("/usr/bin/mandoc", ["-Tlint"], environment: ["LC_ALL": "C.UTF-8"], input: page)
        #expect(result.exit.isSuccess && result.output.isEmpty, "\(result.output)")
        // What is in it can be read: a long example is one line again.
        let text = try await Command.run("/usr/bin/mandoc", ["-Tutf8", "-Owidth=400"], environment: ["LC_ALL": "C.UTF-8"], input: page)
        let plain = text.output.replacing(try! Regex(".\u{08}"), with: "")
        for (_, command) in commands {
            for example in command.examples where !example.isEmpty { #expect(plain.contains(example), "\(example)") }
        }
    }

    @Test func longLinesAreFilled() {
        let words = (1...40).map { "word\($0)" }.joined(separator: " ")
        let lines = ManualPage.filled(words)
        #expect(lines.count > 2 && lines.allSatisfy { $0.utf8.count <= 80 })
        #expect(lines.joined(separator: " ") == words)
        #expect(ManualPage.filled(".hidden 'x") == ["\\&.hidden \\(aqx"])
        #expect(ManualPage.filled("") == [])
    }

    @Test func whatRoffWouldTakeForItsOwnIsEscaped() {
        #expect(ManualPage.escaped(#"--x 'y' \z `~^"#) == #"\-\-x \(aqy\(aq \ez \(ga\(ti\(ha"#)
    }

    @Test(arguments: CompletionsCommand.Shell.allCases)
    func completionsKnowEveryCommand(shell: CompletionsCommand.Shell) {
        let script = CompletionsCommand.script(for: shell)
        for (path, _) in commands.dropFirst() { #expect(script.contains(path[path.count - 1]), "\(path)") }
    }

    @Test func fishCompletesTheScriptInItsFolder() {
        #expect(CompletionsCommand.script(for: .fish).contains("set unparsed_tokens[1] (string replace"))
    }

    @Test func recordsAreLinesOrOneDocument() throws {
        let folder = "/tmp/switchboard-records-\(UInt32.random(in: 0 ... .max))"
        try Files.makeFolder(folder)
        defer { try? Files.remove(folder) }
        func written(_ format: OutputFormat, _ values: [String]) throws -> String {
            let path = "\(folder)/\(format.rawValue)"
            try Files.write("", to: path)
            let descriptor = open(path, O_WRONLY | O_TRUNC)
            defer { close(descriptor) }
            var records = RecordOutput(format, descriptor: descriptor)
            for value in values {
                let isRead = records.print(text: value, json: JSON.string(value).bytes)
                #expect(isRead)
            }
            records.end()
            return try #require(Files.text(path))
        }
        #expect(try written(.text, ["a", "b"]) == "a\nb\n")
        #expect(try written(.jsonl, ["a", "b"]) == "\"a\"\n\"b\"\n")
        #expect(try JSON(parsing: written(.json, ["a", "b"])) == ["a", "b"])
        #expect(try JSON(parsing: written(.json, [])) == [])
        var closed = RecordOutput(.text, descriptor: -1)
        let isRead = closed.print(text: "a", json: [])
        #expect(!isRead)
    }
}
