import DevServices
import Glibc
import JSON
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProcessTests {
    @Test func linesArriveInOrderAndTheExitIsKnown() async throws {
        let lines = Mutex<[String]>([])
        let process = try ManagedProcess.start(
            shell("talker", "echo one; echo two >&2; printf three; exit 7"),
            output: .lines { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } })
        #expect(await process.wait() == .code(7))
        await process.waitForOutput()
        #expect(lines.withLock { $0 } == ["one", "two", "three"])
        #expect(process.exit == .code(7))
        #expect(!process.identity.isAlive)
    }

    @Test func environmentAndFolderAreThoseOfTheSpecOnly() async throws {
        let folder = try TemporaryFolder()
        var spec = shell(
            "env", "pwd; env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD= -e ^\(Leftovers.mark)=", environment: ["MINE": "a b"])
        spec.workingDirectory = folder.path
        let lines = Mutex<[String]>([])
        let process = try ManagedProcess.start(
            spec, output: .lines { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } })
        _ = await process.wait()
        await process.waitForOutput()
        #expect(lines.withLock { Set($0) } == [folder.path, "MINE=a b", "PATH=/usr/bin:/bin"])
    }

    @Test func stoppingAsksFirst() async throws {
        let folder = try TemporaryFolder()
        let process = try ManagedProcess.start(
            shell("polite", "trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done"), output: .file(folder.path + "/log"))
        #expect(try await eventually { Files.text(folder.path + "/log") == "up\n" })
        #expect(await process.stop(within: .seconds(10)) == .code(5))
    }

    @Test func whatIgnoresTheRequestIsKilledWithAllItStarted() async throws {
        let folder = try TemporaryFolder()
        let process = try ManagedProcess.start(
            shell("stubborn", "trap '' TERM; sleep 300 & echo $!; wait; sleep 300"), output: .file(folder.path + "/log"))
        #expect(try await eventually { Files.text(folder.path + "/log")?.hasSuffix("\n") == true })
        let text = try #require(Files.text(folder.path + "/log"))
        let grandchild = try #require(pid_t(text.split(separator: "\n")[0]))
        let identity = try #require(ProcessIdentity(of: grandchild))
        #expect(await process.stop(within: .milliseconds(100)) == .signal(SIGKILL))
        #expect(await identity.waitUntilGone(within: .seconds(5)))
    }

    @Test func groupMembersEndWithTheirLeader() async throws {
        let folder = try TemporaryFolder()
        let process = try ManagedProcess.start(shell("parent", "sleep 300 & echo $!"), output: .file(folder.path + "/log"))
        _ = await process.wait()
        let text = try #require(Files.text(folder.path + "/log"))
        let orphan = try #require(pid_t(text.split(separator: "\n")[0]))
        #expect(try await eventually { ProcessIdentity(of: orphan)?.isAlive != true })
    }

    /// We ignore SIGPIPE and may block or ignore others; a child that inherited that would be hard to stop.
    @Test func childrenStartWithDefaultSignals() async throws {
        signal(SIGPIPE, SIG_IGN)
        let result = try await Command.run(
            "/bin/sh", ["-c", "grep -E '^Sig(Ign|Blk)' /proc/self/status"], environment: ["PATH": "/usr/bin:/bin"])
        let masks = result.output.split(separator: "\n").compactMap { $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } }
        #expect(masks.count == 2)
        // The C library keeps signals 32 and 33 to itself.
        for mask in masks { #expect(mask & 0x7fff_ffff == 0) }
    }

    @Test func nothingButTheThreeStandardDescriptorsIsInherited() async throws {
        let open = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(open) }
        let result = try await Command.run("/bin/ls", ["/proc/self/fd"], environment: [:])
        // 3 is that of the folder being listed.
        #expect(result.output.split(separator: "\n") == ["0", "1", "2", "3"])
    }

    @Test func aMissingProgramIsAnErrorThatNamesIt() {
        let error = #expect(throws: DevServicesError.self) {
            try ManagedProcess.start(ProcessSpec(name: "none", executable: "/no/such/program"), output: .discarded)
        }
        #expect(error?.code == .launch)
        #expect(error?.message.contains("/no/such/program") == true)
    }

    @Test func readinessIsGivenUpWhenTheProcessEnds() async throws {
        let port = try PortBook.free(1)[0]
        let process = try ManagedProcess.start(shell("short", "exit 3", readiness: .tcp(port: port)), output: .discarded)
        let error = await #expect(throws: DevServicesError.self) { try await process.waitUntilReady(within: .seconds(10)) }
        #expect(error?.code == .failed)
    }

    @Test func readinessIsGivenUpAfterTheBoundWithTheReason() async throws {
        let port = try PortBook.free(1)[0]
        let process = try ManagedProcess.start(shell("idle", "sleep 60", readiness: .tcp(port: port)), output: .discarded)
        let error = await #expect(throws: DevServicesError.self) { try await process.waitUntilReady(within: .milliseconds(100)) }
        #expect(error?.code == .notReady)
        #expect(error?.message.contains("nobody listens on port \(port)") == true)
        await process.kill()
    }

    @Test func waitingCanBeCancelled() async throws {
        let process = try ManagedProcess.start(shell("idle", "sleep 60"), output: .discarded)
        #expect(await process.wait(within: .milliseconds(20)) == nil)
        let waiter = Task { await process.wait() }
        waiter.cancel()
        #expect(await waiter.value == nil)
        #expect(await process.kill() == .signal(SIGKILL))
        // A dead one gets no signals, and asking is harmless.
        process.signal(SIGTERM)
        #expect(await process.stop() == .signal(SIGKILL))
    }

    @Test func commandsGetInputAndAreBounded() async throws {
        let result = try await Command.run("/bin/cat", environment: [:], input: "a\nb\n")
        #expect(result.output == "a\nb")
        #expect(result.exit.isSuccess)
        let error = await #expect(throws: DevServicesError.self) {
            try await Command.run("/bin/sleep", ["60"], environment: [:], within: .milliseconds(50))
        }
        #expect(error?.code == .failed)
    }
}

