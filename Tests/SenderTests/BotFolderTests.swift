import FoundationEssentials
import Sender
import Testing

/// Which files a message may name.
@Suite final class BotFolderTests {
    private let root: String
    private let folder: BotFolder

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/bot-folder-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root + "/demo/pictures", withIntermediateDirectories: true)
        for name in ["demo/a.png", "demo/a\nb.png", "demo/pictures/b.png", "secret"] {
            try Data([1]).write(to: URL(filePath: "\(root)/\(name)"))
        }
        folder = BotFolder(path: root + "/demo")
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    @Test(arguments: ["a.png", "pictures/b.png", "./a.png"]) func filesInTheFolderAreFound(name: String) {
        #expect(folder.file(name) == "\(root)/demo/\(name)")
    }

    @Test(arguments: ["../secret", "pictures/../../secret", "..", "/etc/passwd", "a.png\0/../../secret"])
    func namesThatLeadOutOfTheFolderAreRefused(name: String) {
        #expect(folder.file(name) == nil)
    }

    @Test(arguments: ["", ".", "pictures", "pictures/", "none.png", "a\nb.png"]) func whatIsNoFileIsRefused(name: String) {
        #expect(folder.file(name) == nil)
    }
}
