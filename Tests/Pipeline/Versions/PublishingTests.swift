import DevServices
import HTTPClient
import JSON
import Postgres
import Testing

extension PipelineTests {
    /// A definition published under conversations that are going on.
    @Suite struct Publishing {
        private static func definition(_ text: String) -> String {
            """
            bot: forms
            data:
              orders:
                who: {type: users, default: user}
            \(text)
            """
        }

        private static let first = definition(
            """
                size: int
                note: {type: string, max: 40}
            handlers:
              - {command: order, do: [{call: order}]}
            forms:
              order:
                fields:
                  name: {ask: "Name?"}
                  size: {ask: "Size?", type: int}
                  note: {ask: "Note?", max: 40}
                done:
                  - {insert: orders, set: {size: size, note: note}}
                  - {show: {text: "first: ${name} ${size} ${note}"}}
            """)

        /// The form, a field, a column and a question are called otherwise, and one question more is asked.
        private static let second = definition(
            """
                amount: {type: int, was: size}
                remark: {type: string, max: 40, was: note}
                colour: {type: string, max: 20, default: "'none'"}
            handlers:
              - {command: order, do: [{call: purchase}]}
            forms:
              purchase:
                fields:
                  name: {ask: "Your name?"}
                  amount: {ask: "How many?", type: int}
                  colour: {ask: "Colour?", max: 20}
                  remark: {ask: "Remark?", max: 40}
                done:
                  - {insert: orders, set: {amount: amount, remark: remark, colour: colour}}
                  - {show: {text: "second: ${name} ${amount} ${colour} ${remark}"}}
            migrate:
              - {form: order, to: purchase, fields: {amount: size, remark: note}}
            """)

        @Test func aThousandConversationsInTheMiddleOfAForm() async throws {
            let folder = "/tmp/switchboard-publishing-\(UInt32.random(in: 0 ... .max))"
            try Files.makeFolder(folder)
            let file = "\(folder)/bot.yaml"
            try Files.write(Self.first, to: file)
            var options = PipelineHarness.Options()
            options.bots = ["forms"]
            options.parts = [.simulator, .dialog, .secondDialog, .thirdDialog, .sender, .gateway]
            options.settings = [
                "SWITCHBOARD_BOT_FORMS_DEFINITION": file, "SWITCHBOARD_LIMITS_CHAT_RATE": "1000",
                "SWITCHBOARD_LIMITS_CHAT_BURST": "1000", "SWITCHBOARD_LIMITS_BULK_RATE": "1000",
            ]
            try await withPipeline(options) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("limits", ["on": false])
                let crowd = try await Crowd.make(1000, named: "Person", bot: "forms", control)
                // A third has given its name, a third the size as well, a third answers while it is published.
                try await crowd.everybodySays(0..<1000) { ["/order", "name\($0)"] }
                try await crowd.everybodySays(0..<333) { ["\($0)"] }
                try await pipeline.eventually("everybody is in the middle of it", within: .seconds(120)) {
                    try await Self.strings(
                        "SELECT count(*)::text FROM dialog.conversations WHERE state->'f'->-1->>'w' IN ('size', 'note') AND state->'f'->-1->'v'->>'name' IS NOT NULL",
                        pipeline) == ["1000"]
                }
                try Files.write(Self.second, to: file)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await crowd.everybodySays(333..<666) { ["\($0)"] } }
                    group.addTask {
                        let report = try await Self.publish(file, pipeline)
                        #expect(report["result"] == "done" && report["version"] == 2)
                    }
                    try await group.waitForAll()
                }
                await pipeline.kill(.secondDialog)
                try await crowd.everybodySays(666..<1000) { ["\($0)"] }
                try await pipeline.start(.secondDialog)
                try await pipeline.eventually("the old questions are answered", within: .seconds(120)) {
                    try await Self.strings(
                        "SELECT count(*)::text FROM dialog.conversations WHERE state->'f'->-1->'v'->>'amount' IS NULL AND state->'f'->-1->'v'->>'size' IS NULL",
                        pipeline) == ["0"]
                }
                // The note that the old version asked for has become the remark.
                try await crowd.everybodySays(0..<1000) { ["one\($0)"] }
                try await Self.finish(crowd, pipeline)
                let rows = try await Self.strings("SELECT o.amount::text FROM bot_forms.orders AS o ORDER BY o.amount", pipeline)
                #expect(rows == (0..<1000).map(String.init), "somebody's order is lost, or there twice")
                await client.shutdown()
            }
            try Files.remove(folder)
        }

        /// Everybody answers what is asked until the order is there.
        private static func finish(_ crowd: Crowd, _ pipeline: PipelineHarness) async throws {
            for _ in 0..<4 {
                var open: [Int] = []
                try await pipeline.eventually("everybody has an answer", within: .seconds(120)) {
                    try await pipeline.services.waitingMessages() == [:]
                }
                for (index, person) in crowd.people.enumerated() {
                    if let done = try await crowd.heard(person).first(where: { $0.hasPrefix("second: ") }) {
                        #expect(done.hasPrefix("second: name\(index) \(index) "))
                    } else {
                        open.append(index)
                    }
                }
                guard !open.isEmpty else { return }
                for index in open { try await crowd.say("more\(index)", crowd.people[index]) }
            }
            Issue.record("not everybody has finished")
        }

        private static func publish(_ file: String, _ pipeline: PipelineHarness) async throws -> JSON {
            guard let binaries = TestEnvironment.binaries else { throw PipelineFailure("SWITCHBOARD_TEST_BIN is not set") }
            let result = try await Command.run(
                "\(binaries)/switchboard-dialog", ["publish", "--", file], environment: ["SWITCHBOARD_POSTGRES_URL": pipeline.databaseURL])
            guard let line = result.output.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
                throw PipelineFailure("publish said: \(result.output)")
            }
            return try JSON(parsing: Array(line.utf8))
        }

        private static func strings(_ query: String, _ pipeline: PipelineHarness) async throws -> [String] {
            try await pipeline.services.withPool(pipeline.databaseURL) { pool in
                try await pool.query(PostgresQuery(unsafeSQL: query, parameters: PostgresParameters(), operation: "ask")).decode(
                    String.self)
            }
        }
    }
}