struct ProcessIdentityTests {
    @Test func thisProcessIsAliveAndReadsBackFromJSON() throws {
        let identity = try #require(ProcessIdentity.current)
        #expect(identity.isAlive)
        #expect(identity.uptime != nil)
        #expect(try ProcessIdentity(jsonBytes: identity.jsonBytes) == identity)
    }

    @Test func aReusedProcessIdIsNotTakenForTheOldOne() throws {
        let identity = try #require(ProcessIdentity.current)
        let earlier = ProcessIdentity(pid: identity.pid, startTicks: identity.startTicks - 1, boot: identity.boot)
        #expect(!earlier.isAlive)
        let otherBoot = ProcessIdentity(pid: identity.pid, startTicks: identity.startTicks, boot: "another")
        #expect(!otherBoot.isAlive)
        // Would end the tests if it were sent.
        earlier.signal(SIGKILL)
        otherBoot.signal(SIGKILL)
    }

    @Test(arguments: [#"{"pid":1,"start":"5","boot":"b"}"#, #"{"pid":77,"start":"x","boot":"b"}"#, #"{"pid":77,"boot":"b"}"#, "[]"])
    func nonsenseIsRefused(text: String) {
        #expect(throws: (any Error).self) { try ProcessIdentity(jsonBytes: Array(text.utf8)) }
    }
}

struct LineSplitterTests {
    @Test func linesAreTheSameHoweverTheBytesArrive() {
        let text = Array("one\ntwo\r\n\nfour".utf8)
        for size in 1...text.count {
            var splitter = LineSplitter()
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                splitter.append(text[start..<min(start + size, text.count)]) { lines.append(String(decoding: $0, as: UTF8.self)) }
            }
            splitter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
            #expect(lines == ["one", "two", "", "four"])
        }
    }

    @Test func anEndlessLineComesInPieces() {
        var splitter = LineSplitter()
        var sizes: [Int] = []
        splitter.append(repeatElement(UInt8(ascii: "x"), count: LineSplitter.longestLine * 2 + 5)) { sizes.append($0.count) }
        splitter.finish { sizes.append($0.count) }
        #expect(sizes == [LineSplitter.longestLine, LineSplitter.longestLine, 5])
    }
}
