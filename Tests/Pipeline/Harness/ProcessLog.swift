import DevServices
import Glibc
import JSON

/// What one part of the pipeline wrote, over all its lives.
final class ProcessLog: Sendable {
    let name: String
    private let lines = Watched<[String]>([])
    private let descriptor: Int32

    /// - Parameter path: of a file that gets the same lines, for whoever looks afterwards.
    init(name: String, path: String) {
        self.name = name
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func append(_ line: [UInt8]) {
        lines.update { $0.append(String(decoding: line, as: UTF8.self)) }
        if descriptor >= 0 { Files.writeAll(line + [UInt8(ascii: "\n")], to: descriptor) }
    }

    /// Every line that has this in it, as JSON. Lines that are none are left out.
    func entries(containing text: String) -> [JSON] {
        lines.read { lines in lines.filter { $0.contains(text) } }.compactMap { try? JSON(parsing: $0) }
    }

    /// The first line with all of these in it, as soon as it is written.
    func entry(containing texts: [String], within bound: Duration = .seconds(10)) async throws -> JSON {
        let isWanted = { @Sendable (line: String) in texts.allSatisfy { line.contains($0) } }
        guard await lines.wait(within: bound, until: { $0.contains(where: isWanted) }),
            let line = lines.read({ $0.first(where: isWanted) })
        else { throw PipelineFailure("\(name) wrote no line with \(texts) within \(bound)") }
        return try JSON(parsing: line)
    }

    /// Lines of these levels.
    func entries(at levels: Set<String>) -> [JSON] {
        levels.flatMap { entries(containing: #""level":"\#($0)""#) }
    }

    /// The last lines, and before them the last ones that complain.
    var tail: String {
        let all = lines.value
        let complaints = all.dropLast(8).filter { line in
            ["warning", "error", "critical"].contains { line.contains(#""level":"\#($0)""#) } || !line.hasPrefix("{")
        }
        let shown = complaints.suffix(8) + all.suffix(8)
        return "── \(name), \(all.count) lines ──\n" + shown.map { String($0.prefix(400)) }.joined(separator: "\n")
    }
}
