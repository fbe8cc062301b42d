import AMQP
import AMQPEnvelope
import Bus
import CLI
import Contracts
import JSON
import Testing

private func bot(_ name: String) -> BotName {
    guard let bot = BotName(name) else { preconditionFailure("\(name) is no name") }
    return bot
}

private func delivery(_ message: BusMessage) -> AMQPDelivery {
    let sent = EnvelopeCoding.message(message, from: "test")
    return AMQPDelivery(
        body: sent.body, properties: sent.properties, exchange: sent.exchange, routingKey: sent.routingKey, isRedelivered: false,
        deliveryTag: 1, epoch: 1, generation: 1)
}

private func event(_ text: String, bot name: String = "demo", chat: String = "42") throws -> TailMessage {
    let template = try EventTemplate(.says(text), bot: bot(name), chat: chat, person: chat)
    let event = try template.event(1, at: Timestamp(milliseconds: 1_767_607_200_123))
    let envelope = Envelope(
        id: "telegram:demo:7", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", lane: .interactive,
        partitionKey: event.partitionKey, type: "event.\(event.kind)")
    return TailMessage(delivery(.event(event, envelope: envelope)), at: event.at)
}

private func command(_ text: String, bot name: String = "demo", chat: ChatID = "42") -> TailMessage {
    let command = Command(bot: bot(name), platform: .telegram, chat: chat, action: .send(OutgoingMessage(.text(text))))
    let envelope = Envelope(
        id: "telegram:demo:7/0", correlation: "telegram:demo:7", causation: "telegram:demo:7", lane: .interactive,
        partitionKey: command.partitionKey, type: "command.send")
    return TailMessage(delivery(.command(command, envelope: envelope)), at: Timestamp(milliseconds: 0))
}

struct TailFilterTests {
    private func keys(_ filter: TailFilter) -> [String] { filter.bindings(of: "q").map { "\($0.exchange) \($0.routingKey)" } }

    @Test func theBrokerLeavesOutWhatItCan() {
        #expect(keys(TailFilter()) == ["inbound dialog.*.*.*.*.*", "outbound *.*.*.*"])
        #expect(
            keys(TailFilter(bots: [bot("a"), bot("b")], kinds: ["message", "send"]))
                == ["inbound dialog.*.message.a.*.*", "inbound dialog.*.message.b.*.*", "outbound *.a.*.*", "outbound *.b.*.*"])
        #expect(keys(TailFilter(kinds: ["edit"])) == ["outbound *.*.*.*"])
        #expect(keys(TailFilter(kinds: ["button"])) == ["inbound dialog.*.button.*.*.*"])
        #expect(keys(TailFilter(direction: .outbound)) == ["outbound *.*.*.*"])
        let partition = Partition(of: "demo/42").name
        #expect(keys(TailFilter(bots: [bot("demo")], chat: "42", direction: .inbound)) == ["inbound dialog.*.*.demo.*.\(partition)"])
    }

    /// With a wider one a message that no worker gets would count as routed, and its publisher would not hear that it is lost.
    @Test func everyPatternLiesWithinThoseOfTheRealQueues() {
        for filter in [TailFilter(), TailFilter(bots: [bot("demo")], chat: "1"), TailFilter(kinds: ["native", "copy"])] {
            for binding in filter.bindings(of: "q") {
                let words = binding.routingKey.split(separator: ".")
                let real = Topology.bindings.filter { $0.exchange.rawValue == binding.exchange }.map { $0.routingKey.split(separator: ".") }
                #expect(real.contains { $0.count == words.count && ($0[0] == "*" || $0[0] == words[0]) })
            }
        }
    }

    @Test func theRestIsLeftOutHere() throws {
        let start = try event("/start")
        let answer = command("hi")
        #expect(TailFilter().admits(start) && TailFilter().admits(answer))
        #expect(TailFilter(kinds: ["command"]).admits(start) && !TailFilter(kinds: ["command"]).admits(answer))
        #expect(TailFilter(kinds: ["send"]).admits(answer))
        #expect(TailFilter(chat: "42").admits(start) && TailFilter(chat: "42").admits(answer))
        #expect(!TailFilter(chat: "4").admits(start) && !TailFilter(chat: "4").admits(answer))
        #expect(!TailFilter(bots: [bot("other")]).admits(start))
        #expect(!TailFilter(direction: .outbound).admits(start))
    }

    @Test func aTraceIsFoundByItsIdAndByThoseOfItsMessages() throws {
        let start = try event("/start")
        for trace in ["0af76519", "0af7651916cd43dd8448eb211c80319c", "telegram:demo:7"] {
            #expect(TailFilter(trace: trace).admits(start))
        }
        #expect(TailFilter(trace: "telegram:demo:7").admits(command("hi")), "it was caused by that")
        #expect(!TailFilter(trace: "ffff").admits(start))
    }

    @Test func kindsAreThoseOfTheContracts() throws {
        let kinds = [try event("x").kind, try event("/x").kind]
        #expect(kinds.allSatisfy(TailFilter.eventKinds.contains))
        #expect(TailFilter.commandKinds.contains(command("x").kind))
        #expect(Set(TailFilter.eventKinds).isDisjoint(with: TailFilter.commandKinds))
    }
}

