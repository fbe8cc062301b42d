import BotLanguage
import Glibc
import Measuring

/// What it costs to load and check a definition; see the README beside it.
///
///     DefinitionBenchmark <bot.yaml>...
@main
struct DefinitionBenchmark {
    static func main() throws {
        let files = CommandLine.arguments.dropFirst()
        guard !files.isEmpty else {
            print("usage: DefinitionBenchmark <bot.yaml>...")
            exit(64)
        }
        for file in files {
            _ = try Definition(file: file)
            let figure = Meter { _ = try? Definition(file: file) }
            print("\(file): \((figure.nanoseconds / 10_000).rounded() / 100) ms")
        }
    }
}
