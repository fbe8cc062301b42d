public import Contracts
import JSON

extension TelegramRequest {
    /// The call that does what `command` asks for.
    ///
    /// - Parameter asset: the path on this machine of a file in the bot's folder; nil when there is no such file.
    /// - Throws: ``TelegramError`` with ``TelegramError/Code/rejected`` for what Telegram has no call for.
    public init(_ command: Command, asset: @escaping (String) -> String?) throws(TelegramError) {
        var builder = RequestBuilder(chat: command.chat, thread: command.thread, asset: asset)
        self = try builder.request(for: command.action)
        stored = builder.stored
    }
}

struct RequestBuilder {
    private let chat: ChatID?
    private let thread: String?
    private let asset: (String) -> String?
    private var uploads: [TelegramRequest.Upload] = []
    private(set) var stored: [TelegramRequest.Stored] = []

    init(chat: ChatID?, thread: String?, asset: @escaping (String) -> String?) {
        self.chat = chat
        self.thread = thread
        self.asset = asset
    }

    mutating func request(for action: Command.Action) throws(TelegramError) -> TelegramRequest {
        switch action {
        case .send(let message): return try send(message)
        case .edit(let target, let message): return try edit(target, message)
        case .editKeyboard(let target, let keyboard):
            var parameters = inChat(("message_id", number(target)))
            if let keyboard { parameters["reply_markup"] = keyboard.telegram }
            return TelegramRequest("editMessageReplyMarkup", parameters)
        case .delete(let targets):
            return TelegramRequest("deleteMessages", inChat(("message_ids", .array(targets.map(number)))))
        case .pin(let target, let silent):
            return TelegramRequest("pinChatMessage", inChat(("message_id", number(target)), ("disable_notification", .bool(silent))))
        case .unpin(let target?): return TelegramRequest("unpinChatMessage", inChat(("message_id", number(target))))
        case .unpin(nil): return TelegramRequest("unpinAllChatMessages", inChat())
        case .copy(let source, let message):
            return TelegramRequest("copyMessage", inThread(("from_chat_id", source.telegram), ("message_id", number(message))))
        case .answerButton(let answer): return TelegramRequest("answerCallbackQuery", parameters(of: answer))
        case .chatAction(let action): return TelegramRequest("sendChatAction", inThread(("action", .string(action))))
        case .stopPoll(let target): return TelegramRequest("stopPoll", inChat(("message_id", number(target))))
        case .setCommands(let commands, let language):
            let list = commands.map { JSON.object(JSONObject([("command", .string($0.name)), ("description", .string($0.description))])) }
            var parameters = JSONObject([("commands", .array(list))])
            if let language { parameters["language_code"] = .string(language) }
            return TelegramRequest("setMyCommands", parameters)
        }
    }

    // MARK: Sending

    private mutating func send(_ message: OutgoingMessage) throws(TelegramError) -> TelegramRequest {
        var parameters = inThread()
        let method = try content(message, into: &parameters)
        if let keyboard = message.keyboard { parameters["reply_markup"] = keyboard.telegram }
        if message.isSilent { parameters["disable_notification"] = true }
        if message.isProtected { parameters["protect_content"] = true }
        if let target = message.replyTo {
            parameters["reply_parameters"] = ["message_id": number(target), "allow_sending_without_reply": true]
        }
        return TelegramRequest(method, parameters, uploads: uploads)
    }

