import JSON
import TelegramSimulatorKit
import Testing

@Suite struct WebhookScheduleTests {
    private var random = SeededRandom(seed: 1)

    @Test func aLaneDeliversOneAfterTheOther() {
        var schedule = WebhookSchedule()
        for id in 1...3 as ClosedRange<UpdateID> { schedule.add(id, lane: .chat(1), now: 0) }
        schedule.add(4, lane: .chat(2), now: 0)
        schedule.add(5, lane: .user(1), now: 0)
        #expect(schedule.takeDue(now: 0).map(\.id) == [1, 4, 5])
        #expect(schedule.takeDue(now: 0).isEmpty)
        schedule.succeeded(.chat(1), now: 0)
        #expect(schedule.takeDue(now: 0).map(\.id) == [2])
    }

    @Test func onlySoManyConnectionsAtOnce() {
        var schedule = WebhookSchedule(maximumConnections: 2)
        for id in 1...5 as ClosedRange<UpdateID> { schedule.add(id, lane: .chat(id), now: 0) }
        #expect(schedule.takeDue(now: 0).map(\.id) == [1, 2])
        #expect(schedule.nextWake == nil)
        schedule.succeeded(.chat(2), now: 0)
        #expect(schedule.takeDue(now: 0).map(\.id) == [3])
    }

    @Test mutating func failuresAreRepeatedAtOnceThenLaterAndLater() {
        var schedule = WebhookSchedule(baseDelay: 1, maximumDelay: 60)
        schedule.add(1, lane: .chat(1), now: 0)
        var now = 0.0
        var waits: [Double] = []
        for _ in 0..<9 {
            #expect(schedule.takeDue(now: now).map(\.id) == [1])
            #expect(schedule.failed(.chat(1), retryAfter: 0, expiresAt: 86_400, now: now, random: &random))
            waits.append((schedule.nextWake ?? -1) - now)
            now = schedule.nextWake ?? now
        }
        #expect(Array(waits[..<6]) == [0, 2, 4, 8, 16, 32])
        #expect(waits[6...].allSatisfy { (60...120).contains($0) })
    }

    @Test mutating func retryAfterIsHonoured() {
        var schedule = WebhookSchedule()
        schedule.add(1, lane: .chat(1), now: 0)
        _ = schedule.takeDue(now: 0)
        #expect(schedule.failed(.chat(1), retryAfter: 7, expiresAt: 86_400, now: 0, random: &random))
        #expect(schedule.nextWake == 7)
        #expect(schedule.takeDue(now: 6.9).isEmpty)
        #expect(schedule.takeDue(now: 7).map(\.id) == [1])
        #expect(schedule.failed(.chat(1), retryAfter: .nan, expiresAt: 86_400, now: 7, random: &random))
        #expect(schedule.nextWake == 9)
    }

    @Test mutating func whatWouldComeTooLateIsDroppedAndTheLaneGoesOn() {
        var schedule = WebhookSchedule()
        schedule.add(1, lane: .chat(1), now: 0)
        schedule.add(2, lane: .chat(1), now: 0)
        _ = schedule.takeDue(now: 0)
        #expect(!schedule.failed(.chat(1), retryAfter: 100, expiresAt: 50, now: 0, random: &random))
        #expect(schedule.takeDue(now: 0).map(\.id) == [2])
    }

    /// Whatever answers come: every update is delivered once, in order in its lane, never two of a lane at a time.
    @Test(arguments: 0..<5 as Range<UInt64>) func orderHoldsUnderAnyAnswers(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var schedule = WebhookSchedule(maximumConnections: 3)
        var now = 0.0
        var underWay: [(id: UpdateID, lane: WebhookLane)] = []
        var delivered: [WebhookLane: [UpdateID]] = [:]
        var added: [WebhookLane: [UpdateID]] = [:]
        for id in 1...400 as ClosedRange<UpdateID> {
            let lane = WebhookLane.chat(Int64.random(in: 1...5, using: &random))
            schedule.add(id, lane: lane, now: now)
            added[lane, default: []].append(id)
        }
        while !schedule.isIdle {
            underWay += schedule.takeDue(now: now)
            #expect(underWay.count <= 3 && Set(underWay.map(\.lane)).count == underWay.count)
            guard !underWay.isEmpty else {
                now = schedule.nextWake ?? .infinity
                if now == .infinity { break }
                continue
            }
            let (id, lane) = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &random))
            if Int.random(in: 0..<3, using: &random) == 0 {
                #expect(schedule.failed(lane, retryAfter: 0, expiresAt: .infinity, now: now, random: &random))
            } else {
                delivered[lane, default: []].append(id)
                schedule.succeeded(lane, now: now)
            }
        }
        #expect(delivered == added)
    }
}