struct TailMessageTests {
    @Test func aLineSaysWhatAPersonWantsToKnow() throws {
        let line = try event("/add  oat milk\n2").line(colours: false)
        #expect(line == "10:00:00.123 → in  demo       command       42          0af76519 /add oat milk ⏎ 2")
        #expect(command("hi").line(colours: false) == "00:00:00.000 ← out demo       send          42          -        hi")
    }

    @Test func itIsCutAndCannotSteerTheTerminal() throws {
        let line = try event("a\u{1B}[2J" + String(repeating: "x", count: 500)).line(colours: false, briefLength: 10)
        #expect(line.hasSuffix("a\u{FFFD}[2Jxxxx…"))
    }

    @Test func jsonHasEverything() throws {
        let json = try JSON(parsing: event("hello").jsonBytes)
        #expect(json["time"] == "2026-01-05T10:00:00.123Z")
        #expect(json["trace_id"] == "0af7651916cd43dd8448eb211c80319c")
        #expect(json["exchange"] == "inbound" && json["kind"] == "message" && json["bot"] == "demo" && json["chat"] == "42")
        #expect(json["body"]?["message"]?["text"] == "hello")
    }

    @Test func whatIsNoneOfOursIsShownAsWell() {
        let alien = AMQPDelivery(
            body: [0xFF], properties: AMQPProperties(), exchange: "inbound", routingKey: "x", isRedelivered: false, deliveryTag: 1,
            epoch: 1, generation: 1)
        let message = TailMessage(alien, at: Timestamp(milliseconds: 0))
        #expect(message.line(colours: false).hasSuffix("(no JSON)"))
        #expect(message.bot == "?" && message.kind == "?" && message.chat == nil)
    }
}

struct InterleavingTests {
    @Test func whatCameLateFindsItsPlace() {
        var order = Interleaving<String>()
        order.add("message 2", time: "2")
        #expect(order.look().isEmpty, "a line of a log may still come")
        order.add("log 1", time: "1")
        order.add("log 2", time: "2")
        order.add("log 3", time: "3")
        #expect(order.look() == ["log 1", "message 2", "log 2"])
        #expect(order.look() == ["log 3"])
        #expect(order.look().isEmpty)
        order.add("b", time: "5")
        order.add("a", time: "4")
        #expect(order.drain() == ["a", "b"])
        #expect(order.drain().isEmpty)
    }
}

struct EventTemplateTests {
    private let now = Timestamp(milliseconds: 5)

    @Test func numbersFillTheGaps() throws {
        let template = try EventTemplate(.says("Hello ${n}, ${n}! ${x}"), bot: bot("demo"), chat: "9${n}", person: "9${n}")
        let event = try template.event(12, at: now)
        #expect(event.chat?.id == "912" && event.person?.id == "912" && event.at == now)
        guard case .message(let message) = event.content else { throw CLIError("\(event.kind)") }
        #expect(message.text == "Hello 12, 12! ${x}")
        #expect(message.id == "12")
    }

    @Test(arguments: [
        ("/start", BotCommand(name: "start")),
        ("/Add@demo_bot  oat milk 2 ", BotCommand(name: "add", arguments: "oat milk 2", addressee: "demo_bot")),
        ("/", nil), ("start", nil), ("/ü", nil), ("/a\nb", BotCommand(name: "a", arguments: "b")),
    ])
    func textThatBeginsWithASlashIsACommand(text: String, expected: BotCommand?) throws {
        #expect(BotCommand(typed: text) == expected)
        let kind = try EventTemplate(.says(text), bot: bot("demo"), chat: "1", person: "1").event(1, at: now).kind
        #expect(kind == (expected == nil ? "message" : "command"))
    }

    @Test func buttonsAreTapped() throws {
        let event = try EventTemplate(.taps("k1"), bot: bot("demo"), chat: "1", person: "2").event(3, at: now)
        #expect(event.content == .button(ButtonPress(query: "cli-3", data: "k1", message: nil)))
    }

    @Test func whatIsMissingIsFilledIn() throws {
        let json: JSON = ["chat": ["id": "1", "kind": "direct"], "message": ["text": "hi"]]
        let event = try EventTemplate(json, bot: bot("demo"), name: "x").event(4, at: now)
        #expect(event.platform == .telegram && event.at == now && event.bot == bot("demo"))
        #expect(event.content == .message(Message(id: "4", content: .text(FormattedText("hi")))))
        // What is there stays.
        let whole = try EventTemplate(JSON(parsing: event.jsonBytes), bot: bot("other"), name: "x").event(5, at: Timestamp(milliseconds: 9))
        #expect(whole == event)
    }

