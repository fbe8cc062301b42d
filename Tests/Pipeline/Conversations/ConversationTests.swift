import HTTPClient
import JSON
import Testing

extension PipelineTests {
    /// A person talks to the demo bot, as a newcomer does on the chat page.
    @Suite struct Conversations {
        @Test(arguments: PipelineHarness.Updates.allCases)
        func theDemoBotAnswers(updates: PipelineHarness.Updates) async throws {
            var options = PipelineHarness.Options()
            options.updates = updates
            // This person never stops to think: one message a second would be all that there is to measure.
            options.settings = ["SWITCHBOARD_LIMITS_CHAT_RATE": "1000", "SWITCHBOARD_LIMITS_CHAT_BURST": "1000"]
            try await withPipeline(options) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("limits", ["on": false])
                try await control.post("people", ["name": "Ann", "username": "ann"])
                let chat = SimulatedChat(control, bot: "demo", person: "ann")
                try await menu(pipeline, client)
                try await form(chat)
                try await list(chat)
                try await oldButtons(chat)
                try await replyKeyboard(chat)
                try await otherThings(chat)
                let times = await chat.answerTimes
                print(
                    "demo by \(updates): \(times.count) answers, p50 \(times.percentile(0.5).milliseconds) ms, at most \((times.max() ?? .zero).milliseconds) ms"
                )
                #expect(times.percentile(0.5) < .seconds(1))
                for part in pipeline.options.parts { #expect(pipeline.log(part).entries(at: ["error", "critical"]) == []) }
                await client.shutdown()
            }
        }

        /// What the definition says about its commands stands in the menu, soon after the start.
        private func menu(_ pipeline: PipelineHarness, _ client: HTTPClient) async throws {
            let url = "\(pipeline.simulatorURL)/bot100001:simulated_demo/getMyCommands"
            try await pipeline.eventually("the menu of commands", within: .seconds(20)) {
                let answer = try JSON(parsing: try await client.execute(HTTPRequest(.get, url)).body)
                let menu = (answer["result"]?.array ?? []).map { [$0["command"]?.string ?? "", $0["description"]?.string ?? ""] }
                return menu.map { $0[0] } == ["start", "list", "add", "clear"] && menu[0][1] == "The menu"
            }
        }

        /// A form with typed questions, a choice, a wrong answer that is asked for again, and a skipped question.
        private func form(_ chat: SimulatedChat) async throws {
            try await chat.say("/start")
            let menu = try await chat.sees("👋 Hello, Ann!")
            #expect(menu.buttons == [["➕ Add", "📋 The list"], ["🧺 By shelf", "💶 Purse"], ["⌨️ Quick keys"]])
            try await chat.tap("➕ Add")
            let question = try await chat.sees("What shall I put on the list?")
            #expect(question.type == "edited" && question.messageID == menu.messageID)
            try await chat.say("Milk")
            try await chat.sees("On which shelf is it?")
            try await chat.tap("🧀 Dairy")
            try await chat.sees("How many?")
            try await chat.say("a lot")
            try await chat.sees("A number from 1 to 99 please.")
            try await chat.say("2")
            try await chat.sees("What does one cost?")
            try await chat.tap("I don't know")
            try await chat.sees("✔️ Milk is on the list.")
            try await chat.sees("🛒 1 thing to buy, 0 in the basket.")
        }

        /// A list of rows whose entries open, change and go.
        private func list(_ chat: SimulatedChat) async throws {
            try await chat.tap("📋 The list")
            #expect(try await chat.sees("Tap a thing to open it.").buttons == [["Milk × 2"], ["➕ Add", "⬅️ Back"]])
            try await chat.tap("Milk × 2")
            try await chat.sees("Milk × 2")
            try await chat.tap("➕")
            try await chat.sees("Milk × 3")
            try await chat.tap("✅ In the basket")
            // The note and the edited message come by two calls without an order between them.
            try await chat.sees("Nothing. Your basket is full")
            try await chat.tap("⬅️ Back")
            #expect(try await chat.sees("🎉 All done").buttons.contains(["🏁 Finish the trip"]))
        }

        /// Buttons of messages from before: what still makes sense is done, the rest is answered kindly.
        private func oldButtons(_ chat: SimulatedChat) async throws {
            try await chat.say("/add bread 1")
            try await chat.sees("✔️ bread × 1")
            try await chat.say("/list")
            let first = try await chat.sees("Tap a thing to open it.")
            try await chat.say("/list")
            let second = try await chat.sees("Tap a thing to open it.")
            #expect(first.buttons.first == ["bread"] && second.buttons.first == ["bread"])
            try await chat.tap("bread", of: first.messageID)
            try await chat.sees("bread × 1")
            try await chat.tap("🗑 Remove", of: first.messageID)
            try await chat.sees("Tap a thing to open it.")
            // What it would open is gone.
            try await chat.tap("bread", of: second.messageID)
            try await chat.sees("That isn't there any more.")
            // Its question is no longer asked.
            try await chat.say("Rice")
            let question = try await chat.sees("On which shelf is it?")
            try await chat.say("/menu")
            try await chat.sees("All done")
            try await chat.tap("🧀 Dairy", of: question.messageID)
            try await chat.sees("That button is no longer current.")
        }

        private func replyKeyboard(_ chat: SimulatedChat) async throws {
            try await chat.say("/menu")
            try await chat.sees("All done")
            try await chat.tap("⌨️ Quick keys")
            try await chat.sees("These keys stay below the text field.")
            #expect(try await chat.keyboard() == [["📋 List", "➕ New"], ["🏠 Home", "🙈 Hide the keys"]])
            try await chat.say("📋 List")
            try await chat.sees("Tap a thing to open it.")
            try await chat.say("🙈 Hide the keys")
            try await chat.sees("The keys are gone.")
            #expect(try await chat.keyboard() == [])
        }

        private func otherThings(_ chat: SimulatedChat) async throws {
            try await chat.send("photo", name: "apple.png", Self.picture)
            try await chat.sees("Nice picture!")
            try await chat.say("/nonsense")
            try await chat.sees("I don't know /nonsense.")
            // And where the person is.
            try await chat.sees("The keys are gone.")
        }

        /// A PNG of one pixel.
        static let picture: [UInt8] = [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0,
            0x3A,
            0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xAF, 0xA4, 0x71, 0, 0,
            0,
            0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
        ]
    }
}
