import Contracts
import DevServices
import JSON
import Telegram

/// Updates as Telegram writes them, of every kind: those in the folder that `SWITCHBOARD_UPDATES` names, else the project's own.
enum UpdateDocuments {
    struct Document: Sendable {
        var name: String
        var update: JSON
    }

    /// With update ids of their own, beginning at `first`: documents of different origin share some.
    static func load(firstID: Int64 = 1) throws -> [Document] {
        let folder = TestEnvironment.updates ?? TestEnvironment.fixtures + "/updates"
        let names = Files.list(folder).filter { $0.hasSuffix(".json") }.sorted()
        guard !names.isEmpty else { throw PipelineFailure("\(folder) has no update documents") }
        return try names.enumerated().map { place, name in
            guard case .object(var members) = try JSON(parsing: try Files.read("\(folder)/\(name)")) else {
                throw PipelineFailure("\(name) holds no object")
            }
            members["update_id"] = .int(firstID + Int64(place))
            return Document(name: name, update: .object(members))
        }
    }
}

extension UpdateDocuments.Document {
    var id: Int64 { update["update_id"]?.int ?? 0 }

    /// Whether a bot definition has something to say about it: a person did something in a chat.
    func concernsTheDialog(of bot: TelegramBot) throws -> Bool {
        let event = try TelegramUpdate(json: update).event(for: bot, receivedAt: Timestamp(milliseconds: 0)).event
        guard event.chat != nil, let person = event.person, !person.isBot else { return false }
        // Other bots of the group answer what names them.
        if case .command(let command, _) = event.content, let addressee = command.addressee { return addressee.lowercased() == "demo_bot" }
        return ["message", "command", "button"].contains(event.kind)
    }
}
