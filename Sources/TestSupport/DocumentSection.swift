import FoundationEssentials
import Synchronization

/// A part of a document that is made from the code, between `<!-- begin NAME -->` and `<!-- end NAME -->`.
///
/// A test compares the two, so that they can't drift; run with `UPDATE_DOCS=1` it writes the document instead.
package struct DocumentSection: Sendable {
    package var name: String
    /// Of the document, absolute.
    package var path: String

    /// - Parameters:
    ///   - document: Below the package's folder: `docs/settings.md`.
    ///   - testFile: The test's own file, `Tests/<target>/<file>.swift`, from which the package's folder is found.
    package init(_ name: String, in document: String, testFile: String = #filePath) {
        self.name = name
        let folder = testFile.split(separator: "/").dropLast(3).joined(separator: "/")
        path = "/\(folder)/\(document)"
    }

    /// Tests run side by side and may write the same document.
    private static let writing = Mutex(())

    /// What is wrong with the section; nil when it says exactly `content`.
    package func difference(from content: String) throws -> String? {
        try Self.writing.withLock { _ in try compare(content) }
    }

    private func compare(_ content: String) throws -> String? {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let begin = text.firstRange(of: "<!-- begin \(name) -->\n"), let end = text.firstRange(of: "<!-- end \(name) -->"),
            begin.upperBound <= end.lowerBound
        else { return "\(path) has no section \(name)" }
        let old = text[begin.upperBound..<end.lowerBound]
        guard old != content + "\n" else { return nil }
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
            let new = text[..<begin.upperBound] + content + "\n" + text[end.lowerBound...]
            try String(new).write(toFile: path, atomically: true, encoding: .utf8)
            return nil
        }
        let oldLines = Set(old.split(separator: "\n"))
        let missing = content.split(separator: "\n").filter { !oldLines.contains($0) }
        return
            "\(path), section \(name), differs from the code; run the tests with UPDATE_DOCS=1. New lines:\n\(missing.joined(separator: "\n"))"
    }
}
