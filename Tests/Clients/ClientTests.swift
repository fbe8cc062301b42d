import FoundationEssentials
import Glibc
import Testing

/// Bots written with other people's libraries, run against the simulator by ``drive.py``.
///
/// The first run makes an environment with the pinned versions of `requirements.txt` beside the built programs; that needs
/// python3 and a way to PyPI. Without them the tests are skipped.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["SWITCHBOARD_TEST_CLIENTS"] == "1",
        "SWITCHBOARD_TEST_CLIENTS is not 1: bots with aiogram and python-telegram-bot, installed from PyPI"))
struct ClientTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path()
    private static let binaries =
        ProcessInfo.processInfo.environment["SWITCHBOARD_TEST_BIN"]
        ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path()
    private static let environment = binaries + "/switchboard-test-clients"

    /// Whether the libraries are there, tried once: 0 they are, 75 they can't be had here, another status: something is wrong.
    private static let preparation = Result { try run(["/bin/sh", folder + "prepare.sh", environment, folder + "requirements.txt"]) }

    @Test(
        .enabled("the libraries can't be had here; prepare.sh has said why") {
            (try? preparation.get()) != 75
        }, arguments: ["bot_aiogram.py", "bot_ptb.py"], ["polling", "webhook"])
    func everythingIsUnderstood(bot: String, mode: String) throws {
        try #require(try Self.preparation.get() == 0, "the libraries couldn't be installed; see what pip said")
        let simulator = Self.binaries + "/switchboard-telegram-simulator"
        try #require(
            FileManager.default.isExecutableFile(atPath: simulator),
            "\(simulator) is not built; SWITCHBOARD_TEST_BIN names the folder of the executables")
        let status = try Self.run([
            "/usr/bin/timeout", "300", Self.environment + "/bin/python", Self.folder + "drive.py", simulator, Self.folder + bot, mode,
        ])
        #expect(status == 0, "see what the script printed")
    }

    /// Runs a program to its end; what it prints goes where the tests' own output goes.
    private static func run(_ arguments: [String]) throws -> Int32 {
        var process: pid_t = 0
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let code = posix_spawn(&process, arguments[0], nil, nil, &pointers, environ)
        try #require(code == 0, "\(arguments[0]) doesn't start: \(code)")
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }
}
