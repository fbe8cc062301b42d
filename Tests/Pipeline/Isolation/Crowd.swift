import JSON

/// Many people who talk to one bot at once.
struct Crowd: Sendable {
    let control: SimulatorControl
    let bot: String
    /// By their platform's ids.
    let people: [Int64]

    static func make(_ count: Int, named name: String, bot: String, _ control: SimulatorControl) async throws -> Crowd {
        Crowd(control: control, bot: bot, people: try await Audience.make(count, named: name, bot: bot, control).people)
    }

    func say(_ text: String, _ person: Int64) async throws {
        try await control.post("messages", ["bot": .string(bot), "person": .int(person), "text": .string(text)])
    }

    /// Everybody at once, as far as so many connections go.
    ///
    /// - Parameter texts: what a person says, by their place in the crowd.
    func everybodySays(_ range: Range<Int>, _ texts: @escaping @Sendable (Int) -> [String]) async throws {
        try await withThrowingTaskGroup { group in
            for lane in 0..<16 {
                group.addTask {
                    for index in range where index % 16 == lane {
                        for text in texts(index) { try await say(text, people[index]) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// What the bot said to a person, oldest first, as it stands now.
    func heard(_ person: Int64) async throws -> [String] {
        let transcript = try await control.get("transcript", [("bot", bot), ("person", String(person)), ("limit", "1000")])
        return (transcript["messages"]?.array ?? []).compactMap { entry in
            entry["message"]?["from"]?["is_bot"]?.bool == true ? entry["message"]?["text"]?.string ?? "" : nil
        }
    }

    /// Waits for further messages of the bot.
    ///
    /// - Parameter cursor: behind what was seen so far; moved on.
    func next(_ person: Int64, after cursor: inout Int64, within seconds: Int) async throws -> [String] {
        let query = [("bot", bot), ("person", String(person)), ("since", String(cursor)), ("messages", "1"), ("timeout", String(seconds))]
        let news = try await control.get("wait", query)
        cursor = news["cursor"]?.int ?? cursor
        return (news["changes"]?.array ?? []).compactMap { change in
            change["message"]?["from"]?["is_bot"]?.bool == true ? change["message"]?["text"]?.string : nil
        }
    }
}
