import DevServices
import HTTPClient
import JSON
import Testing

extension PipelineTests {
    /// A bot that asks the probe, through every process.
    @Suite struct Operations {
        private var options: PipelineHarness.Options {
            var options = PipelineHarness.Options()
            options.bots = ["probing"]
            options.parts = [.simulator, .dialog, .scheduler, .probe, .files, .sender, .gateway]
            options.settings = [
                "SWITCHBOARD_WORKERS": "probe,files",
                "SWITCHBOARD_BOT_PROBING_DEFINITION": TestEnvironment.fixtures + "/operations/bot.yaml",
                "SWITCHBOARD_LIMITS_CHAT_RATE": "1000", "SWITCHBOARD_LIMITS_CHAT_BURST": "1000",
            ]
            return options
        }

        @Test func repliesComeBack() async throws {
            try await withChat { pipeline, chat in
                try await chat.say("/echo hello")
                try await chat.sees("hello has 5 letters")
                try await chat.say("/fail")
                try await chat.sees("Failed: nope, It was asked to fail.")
                try await chat.say("/slow Soup 2")
                try await chat.sees("Soup is at 1 of 2")
                try await chat.sees("Soup is at 2 of 2")
                try await chat.sees("Soup is done after 2")
                try await chat.say("/hang")
                try await chat.sees("It failed: timeout")
                for part in pipeline.options.parts { #expect(pipeline.log(part).entries(at: ["error", "critical"]) == []) }
            }
        }

        /// Telegram, the worker, the store, and the sender where Telegram doesn't know the file any more.
        @Test func filesAreKept() async throws {
            let folder = "/tmp/pipeline-objects-\(UInt32.random(in: 0 ... .max))"
            defer { try? Files.remove(folder) }
            try await withChat(["SWITCHBOARD_OBJECTS_FOLDER": folder]) { pipeline, chat in
                let picture = [UInt8]((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
                try await chat.send("photo", name: "soup.jpg", picture)
                let kept = try await chat.sees("Kept as probing/pictures/1, ")
                #expect(try Files.read("\(folder)/probing/pictures/1~") == picture)
                #expect(kept.text.hasSuffix("5000 bytes"))
                try await chat.say("/show")
                try await chat.sees("Picture 1")
                try await chat.post(
                    "faults",
                    ["method": "sendPhoto", "next": 1, "code": 400, "description": "Bad Request: wrong file identifier/HTTP URL specified"])
                try await chat.say("/show")
                try await chat.sees("Picture 1")
                #expect(pipeline.log(.sender).entries(at: ["error", "critical"]) == [])
            }
        }

        /// Whoever is killed in the middle: each end is heard exactly once.
        @Test(arguments: [PipelineHarness.Part.probe, .dialog, .scheduler])
        func endsAreHeardOnceWhoeverIsKilled(part: PipelineHarness.Part) async throws {
            try await withChat { pipeline, chat in
                let names = (1...8).map { "Soup\($0)" }
                for name in names { try await chat.say("/slow \(name) 6") }
                try await chat.sees("Soup1 is at 1 of 6")
                await pipeline.kill(part)
                try await pipeline.start(part)
                try await pipeline.eventually("every end", within: .seconds(60)) {
                    try await chat.transcript().count { $0.contains("is done after 6") } >= names.count
                }
                // What came twice would have come by now: the queue of this chat is in order.
                try await chat.say("/bye")
                try await chat.sees("Bye")
                let seen = try await chat.transcript()
                for name in names {
                    #expect(seen.count { $0 == "\(name) is done after 6" } == 1, "\(seen)")
                    for step in 1...6 { #expect(seen.count { $0 == "\(name) is at \(step) of 6" } <= 1, "\(seen)") }
                }
            }
        }

        private func withChat(
            _ settings: [String: String] = [:], _ body: @Sendable (PipelineHarness, SimulatedChat) async throws -> Void
        ) async throws {
            var options = options
            options.settings.merge(settings) { $1 }
            try await withPipeline(options) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("limits", ["on": false])
                try await control.post("people", ["name": "Ann", "username": "ann"])
                try await body(pipeline, SimulatedChat(control, bot: "probing", person: "ann"))
                await client.shutdown()
            }
        }
    }
}
