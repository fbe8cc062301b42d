import DevServices
import Glibc
import JSON

/// `.switchboard/test-<pid>`: everything one run of the tests needs.
struct TestFolder: Sendable {
    let path: String

    static func isName(_ name: String) -> Bool { name.hasPrefix("test-") }

    /// Makes the folder of this process.
    init(in state: String) throws {
        path = "\(state)/test-\(getpid())"
        try Files.remove(path)
        try Files.makeFolder(path, mode: geteuid() == 0 ? 0o711 : 0o700)
        if let owner = ProcessIdentity.current {
            try Files.write(String(decoding: owner.jsonBytes, as: UTF8.self), to: path + "/owner.json")
        }
    }

    var postgres: String { path + "/postgres" }
    var rabbitMQ: String { path + "/rabbitmq" }
    /// The mark of what the tests start, apart from that of the services they are given: these must outlive them.
    var testMark: String { Self.testMark(path) }

    private static func testMark(_ path: String) -> String { path + "/scratch" }

    /// For the tests' own files.
    var scratch: String { path + "/scratch" }

    func remove() throws {
        try PrivatePostgres.removeData(folder: postgres)
        try Files.remove(path)
    }

    /// Folders whose owner is gone, with what may still run in them.
    static func abandoned(in state: String) -> [String] {
        Files.list(state).filter(isName).map { state + "/" + $0 }.filter { folder in
            guard let bytes = try? Files.read(folder + "/owner.json"), let owner = try? ProcessIdentity(jsonBytes: bytes) else {
                return true
            }
            return !owner.isAlive
        }
    }

    /// Ends what killed runs left, and removes their folders.
    static func removeAbandoned(in state: String) async throws {
        for folder in abandoned(in: state) {
            await Leftovers.find(folder: testMark(folder), record: nil).stop()
            await Leftovers.find(folder: folder, record: nil).stop()
            try PrivatePostgres.removeData(folder: folder + "/postgres")
            try Files.remove(folder)
        }
    }
}
