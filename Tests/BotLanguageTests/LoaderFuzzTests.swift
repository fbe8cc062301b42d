import BotLanguage
import Testing

/// Whatever a file contains, the loader answers with a definition or with mistakes, and never takes long.
@Suite struct LoaderFuzzTests {
    @Test(arguments: 0..<8) func survivesMutations(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let demo = Array(try Bots.text("demo").utf8)
        for _ in 0..<40 {
            var bytes = demo
            for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, &random) }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Words of the language where they don't belong.
    @Test(arguments: 0..<4) func survivesSwappedLines(seed: UInt64) throws {
        var random = SplitMix(seed: seed + 100)
        let lines = try Bots.text("demo").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<30 {
            var changed = lines
            for _ in 0..<3 {
                let from = Int.random(in: changed.indices, using: &random)
                let to = Int.random(in: changed.indices, using: &random)
                if Bool.random(using: &random) { changed.swapAt(from, to) } else { changed.remove(at: from) }
            }
            check(changed.joined(separator: "\n"))
        }
    }

    @Test func survivesNoise() {
        var random = SplitMix(seed: 7)
        let alphabet = Array("abot: \n-[]{}'\"|>&*!%@#?,${}\\\t01é🛒".unicodeScalars)
        for _ in 0..<400 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...120, using: &random) { text.append(alphabet[Int.random(in: alphabet.indices, using: &random)]) }
            check(String(text))
        }
    }

    private func check(_ yaml: String) {
        do throws(DefinitionError) {
            _ = try Definition(yaml: yaml)
        } catch {
            #expect(!error.diagnostics.isEmpty)
            for diagnostic in error.diagnostics {
                #expect(diagnostic.position.line >= 1 && diagnostic.position.column >= 1)
                #expect(!diagnostic.rendered.isEmpty)
            }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.remove(at: at)
        case 1: bytes[at] = UInt8.random(in: 0x20...0x7E, using: &random)
        case 2: bytes.insert("{}[]:,'\"$\n -&*".utf8.randomElement(using: &random) ?? 0x20, at: at)
        case 3:
            let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
            bytes.removeSubrange(at..<end)
        default:
            let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
            bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0..<bytes.count, using: &random))
        }
        if bytes.isEmpty { bytes = [0x20] }
    }
}
