import CLI
import DevServices
import Testing

struct TestArgumentsTests {
    @Test(arguments: [
        (["Gateway"], ["--filter", "Gateway"]),
        (["A", "B"], ["--filter", "A", "--filter", "B"]),
        (["--filter", "A", "B"], ["--filter", "A", "--filter", "B"]),
        (["--filter=A"], ["--filter=A"]),
        (["--skip", "Slow", "--parallel", "Fast"], ["--skip", "Slow", "--parallel", "--filter", "Fast"]),
        (["--num-workers", "2"], ["--num-workers", "2"]),
        ([], []),
    ])
    func wordsBecomeFiltersAndOptionsStayThemselves(given: [String], expected: [String]) {
        #expect(TestArguments.forSwift(given) == expected)
    }
}

struct TestRoundsTests {
    /// Whatever isn't asked for by name runs once, in one of the rounds.
    @Test(arguments: [
        "CELTests.LexerTests/words()", "CELIntegration.LoweringTests/all()", "Pipeline.FaultTests/kill()", "CLITests.A/b()",
        "GatewayTests.A/b()",
    ])
    func everythingRunsOnce(test: String) throws {
        let rounds = TestArguments.rounds(["--skip", "Nothing"])
        #expect(rounds.count == 4)
        let running = try rounds.filter { round in
            try round.indices.filter { round[$0] == "--skip" }.allSatisfy { try Regex(round[$0 + 1]).firstMatch(in: test) == nil }
        }
        #expect(running.count == 1)
    }

    @Test(arguments: [["Gateway"], ["--filter=A"]])
    func whatIsNamedRunsInOneRound(arguments: [String]) {
        #expect(TestArguments.rounds(arguments) == [TestArguments.forSwift(arguments)])
    }
}

struct DoctorTests {
    @Test func missingPackagesAreProblemsThatSayWhy() {
        let findings = Doctor.findings(ofPackages: "postgresql\tmissing\tthe database\nlibpq-dev\tinstalled\tto build\n")
        #expect(findings.map(\.level) == [.problem])
        #expect(findings[0].detail.contains("the database"))
        #expect(findings[0].remedy?.contains("apt-get install postgresql") == true)
        #expect(Doctor.findings(ofPackages: "a\tinstalled\tb\n").map(\.level) == [.ok])
        #expect(Doctor.findings(ofPackages: "").map(\.level) == [.warning])
    }

    @Test(arguments: [
        ("Swift version 6.3.1 (swift-6.3.1-RELEASE)", Finding.Level.ok), ("Swift version 6.2 (swift-6.2-RELEASE)", .ok),
        ("Apple Swift version 7.0-dev (LLVM x)", .ok), ("Swift version 6.1.2 (swift-6.1.2-RELEASE)", .problem),
        ("Swift version 5.10", .problem), ("something else", .warning), ("Swift version", .warning),
    ])
    func swiftMustBeNewEnough(output: String, level: Finding.Level) {
        #expect(Doctor.finding(ofSwiftVersion: output).level == level)
    }
}

struct PresentationTests {
    @Test func aLineIsReadableWithAndWithoutColours() {
        let entry = LogEntry(
            process: "gateway",
            text:
                #"{"time":"2026-11-21T10:00:01.234567Z","level":"warning","message":"slow","process":"gateway","metadata":{"bot":"demo"}}"#)
        #expect(LogPresenter(colours: false, nameWidth: 8).present(entry) == "gateway   10:00:01.234 WARNING slow bot=demo")
        #expect(LogPresenter(colours: true, nameWidth: 8).present(entry).contains("\u{1B}[33mWARNING\u{1B}[0m"))
    }

    /// What people write into chats may be logged; it must not steer the terminal of the one who reads.
    @Test func controlCharactersAreNotPassedOn() {
        let line = LogPresenter(colours: false).present(LogEntry(process: "x", text: "a\u{1B}[2Jb\u{07}\tc"))
        #expect(line.hasSuffix("a\u{FFFD}[2Jb\u{FFFD}\tc"))
    }

    @Test func whatAProcessSaidLastIsToldWithoutItsLog() {
        let lines = [#"{"message":"stopped"}"#, "gateway: can't start", "  flood.rate must be a number"].map {
            LogEntry(process: "gateway", text: $0)
        }
        #expect(UpReporter.plainWords(lines) == ["gateway: can't start", "  flood.rate must be a number"])
        #expect(UpReporter.plainWords(Array(lines.prefix(1))).isEmpty)
        let entry = LogEntry(
            process: "dialog",
            text:
                #"{"ts":"2026-11-21T10:00:01Z","level":"error","message":"this bot can't run","process":"dialog","bot":"x","error":"bot.yaml:7:4: no"}"#
        )
        #expect(UpReporter.inShort(entry) == #"dialog: this bot can't run bot=x error="bot.yaml:7:4: no""#)
    }

    @Test func coloursAreForTerminalsThatWantThem() {
        #expect(Terminal.wantsColour(["TERM": "xterm"]))
        #expect(!Terminal.wantsColour(["TERM": "xterm", "NO_COLOR": "1"]))
        #expect(Terminal.wantsColour(["TERM": "xterm", "NO_COLOR": ""]))
        #expect(!Terminal.wantsColour(["TERM": "dumb"]))
    }

    @Test(arguments: [
        (Duration.milliseconds(40), "0.0 s"), (.milliseconds(4_240), "4.2 s"), (.seconds(59), "59 s"), (.seconds(190), "3 min 10 s"),
        (.seconds(7_500), "2 h 5 min"), (.seconds(273_600), "3 d 4 h"),
    ])
    func durationsAreShort(duration: Duration, text: String) { #expect(duration.forPeople == text) }

    @Test func tablesLineUp() {
        #expect(table([["A", "LONG", "C"], ["long", "b", "c"]]) == "A     LONG  C\nlong  b     c")
    }

    @Test(arguments: [StartMessage.progress("two\nlines"), .ready, .failed("why: because")])
    func startMessagesSurviveTheirLine(message: StartMessage) {
        let read = StartMessage(line: message.line)
        #expect(read == (message == .progress("two\nlines") ? .progress("two lines") : message))
        #expect(StartMessage(line: "hello") == nil)
    }
}

struct ExitTests {
    @Test func errorsHaveTheCodesOfSysexits() {
        #expect(Exit.code(for: DevServicesError(.missing, "")) == 69)
        #expect(Exit.code(for: DevServicesError(.busy, "")) == 75)
        #expect(Exit.code(for: DevServicesError(.system, "")) == 71)
        #expect(Exit.code(for: DevServicesError(.permission, "")) == 77)
        #expect(Exit.code(for: DevServicesError(.corrupt, "")) == 78)
        #expect(Exit.code(for: CLIError("", exitCode: 64)) == 64)
    }

    @Test func errorsSayWhatToDo() {
        #expect("\(DevServicesError(.missing, "it is missing", remedy: "Install it."))" == "it is missing\n  Install it.")
    }
}
