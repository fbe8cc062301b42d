import JSON

extension ReplyMarkup {
    private static let otherActions = [
        "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
        "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
    ]

    /// Reads and checks `reply_markup`; nil when it is absent or has no buttons.
    static func parse(_ parameters: Parameters) throws(APIFailure) -> ReplyMarkup? {
        guard let json = try parameters.json("reply_markup", "reply keyboard markup") else { return nil }
        guard case .object = json else { throw .badRequest("object expected as reply markup") }
        if let rows = json["inline_keyboard"] {
            let keyboard = InlineKeyboard(rows: try parseRows(rows, "inline_keyboard", parseInlineButton))
            return .inline(keyboard)
        }
        if let rows = json["keyboard"] {
            let buttons = try parseRows(rows, "keyboard", parseReplyButton)
            guard !buttons.isEmpty else { return nil }
            return .reply(
                ReplyKeyboard(
                    rows: buttons, isPersistent: json["is_persistent"]?.bool ?? false,
                    resizes: json["resize_keyboard"]?.bool ?? false, isOneTime: json["one_time_keyboard"]?.bool ?? false,
                    placeholder: json["input_field_placeholder"]?.string))
        }
        if json["remove_keyboard"]?.bool == true { return .remove }
        if json["force_reply"]?.bool == true {
            return .forceReply(placeholder: json["input_field_placeholder"]?.string, isSelective: json["selective"]?.bool ?? false)
        }
        return nil
    }

    private static func parseRows<Button>(
        _ json: JSON, _ field: String, _ parse: (JSON) throws(APIFailure) -> Button
    ) throws(APIFailure) -> [[Button]] {
        let arrays =
            field == "keyboard"
            ? "field \"keyboard\" must be an Array of Arrays"
            : "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays"
        guard let rows = json.array else { throw .badRequest("field \"\(field)\" must be of type Array") }
        var result: [[Button]] = []
        for row in rows {
            guard let buttons = row.array else { throw .badRequest(arrays) }
            var parsed: [Button] = []
            for button in buttons { parsed.append(try parse(button)) }
            if !parsed.isEmpty { result.append(parsed) }
        }
        return result
    }

    private static func parseInlineButton(_ json: JSON) throws(APIFailure) -> InlineKeyboard.Button {
        let prefix = "can't parse inline keyboard button: "
        guard case .object = json else { throw .badRequest(prefix + "InlineKeyboardButton must be an Object") }
        let text = try buttonText(json, prefix)
        guard !text.isEmpty else { throw .badRequest("inline keyboard button text must be non-empty") }
        let action: InlineKeyboard.Button.Action
        if let url = json["url"]?.string, !url.isEmpty {
            guard url.hasPrefix("tg://") || MarkupOutput.normalized(url) != nil else {
                throw .badRequest("inline keyboard button URL '\(url)' is invalid: Wrong HTTP URL")
            }
            action = .url(url)
        } else if let data = json["callback_data"]?.string, !data.isEmpty {
            guard data.utf8.count <= 64 else { throw .badRequest("BUTTON_DATA_INVALID") }
            action = .callback(data)
        } else if let name = otherActions.first(where: { json[$0] != nil }), let value = json[name] {
            action = .other(name: name, value: value)
        } else {
            throw .badRequest(prefix + "Text buttons are unallowed in the inline keyboard")
        }
        return InlineKeyboard.Button(text: text, action: action, extras: extras(json, ["style", "icon_custom_emoji_id"]))
    }

    private static func parseReplyButton(_ json: JSON) throws(APIFailure) -> ReplyKeyboard.Button {
        let prefix = "can't parse keyboard button: "
        if let text = json.string { return ReplyKeyboard.Button(text: text) }
        guard case .object = json else { throw .badRequest(prefix + "KeyboardButton must be a String or an Object") }
        let text = try buttonText(json, prefix)
        guard !text.isEmpty else { throw .badRequest("keyboard button text must be non-empty") }
        let names = [
            "request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app", "style",
            "icon_custom_emoji_id",
        ]
        return ReplyKeyboard.Button(text: text, extras: extras(json, names))
    }

    private static func buttonText(_ json: JSON, _ prefix: String) throws(APIFailure) -> String {
        guard let text = json["text"], !text.isNull else { throw .badRequest(prefix + "Can't find field \"text\"") }
        guard let string = text.string else { throw .badRequest(prefix + "Field \"text\" must be of type String") }
        return string
    }

    private static func extras(_ json: JSON, _ names: [String]) -> [String: JSON] {
        var extras: [String: JSON] = [:]
        for name in names { if let value = json[name], !value.isNull { extras[name] = value } }
        return extras
    }
}
