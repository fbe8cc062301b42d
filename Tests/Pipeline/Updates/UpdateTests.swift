import Contracts
import HTTPClient
import JSON
import Telegram
import Testing

extension PipelineTests {
    @Suite struct Updates {
        private static func options() -> PipelineHarness.Options {
            var options = PipelineHarness.Options()
            options.bots = ["demo"]
            // The documents are from few chats.
            options.settings = [
                "SWITCHBOARD_LIMITS_CHAT_RATE": "1000", "SWITCHBOARD_LIMITS_CHAT_BURST": "1000", "SWITCHBOARD_LIMITS_GROUP_RATE": "1000",
                "SWITCHBOARD_LIMITS_GROUP_BURST": "1000",
            ]
            return options
        }

        /// Every document is taken, published, and handled or passed on; nothing ends in the dead letters, nobody dies.
        @Test func everyKindFindsItsWay() async throws {
            let documents = try UpdateDocuments.load()
            try await withPipeline(Self.options()) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("limits", ["on": false])
                // The project's own documents come from her; people of others are strangers, and what they are sent fails.
                try await control.post("people", ["name": "Ann", "id": 42, "bot": "demo"])
                let post = TelegramPost(client: client, url: pipeline.webhookURL("demo"))
                for document in documents {
                    let status = try await post.send(document.update.bytes).status
                    #expect(status == 200, "\(document.name)")
                }
                let taken = pipeline.log(.gateway).entries(containing: #""message":"update""#)
                #expect(Set(taken.compactMap { $0["message_id"]?.string }) == Set(documents.map { "telegram:demo:\($0.id)" }))
                #expect(taken.allSatisfy { $0["verdict"] == "pass" })
                #expect(pipeline.log(.gateway).entries(containing: "not as documented") == [])

                try await pipeline.eventually("dialog has got every event", within: .seconds(30)) {
                    try await pipeline.metric("messaging_client_consumed_messages_total", of: .dialog, client) >= Double(documents.count)
                }
                let bot = TelegramBot(name: try #require(BotName("demo")), id: "100001")
                let concerning = try documents.filter { try $0.concernsTheDialog(of: bot) }
                try await expectHandled(concerning, pipeline, client)
                print("\(documents.count) updates taken, \(concerning.count) of them handled by the bot, the others passed on")
                for part in pipeline.options.parts { #expect(pipeline.log(part).entries(at: ["error", "critical"]) == [], "\(part)") }
                await client.shutdown()
            }
        }

        private func expectHandled(_ documents: [UpdateDocuments.Document], _ pipeline: PipelineHarness, _ client: HTTPClient) async throws
        {
            for document in documents {
                do {
                    let id = #""message_id":"telegram:demo:\#(document.id)""#
                    let line = try await pipeline.log(.dialog).entry(containing: [id, #""trigger""#])
                    #expect(line["level"] == "info", "\(document.name): \(line)")
                } catch {
                    Issue.record("\(document.name) was not handled: \(error)")
                }
            }
            // A transaction that PostgreSQL makes the worker repeat says so twice: the last one counts.
            let handled = pipeline.log(.dialog).entries(containing: #""trigger""#)
            let counts = Dictionary(handled.map { ($0["message_id"]?.string ?? "", Int($0["commands"]?.string ?? "") ?? 0) }) { $1 }
            let commands = counts.values.reduce(0, +)
            #expect(commands > 0)
            try await pipeline.eventually("sender is done with \(commands) commands", within: .seconds(60)) {
                try await pipeline.metric("switchboard_sender_commands_total", of: .sender, client) >= Double(commands)
            }
        }

        /// What is no update is refused for what it is, and the next good one is answered as ever.
        @Test func malformedOnesAreRefusedAndHarmNobody() async throws {
            try await withPipeline(Self.options()) { pipeline in
                let client = try HTTPClient()
                let post = TelegramPost(client: client, url: pipeline.webhookURL("demo"))
                for refused in MalformedUpdates.refused {
                    var post = post
                    post.secret = refused.secret
                    let response = try await post.send(refused.body)
                    #expect(response.status == refused.status, "\(refused.name)")
                    let answer = try JSON(parsing: response.body)
                    #expect(answer["ok"] == false && answer["error_code"] == .int(Int64(refused.status)), "\(refused.name): \(answer)")
                    #expect(answer["description"]?.string?.contains("geheim") == false, "\(refused.name): the answer repeats content")
                }
                for odd in MalformedUpdates.odd {
                    let status = try await post.send(odd.body).status
                    #expect(status == 200, "\(odd.name)")
                }
                let others = try await MalformedUpdates.otherCalls(client, webhook: pipeline.webhookURL("demo"))
                for (name, status) in others { #expect((400..<500).contains(status), "\(name): \(status)") }

                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("people", ["name": "Carol", "username": "carol"])
                let chat = SimulatedChat(control, bot: "demo", person: "carol")
                try await chat.say("/start")
                try await chat.sees("Hello, Carol!")
                try await pipeline.eventually("dialog has got every event", within: .seconds(30)) {
                    try await pipeline.metric("messaging_client_consumed_messages_total", of: .dialog, client)
                        > Double(MalformedUpdates.odd.count)
                }
                let everything = PipelineHarness.Part.allCases.flatMap { pipeline.log($0).entries(containing: "geheim") }
                #expect(everything == [], "a log repeats what people wrote")
                await client.shutdown()
            }
        }
    }
}
