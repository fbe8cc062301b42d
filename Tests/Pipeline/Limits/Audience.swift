import Contracts
import JSON

/// People of the simulated Telegram who are written to.
struct Audience: Sendable {
    let control: SimulatorControl
    let bot: String
    let people: [Int64]

    /// Makes people who have started the bot.
    static func make(_ count: Int, named name: String, bot: String, _ control: SimulatorControl) async throws -> Audience {
        let answer = try await control.post("people", ["name": .string(name), "bot": .string(bot), "count": .int(Int64(count))])
        let people = (answer["people"]?.array ?? []).compactMap { $0["id"]?.int }
        guard people.count == count else { throw PipelineFailure("\(people.count) people were made, not \(count)") }
        return Audience(control: control, bot: bot, people: people)
    }

    /// Everybody writes, so that what they get are replies and not bulk.
    func write() async throws {
        for person in people { try await control.post("messages", ["bot": .string(bot), "person": .int(person), "text": "hello"]) }
    }

    func query(_ person: Int64) -> [(String, String)] { [("bot", bot), ("person", String(person))] }

    /// The cursor behind everything so far.
    func cursor(_ person: Int64) async throws -> Int64 {
        try await control.get("transcript", query(person) + [("limit", "1")])["cursor"]?.int ?? 0
    }

    /// Returns when the bot has sent the person something after the cursor, with the next cursor.
    func wait(_ person: Int64, since cursor: Int64) async throws -> Int64 {
        let news = try await control.get("wait", query(person) + [("since", String(cursor)), ("messages", "1"), ("timeout", "30")])
        guard news["changes"]?.array?.isEmpty == false, let next = news["cursor"]?.int else {
            throw PipelineFailure("person \(person) got nothing within 30 s")
        }
        return next
    }

    /// What is wrong with what people got: in each lane it must be every text once, in order.
    func mistakes(expected: [Lane: Int]) async throws -> [String] {
        var mistakes: [String] = []
        for person in people {
            let transcript = try await control.get("transcript", query(person) + [("limit", "10000")])
            let texts = (transcript["messages"]?.array ?? []).compactMap { entry in
                entry["message"]?["from"]?["is_bot"]?.bool == true ? entry["message"]?["text"]?.string : nil
            }
            for (lane, count) in expected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                let got = texts.filter { $0.hasPrefix("\(lane.rawValue) ") }
                let wanted = (0..<count).map { OutboundPublisher.Text.text(lane, $0 + 1) }
                if got != wanted {
                    mistakes.append("person \(person) got \(got.count) of \(count) in lane \(lane.rawValue): \(got.prefix(20))")
                }
            }
            if texts.count != expected.values.reduce(0, +) { mistakes.append("person \(person) got \(texts.count) messages in all") }
        }
        return mistakes
    }
}
