import JSON
import Synchronization
import TelegramSimulatorKit
import Testing

/// The world in action: waiting calls, faults, webhooks and the control API, still without HTTP.
@Suite(.timeLimit(.minutes(1))) struct SimulatorTests {
    private func simulator(_ change: (inout SimulatorConfiguration) -> Void = { _ in }) -> Simulator {
        var configuration = SimulatorConfiguration()
        configuration.bots = [SimulatorConfiguration.BotAccount(name: "demo", token: Stage.token)]
        change(&configuration)
        return Simulator(configuration, realTime: { Stage.start })
    }

    private func call(_ simulator: Simulator, _ method: String, _ object: JSON = [:]) async throws -> JSON {
        guard
            case .answer(let answer) = await simulator.handle(token: Stage.token, method: method, Parameters(object.object ?? JSONObject()))
        else { throw Stage.Missing() }
        return try JSON(parsing: answer.body)
    }

    private func control(_ simulator: Simulator, _ method: String, _ path: String, _ object: JSON = [:]) async throws -> JSON {
        let request = ControlAPI.Request(
            method: method, path: path.split(separator: "/").map(String.init), parameters: Parameters(object.object ?? JSONObject()))
        return try JSON(parsing: await ControlAPI(simulator).handle(request).body)
    }

    @Test func tokensAreChecked() async throws {
        let closed = simulator()
        for (token, code) in [("1:x", 401), ("nonsense", 404)] {
            guard case .answer(let answer) = await closed.handle(token: token, method: "getMe", Parameters()) else { throw Stage.Missing() }
            #expect(answer.status == code)
        }
        let open = simulator { $0.isOpen = true }
        guard case .answer(let answer) = await open.handle(token: "77:x", method: "getMe", Parameters()) else { throw Stage.Missing() }
        #expect(try JSON(parsing: answer.body)["result"]?["id"] == 77)
        guard case .answer(let other) = await open.handle(token: "77:y", method: "getMe", Parameters()) else { throw Stage.Missing() }
        #expect(other.status == 401)
    }

    @Test(
        arguments: [
            ("GET", "wait", ["bot": "demo", "person": "ann", "timeout": "nan"]),
            ("GET", "wait", ["bot": "demo", "person": "ann", "timeout": "-1"]),
            ("POST", "limits", ["private_chat": ["rate": 1e-300]]), ("POST", "limits", ["private_chat": ["penalty": 1e300]]),
            ("POST", "clock", ["advance": "inf"]), ("POST", "faults", ["delay": "nan", "next": 1]),
        ] as [(String, String, JSON)])
    func numbersOutOfRangeAreRefused(method: String, path: String, parameters: JSON) async throws {
        let simulator = simulator()
        _ = try await control(simulator, "POST", "people", ["name": "Ann"])
        #expect(try await control(simulator, method, path, parameters)["error_code"] == 400)
    }

    @Test func peoplePollDiceAndFollowLinksByTheControlAPI() async throws {
        let simulator = simulator()
        _ = try await control(simulator, "POST", "people", ["name": "Ann"])
        _ = try await control(simulator, "POST", "people", ["name": "Bob"])
        let place: [(String, JSON)] = [("bot", "demo"), ("person", "ann")]
        let said: (String, JSON) async throws -> JSON = {
            try await control(
                simulator, "POST", "messages", .object(JSONObject(place.map { (key: $0.0, value: $0.1) } + [(key: $0, value: $1)])))
        }
        #expect(try await said("dice", "🎲")["message"]?["dice"]?["emoji"] == "🎲")
        let poll = try await said("poll", ["question": "?", "options": ["a", "b"]])["message"]
        #expect(poll?["poll"]?["question"] == "?")
        let stop: JSON = ["bot": "demo", "person": "ann", "message_id": poll?["message_id"] ?? 0]
        #expect(try await control(simulator, "POST", "polls/stop", stop)["ok"] == true)
        let group = try await control(simulator, "POST", "groups", ["title": "G", "creator": "ann", "bots": ["demo"]])["id"]?.int ?? 0
        _ = try await control(simulator, "POST", "groups/\(group)/join", ["bot": "demo", "by": "ann", "status": "administrator"])
        let link = try await call(simulator, "exportChatInviteLink", ["chat_id": .int(group)])["result"] ?? ""
        let joined = try await control(simulator, "POST", "joins", ["person": "bob", "invite_link": link])
        #expect(joined == ["chat": .int(group), "status": "member"])
    }

    /// The page outlives the simulator, and meets another one at the same address.
    @Test func aCursorFromTheFutureStartsOver() async throws {
        let simulator = simulator()
        _ = try await control(simulator, "POST", "people", ["name": "Ann"])
        let said = try await control(simulator, "POST", "messages", ["bot": "demo", "person": "ann", "text": "hello"])
        let cursor = said["cursor"]?.int ?? 0
        for (since, isReset) in [(0, false), (cursor, false), (cursor + 1, true)] {
            let changes = simulator.with { world in
                world.people.values.first.map {
                    world.changesJSON(.direct(bot: world.bot(named: "demo")?.id ?? 0, person: $0.id), since: since)
                }
            }
            #expect(try JSON(parsing: changes?.body ?? [])["reset"] == .bool(isReset))
        }
    }

    /// Bots keep what they know about people in a database that outlives the simulator.
    @Test func peopleKeepTheirIdsFromWorldToWorld() async throws {
        var ids: [[Int64?]] = []
        for (seed, names) in [(1, ["Ann", "Bob"]), (2, ["Bob", "Ann"])] as [(UInt64, [String])] {
            let simulator = simulator { $0.seed = seed }
            for name in names { _ = try await control(simulator, "POST", "people", ["name": .string(name)]) }
            ids.append(simulator.with { world in ["ann", "bob"].map { world.person(named: $0)?.id } })
        }
        #expect(ids[0] == ids[1] && ids[0][0] != nil && ids[0][0] != ids[0][1])
    }

    @Test func aLongPollEndsWithTheUpdate() async throws {
        let simulator = simulator()
        _ = try await control(simulator, "POST", "people", ["name": "Ann", "bot": "demo"])
        async let updates = call(simulator, "getUpdates", ["timeout": 50])
        while simulator.with({ world in world.bot(named: "demo")?.poller == nil }) { await Task.yield() }
        _ = try await control(simulator, "POST", "messages", ["bot": "demo", "person": "ann", "text": "hello"])
        #expect(try await updates["result"]?.array?.first?["message"]?["text"] == "hello")
    }

    @Test func aSecondPollerEndsTheFirst() async throws {
        let simulator = simulator()
        async let first = call(simulator, "getUpdates", ["timeout": 50])
        while simulator.with({ world in world.bot(named: "demo")?.poller == nil }) { await Task.yield() }
        async let second = call(simulator, "getUpdates", ["timeout": 1])
        #expect(try await first["error_code"] == 409)
        #expect(try await second["result"] == [])
    }

    @Test func waitingForABotsMessages() async throws {
        let simulator = simulator()
        _ = try await control(simulator, "POST", "people", ["name": "Ann"])
        let said = try await control(simulator, "POST", "messages", ["bot": "demo", "person": "ann", "text": "/start"])
        async let answer = control(
            simulator, "GET", "wait", ["bot": "demo", "person": "ann", "since": said["cursor"] ?? 0, "messages": 2, "timeout": 30])
        let ann = said["message"]?["chat"]?["id"] ?? 0
        for text in ["one", "two"] { _ = try await call(simulator, "sendMessage", ["chat_id": ann, "text": .string(text)]) }
        #expect(try await answer["changes"]?.array?.compactMap { $0["message"]?["text"] } == ["one", "two"])
        let transcript = try await control(simulator, "GET", "transcript", ["bot": "demo", "person": "ann"])
        #expect(transcript["messages"]?.array?.count == 3 && transcript["chat"]?["started"] == true)
    }

    @Test func faultsStrikeAsOrdered() async throws {
        let simulator = simulator()
        _ = try await control(simulator, "POST", "faults", ["method": "getMe", "code": 429, "retry_after": 7, "next": 2])
        #expect(try await call(simulator, "getme")["parameters"]?["retry_after"] == 7)
        #expect(try await call(simulator, "getMyName")["ok"] == true)
        #expect(try await call(simulator, "getMe")["error_code"] == 429)
        #expect(try await call(simulator, "getMe")["ok"] == true)
        _ = try await control(simulator, "POST", "faults", ["method": "get*", "code": 502, "every": 3])
        var codes: [Int64] = []
        for _ in 0..<6 { codes.append(try await call(simulator, "getMe")["error_code"]?.int ?? 200) }
        #expect(codes == [200, 200, 502, 200, 200, 502])
        #expect(try await control(simulator, "DELETE", "faults")["ok"] == true)
        #expect(try await call(simulator, "getMe")["ok"] == true)
        #expect(try await control(simulator, "GET", "stats")["methods"]?["getMe"] == ["200": 6, "429": 2, "502": 2])
    }

    @Test func aResetAfterAcceptingLeavesTheMessage() async throws {
        let simulator = simulator()
        let ann = try await control(simulator, "POST", "people", ["name": "Ann", "bot": "demo"])["people"]?.array?.first?["id"] ?? 0
        for (when, count) in [("before", 0), ("after", 1)] {
            _ = try await control(simulator, "POST", "faults", ["reset": .string(when), "next": 1])
            guard
                case .reset = await simulator.handle(
                    token: Stage.token, method: "sendMessage", Parameters(JSONObject([("chat_id", ann), ("text", "x")])))
            else {
                Issue.record("the connection should break")
                continue
            }
            #expect(try await control(simulator, "GET", "transcript", ["bot": "demo", "person": ann])["messages"]?.array?.count == count)
        }
    }

    @Test func aShareOfFaultsIsTheSameForTheSameSeed() async throws {
        func struck() async throws -> [Bool] {
            let simulator = simulator()
            _ = try await control(simulator, "POST", "faults", ["code": 500, "share": 0.3])
            var results: [Bool] = []
            for _ in 0..<300 { results.append(try await call(simulator, "getMe")["ok"] == false) }
            return results
        }
        let one = try await struck()
        #expect(try await struck() == one)
        #expect((60...120).contains(one.count { $0 }))
    }

    @Test func theClockMoves() async throws {
        let simulator = simulator()
        _ = try await control(simulator, "POST", "people", ["name": "Ann"])
        _ = try await control(simulator, "POST", "messages", ["bot": "demo", "person": "ann", "text": "x"])
        #expect(try await control(simulator, "POST", "clock", ["advance": 86_401])["offset"]?.int == 86_401)
        #expect(try await call(simulator, "getUpdates")["result"] == [])
    }

    @Test func theShutdownKeepsNobodyWaiting() async throws {
        let simulator = simulator()
        _ = try await control(simulator, "POST", "people", ["name": "Ann", "bot": "demo"])
        async let poll = call(simulator, "getUpdates", ["timeout": 50])
        async let wait = control(simulator, "GET", "wait", ["bot": "demo", "person": "ann", "timeout": 50])
        while simulator.with({ world in world.bot(named: "demo")?.poller == nil }) { await Task.yield() }
        simulator.endWaiting()
        #expect(try await poll["result"] == [])
        #expect(try await wait["changes"] == [])
        #expect(try await call(simulator, "getUpdates", ["timeout": 50])["result"] == [])
    }

    /// A webhook that refuses now and then and answers with a method call.
    private final class Hook: WebhookTransport {
        let posts = Mutex<[(text: String, secret: String?)]>([])

        func post(_ url: String, headers: [(name: String, value: String)], body: [UInt8], for bot: BotID) async throws -> WebhookResponse {
            let message = try JSON(parsing: body)["message"]
            let count = posts.withLock { posts in
                posts.append((message?["text"]?.string ?? "", headers.first { $0.name == "X-Telegram-Bot-Api-Secret-Token" }?.value))
                return posts.count
            }
            if count.isMultiple(of: 3) { return WebhookResponse(status: 503) }
            let echo = "echo \(message?["text"]?.string ?? "")"
            let reply: JSON = ["method": "sendMessage", "chat_id": message?["chat"]?["id"] ?? 0, "text": .string(echo)]
            return WebhookResponse(status: 200, contentType: "application/json", body: reply.bytes)
        }

        func get(_ url: String, maximum: Int) async throws -> WebhookResponse {
            WebhookResponse(status: 200, contentType: "image/png", body: FileTests.png)
        }
    }

    @Test func aWebhookGetsEverythingInOrderAndAnswers() async throws {
        let simulator = simulator {
            $0.limits = .off
            $0.webhookRetryBase = 0.001
        }
        let hook = Hook()
        let loop = Task { await simulator.deliverWebhooks(over: hook) }
        defer { loop.cancel() }
        _ = try await control(simulator, "POST", "people", ["name": "Ann"])
        _ = try await call(simulator, "setWebhook", ["url": "http://127.0.0.1:1/", "secret_token": "abc"])
        for number in 0..<20 {
            _ = try await control(simulator, "POST", "messages", ["bot": "demo", "person": "ann", "text": .string("\(number)")])
        }
        let answers = try await control(simulator, "GET", "wait", ["bot": "demo", "person": "ann", "messages": 20, "timeout": 30])
        let echoes = answers["changes"]?.array?.compactMap { $0["message"] }.filter { $0["from"]?["is_bot"] == true }.compactMap {
            $0["text"]?.string
        }
        #expect(echoes == (0..<20).map { "echo \($0)" })
        #expect(hook.posts.withLock { $0.allSatisfy { $0.secret == "abc" } })
        #expect(try await call(simulator, "getWebhookInfo")["result"]?["last_error_message"] == "Wrong response from the webhook: 503")
    }

    @Test func filesAreFetchedFromThisMachineOnly() async throws {
        let simulator = simulator()
        let ann = try await control(simulator, "POST", "people", ["name": "Ann", "bot": "demo"])["people"]?.array?.first?["id"] ?? 0
        for (url, code) in [("http://127.0.0.1:5/a.png", 200), ("http://example.org/a.png", 400)] {
            let reply = await simulator.handle(
                token: Stage.token, method: "sendPhoto", Parameters(JSONObject([("chat_id", ann), ("photo", .string(url))])),
                transport: Hook())
            guard case .answer(let answer) = reply else { throw Stage.Missing() }
            #expect(answer.status == code)
        }
    }

    @Test func controlFailuresSayWhatIsMissing() async throws {
        let simulator = simulator()
        #expect(
            try await control(simulator, "POST", "messages", ["text": "x"])["description"]
                == "Bad Request: parameter \"bot\" is required: a name or an id")
        #expect(
            try await control(simulator, "POST", "messages", ["bot": "nobody", "text": "x"])["description"]
                == "Bad Request: no bot is called nobody")
        #expect(
            try await control(simulator, "POST", "faults", ["code": 500])["description"]
                == "Bad Request: one of next, every (positive), share (0 to 1) is required")
        #expect(try await control(simulator, "GET", "nothing")["error_code"] == 404)
    }
}
