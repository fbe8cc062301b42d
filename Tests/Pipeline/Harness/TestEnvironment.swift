import DevServices
import Glibc
import Testing

/// What the environment tells these tests.
enum TestEnvironment {
    /// The folder of the built executables.
    static let binaries = variable("SWITCHBOARD_TEST_BIN")
    /// Where files of the tests go; nil: a folder in /tmp that is removed afterwards.
    static let folder = variable("SWITCHBOARD_TEST_FOLDER")
    /// A folder of recorded updates, one JSON document a file; nil: those of the project.
    static let updates = variable("SWITCHBOARD_UPDATES")
    /// A minute of load instead of some seconds.
    static let isLong = variable("SWITCHBOARD_TEST_LONG") == "1"
    /// The real limits instead of faster ones, and figures that are checked.
    static let isBenchmark = variable("SWITCHBOARD_TEST_BENCHMARK") == "1"

    static let checkout = Files.parent(Files.parent(Files.parent(Files.parent(#filePath))))
    static let fixtures = Files.parent(Files.parent(#filePath)) + "/Fixtures"

    static let canRun = binaries != nil
    static let whyNot: Comment = "SWITCHBOARD_TEST_BIN names no folder of built executables (./switchboard test does)"

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Why a test could not go on, with what the processes said last.
struct PipelineFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
