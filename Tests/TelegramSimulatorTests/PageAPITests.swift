import JSON
import TelegramSimulatorKit
import Testing

/// What the chat page asks for.
struct PageAPITests {
    private static func parameters(_ json: JSON) -> Parameters { Parameters(json.object ?? JSONObject()) }

    private static func call(_ text: String, _ more: JSON = [:], answer: APIAnswer = .success) -> RequestLog.Exchange {
        var parameters = Self.parameters(more)
        parameters.add("text", text)
        return .call(method: "sendmessage", parameters, answer: answer)
    }

    @Test func theLogIsBoundedInNumberAndBytes() {
        var log = RequestLog()
        for number in 0..<(RequestLog.maximumEntries * 3) { log.append(Self.call("\(number)"), bot: 1, date: 0, milliseconds: 0) }
        let entries = log.entries(after: 0)
        #expect(entries.count == RequestLog.maximumEntries)
        #expect(entries.last?.number == Int64(RequestLog.maximumEntries * 3))
        let large = String(repeating: "x", count: 1 << 20)
        for _ in 0..<20 { log.append(Self.call(large), bot: 1, date: 0, milliseconds: 0) }
        #expect(log.entries(after: 0).count == 7)
        #expect(log.entries(after: log.lastNumber).isEmpty)
        // The number of another run starts over.
        #expect(log.entries(after: log.lastNumber + 1).count == 7)
    }

    @Test func secretsAreTakenOut() throws {
        var log = RequestLog()
        let token = "4242:se\"cret"
        log.append(
            Self.call(
                "see http://h/\(token) and 4242%3Ase\"cret", ["secret_token": "hush", "reply_markup": "{\"remove_keyboard\":true}"],
                answer: .success(Array("{\"url\":\"http://h/4242:se\\\"cret/x\"}".utf8))), bot: 4242, date: 1, milliseconds: 2)
        let entry = try #require(log.entries(after: 0).first)
        let bytes = entry.json(bot: (username: "demo_bot", token: token))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("cret\\\"") && !text.contains("hush") && !text.contains("4242:"))
        let json = try JSON(parsing: bytes)
        #expect(json["method"] == "sendMessage")
        #expect(json["parameters"]?["secret_token"] == "<redacted>")
        #expect(json["parameters"]?["reply_markup"]?["remove_keyboard"] == true)
        #expect(json["answer"]?["result"]?["url"] == "http://h/<token>/x")
    }

    @Test func filesAreNamedAndNotKept() throws {
        var parameters = Parameters()
        parameters.uploads["photo"] = Upload(name: "a.png", contentType: "image/png", bytes: [1, 2, 3])
        var log = RequestLog()
        log.append(.call(method: "sendPhoto", parameters, answer: nil), bot: nil, date: 0, milliseconds: 0)
        let json = try JSON(parsing: #require(log.entries(after: 0).first).json(bot: nil))
        #expect(json["parameters"]?["photo"] == "<file a.png, 3 bytes, image/png>")
        #expect(json["answer"] == "connection reset" && json["status"] == 0)
    }

    @Test func historyComesInPagesAndTellsOnesOwnVote() throws {
        let simulator = Simulator(SimulatorConfiguration(), realTime: { 1_700_000_000 })
        let api = PageAPI(simulator, RequestRecorder())
        var place = Self.parameters(["bot": "demo", "person": "ann"])
        #expect(throws: APIFailure.self) { try api.history(place) }
        let bot = try #require(simulator.with { $0.addBot(name: "demo", token: "4242:secret") })
        let ann = try simulator.with { try $0.addPerson(name: "Ann") }
        let key = simulator.with { $0.start(ann.id, bot) }
        for number in 0..<5 { _ = try simulator.with { try $0.say("\(number)", by: ann.id, in: key) } }
        let poll = Self.parameters(["chat_id": .int(ann.id), "question": "Q", "options": ["a", "b"]])
        _ = simulator.with { $0.call("sendPoll", bot: bot, poll) }
        try simulator.with { try $0.vote(6, [1], by: ann.id, in: key) }
        place.add("limit", "2")
        let newest = try JSON(parsing: api.history(place))
        #expect(newest["messages"]?.array?.compactMap { $0["message"]?["message_id"]?.int } == [5, 6])
        #expect(newest["messages"]?.array?.last?["choice"] == [1])
        #expect(newest["has_older"] == true)
        place.add("before", "3")
        let oldest = try JSON(parsing: api.history(place))
        #expect(oldest["messages"]?.array?.compactMap { $0["message"]?["message_id"]?.int } == [1, 2])
        #expect(oldest["has_older"] == false)
    }

    @Test func oneCursorServesSeveralChats() throws {
        let simulator = Simulator(SimulatorConfiguration(), realTime: { 1_700_000_000 })
        let recorder = RequestRecorder()
        let api = PageAPI(simulator, recorder)
        let bot = try #require(simulator.with { $0.addBot(name: "demo", token: "4242:secret") })
        let people = try simulator.with { world in try ["Ann", "Bob"].map { try world.addPerson(name: $0) } }
        let keys = simulator.with { world in people.map { world.start($0.id, bot) } }
        let named = Self.parameters(["places": [["bot": "demo", "person": "ann"], ["bot": "demo", "person": "bob"]]])
        #expect(try api.places(named) == keys)
        var cursor = PageAPI.Cursor(change: simulator.with { $0.lastChange }, request: 0)
        #expect(api.news(keys, &cursor, showsRequests: true) == nil)
        _ = try simulator.with { try $0.say("hello", by: people[1].id, in: keys[1]) }
        recorder.record(Self.call("x"), bot: bot, date: 0, milliseconds: 0)
        let news = try JSON(parsing: #require(api.news(keys, &cursor, showsRequests: true)))
        #expect(news["places"]?.array?.first == .null)
        #expect(news["places"]?.array?.last?["changes"]?.array?.last?["message"]?["text"] == "hello")
        #expect(news["requests"]?.array?.count == 1)
        #expect(api.news(keys, &cursor, showsRequests: true) == nil)
        #expect(PageAPI.Cursor(cursor.text) == cursor)
    }

    @Test(
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47], "image/png"), (Array("RIFF....WAVE".utf8), "audio/wav"), (Array("....ftypisom".utf8), "video/mp4"),
            (Array("<html>".utf8), nil), ([], nil), ([0xFF], nil),
        ] as [([UInt8], String?)])
    func filesAreWhatTheirBytesSay(bytes: [UInt8], type: String?) {
        #expect(MediaType.sniff(bytes) == type)
    }
}
