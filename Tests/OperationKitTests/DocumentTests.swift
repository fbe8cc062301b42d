import Contracts
import FoundationEssentials
import TestSupport
import Testing

/// What the documents say of workers is true.
@Suite struct DocumentTests {
    @Test func theReferenceOfOperationsIsCurrent() throws {
        let section = DocumentSection("operations", in: "docs/language/operations.md")
        #expect(try section.difference(from: OperationCatalogue.standard.markdown) == nil)
    }

    /// The example stands in ``Greeter``, where the compiler sees it.
    @Test func theExampleCompiles() throws {
        let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let example = try String(contentsOfFile: folder + "/Greeter.swift", encoding: .utf8)
        let page = try String(contentsOfFile: folder + "/../../docs/workers.md", encoding: .utf8)
        let blocks = page.split(separator: "```swift\n").dropFirst().compactMap { $0.split(separator: "```").first }
        #expect(blocks.contains { $0 == example }, "docs/workers.md shows another worker than Tests/OperationKitTests/Greeter.swift")
        #expect(example.split(separator: "\n").count <= 32)
    }
}
