import BotEngine
import BotStore
import Bus
import Contracts
import Dialog
import Glibc
import Logging
import Postgres
import Testing

/// What the worker makes of the bots' folders when it starts.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct BotFolderTests {
    /// A folder with a definition, for as long as `body` runs.
    private static func withFolder(_ bot: BotName, _ body: (BotFolder) async throws -> Void) async throws {
        var template = Array("/tmp/switchboard-folder-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw PostgresError(.misuse, "no temporary folder") }
        let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        defer {
            for name in ["bot.yaml", "a.png", "tests.yaml"] { unlink("\(path)/\(name)") }
            rmdir(path)
        }
        try await body(BotFolder(bot: bot, definition: "\(path)/bot.yaml", folder: path))
    }

    private static func write(_ text: String, _ name: String, _ folder: BotFolder) {
        guard let file = fopen("\(folder.folder)/\(name)", "w") else { return }
        fputs(text, file)
        fclose(file)
    }

    private static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private static func start(_ folder: BotFolder, _ bench: DialogBench, publishes: Bool = true) async throws -> DialogHandler {
        let handler = DialogBench.handler(bench.pool, [folder.bot])
        try await FolderPublisher(folders: [folder], registry: bench.registry, library: handler.library, logger: silent)
            .start(publishes: publishes)
        return handler
    }

    @Test func whatIsNewIsPublishedAndNothingElse() async throws {
        try await DialogBench.run(PublicationTests.saying("other")) { bench async throws in
            let bot = try #require(BotName("folder"))
            try await Self.withFolder(bot) { folder in
                func answer(_ handler: DialogHandler, _ id: String) async throws -> [String] {
                    try await bench.answers(by: handler, bench.delivery(id, "hi", bot: bot))[0]
                }
                func versions() async throws -> Int { try await bench.registry.versions(of: bot).count }

                // Nothing is there, and nothing good.
                #expect(try await answer(try await Self.start(folder, bench), "1") == ["rejected"])
                Self.write("bot: folder\nscreen: {}\n", "bot.yaml", folder)
                #expect(try await answer(try await Self.start(folder, bench), "2") == ["rejected"])
                Self.write(PublicationTests.saying("one"), "bot.yaml", folder)
                #expect(try await answer(try await Self.start(folder, bench, publishes: false), "3") == ["rejected"])

                #expect(try await answer(try await Self.start(folder, bench), "4") == ["one"])
                #expect(try await answer(try await Self.start(folder, bench), "5") == ["one"])
                #expect(try await versions() == 1)

                // A broken one: the last good version goes on.
                Self.write("bot: folder\nscreen: {}\n", "bot.yaml", folder)
                #expect(try await answer(try await Self.start(folder, bench), "6") == ["one"])
                Self.write(PublicationTests.saying("two"), "bot.yaml", folder)
                #expect(try await answer(try await Self.start(folder, bench, publishes: false), "7") == ["one"])
                #expect(try await answer(try await Self.start(folder, bench), "8") == ["two"])

                // Somebody rolls it back: the file isn't published again.
                _ = try await bench.registry.rollBack(bot, to: 1)
                #expect(try await answer(try await Self.start(folder, bench), "9") == ["one"])
                #expect(try await versions() == 2)

                // A file beside it counts, its tests don't.
                Self.write("tests", "tests.yaml", folder)
                _ = try await Self.start(folder, bench)
                #expect(try await versions() == 2)
                Self.write("picture", "a.png", folder)
                #expect(try await answer(try await Self.start(folder, bench), "10") == ["two"])
                let files = try await bench.registry.versions(of: bot).last?.content.files
                #expect(files?.keys.sorted() == ["a.png"])
                #expect(files?["a.png"]?.utf8.count == 16)
            }
        }
    }

    @Test func rowsThatDontGoWithItKeepTheLastVersion() async throws {
        try await DialogBench.run(DataChangeTests.bot("items: {n: int}")) { bench async throws in
            _ = try await bench.pool.query("INSERT INTO bot_shop.items (n) VALUES (1)")
            try await Self.withFolder(bench.bot) { folder in
                Self.write(DataChangeTests.bot("items: {n: {type: string, max: 10}}"), "bot.yaml", folder)
                let handler = try await Self.start(folder, bench)
                #expect(handler.library.version(of: bench.bot)?.number == 1)
                #expect(try await bench.answers(by: handler, bench.delivery("1", "hi")) == [["hi"]])
            }
        }
    }

    @Test func severalWorkersPublishOnce() async throws {
        try await DialogBench.run(PublicationTests.saying("other")) { bench async throws in
            let bot = try #require(BotName("folder"))
            try await Self.withFolder(bot) { folder in
                Self.write(PublicationTests.saying("one"), "bot.yaml", folder)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 { group.addTask { _ = try await Self.start(folder, bench) } }
                    try await group.waitForAll()
                }
                #expect(try await bench.registry.versions(of: bot).count == 1)
            }
        }
    }

    @Test func whatIsSavedIsPublishedWhileItIsWatched() async throws {
        try await DialogBench.run(PublicationTests.saying("other")) { bench async throws in
            let bot = try #require(BotName("folder"))
            try await Self.withFolder(bot) { folder in
                Self.write(PublicationTests.saying("one"), "bot.yaml", folder)
                let handler = DialogBench.handler(bench.pool, [bot])
                let publisher = FolderPublisher(folders: [folder], registry: bench.registry, library: handler.library, logger: Self.silent)
                let stamps = publisher.stamps
                try await publisher.start(publishes: true)
                let watching = Task { await publisher.watch(every: .milliseconds(20), since: stamps) }
                for text in ["two", "thr:ee", "one"] {
                    // The middle one is broken while it is written.
                    Self.write(text == "thr:ee" ? "bot: [" : PublicationTests.saying(text), "bot.yaml", folder)
                    if text == "thr:ee" { continue }
                    let deadline = ContinuousClock.now + .seconds(20)
                    while try await bench.answers(by: handler, bench.delivery("\(text)-\(UInt64.random(in: 0 ... .max))", "hi", bot: bot))[0] != [text] {
                        guard ContinuousClock.now < deadline else {
                            Issue.record("\(text) was not published")
                            break
                        }
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                watching.cancel()
                await watching.value
            }
        }
    }
}
