#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Definitions of the project's `bots` folder, found from this file.
enum Bots {
    static func text(_ bot: String, file: String = #filePath) throws -> String {
        var url = URL(filePath: file)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return try String(contentsOf: url.appending(path: "bots/\(bot)/bot.yaml"), encoding: .utf8)
    }
}
