import Glibc
import HTTPClient
import Testing

/// A client for one test, shut down at its end.
func withClient<Result>(
    _ configuration: HTTPClient.Configuration = .init(), _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let client = try HTTPClient(configuration)
    do {
        let result = try await body(client)
        await client.shutdown(within: .zero)
        return result
    } catch {
        await client.shutdown(within: .zero)
        throw error
    }
}

/// The error of a request that must fail.
func failure(_ body: () async throws -> Void) async throws -> HTTPClientError {
    do {
        try await body()
    } catch let error as HTTPClientError {
        return error
    }
    throw Missing()
}

struct Missing: Error, CustomStringConvertible {
    var description: String { "an HTTPClientError was expected" }
}

func post(_ url: String, _ body: String = "text=hello", total: Duration? = .seconds(20)) -> HTTPRequest {
    HTTPRequest(.post, url, body: .bytes(Array(body.utf8)), name: "sendMessage", timeouts: .init(total: total))
}

func get(_ url: String, total: Duration? = .seconds(20)) -> HTTPRequest {
    HTTPRequest(.get, url, name: "getMe", timeouts: .init(total: total))
}

/// A folder for one test, removed at its end.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    var template = Array("/tmp/http-client-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ServerError.system(errno) }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
        for name in names(in: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
    return try await body(folder)
}

func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { found.append(name) }
    }
    return found.sorted()
}

func writeFile(_ path: String, _ bytes: [UInt8]) throws {
    guard let file = fopen(path, "w") else { throw ServerError.system(errno) }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw ServerError.system(errno) }
}

func readFile(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw ServerError.system(errno) }
    defer { fclose(file) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let n = fread(&chunk, 1, chunk.count, file), n > 0 { all += chunk.prefix(n) }
    return all
}

/// The same bytes for the same seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var words = (0...count / 8).map { _ in next() }
        return words.withUnsafeMutableBytes { Array($0.prefix(count)) }
    }
}