@Suite struct WebhookTests {
    @Test func pendingUpdatesComeWithSecretAndLeaveTheQueue() throws {
        var stage = try Stage()
        _ = try stage.world.say("one", by: stage.ann.id, in: stage.chat)
        _ = try stage.result("setWebhook", ["url": "http://127.0.0.1:9/hook", "secret_token": "s3cret", "max_connections": 7])
        _ = try stage.world.say("two", by: stage.ann.id, in: stage.chat)
        let (due, _) = stage.world.takeDeliveries(stage.bot)
        #expect(due.count == 1 && due.first?.secretToken == "s3cret")
        #expect(try JSON(parsing: due.first?.body ?? [])["message"]?["text"] == "one")
        stage.world.finish(due[0], .failure("Wrong response from the webhook: 503", status: 503, retryAfter: 30))
        #expect(stage.world.takeDeliveries(stage.bot).due.isEmpty)
        let info = try stage.result("getWebhookInfo")
        #expect(info["pending_update_count"] == 2 && info["max_connections"] == 7)
        #expect(info["last_error_message"] == "Wrong response from the webhook: 503")
        stage.world.now += 30
        for text in ["one", "two"] {
            let (due, _) = stage.world.takeDeliveries(stage.bot)
            #expect(try JSON(parsing: due.first?.body ?? [])["message"]?["text"]?.string == text)
            if let delivery = due.first { stage.world.finish(delivery, .success) }
        }
        #expect(try stage.result("getWebhookInfo")["pending_update_count"] == 0)
    }

    /// A delivery that was under way when the webhook was set anew comes to its end only after that.
    @Test func aWebhookThatIsSetAnewOwesNothingToTheOldOne() throws {
        var stage = try Stage()
        _ = try stage.result("setWebhook", ["url": "http://127.0.0.1:9/hook"])
        for text in ["one", "two", "three"] { _ = try stage.world.say(text, by: stage.ann.id, in: stage.chat) }
        let late = stage.world.takeDeliveries(stage.bot).due
        _ = try stage.result("setWebhook", ["url": "http://127.0.0.1:9/hook", "max_connections": 7])
        for delivery in late { stage.world.finish(delivery, .success) }
        var texts: [String?] = []
        for _ in 0..<3 {
            let due = stage.world.takeDeliveries(stage.bot).due
            #expect(due.count == 1)
            for delivery in due {
                texts.append(try JSON(parsing: delivery.body)["message"]?["text"]?.string)
                stage.world.finish(delivery, .success)
            }
        }
        #expect(texts == ["one", "two", "three"])
    }

    @Test func webhooksOutliveTheSimulator() throws {
        var old = try Stage()
        _ = try old.result(
            "setWebhook",
            ["url": "http://127.0.0.1:9/hook", "secret_token": "s3cret", "max_connections": 7, "allowed_updates": ["message"]])
        #expect(old.world.takeEffects().contains(.webhooksChanged))
        var new = try Stage(limits: FloodLimits())
        new.world.restoreWebhooks(try JSON(parsing: old.world.webhooksJSON()))
        #expect(new.world.webhooksJSON() == old.world.webhooksJSON())
        #expect(
            try new.call("setWebhook", ["url": "http://127.0.0.1:9/hook", "secret_token": "s3cret", "max_connections": 7])["description"]
                == "Webhook is already set")
        _ = try new.world.say("still here", by: new.ann.id, in: new.chat)
        #expect(new.world.takeDeliveries(new.bot).due.first?.secretToken == "s3cret")
        for nonsense in [[], [1], [["bot": 1]], ["bot": 4242], [["bot": 4242]], [["bot": 4242, "url": "ftp://x"]]] as [JSON] {
            new.world.restoreWebhooks(nonsense)
        }
        #expect(new.world.webhooksJSON() == old.world.webhooksJSON())
        _ = try new.result("deleteWebhook")
        #expect(new.world.webhooksJSON() == Array("[]".utf8))
    }

    @Test func deadUpdatesAreNotDelivered() throws {
        var stage = try Stage()
        _ = try stage.result("setWebhook", ["url": "http://localhost/hook"])
        _ = try stage.world.say("old", by: stage.ann.id, in: stage.chat)
        stage.world.now += 86_401
        _ = try stage.world.say("new", by: stage.ann.id, in: stage.chat)
        let (due, _) = stage.world.takeDeliveries(stage.bot)
        #expect(try due.map { try JSON(parsing: $0.body)["message"]?["text"]?.string } == ["new"])
    }

    @Test func goneForADayDeletesTheWebhook() throws {
        var stage = try Stage()
        _ = try stage.result("setWebhook", ["url": "http://localhost/hook"])
        for _ in 0..<2 {
            _ = try stage.world.say("x", by: stage.ann.id, in: stage.chat)
            for delivery in stage.world.takeDeliveries(stage.bot).due {
                stage.world.finish(delivery, .failure("gone", status: 410, retryAfter: 0))
            }
            stage.world.now += 23 * 3_600 + 1
        }
        #expect(try stage.result("getWebhookInfo")["url"] == "")
    }

    @Test(arguments: [
        ("ftp://x", "", "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        ("http://example.org/", "", "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        ("http://127.0.0.1@example.org/", "", "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        ("http://127.0.0.1.example.org/", "", "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://example.org/", "a b", "Bad Request: secret token contains unallowed characters"),
        ("https://example.org/", "", "Webhook was set"), ("http://[::1]:80/x", "", "Webhook was set"),
    ])
    func urlsAreChecked(url: String, secret: String, answer: String) throws {
        var stage = try Stage()
        #expect(try stage.refusal("setWebhook", ["url": .string(url), "secret_token": .string(secret)]) == answer)
    }
}
