import JSON
import TelegramSimulatorKit

/// A world with one bot and one person who has started it, at a fixed time.
struct Stage {
    static let token = "4242:secret"
    static let start: Double = 1_700_000_000

    var world: World
    let bot: BotID
    let ann: Person
    let chat: ChatKey

    init(limits: FloodLimits = .off, _ change: (inout SimulatorConfiguration) -> Void = { _ in }) throws {
        var configuration = SimulatorConfiguration()
        configuration.bots = [SimulatorConfiguration.BotAccount(name: "demo", token: Self.token)]
        configuration.limits = limits
        change(&configuration)
        world = World(configuration, now: Self.start)
        guard let bot = world.bot(token: Self.token) else { throw Missing() }
        self.bot = bot
        ann = try world.addPerson(name: "Ann")
        chat = world.start(ann.id, bot)
    }

    struct Missing: Error {}

    /// Calls a method and gives the whole answer as JSON.
    mutating func call(
        _ method: String, _ object: JSON = [:], as bot: BotID? = nil, uploads: [String: Upload] = [:]
    ) throws -> JSON {
        var parameters = Parameters(object.object ?? JSONObject())
        parameters.uploads = uploads
        switch world.call(method, bot: bot ?? self.bot, parameters) {
        case .answer(let answer): return try JSON(parsing: answer.body)
        case .wait: throw Missing()
        }
    }

    /// Calls a method that must succeed and gives its result.
    mutating func result(_ method: String, _ object: JSON = [:], uploads: [String: Upload] = [:]) throws -> JSON {
        let answer = try call(method, object, uploads: uploads)
        guard answer["ok"] == true, let result = answer["result"] else { throw Refused(answer: answer) }
        return result
    }

    struct Refused: Error { var answer: JSON }

    /// The description of a refusal, "ok" for none.
    mutating func refusal(_ method: String, _ object: JSON = [:], uploads: [String: Upload] = [:]) throws -> String {
        let answer = try call(method, object, uploads: uploads)
        return answer["description"]?.string ?? "ok"
    }

    mutating func send(_ text: String) throws -> JSON { try call("sendMessage", ["chat_id": .int(ann.id), "text": .string(text)]) }

    /// All updates that wait, without taking them.
    mutating func updates() throws -> [JSON] { try result("getUpdates").array ?? [] }

    /// The values of one kind of update that wait.
    mutating func updates(_ kind: UpdateKind) throws -> [JSON] { try updates().compactMap { $0[kind.rawValue] } }

    /// A supergroup of Ann's where the bot is an administrator, and every kind of update is wanted.
    mutating func group(isForum: Bool = false) throws -> ChatKey {
        _ = try result("getUpdates", ["allowed_updates": .array(UpdateKind.allCases.map { .string($0.rawValue) })])
        let key = try world.addGroup(title: "G", creator: ann.id, bots: [bot], isForum: isForum)
        try world.join(.bot(bot), key, by: .person(ann.id), as: .administrator)
        return key
    }
}
