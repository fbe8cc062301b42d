import DevServices
import Glibc
import JSON
import Synchronization
import Testing

struct PortBookTests {
    @Test func everybodyGetsOneOfTheirOwnAndKeepsIt() throws {
        var book = PortBook()
        let names = (0..<50).map { "p\($0)" }
        try book.assign(names, isFree: { _ in true })
        #expect(Set(book.ports.values).count == 50)
        let before = book
        #expect(try book.assign(names, isFree: { _ in true }) == [])
        #expect(book == before)
        #expect(try PortBook(jsonBytes: book.jsonBytes) == book)
    }

    @Test func aTakenPortIsReplacedAndNotGivenToAnother() throws {
        var book = PortBook(["a": 20_001, "b": 20_002])
        var next: UInt16 = 20_000
        let moved = try book.assign(["a", "b", "c"], isFree: { $0 != 20_001 }) {
            next += 1
            return next
        }
        #expect(moved == ["a"])
        #expect(book["b"] == 20_002)
        #expect(Set(book.ports.values).count == 3)
        #expect(!book.ports.values.contains(20_001))
    }

    @Test func noPortAtAllIsAnError() {
        var book = PortBook()
        let error = #expect(throws: DevServicesError.self) { try book.assign(["a"], isFree: { _ in false }) }
        #expect(error?.code == .noPort)
    }

    @Test func aListeningPortIsNotFree() throws {
        let port = try PortBook.free(1)[0]
        #expect(PortBook.isFree(port))
        let listener = try #require(listen(on: port))
        #expect(!PortBook.isFree(port))
        close(listener)
        #expect(PortBook.isFree(port))
    }

    @Test func aBrokenBookIsAnEmptyOne() throws {
        let folder = try TemporaryFolder()
        for text in ["", "[1]", #"{"a":70000}"#, #"{"a":80}"#, #"{"a":"b"}"#] {
            try Files.write(text, to: folder.path + "/ports.json")
            #expect(PortBook.load(folder.path + "/ports.json").ports.isEmpty)
        }
    }
}

/// A listening loopback socket.
func listen(on port: UInt16) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    return bound == 0 && Glibc.listen(descriptor, 4) == 0 ? descriptor : nil
}

struct ReadinessProbeTests {
    @Test func httpAnswersAreJudgedByTheirStatus() {
        func judge(_ text: String) -> ReadinessProbe.Answer { ReadinessProbe.judge(httpReply: Array(text.utf8), path: "/readyz") }
        #expect(judge("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == .ready)
        #expect(judge("HTTP/1.0 200 OK\r\n\r\n") == .ready)
        #expect(
            judge("HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\nwaiting for\nthe broker")
                == .notReady("/readyz answers 503: waiting for the broker"))
        #expect(judge("HTTP/1.1 404 Not Found\r\n\r\n") == .notReady("/readyz answers 404"))
        let checks =
            #"{"ready":false,"checks":{"amqp":{"status":"down","reason":"no connection"},"http":{"status":"up"},"x":{"status":"starting"}}}"#
        #expect(judge("HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\n" + checks) == .notReady("amqp: no connection, x: starting"))
        for nonsense in ["", "SSH-2.0-x\r\n", "HTTP/1.1", "HTTP/1.1 abc\r\n", "HTTP/1.1 500"] { #expect(judge(nonsense) != .ready) }
    }

    @Test func aBrokersGreetingIsRecognised() {
        #expect(ReadinessProbe.judge(amqpGreeting: [1, 0, 0, 0, 0, 1, 0, 0, 10, 0, 10]) == .ready)
        #expect(ReadinessProbe.judge(amqpGreeting: Array("AMQP".utf8) + [0, 0, 9, 1]) != .ready)
        #expect(ReadinessProbe.judge(amqpGreeting: []) != .ready)
    }

    @Test func aDatabaseThatStartsIsNotReady() {
        #expect(ReadinessProbe.judge(postgresReply: Array("R".utf8) + [0, 0, 0, 23]) == .ready)
        let starting = Array("E".utf8) + [0, 0, 0, 80] + Array("SFATAL\0C57P03\0Mthe database system is starting up\0\0".utf8)
        #expect(ReadinessProbe.judge(postgresReply: starting) == .notReady("PostgreSQL says: the database system is starting up"))
        #expect(ReadinessProbe.judge(postgresReply: Array("HTTP".utf8)) != .ready)
    }

