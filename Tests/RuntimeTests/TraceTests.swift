import Instrumentation
import Logging
import Runtime
import TestSupport
import Testing

@Suite struct TraceParentTests {
    private let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func theSpecificationsExample() throws {
        let parent = try #require(TraceParent(example))
        #expect(parent.traceID.description == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(parent.spanID.description == "00f067aa0ba902b7")
        #expect(parent.isSampled)
        #expect(parent.description == example)
    }

    @Test(arguments: [
        "", "00", "00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ])
    func refused(_ text: String) {
        #expect(TraceParent(text) == nil)
    }

    @Test func aLaterVersionIsReadByItsFirstFields() throws {
        let parent = try #require(TraceParent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff-what-comes"))
        #expect(parent.description == example)
    }

    /// Anything either is refused or comes out as it went in.
    @Test func fuzz() {
        var random = SeededGenerator(seed: 3)
        var read = 0
        for _ in 0..<50_000 {
            var bytes = Array(example.utf8)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...127, using: &random)
                case 1: bytes.remove(at: Int.random(in: bytes.indices, using: &random))
                default: bytes.insert(UInt8.random(in: 0...127, using: &random), at: Int.random(in: bytes.indices, using: &random))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let parent = TraceParent(text) else { continue }
            read += 1
            if text.hasPrefix("00") { #expect(parent.description == text) }
            #expect(TraceParent(parent.description) == parent)
        }
        #expect(read > 1000)
    }

    @Test func childrenStayInTheTrace() {
        let parent = TraceParent()
        #expect(TraceParent(parent.description) == parent)
        #expect(parent.child().traceID == parent.traceID)
        #expect(parent.child().spanID != parent.spanID)
        #expect(TraceParent().traceID != parent.traceID)
    }

    @Test func theTaskCarriesIt() async throws {
        let parent = try #require(TraceParent(example))
        #expect(TraceParent.current == nil)
        await withTrace(parent) {
            let inside = TraceParent.current
            #expect(inside?.traceID == parent.traceID)
            #expect(inside?.spanID != parent.spanID)
            async let child = TraceParent.current
            #expect(await child == inside)
            #expect(Logger.MetadataProvider.traceContext.get()["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736")
        }
        #expect(TraceParent.current == nil)
        withTrace(nil) { #expect(TraceParent.current != nil) }
        #expect(Logger.MetadataProvider.traceContext.get().isEmpty)
    }
}
