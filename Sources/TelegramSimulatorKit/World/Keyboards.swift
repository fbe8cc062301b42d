package import JSON

/// `InlineKeyboardMarkup`, checked.
package struct InlineKeyboard: Sendable, Hashable {
    package struct Button: Sendable, Hashable {
        package enum Action: Sendable, Hashable {
            case callback(String)
            case url(String)
            /// Anything else (`web_app`, `copy_text`, `switch_inline_query`, …), kept as it came.
            case other(name: String, value: JSON)
        }

        package var text: String
        package var action: Action
        /// `style` and `icon_custom_emoji_id`.
        package var extras: [String: JSON] = [:]
    }

    package var rows: [[Button]]
}

/// `ReplyKeyboardMarkup`, checked.
package struct ReplyKeyboard: Sendable, Hashable {
    package struct Button: Sendable, Hashable {
        package var text: String
        /// `request_contact` and the like, kept as they came.
        package var extras: [String: JSON] = [:]
    }

    package var rows: [[Button]]
    package var isPersistent = false
    package var resizes = false
    package var isOneTime = false
    package var placeholder: String?
}

/// A message that wants an answer: clients open their field as if the person had chosen to reply to it.
package struct ForcedReply: Sendable, Hashable {
    package var message: MessageID
    package var placeholder: String?
    /// The only one it is for; nil for everybody.
    package var person: PersonID?
}

/// `reply_markup` of a request.
package enum ReplyMarkup: Sendable, Hashable {
    case inline(InlineKeyboard)
    case reply(ReplyKeyboard)
    case remove
    case forceReply(placeholder: String?, isSelective: Bool)
}

extension InlineKeyboard: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("inline_keyboard")
            json.array { json in
                for row in rows { json.array { json in for button in row { button.write(to: &json) } } }
            }
        }
    }
}

extension InlineKeyboard.Button: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("text", text)
            switch action {
            case .callback(let data): $0.member("callback_data", data)
            case .url(let url): $0.member("url", url)
            case .other(let name, let value): $0.member(name, value)
            }
            for (name, value) in extras.sorted(by: { $0.key < $1.key }) { $0.member(name, value) }
        }
    }
}

extension ReplyKeyboard: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("keyboard")
            json.array { json in
                for row in rows {
                    json.array { json in
                        for button in row {
                            json.object {
                                $0.member("text", button.text)
                                for (name, value) in button.extras.sorted(by: { $0.key < $1.key }) { $0.member(name, value) }
                            }
                        }
                    }
                }
            }
            if isPersistent { json.member("is_persistent", true) }
            if resizes { json.member("resize_keyboard", true) }
            if isOneTime { json.member("one_time_keyboard", true) }
            json.member("input_field_placeholder", placeholder)
        }
    }
}
