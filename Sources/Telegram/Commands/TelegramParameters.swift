import Contracts
import JSON

extension ParseMode {
    /// Nil for plain text, where the parameter is left out.
    var telegram: JSON? {
        switch self {
        case .none: nil
        case .html: "HTML"
        case .markdown: "MarkdownV2"
        }
    }
}

extension MediaKind {
    var sendMethod: String {
        switch self {
        case .photo: "sendPhoto"
        case .audio: "sendAudio"
        case .document: "sendDocument"
        case .video: "sendVideo"
        case .animation: "sendAnimation"
        case .voice: "sendVoice"
        case .sticker: "sendSticker"
        case .videoNote: "sendVideoNote"
        }
    }

    var hasCaption: Bool { self != .sticker && self != .videoNote }
}

extension Location {
    func write(into parameters: inout JSONObject) {
        parameters["latitude"] = .double(latitude)
        parameters["longitude"] = .double(longitude)
    }
}

extension OutgoingPoll {
    func write(into parameters: inout JSONObject) {
        parameters["question"] = .string(question)
        parameters["options"] = .array(options.map { ["text": .string($0)] })
        parameters["is_anonymous"] = .bool(isAnonymous)
        if allowsSeveralAnswers { parameters["allows_multiple_answers"] = true }
        if let correctOption {
            parameters["type"] = "quiz"
            parameters["correct_option_ids"] = [.int(Int64(correctOption))]
        }
        parameters["explanation"] = explanation.map { .string($0) }
    }
}

extension Keyboard {
    var telegram: JSON {
        switch self {
        case .inline(let rows): ["inline_keyboard": .array(rows.map { .array($0.map(\.telegram)) })]
        case .reply(let keyboard):
            .object(
                JSONObject(
                    [
                        ("keyboard", .array(keyboard.rows.map { .array($0.map(\.telegram)) })), ("resize_keyboard", true),
                        ("one_time_keyboard", .bool(keyboard.isOneTime)),
                    ] + (keyboard.placeholder.map { [("input_field_placeholder", .string($0))] } ?? [])))
        case .remove: ["remove_keyboard": true]
        case .forceReply: ["force_reply": true]
        }
    }
}

extension InlineButton {
    fileprivate var telegram: JSON {
        switch action {
        case .data(let data): ["text": .string(text), "callback_data": .string(data)]
        case .url(let url): ["text": .string(text), "url": .string(url)]
        case .webApp(let url): ["text": .string(text), "web_app": ["url": .string(url)]]
        case .copyText(let copied): ["text": .string(text), "copy_text": ["text": .string(copied)]]
        case .switchInline(let query): ["text": .string(text), "switch_inline_query": .string(query)]
        }
    }
}

extension ReplyButton {
    fileprivate var telegram: JSON {
        switch request {
        case nil:
            if let webApp { ["text": .string(text), "web_app": ["url": .string(webApp)]] } else { ["text": .string(text)] }
        case .contact: ["text": .string(text), "request_contact": true]
        case .location: ["text": .string(text), "request_location": true]
        case .poll: ["text": .string(text), "request_poll": [:]]
        }
    }
}
