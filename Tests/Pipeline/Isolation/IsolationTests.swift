import HTTPClient
import JSON
import Postgres
import Testing

extension PipelineTests {
    /// Handlers behave as if one ran after another, whoever else is at work: three dialog processes, one of which is killed.
    @Suite struct Isolation {
        private static func options(_ bot: String) -> PipelineHarness.Options {
            var options = PipelineHarness.Options()
            options.bots = [bot]
            options.parts = [.simulator, .dialog, .secondDialog, .thirdDialog, .sender, .gateway]
            options.settings = [
                "SWITCHBOARD_LIMITS_CHAT_RATE": "1000", "SWITCHBOARD_LIMITS_CHAT_BURST": "1000", "SWITCHBOARD_LIMITS_BULK_RATE": "1000",
            ]
            return options
        }

        /// A thousand players look for a partner: nobody waits while a partner waits, and no game has three players.
        @Test func matchMaking() async throws {
            try await withPipeline(Self.options("tictactoe")) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("limits", ["on": false])
                let crowd = try await Crowd.make(1000, named: "Player", bot: "tictactoe", control)
                try await crowd.everybodySays(0..<500) { _ in ["/play"] }
                await pipeline.kill(.secondDialog)
                try await crowd.everybodySays(500..<1000) { _ in ["/play"] }
                try await pipeline.start(.secondDialog)
                try await pipeline.eventually("everybody plays", within: .seconds(120)) {
                    try await Self.count("SELECT count(*) FROM bot_tictactoe.games WHERE status = 'playing'", pipeline) == 500
                }
                // Each of a thousand is in one game.
                let players = "SELECT x AS id FROM bot_tictactoe.games UNION ALL SELECT o FROM bot_tictactoe.games"
                #expect(try await Self.count("SELECT count(DISTINCT id) FROM (\(players)) AS players", pipeline) == 1000)
                #expect(try await Self.count("SELECT count(*) FROM bot_tictactoe.games", pipeline) == 500)
                try await pipeline.eventually("everybody sees the board", within: .seconds(60)) {
                    var first = 0
                    var second = 0
                    for player in crowd.people {
                        let boards = try await crowd.heard(player)
                        guard let board = boards.last else { return false }
                        if board.hasSuffix("Your move") { first += 1 }
                        if board.contains("Wait for Player") { second += 1 }
                    }
                    return first == 500 && second == 500
                }
                await client.shutdown()
            }
        }

        /// A thousand clients and ten admins: no admin ever has two clients, none is forgotten, first come, first served.
        @Test func supportDesk() async throws {
            try await withPipeline(Self.options("support")) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("limits", ["on": false])
                let clients = try await Crowd.make(1000, named: "Client", bot: "support", control)
                let admins = try await Crowd.make(10, named: "Admin", bot: "support", control)
                try await Self.appoint(admins, pipeline)
                // Half of them come before anybody is on duty; some of those write twice.
                try await clients.everybodySays(0..<500) { $0 % 10 == 0 ? ["help \($0)", "more \($0)"] : ["help \($0)"] }
                try await pipeline.eventually("500 wait", within: .seconds(60)) {
                    try await Self.count("SELECT count(*) FROM bot_support.lines", pipeline) == 550
                }
                let served = try await withThrowingTaskGroup(of: [Int].self) { group in
                    for admin in admins.people { group.addTask { try await Self.serve(admin, admins, pipeline) } }
                    try await clients.everybodySays(500..<750) { ["help \($0)"] }
                    await pipeline.kill(.secondDialog)
                    try await clients.everybodySays(750..<1000) { ["help \($0)"] }
                    try await pipeline.start(.secondDialog)
                    var all: [[Int]] = []
                    for try await one in group { all.append(one) }
                    return all
                }
                #expect(served.flatMap { $0 }.sorted() == Array(0..<1000), "somebody was forgotten, or served twice")
                let order = try await Self.order(pipeline)
                for one in served {
                    let places = one.compactMap { order[clients.people[$0]] }
                    #expect(places == places.sorted(), "not first come, first served: \(places)")
                }
                try await pipeline.eventually("every client has heard the end", within: .seconds(60)) {
                    for (index, person) in clients.people.enumerated() {
                        let heard = try await clients.heard(person)
                        guard heard.contains("re \(index)"), heard.last == "Your request is closed",
                            heard.allSatisfy({ !$0.hasPrefix("re ") || $0 == "re \(index)" })
                        else { return false }
                    }
                    return true
                }
                await client.shutdown()
            }
        }

        /// Makes them admins, as an operator does in the database, and leaves them off duty.
        private static func appoint(_ admins: Crowd, _ pipeline: PipelineHarness) async throws {
            try await admins.everybodySays(0..<10) { _ in ["/pause"] }
            let ids = admins.people.map { "'\($0)'" }.joined(separator: ",")
            try await pipeline.eventually("the admins are known", within: .seconds(30)) {
                try await count("SELECT count(*) FROM bot_support.users WHERE platform_id IN (\(ids))", pipeline) == 10
            }
            _ = try await rows("UPDATE bot_support.users SET role = 'admin' WHERE platform_id IN (\(ids))", pipeline)
        }

        /// One admin at work, until nobody waits any more.
        ///
        /// - Returns: the clients' numbers, in the order in which they came.
        private static func serve(_ admin: Int64, _ admins: Crowd, _ pipeline: PipelineHarness) async throws -> [Int] {
            var cursor: Int64 = 0
            var served: [Int] = []
            var current: Int?
            try await admins.say("/duty", admin)
            while true {
                let heard = try await admins.next(admin, after: &cursor, within: 5)
                for text in heard {
                    let words = text.split(separator: " ")
                    guard words.count == 2, let number = Int(words[1]) else { continue }
                    if words[0] == "more" {
                        #expect(served.last == number, "a line of \(number) for the admin of \(served.last ?? -1)")
                    } else {
                        #expect(current == nil, "\(number) beside \(current ?? -1)")
                        current = number
                        served.append(number)
                        try await admins.say("re \(number)", admin)
                        current = nil
                        try await admins.say("/close", admin)
                    }
                }
                let closed = try await count("SELECT count(*) FROM bot_support.tickets WHERE status = 'closed'", pipeline)
                if heard.isEmpty, closed == 1000 { return served }
            }
        }

        /// In which order the clients came, by their platform's ids.
        private static func order(_ pipeline: PipelineHarness) async throws -> [Int64: Int] {
            let query = """
                SELECT platform_id FROM bot_support.tickets AS t JOIN bot_support.users AS u ON u.id = t.client ORDER BY t.created, t.id
                """
            let people = try await rows(query, pipeline).decode(String.self)
            return Dictionary(people.enumerated().map { (Int64($1) ?? 0, $0) }) { first, _ in first }
        }

        private static func count(_ query: String, _ pipeline: PipelineHarness) async throws -> Int64 {
            try await rows(query, pipeline).decode(Int64.self).first ?? -1
        }

        private static func rows(_ query: String, _ pipeline: PipelineHarness) async throws -> PostgresResult {
            try await pipeline.services.withPool(pipeline.databaseURL) { pool in
                try await pool.query(PostgresQuery(unsafeSQL: query, parameters: PostgresParameters(), operation: "ask"))
            }
        }
    }
}
