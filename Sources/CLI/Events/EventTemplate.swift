package import Contracts
package import JSON

/// An event with gaps: `${n}` in any of its texts becomes the number of the event, from 1.
package struct EventTemplate: Sendable, Hashable {
    private let json: JSON

    /// From an event in JSON. `at` may be missing and is then the moment of sending; so may `platform` (Telegram), `kind` (a
    /// command when there is one, otherwise a message) and the message's `id` and `type` (`text`).
    ///
    /// - Parameter bot: for one that names none; nil: it must name one.
    /// - Throws: ``CLIError`` (`dataError`) when it would be no event.
    package init(_ json: JSON, bot: BotName? = nil, name: String) throws {
        guard var event = json.object else {
            throw CLIError("\(name): an event is a JSON object, not \(json.kind)", exitCode: Exit.dataError)
        }
        func complete(_ key: String, _ value: JSON) { if event[key] == nil { event[key] = value } }
        if let bot { complete("bot", .string(bot.rawValue)) }
        complete("platform", .string(Platform.telegram.rawValue))
        complete("kind", event["command"] == nil ? "message" : "command")
        if var message = event["message"]?.object {
            if message["id"] == nil { message["id"] = "${n}" }
            if message["type"] == nil { message["type"] = "text" }
            event["message"] = .object(message)
        }
        self.json = .object(event)
        do { _ = try self.event(1, at: .now) } catch {
            throw CLIError("\(name): this is no event: \(error)", exitCode: Exit.dataError)
        }
    }

    /// The event of that number.
    package func event(_ number: Int, at now: Timestamp) throws(JSONError) -> Event {
        guard var filled = Self.filled(json, String(number)).object else { throw JSONError(.type, "is no object") }
        if filled["at"] == nil { filled["at"] = .int(now.milliseconds) }
        return try Event(json: .object(filled))
    }

    private static func filled(_ json: JSON, _ number: String) -> JSON {
        switch json {
        case .string(let text): .string(replacing(text, number))
        case .array(let values): .array(values.map { filled($0, number) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, filled($0.value, number)) }))
        default: json
        }
    }

    private static func replacing(_ text: String, _ number: String) -> String {
        guard text.contains("${n}") else { return text }
        var rest = text[...]
        var result = ""
        while let gap = rest.firstRange(of: "${n}") {
            result += rest[..<gap.lowerBound] + number
            rest = rest[gap.upperBound...]
        }
        return result + rest
    }
}

extension EventTemplate {
    /// What a person does, in the words of the command line.
    package enum Deed: Sendable, Hashable {
        /// Beginning with `/` it is a command, as on the platform.
        case says(String)
        /// The data of a button.
        case taps(String)
    }

    package init(_ deed: Deed, bot: BotName, chat: String, person: String) throws {
        var event: [(String, JSON)] = [
            ("bot", .string(bot.rawValue)), ("chat", ["id": .string(chat), "kind": "direct"]),
            ("person", ["id": .string(person), "first_name": "CLI"]),
        ]
        switch deed {
        case .says(let text):
            event.append(("message", ["text": .string(text)]))
            if let command = BotCommand(typed: text) { event.append(("command", command.asJSON)) }
        case .taps(let data):
            event.append(("kind", "button"))
            event.append(("button", ["query": "cli-${n}", "data": .string(data)]))
        }
        try self.init(.object(JSONObject(event)), name: "the options")
    }
}

extension BotCommand {
    fileprivate var asJSON: JSON {
        var members: [(String, JSON)] = [("name", .string(name)), ("arguments", .string(arguments))]
        if let addressee { members.append(("addressee", .string(addressee))) }
        return .object(JSONObject(members))
    }
}

extension EventTemplate {
    /// From a file: one event, an array of events, or one a line.
    ///
    /// - Throws: ``CLIError`` (`dataError`), naming the line or the place in the array.
    package static func read(_ bytes: [UInt8], bot: BotName?, name: String) throws -> [EventTemplate] {
        if let whole = try? JSON(parsing: bytes) {
            guard let array = whole.array else { return [try EventTemplate(whole, bot: bot, name: name)] }
            return try array.enumerated().map { try EventTemplate($1, bot: bot, name: "\(name), event \($0 + 1)") }
        }
        var templates: [EventTemplate] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 32 }) else { continue }
            let place = "\(name):\(index + 1)"
            let json: JSON
            do throws(JSONError) { json = try JSON(parsing: Array(line)) } catch {
                throw CLIError("\(place): this is no JSON: \(error)", exitCode: Exit.dataError)
            }
            templates.append(try EventTemplate(json, bot: bot, name: place))
        }
        guard !templates.isEmpty else { throw CLIError("\(name): there is no event in it", exitCode: Exit.dataError) }
        return templates
    }
}