    @Test func aListeningPortIsReadyForTCPOnly() async throws {
        let port = try PortBook.free(1)[0]
        #expect(await ReadinessProbe.tcp(port: port).check() == .notReady("nobody listens on port \(port)"))
        let listener = try #require(listen(on: port))
        defer { close(listener) }
        #expect(await ReadinessProbe.tcp(port: port).check() == .ready)
        // Nobody answers: bounded by the probe itself.
        #expect(await ReadinessProbe.http(port: port, path: "/readyz").check() != .ready)
    }
}

struct InstanceLockTests {
    @Test func onlyOneHoldsItAndItsEndFreesIt() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lock"
        #expect(!InstanceLock.isHeld(path))
        do {
            let lock = try InstanceLock(path)
            #expect(InstanceLock.isHeld(path))
            let error = #expect(throws: DevServicesError.self) { _ = try InstanceLock(path) }
            #expect(error?.code == .busy)
            withExtendedLifetime(lock) {}
        }
        #expect(!InstanceLock.isHeld(path))
    }
}

struct FilesTests {
    @Test func whatIsSecretIsReadableByItsOwnerOnly() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/secret"
        try Files.write("x", to: path, mode: 0o600)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(Files.list(folder.path) == ["secret"])
    }

    @Test func removingFollowsNoLinks() throws {
        let folder = try TemporaryFolder()
        try Files.makeFolder(folder.path + "/kept/inner")
        try Files.write("x", to: folder.path + "/kept/inner/file")
        try Files.makeFolder(folder.path + "/gone/inner")
        #expect(symlink(folder.path + "/kept", folder.path + "/gone/inner/link") == 0)
        try Files.remove(folder.path + "/gone")
        try Files.remove(folder.path + "/never-was")
        #expect(!Files.exists(folder.path + "/gone"))
        #expect(Files.text(folder.path + "/kept/inner/file") == "x")
    }

    @Test func errorsNameThePath() {
        let error = #expect(throws: DevServicesError.self) { try Files.read("/no/such/file") }
        #expect(error?.message.contains("/no/such/file") == true)
    }
}

struct RotatingLogTests {
    @Test func oldFilesArePutAsideAndTheOldestForgotten() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x.log"
        let log = try RotatingLog(path, limit: 20, kept: 2)
        for number in 10..<18 { log.write(Array("line \(number)".utf8)) }
        #expect(Files.text(path) == "line 16\nline 17\n")
        #expect(Files.text(path + ".1") == "line 14\nline 15\n")
        #expect(Files.text(path + ".2") == "line 12\nline 13\n")
        #expect(Files.list(folder.path).count == 3)
        let again = try RotatingLog(path, limit: 20, kept: 2)
        again.write(Array("line 18".utf8))
        #expect(Files.text(path) == "line 18\n")
    }
}

struct LogEntryTests {
    @Test func jsonLinesAreTakenApart() {
        let entry = LogEntry(
            process: "gateway",
            text:
                #"{"time":"2026-11-21T10:00:01.234567Z","level":"info","message":"accepted","metadata":{"bot":"demo","note":"a b"},"update":7,"nothing":null}"#
        )
        #expect(entry.time == "2026-11-21T10:00:01.234567")
        #expect(entry.level == "info")
        #expect(entry.message == "accepted")
        #expect(entry.details == ["bot=demo", #"note="a b""#, "update=7"])
    }

    @Test func otherLinesKeepTheirTextAndTime() {
        let entry = LogEntry(process: "postgres", text: "2026-11-21 10:00:01.5 UTC [7] LOG:  ready")
        #expect(entry.time == "2026-11-21T10:00:01.5")
        #expect(entry.message == entry.text)
        #expect(LogEntry(process: "x", text: "{not json").fields == nil)
        #expect(LogEntry(process: "x", text: "2026-11-2x 10:00:01").time == nil)
    }

    @Test func logsAreMergedByTimeAndLinesWithoutOneStayWithTheirs() {
        func entries(_ name: String, _ lines: String...) -> [LogEntry] { lines.map { LogEntry(process: name, text: $0) } }
        let merged = LogEntry.merge([
            entries("a", "2026-11-21 10:00:01 one", "  detail of one", "2026-11-21 10:00:03 three"),
            entries("b", "2026-11-21T10:00:02.5 two"),
        ])
        #expect(merged.map { $0.text.split(separator: " ").last ?? "" } == ["one", "one", "two", "three"])
    }
}

struct RestartPolicyTests {
    @Test func delaysDoubleUpToTheLongest() {
        let policy = RestartPolicy(firstDelay: .milliseconds(500), longestDelay: .seconds(30))
        #expect((1...9).map { policy.delay(afterFailures: $0) } == [0.5, 1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
        #expect(policy.delay(afterFailures: Int.max) == .seconds(30))
    }
}
