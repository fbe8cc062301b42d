import Bus
import Contracts
import Gateway
import HTTPClient
import Hummingbird
import JSON
import Registry
import Runtime
import Telegram
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct WebhookTests {
    private static let update =
        #"{"update_id":7,"message":{"message_id":1,"date":1700000000,"chat":{"id":42,"type":"private"},"from":{"id":42,"is_bot":false,"first_name":"Ann"},"text":"hi"}}"#

    @Test func answers200WhenTheBrokerHasIt() async throws {
        let publisher = CollectingPublisher()
        try await withGateway(publisher) { telegram in
            let response = try await telegram.post(Self.update, secret: "right")
            #expect(response.status == 200)
        }
        let message = try #require(publisher.messages.first)
        #expect(publisher.messages.count == 1)
        #expect(message.envelope.id == "telegram:demo:7")
        #expect(message.envelope.partitionKey == "demo/42")
        #expect(message.routingKey == "dialog.telegram.message.demo.interactive.\(Partition(of: "demo/42").name)")
        #expect(TraceParent(message.envelope.traceparent ?? "") != nil)
        #expect(try Event(jsonBytes: message.body).person?.firstName == "Ann")
    }

    @Test func answersOnlyAfterTheConfirm() async throws {
        let journal = Journal()
        let publisher = CollectingPublisher { _ in
            // An answer that does not wait would come before this line.
            for _ in 0..<1000 { await Task.yield() }
            journal.write("confirmed")
        }
        try await withGateway(publisher) { telegram in
            _ = try await telegram.post(Self.update, secret: "right")
            journal.write("answered")
        }
        #expect(journal.lines == ["confirmed", "answered"])
    }

    @Test(arguments: [nil, "", "wrong", "righ", "rightt"])
    func refusesWithoutTheSecret(secret: String?) async throws {
        let publisher = CollectingPublisher()
        try await withGateway(publisher) { telegram in
            let response = try await telegram.post(Self.update, secret: secret)
            #expect(response.status == 401)
        }
        #expect(publisher.messages.isEmpty)
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"update_id":"x"}"#, String(repeating: "[", count: 10_000)])
    func refusesWhatIsNoUpdate(body: String) async throws {
        let publisher = CollectingPublisher()
        try await withGateway(publisher) { telegram in
            let response = try await telegram.post(body, secret: "right")
            #expect(response.status == 400)
            #expect(try JSON(parsing: response.body)["ok"] == false)
        }
        #expect(publisher.messages.isEmpty)
    }

    @Test func refusesWhatIsTooLarge() async throws {
        try await withGateway(CollectingPublisher()) { telegram in
            let response = try await telegram.post(#"{"update_id":1,"x":"\#(String(repeating: "x", count: 70_000))"}"#, secret: "right")
            #expect(response.status == 413)
        }
    }

    @Test func asksForItAgainWhileTheBrokerIsAway() async throws {
        try await withGateway(CollectingPublisher(isAway: true)) { telegram in
            let response = try await telegram.post(Self.update, secret: "right")
            #expect(response.status == 503)
            #expect(response.headers["Retry-After"] == "2")
        }
    }

    @Test func whoFloodsGetsOneNotice() async throws {
        let publisher = CollectingPublisher()
        try await withGateway(publisher, flood: .init(burst: 2, rate: 0.001)) { telegram in
            for _ in 0..<5 {
                let response = try await telegram.post(Self.update, secret: "right")
                #expect(response.status == 200)
            }
        }
        #expect(publisher.messages.map(\.envelope.type) == ["event.message", "event.message", "command.send"])
        let notice = try Command(jsonBytes: try #require(publisher.messages.last).body)
        #expect(notice.chat == "42")
        #expect(notice.action == .send(OutgoingMessage(.text("slowly"))))
    }

    @Test func whatTheBrokerDidNotTakeIsNotChargedAgain() async throws {
        let publisher = CollectingPublisher(isAway: true)
        try await withGateway(publisher, flood: .init(burst: 1, rate: 0.001)) { telegram in
            for _ in 0..<5 {
                let response = try await telegram.post(Self.update, secret: "right")
                #expect(response.status == 503)
            }
            publisher.comeBack()
            let response = try await telegram.post(Self.update, secret: "right")
            #expect(response.status == 200)
        }
        #expect(publisher.messages.map(\.envelope.type) == ["event.message"])
    }

    // MARK: A gateway with a scripted broker

    private func withGateway(
        _ publisher: CollectingPublisher, flood: FloodGuard.Limits = .init(burst: 100, rate: 0),
        _ body: (TelegramStandIn) async throws -> Void
    ) async throws {
        let intake = UpdateIntake(publisher: publisher, settings: .init(flood: flood, floodNotice: "slowly"), logger: silent)
        let account = BotAccount(
            name: try #require(BotName("demo")), token: try #require(TelegramToken("100001:TEST")), server: "http://localhost")
        let bot = BotIntake(
            account: account, updates: .webhook(WebhookSettings(path: "/hook", secret: Secret("right"), url: nil, maxConnections: 40)))
        let router = Router(context: WebhookController.Context.self)
        WebhookController(intake: intake, bodyLimit: 65_536, logger: silent).addRoutes(for: [bot], to: router)
        try await withServer(router) { address in
            try await body(TelegramStandIn(client: HTTPClient(), url: "\(address)/hook"))
        }
    }
}