    @Test func filesHoldOneOrMany() throws {
        let one = #"{"bot":"demo","chat":{"id":"1","kind":"direct"},"message":{"text":"hi"}}"#
        #expect(try EventTemplate.read(Array(one.utf8), bot: nil, name: "f").count == 1)
        #expect(try EventTemplate.read(Array("[\(one),\(one)]".utf8), bot: nil, name: "f").count == 2)
        #expect(try EventTemplate.read(Array("\(one)\n\n\(one)\n\(one)".utf8), bot: nil, name: "f").count == 3)
    }

    @Test(arguments: [
        ("", "f: there is no event in it"), ("[]x", "f:1: this is no JSON"), ("{}\n{", "f:1: this is no event: bot: is missing"),
        (#"[{"bot":"a","message":{"text":"x"}}, 7]"#, "f, event 2: an event is a JSON object, not"),
        (#"{"bot":"A!"}"#, "f: this is no event: bot: is no bot name"),
        (#"{"bot":"a","message":{"text":7}}"#, "f: this is no event: message.text"),
    ])
    func mistakesAreToldWithTheirPlace(text: String, start: String) {
        let error = #expect(throws: CLIError.self) { try EventTemplate.read(Array(text.utf8), bot: nil, name: "f") }
        #expect(error?.exitCode == 65)
        #expect(error?.message.hasPrefix(start) == true, "\(error?.message ?? "")")
    }
}

struct PaceTests {
    /// Drives the rule with a clock that only moves when it says how long to wait.
    private func times(_ pace: Pace, total: Int, publishing: Duration = .zero) -> [Duration] {
        var elapsed = Duration.zero
        var times: [Duration] = []
        while times.count < total {
            let due = pace.due(sent: times.count, after: elapsed)
            times += Array(repeating: elapsed, count: due)
            elapsed += publishing + pace.wait(sent: times.count, after: elapsed)
        }
        return times
    }

    @Test(arguments: [1.0, 7, 50, 333, 5000])
    func theRateIsKept(rate: Double) throws {
        let total = Int(rate * 3) + 1
        let times = times(Pace(total: total, rate: rate), total: total)
        let last = try #require(times.last)
        #expect(abs(last / .seconds(1) - Double(total - 1) / rate) < 0.01)
        // Never ahead of its time.
        for (index, time) in times.enumerated() { #expect(Double(index) <= (time / .seconds(1)) * rate + 1) }
    }

    @Test func whatWasLateIsCaughtUpInBatches() {
        let pace = Pace(total: 10_000, rate: 1000)
        #expect(pace.due(sent: 100, after: .seconds(5)) == 500)
        #expect(pace.due(sent: 9_999, after: .seconds(60)) == 1)
        #expect(pace.due(sent: 10_000, after: .seconds(60)) == 0)
    }

    @Test func withoutARateItGoesAtOnce() {
        let pace = Pace(total: 1200)
        #expect(pace.due(sent: 0, after: .zero) == 500)
        #expect(pace.due(sent: 1000, after: .zero) == 200)
        #expect(pace.wait(sent: 5, after: .zero) == .zero)
    }

    @Test func progressSaysHowLongItTakes() {
        #expect(Progress(done: 1200, total: 10_000, elapsed: .seconds(2)).text == "1,200 of 10,000 · 600/s · 15 s left")
        #expect(Progress(done: 3, total: 3, elapsed: .zero).text.hasPrefix("3 of 3"))
        #expect(Progress(done: 0, total: 3, elapsed: .zero).text == "0 of 3 · 0/s")
        #expect([0, 12, 123, 1234, 1_234_567, -1234].map(\.grouped) == ["0", "12", "123", "1,234", "1,234,567", "-1,234"])
    }
}

struct BrokerTests {
    private static let file = "# x\nSWITCHBOARD_AMQP_URL='amqp://u:secret@127.0.0.1:5/v'\n"

    @Test func theEnvironmentGoesBeforeWhatUpWroteDown() throws {
        #expect(try Broker(environment: [:], environmentFile: Self.file).configuration.port == 5)
        #expect(
            try Broker(environment: ["SWITCHBOARD_AMQP_URL": "amqp://elsewhere:7"], environmentFile: Self.file).configuration.port == 7)
        #expect(try Broker(environment: ["SWITCHBOARD_AMQP_URL": ""], environmentFile: Self.file).configuration.port == 5)
    }

    @Test func withoutAnAddressOrWithAWrongOneItSaysSo() {
        let missing = #expect(throws: CLIError.self) { try Broker(environment: [:], environmentFile: nil) }
        #expect(missing?.exitCode == 69)
        let wrong = #expect(throws: CLIError.self) {
            try Broker(environment: ["SWITCHBOARD_AMQP_URL": "http://u:secret@x"], environmentFile: nil)
        }
        #expect(wrong?.exitCode == 78 && wrong?.message.contains("secret") == false)
    }
}
