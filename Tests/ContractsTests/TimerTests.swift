import Contracts
import JSON
import Testing

@Suite struct TimerTests {
    private func read(_ change: (inout JSONObject) -> Void) throws -> SetTimer {
        guard case .object(var object) = try JSON(parsing: Samples.setTimers[0].request.jsonBytes) else { throw JSONError(.type, "") }
        change(&object)
        return try SetTimer(json: .object(object))
    }

    @Test(arguments: ["", String(repeating: "x", count: 129), "a\u{0}b", "line\nbreak"])
    func refusesKey(key: String) {
        let error = #expect(throws: JSONError.self) { try read { $0["key"] = .string(key) } }
        #expect(error?.description == "key: must have 1 to 128 bytes and no control characters")
    }

    @Test func refusesWhatBreaksItsLimits() {
        #expect(throws: JSONError.self) { try read { $0["name"] = .string(String(repeating: "x", count: 65)) } }
        #expect(throws: JSONError.self) { try read { $0["revision"] = -1 } }
        #expect(throws: JSONError.self) { try read { $0["schedule"] = ["kind": "sometimes"] } }
        #expect(throws: JSONError.self) { try read { $0["schedule"] = ["kind": "list", "moments": []] } }
        #expect(throws: JSONError.self) { try read { $0["schedule"] = ["kind": "daily", "time": "24:00", "zone": "UTC"] } }
        #expect(throws: JSONError.self) {
            try read { $0["schedule"] = ["kind": "list", "moments": .array(Array(repeating: 1, count: 65))] }
        }
    }

    @Test(arguments: ["rows", "/\n/", "rows/1"])
    func refusesPrefix(prefix: String) {
        let json: JSON = ["bot": "demo", "revision": 1, "prefix": .string(prefix)]
        #expect(throws: JSONError.self) { try CancelTimers(json: json) }
    }

    @Test(arguments: ["", "1", "1:2", "001:00", "24:00", "09:60", "09:05:60", "9:5", "09:05:", "-1:00", "٠٩:٠٥"])
    func refusesTimeOfDay(text: String) { #expect(TimeOfDay(text) == nil) }

    @Test(arguments: [("9:05", "09:05"), ("00:00", "00:00"), ("23:59:59", "23:59:59"), ("12:30:00", "12:30")])
    func readsTimeOfDay(text: String, shown: String) { #expect(TimeOfDay(text)?.description == shown) }

    /// The longest id, with some room for what the event causes, fits AMQP's short text.
    @Test func idsFitTheBroker() throws {
        let timer = DueTimer(
            key: String(repeating: "k", count: 128), revision: .max, name: "n", due: Timestamp(milliseconds: 253_402_300_799_999))
        let bot = try #require(BotName(String(repeating: "b", count: 32)))
        #expect(timer.id(bot: bot).rawValue.utf8.count <= 255 - 40)
    }
}
