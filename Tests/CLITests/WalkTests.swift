import ArgumentParser
import CLI
import DevServices
import Glibc
import JSON
import Testing

private let binaries = getenv("SWITCHBOARD_TEST_BIN").map { String(cString: $0) } ?? Files.parent(Files.realPath("/proc/self/exe") ?? "")
private let isBuilt = ["switchboard-cli", "switchboard-dialog"].allSatisfy { Files.isExecutable("\(binaries)/\($0)") }

/// Every command of the built program: how it answers `--help`, nonsense and each kind of output, and where it writes what.
@Suite(.enabled(if: isBuilt, "needs the built executables: SWITCHBOARD_TEST_BIN names their folder"), .timeLimit(.minutes(3)))
struct WalkTests {
    private struct Answer {
        var data: String
        var words: String
        var exit: ProcessExit
    }

    private let place: TemporaryPlace
    private let commands: [(path: [String], command: CommandHelp)]

    init() throws {
        place = try TemporaryPlace()
        let help = try JSON(parsing: SwitchboardCommand._dumpHelp())
        commands = CommandHelp(try #require(help["command"])).walk().map { (Array($0.path.dropFirst()), $0.command) }
    }

    /// What a command is called with so that it ends by itself where nothing runs; nil: it isn't run here, for the reason beside it.
    private static let calls: [String: [String]?] = [
        "down": [], "status": [], "logs": [], "doctor": [], "reset": ["--yes"], "bots list": [], "bot validate": ["demo"],
        "events tail": ["--count", "1"], "events publish": ["--bot", "demo", "--chat", "1", "--text", "hello"], "top": ["--once"],
        "cel eval": ["1 + 2"], "cel check": ["1 + 2"], "cel ast": ["1 + 2"], "cel functions": [], "completions": ["bash"], "manual": [],
        "version": [], "bot graph": ["demo"], "bot schema": [], "bot export": ["demo"], "bot import": ["nothing.json"],
        "bot versions": ["demo"], "bot show": ["demo"], "bot diff": ["demo"], "bot rollback": ["demo", "1"],
        "bot publish": ["demo"],
        "bot new": nil,  // writes into the checkout
        "bot test": nil,  // starts a database
        "bot run": nil,  // runs until it is ended
        "up": nil,  // EndToEndTests
        "test": nil,  // runs what this is part of
    ]

    /// As sysexits.h has them, and 1, with which `doctor` says that something is wrong.
    private static let exits: Set<Int32> = [0, 1, 64, 65, 66, 69, 70, 71, 73, 75, 77, 78]

    private func run(_ words: [String], environment: [String: String] = [:], inTerminal: Bool = false) async throws -> Answer {
        let words = ["\(binaries)/switchboard-cli"] + words
        let errors = "\(place.path)/errors-\(UInt32.random(in: 0 ... .max))"
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let command = inTerminal ? ["/usr/bin/script", "-qec", quoted, "/dev/null"] : ["/bin/sh", "-c", "exec \(quoted) 2>'\(errors)'"]
        let root = Files.parent(Files.parent(Files.parent(#filePath)))
        let base = [
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": place.path, "TERM": "xterm-256color", "SWITCHBOARD_HOME": root,
            "SWITCHBOARD_STATE_FOLDER": place.path + "/state",
        ]
        let result = try await Command.run(command[0], Array(command.dropFirst()), environment: base.merging(environment) { $1 })
        defer { try? Files.remove(errors) }
        return Answer(data: result.output, words: Files.text(errors) ?? "", exit: result.exit)
    }

    private var leaves: [(path: [String], command: CommandHelp)] { commands.filter(\.command.subcommands.isEmpty) }

    @Test func noCommandIsForgotten() {
        #expect(Set(leaves.map { $0.path.joined(separator: " ") }) == Set(Self.calls.keys))
    }

    @Test func helpIsDataWithExamples() async throws {
        for (path, command) in commands {
            let answer = try await run(path + ["--help"])
            #expect(answer.exit == .code(0) && answer.words.isEmpty, "\(path)")
            #expect(answer.data.contains("USAGE: switchboard"), "\(path)")
            #expect(answer.data.contains("Example"), "\(path)")
            #expect(!answer.data.contains("\u{1B}"), "\(path)")
            // A value that is left out has a default, which is told, or the help says what happens then.
            for argument in command.arguments
            where !argument.isPositional && argument.signature.hasSuffix(">") && argument.defaultValue == nil {
                let text = argument.text.lowercased()
                let isTold = ["left out", "only", "without", "none:", "repeated", "the bot;", "the chat", "taps", "the message"].contains {
                    text.contains($0)
                }
                #expect(isTold, "\(path) \(argument.signature): what happens without it?")
            }
        }
    }

    @Test func nonsenseIsWrongUsageAndSaysWhatIsRight() async throws {
        for (path, command) in commands where path != ["test"] {
            let name = path.joined(separator: " ")
            let call = ["bot new", "bot run"].contains(name) ? ["demo"] : Self.calls[name].flatMap(\.self) ?? []
            let option = try await run(path + call + ["--nonsense"])
            #expect(option.exit == .code(64) && option.data.isEmpty, "\(path)")
            #expect(option.words.contains("--nonsense") && option.words.contains("--help"), "\(path): \(option.words)")
            if command.arguments.contains(where: { $0.signature.contains("--output") }) {
                let output = try await run(path + ["--output", "xml"])
                #expect(output.exit == .code(64) && output.data.isEmpty && output.words.contains("'jsonl'"), "\(path): \(output.words)")
            }
            if !command.subcommands.isEmpty {
                let word = try await run(path + ["nonsense"])
                #expect(word.exit == .code(64) && word.data.isEmpty, "\(path)")
                for known in command.subcommands { #expect(word.words.contains(known.name), "\(path)") }
            }
        }
    }

    @Test func dataIsOnTheStandardOutputAndTheRestIsNot() async throws {
        for (path, command) in leaves {
            guard let call = Self.calls[path.joined(separator: " ")] ?? nil else { continue }
            let formats = command.arguments.contains { $0.signature.contains("--output") } ? ["json", "jsonl"] : []
            for format in formats {
                let answer = try await run(path + call + ["--output", format])
                guard case .code(let code) = answer.exit else {
                    Issue.record("\(path) ended with \(answer.exit)")
                    continue
                }
                #expect(Self.exits.contains(code), "\(path) \(code)")
                let documents = format == "json" ? [answer.data] : answer.data.split(separator: "\n").map(String.init)
                for document in documents where !document.isEmpty {
                    #expect(throws: Never.self, "\(path) \(format): \(document)") { try JSON(parsing: document) }
                }
                // Whoever gets no data is told why.
                if code != 0 { #expect(!answer.data.isEmpty || answer.words.contains("error: "), "\(path)") }
                #expect(!answer.words.contains("\u{1B}"), "\(path)")
            }
            let text = try await run(path + call)
            #expect(!text.data.contains("\u{1B}") && !text.words.contains("\u{1B}"), "\(path): colours where nobody looks")
        }
    }

    @Test(.enabled(if: Files.isExecutable("/usr/bin/script"), "needs script, of the package bsdutils"))
    func coloursAreLeftOutWhereTheyAreNotWanted() async throws {
        func hasColours(_ answer: Answer) -> Bool { answer.data.contains("\u{1B}[") }
        for (path, _) in leaves {
            guard let call = Self.calls[path.joined(separator: " ")] ?? nil else { continue }
            #expect(try await !hasColours(run(path + call, environment: ["NO_COLOR": "1"], inTerminal: true)), "\(path)")
            #expect(try await !hasColours(run(path + call, environment: ["TERM": "dumb"], inTerminal: true)), "\(path)")
        }
        #expect(try await hasColours(run(["top"], inTerminal: true)), "the word error is red")
    }

    @Test func aMisspeltVariableIsTold() async throws {
        let answer = try await run(["version"], environment: ["SWITCHBOARD_LOG_LEVL": "debug", "SWITCHBOARD_BOT_DMEO_TOKEN": "1:x"])
        #expect(answer.exit == .code(0) && answer.data.hasPrefix("switchboard "))
        #expect(answer.words.contains("SWITCHBOARD_LOG_LEVL; did you mean SWITCHBOARD_LOG_LEVEL?"))
        #expect(answer.words.contains("SWITCHBOARD_BOT_DMEO_TOKEN; did you mean SWITCHBOARD_BOT_DEMO_TOKEN?"))
    }

    @Test func mistakesOfDefinitionsAreTold() async throws {
        let file = place.path + "/b.yaml"
        try Files.write("bot: other\nscreens:\n  home: {txt: a}\n", to: file)
        let json = try await run(["bot", "validate", file, "--output", "json"])
        #expect(json.exit == .code(65))
        let mistake = try #require(JSON(parsing: json.data).array?.first)
        #expect(mistake["file"]?.string == file && mistake["line"] == 3 && mistake["column"] == 10)
        #expect(mistake["code"] == "unknown_key" && mistake["suggestion"]?.string?.contains("'text'") == true)
        let text = try await run(["bot", "validate", file])
        #expect(text.exit == .code(65) && text.data.hasPrefix("\(file):3:10: ") && text.words.isEmpty)
        #expect(try await run(["bot", "validate", file, "/none.yaml"]).exit == .code(66))
        // A name that the definition doesn't know itself by.
        try Files.write("bot: other\nscreens:\n  home: {text: a}\n", to: file)
        let clash = try await run(
            ["bot", "validate", "mine"], environment: ["SWITCHBOARD_BOTS": "mine", "SWITCHBOARD_BOT_MINE_DEFINITION": file])
        #expect(clash.exit == .code(0) && clash.words.contains("it calls its bot 'other' and runs as 'mine'"))
        let list = try await run(["bots", "list"], environment: ["SWITCHBOARD_BOTS": "mine", "SWITCHBOARD_BOT_MINE_DEFINITION": file])
        #expect(list.data.contains("can run, is 'other'"))
    }
}

struct UnknownCommandTests {
    @Test(arguments: [
        (["statuss"], "there is no command 'statuss'; did you mean 'status'?"), (["bot", "validat", "x"], "did you mean 'validate'?"),
        (["zzzzz"], "there is no command 'zzzzz'.\n  ./switchboard has: up, down"),
    ])
    func isToldWithWhatIsThere(words: [String], beginning: String) throws {
        #expect(try #require(UnknownCommand.complaint(words)).contains(beginning))
    }

    @Test(arguments: [
        [], ["status"], ["bot", "validate", "nonsense"], ["--version"], ["help", "x"], ["logs", "x"], ["bot"], ["bot", "--help"],
    ])
    func whatIsRightIsNot(words: [String]) { #expect(UnknownCommand.complaint(words) == nil) }
}