    /// The method and its own parameters.
    private mutating func content(_ message: OutgoingMessage, into parameters: inout JSONObject) throws(TelegramError) -> String {
        switch message.content {
        case .text(let text):
            parameters["text"] = .string(text)
            parameters["parse_mode"] = message.parseMode.telegram
            if !message.showsLinkPreview { parameters["link_preview_options"] = ["is_disabled": true] }
            return "sendMessage"
        case .media(let kind, let source, let caption):
            parameters[kind.rawValue] = try file(source)
            if let caption, kind.hasCaption {
                parameters["caption"] = .string(caption)
                parameters["parse_mode"] = message.parseMode.telegram
            }
            return kind.sendMethod
        case .album(let items):
            var media: [JSON] = []
            for item in items { media.append(try inputMedia(item.kind, item.file, item.caption, message.parseMode)) }
            parameters["media"] = .array(media)
            return "sendMediaGroup"
        case .location(let location):
            location.write(into: &parameters)
            return "sendLocation"
        case .venue(let venue):
            venue.location.write(into: &parameters)
            parameters["title"] = .string(venue.title)
            parameters["address"] = .string(venue.address)
            return "sendVenue"
        case .contact(let contact):
            parameters["phone_number"] = .string(contact.phone)
            parameters["first_name"] = .string(contact.firstName)
            parameters["last_name"] = contact.lastName.map { .string($0) }
            return "sendContact"
        case .poll(let poll):
            poll.write(into: &parameters)
            return "sendPoll"
        case .dice(let emoji):
            parameters["emoji"] = emoji.map { .string($0) }
            return "sendDice"
        }
    }

    // MARK: Editing

    private mutating func edit(_ target: MessageID, _ message: OutgoingMessage) throws(TelegramError) -> TelegramRequest {
        var parameters = inChat(("message_id", number(target)))
        if case .inline(_)? = message.keyboard { parameters["reply_markup"] = message.keyboard?.telegram }
        switch message.content {
        case .text:
            _ = try content(message, into: &parameters)
            return TelegramRequest("editMessageText", parameters)
        case .media(let kind, let source, let caption):
            parameters["media"] = try inputMedia(kind, source, caption, message.parseMode)
            return TelegramRequest("editMessageMedia", parameters, uploads: uploads)
        default:
            throw TelegramError(.rejected, reason: "a message can't be edited into \(message.content.type)")
        }
    }

    private mutating func inputMedia(
        _ kind: MediaKind, _ source: FileSource, _ caption: String?, _ mode: ParseMode
    ) throws(TelegramError) -> JSON {
        var media = JSONObject([("type", .string(kind.rawValue)), ("media", try file(source))])
        if let caption {
            media["caption"] = .string(caption)
            media["parse_mode"] = mode.telegram
        }
        return .object(media)
    }

    private mutating func file(_ source: FileSource) throws(TelegramError) -> JSON {
        switch source {
        case .id(let text), .url(let text): return .string(text)
        case .asset(let name):
            guard let path = asset(name) else { throw TelegramError(.rejected, reason: "the bot's folder has no file \(name)") }
            let upload = TelegramRequest.Upload(name: "file\(uploads.count)", path: path)
            uploads.append(upload)
            return .string("attach://\(upload.name)")
        case .stored(let key, let id):
            // A text that is no id and no address, so it can't be taken for another value.
            let text = id ?? "stored:\(stored.count)"
            stored.append(TelegramRequest.Stored(key: key, text: text, isKnownToPlatform: id != nil))
            return .string(text)
        }
    }

    // MARK: Parameters

    private func inChat(_ members: JSONObject.Member...) -> JSONObject {
        JSONObject((chat.map { [("chat_id", $0.telegram)] } ?? []) + members)
    }

    private func inThread(_ members: JSONObject.Member...) -> JSONObject {
        let place: [JSONObject.Member] = thread.map { [("message_thread_id", wholeNumber($0))] } ?? []
        return JSONObject((chat.map { [("chat_id", $0.telegram)] } ?? []) + place + members)
    }

    private func parameters(of answer: ButtonAnswer) -> JSONObject {
        var parameters = JSONObject([("callback_query_id", .string(answer.query))])
        parameters["text"] = answer.text.map { .string($0) }
        if answer.isAlert { parameters["show_alert"] = true }
        parameters["url"] = answer.url.map { .string($0) }
        return parameters
    }

    private func number(_ id: MessageID) -> JSON { wholeNumber(id.rawValue) }
}

/// A number where Telegram has numbers; anything else stays text, for Telegram to refuse.
func wholeNumber(_ text: String) -> JSON { Int64(text).map { .int($0) } ?? .string(text) }

extension ChatID {
    /// A number, or the `@name` of a public channel.
    fileprivate var telegram: JSON { wholeNumber(rawValue) }
}
