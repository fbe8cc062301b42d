extension MethodTable {
    // MARK: What the simulated world has not; parameters are checked all the same

    private static let connection = Method.Parameter.required("business_connection_id", .string)

    private static func refusing(_ name: String, _ parameters: [Method.Parameter], _ text: String) -> Method {
        Method(name, parameters) { _, _ in throw APIFailure.badRequest(text) }
    }

    /// The methods that always refuse.
    package static let refused = Set([businessAccounts, privileges, unmodelled].flatMap { $0 }.map(\.name))

    /// Nobody has a business account here, so no connection exists.
    private static let noConnection = "business connection not found"

    static let businessAccounts: [Method] = [
        refusing("getBusinessConnection", [connection], noConnection),
        refusing("readBusinessMessage", [connection, .required("chat_id", .integer), message], noConnection),
        refusing("deleteBusinessMessages", [connection, .required("message_ids", .array(of: "Integer"))], noConnection),
        refusing("setBusinessAccountName", [connection, .required("first_name", .string), .optional("last_name", .string)], noConnection),
        refusing("setBusinessAccountUsername", [connection, .optional("username", .string)], noConnection),
        refusing("setBusinessAccountBio", [connection, .optional("bio", .string)], noConnection),
        refusing(
            "setBusinessAccountProfilePhoto",
            [connection, .required("photo", .object("InputProfilePhoto")), .optional("is_public", .boolean)], noConnection),
        refusing("removeBusinessAccountProfilePhoto", [connection, .optional("is_public", .boolean)], noConnection),
        refusing(
            "setBusinessAccountGiftSettings",
            [connection, .required("show_gift_button", .boolean), .required("accepted_gift_types", .object("AcceptedGiftTypes"))],
            noConnection),
        refusing("getBusinessAccountStarBalance", [connection], noConnection),
        refusing("transferBusinessAccountStars", [connection, .required("star_count", .integer)], noConnection),
        refusing(
            "getBusinessAccountGifts",
            [
                connection, .optional("exclude_unsaved", .boolean), .optional("exclude_saved", .boolean),
                .optional("exclude_unlimited", .boolean), .optional("exclude_limited_upgradable", .boolean),
                .optional("exclude_limited_non_upgradable", .boolean), .optional("exclude_unique", .boolean),
                .optional("exclude_from_blockchain", .boolean), .optional("sort_by_price", .boolean), .optional("offset", .string),
                .optional("limit", .integer),
            ], noConnection),
        refusing("convertGiftToStars", [connection, .required("owned_gift_id", .string)], noConnection),
        refusing(
            "upgradeGift",
            [
                connection, .required("owned_gift_id", .string), .optional("keep_original_details", .boolean),
                .optional("star_count", .integer),
            ], noConnection),
        refusing(
            "transferGift",
            [connection, .required("owned_gift_id", .string), .required("new_owner_chat_id", .integer), .optional("star_count", .integer)],
            noConnection),
        refusing(
            "postStory",
            [
                connection, .required("content", .object("InputStoryContent")), .required("active_period", .integer),
                .optional("caption", .string), .optional("parse_mode", .string), .optional("caption_entities", .array(of: "MessageEntity")),
                .optional("areas", .array(of: "StoryArea")), .optional("post_to_chat_page", .boolean),
                .optional("protect_content", .boolean),
            ], noConnection),
        refusing(
            "repostStory",
            [
                connection, .required("from_chat_id", .integer), .required("from_story_id", .integer), .required("active_period", .integer),
                .optional("post_to_chat_page", .boolean), .optional("protect_content", .boolean),
            ], noConnection),
        refusing(
            "editStory",
            [
                connection, .required("story_id", .integer), .required("content", .object("InputStoryContent")),
                .optional("caption", .string), .optional("parse_mode", .string), .optional("caption_entities", .array(of: "MessageEntity")),
                .optional("areas", .array(of: "StoryArea")),
            ], noConnection),
        refusing("deleteStory", [connection, .required("story_id", .integer)], noConnection),
        refusing(
            "sendChecklist",
            [
                connection, chat, .required("checklist", .object("InputChecklist")), .optional("disable_notification", .boolean),
                .optional("protect_content", .boolean), .optional("message_effect_id", .string),
                .optional("reply_parameters", .object("ReplyParameters")), .optional("reply_markup", .object("InlineKeyboardMarkup")),
            ], noConnection),
        refusing(
            "editMessageChecklist",
            [
                connection, chat, message, .required("checklist", .object("InputChecklist")),
                .optional("reply_markup", .object("InlineKeyboardMarkup")),
            ], noConnection),
    ]

    /// What the real server refuses to most bots.
    static let privileges: [Method] = [
        refusing(
            "sendGift",
            [
                .optional("user_id", .integer), .optional("chat_id", .chat), .required("gift_id", .string),
                .optional("pay_for_upgrade", .boolean), .optional("text", .string), .optional("text_parse_mode", .string),
                .optional("text_entities", .array(of: "MessageEntity")),
            ], "STARGIFT_INVALID"),
        refusing("verifyUser", [user, .optional("custom_description", .string)], "BOT_VERIFIER_FORBIDDEN"),
        refusing("verifyChat", [chat, .optional("custom_description", .string)], "BOT_VERIFIER_FORBIDDEN"),
        refusing("removeUserVerification", [user], "BOT_VERIFIER_FORBIDDEN"),
        refusing("removeChatVerification", [chat], "BOT_VERIFIER_FORBIDDEN"),
        refusing(
            "setUserEmojiStatus",
            [user, .optional("emoji_status_custom_emoji_id", .string), .optional("emoji_status_expiration_date", .integer)],
            "USER_PERMISSION_DENIED"),
        refusing(
            "answerGuestQuery", [.required("guest_query_id", .string), .required("result", .object("InlineQueryResult"))],
            CallbackQuery.tooOld),
        refusing(
            "answerChatJoinRequestQuery", [.required("chat_join_request_query_id", .string), .required("result", .string)],
            CallbackQuery.tooOld),
        refusing(
            "sendChatJoinRequestWebApp", [.required("chat_join_request_query_id", .string), .required("web_app_url", .string)],
            CallbackQuery.tooOld),
    ]

    private static func unmodelled(_ what: String) -> String { "the simulated Telegram does not model \(what)" }

    static let unmodelled: [Method] = [
        refusing(
            "sendRichMessage",
            [
                .optional("business_connection_id", .string), chat, .optional("message_thread_id", .integer),
                .optional("direct_messages_topic_id", .integer),
                .optional("ephemeral_message_parameters", .object("EphemeralMessageParameters")),
                .required("rich_message", .object("InputRichMessage")), .optional("disable_notification", .boolean),
                .optional("protect_content", .boolean), .optional("allow_paid_broadcast", .boolean),
                .optional("message_effect_id", .string), .optional("suggested_post_parameters", .object("SuggestedPostParameters")),
                .optional("reply_parameters", .object("ReplyParameters")),
                .optional("reply_markup", .object("InlineKeyboardMarkup or ReplyKeyboardMarkup or ReplyKeyboardRemove or ForceReply")),
            ], unmodelled("rich messages")),
        refusing(
            "sendRichMessageDraft",
            [
                .required("chat_id", .integer), .optional("message_thread_id", .integer), .required("draft_id", .integer),
                .required("rich_message", .object("InputRichMessage")), .optional("can_stop", .boolean),
                .optional("keep_on_stop", .boolean),
            ], unmodelled("rich messages")),
        refusing(
            "editEphemeralMessageText",
            [
                chat, .required("receiver_user_id", .integer), .required("ephemeral_message_id", .integer), .optional("text", .string),
                .optional("parse_mode", .string), .optional("entities", .array(of: "MessageEntity")),
                .optional("rich_message", .object("InputRichMessage")), .optional("link_preview_options", .object("LinkPreviewOptions")),
                .optional("reply_markup", .object("InlineKeyboardMarkup")),
            ], unmodelled("ephemeral messages")),
        refusing(
            "editEphemeralMessageMedia",
            [
                chat, .required("receiver_user_id", .integer), .required("ephemeral_message_id", .integer),
                .required("media", .object("InputMedia")), .optional("reply_markup", .object("InlineKeyboardMarkup")),
            ], unmodelled("ephemeral messages")),
        refusing(
            "editEphemeralMessageCaption",
            [
                chat, .required("receiver_user_id", .integer), .required("ephemeral_message_id", .integer), .optional("caption", .string),
                .optional("parse_mode", .string), .optional("caption_entities", .array(of: "MessageEntity")),
                .optional("show_caption_above_media", .boolean), .optional("reply_markup", .object("InlineKeyboardMarkup")),
            ], unmodelled("ephemeral messages")),
        refusing(
            "editEphemeralMessageReplyMarkup",
            [
                chat, .required("receiver_user_id", .integer), .required("ephemeral_message_id", .integer),
                .optional("reply_markup", .object("InlineKeyboardMarkup")),
            ], unmodelled("ephemeral messages")),
        refusing(
            "deleteEphemeralMessage", [chat, .required("receiver_user_id", .integer), .required("ephemeral_message_id", .integer)],
            unmodelled("ephemeral messages")),
        refusing(
            "approveSuggestedPost", [.required("chat_id", .integer), message, .optional("send_date", .integer)],
            unmodelled("suggested posts")),
        refusing(
            "declineSuggestedPost", [.required("chat_id", .integer), message, .optional("comment", .string)], unmodelled("suggested posts")),
        refusing("getManagedBotToken", [user], unmodelled("managed bots")),
        refusing("replaceManagedBotToken", [user], unmodelled("managed bots")),
        refusing("getManagedBotAccessSettings", [user], unmodelled("managed bots")),
        refusing(
            "setManagedBotAccessSettings",
            [user, .required("is_access_restricted", .boolean), .optional("added_user_ids", .array(of: "Integer"))],
            unmodelled("managed bots")),
        refusing("savePreparedKeyboardButton", [user, .required("button", .object("KeyboardButton"))], unmodelled("prepared buttons")),
        refusing(
            "giftPremiumSubscription",
            [
                user, .required("month_count", .integer), .required("star_count", .integer), .optional("text", .string),
                .optional("text_parse_mode", .string), .optional("text_entities", .array(of: "MessageEntity")),
            ], unmodelled("gifts")),
        refusing("setPassportDataErrors", [user, .required("errors", .array(of: "PassportElementError"))], unmodelled("passports")),
    ]

    // MARK: What everybody has none of

    private static func empty(_ name: String, _ parameters: [Method.Parameter], _ result: String) -> Method {
        Method(name, parameters) { world, call in
            if call.parameters.text("chat_id") != nil { _ = try world.chat(call, "chat_id", .read) }
            if call.parameters.text("user_id") != nil { _ = try world.member(call) }
            return .success(Array(result.utf8))
        }
    }

    static let absent: [Method] = [
        empty("getAvailableGifts", [], #"{"gifts":[]}"#),
        empty(
            "getUserGifts",
            [
                user, .optional("exclude_unlimited", .boolean), .optional("exclude_limited_upgradable", .boolean),
                .optional("exclude_limited_non_upgradable", .boolean), .optional("exclude_from_blockchain", .boolean),
                .optional("exclude_unique", .boolean), .optional("sort_by_price", .boolean), .optional("offset", .string),
                .optional("limit", .integer),
            ], #"{"total_count":0,"gifts":[]}"#),
        empty(
            "getChatGifts",
            [
                chat, .optional("exclude_unsaved", .boolean), .optional("exclude_saved", .boolean),
                .optional("exclude_unlimited", .boolean), .optional("exclude_limited_upgradable", .boolean),
                .optional("exclude_limited_non_upgradable", .boolean), .optional("exclude_from_blockchain", .boolean),
                .optional("exclude_unique", .boolean), .optional("sort_by_price", .boolean), .optional("offset", .string),
                .optional("limit", .integer),
            ], #"{"total_count":0,"gifts":[]}"#),
        empty(
            "getUserProfileAudios", [user, .optional("offset", .integer), .optional("limit", .integer)], #"{"total_count":0,"audios":[]}"#),
        empty("getUserPersonalChatMessages", [user, .required("limit", .integer)], #"[]"#),
    ]
}
