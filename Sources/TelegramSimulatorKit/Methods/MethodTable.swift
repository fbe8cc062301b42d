/// Every method that the simulator knows, in the order of the Bot API's page.
package enum MethodTable {
    package static let all: [Method] = [
        updates, messages, media, albums, editing, chats, members, invitations, appearance, forums, bots, stickerSets, inline, payments,
        games, businessAccounts, privileges, unmodelled, absent,
    ].flatMap { $0 }

    package static let byName: [String: Method] = Dictionary(uniqueKeysWithValues: all.map { ($0.name.lowercased(), $0) })

    // MARK: Parameters that many methods share

    static let chat = Method.Parameter.required("chat_id", .chat, missing: "chat_id is empty")
    static let message = Method.Parameter.required("message_id", .integer, missing: "message identifier is not specified")
    static let business = Method.Parameter.optional("business_connection_id", .string)
    static let thread = Method.Parameter.optional("message_thread_id", .integer)
    static let topic = Method.Parameter.optional("direct_messages_topic_id", .integer)
    static let silence = Method.Parameter.optional("disable_notification", .boolean)
    static let protection = Method.Parameter.optional("protect_content", .boolean)
    static let reply = Method.Parameter.optional("reply_parameters", .object("ReplyParameters"))
    static let markup = Method.Parameter.optional(
        "reply_markup", .object("InlineKeyboardMarkup or ReplyKeyboardMarkup or ReplyKeyboardRemove or ForceReply"))
    static let inlineMarkup = Method.Parameter.optional("reply_markup", .object("InlineKeyboardMarkup"))
    static let suggestion = Method.Parameter.optional("suggested_post_parameters", .object("SuggestedPostParameters"))
    static let effect = Method.Parameter.optional("message_effect_id", .string)
    static let paid = Method.Parameter.optional("allow_paid_broadcast", .boolean)
    static let target: [Method.Parameter] = [business, chat, thread, topic]
    static let ephemeral = Method.Parameter.optional("ephemeral_message_parameters", .object("EphemeralMessageParameters"))
    static let options: [Method.Parameter] = [silence, protection, paid, effect, suggestion, reply, markup]
    static let caption: [Method.Parameter] = [
        .optional("caption", .string), .optional("parse_mode", .string),
        .optional("caption_entities", .array(of: "MessageEntity")),
    ]
    static let above = Method.Parameter.optional("show_caption_above_media", .boolean)
    static let spoiler = Method.Parameter.optional("has_spoiler", .boolean)
    static let thumbnail = Method.Parameter.optional("thumbnail", .file)
    static let duration = Method.Parameter.optional("duration", .integer)
    static let edited: [Method.Parameter] = [
        business, .optional("chat_id", .chat), .optional("message_id", .integer), .optional("inline_message_id", .string),
    ]
    static let language = Method.Parameter.optional("language_code", .string)

    // MARK: Getting updates

    static let updates: [Method] = [
        // Carried out apart from the others because it may wait.
        Method(
            "getUpdates",
            [
                .optional("offset", .integer), .optional("limit", .integer), .optional("timeout", .integer),
                .optional("allowed_updates", .array(of: "String")),
            ]
        ) { _, _ in .success(Array("[]".utf8)) },
        Method(
            "setWebhook",
            [
                // Empty is allowed: it deletes the webhook.
                .optional("url", .string), .optional("certificate", .file), .optional("ip_address", .string),
                .optional("max_connections", .integer), .optional("allowed_updates", .array(of: "String")),
                .optional("drop_pending_updates", .boolean), .optional("secret_token", .string),
            ]
        ) { try $0.setWebhook($1) },
        Method("deleteWebhook", [.optional("drop_pending_updates", .boolean)]) { $0.deleteWebhook($1) },
        Method("getWebhookInfo", []) { $0.webhookInfo($1) },
        Method("getMe", []) { $0.getMe($1) },
        Method("logOut", []) { _, _ in .success },
        Method("close", []) { _, _ in .success },
    ]

    // MARK: Messages without files

    static let messages: [Method] = [
        Method(
            "sendMessage",
            target + [
                ephemeral, .required("text", .string, missing: "message text is empty"), .optional("parse_mode", .string),
                .optional("entities", .array(of: "MessageEntity")),
                .optional("link_preview_options", .object("LinkPreviewOptions")),
            ] + options
        ) { try $0.sendMessage($1) },
        Method(
            "forwardMessage",
            [
                chat, thread, topic, .required("from_chat_id", .chat, missing: "from_chat_id is empty"),
                .optional("video_start_timestamp", .integer), silence, protection, effect, suggestion, message,
            ]
        ) { try $0.forwardMessage($1) },
        Method(
            "forwardMessages",
            [
                chat, thread, topic, .required("from_chat_id", .chat, missing: "from_chat_id is empty"),
                .required("message_ids", .array(of: "Integer"), missing: "message identifiers are not specified"), silence,
                protection,
            ]
        ) { try $0.forwardMessages($1) },
        Method(
            "copyMessage",
            [
                chat, thread, topic, .required("from_chat_id", .chat, missing: "from_chat_id is empty"), message,
                .optional("video_start_timestamp", .integer), above,
            ] + caption + options
        ) { try $0.copyMessage($1) },
        Method(
            "copyMessages",
            [
                chat, thread, topic, .required("from_chat_id", .chat, missing: "from_chat_id is empty"),
                .required("message_ids", .array(of: "Integer"), missing: "message identifiers are not specified"), silence,
                protection, .optional("remove_caption", .boolean),
            ]
        ) { try $0.copyMessages($1) },
        Method(
            "sendLocation",
            target + [
                ephemeral, .required("latitude", .float, missing: "latitude is empty"),
                .required("longitude", .float, missing: "longitude is empty"), .optional("horizontal_accuracy", .float),
                .optional("live_period", .integer), .optional("heading", .integer),
                .optional("proximity_alert_radius", .integer),
            ] + options
        ) { try $0.sendLocation($1) },
        Method(
            "sendVenue",
            target + [
                ephemeral, .required("latitude", .float, missing: "latitude is empty"),
                .required("longitude", .float, missing: "longitude is empty"), .required("title", .string),
                .required("address", .string), .optional("foursquare_id", .string), .optional("foursquare_type", .string),
                .optional("google_place_id", .string), .optional("google_place_type", .string),
            ] + options
        ) { try $0.sendVenue($1) },
        Method(
            "sendContact",
            target + [
                ephemeral, .required("phone_number", .string), .required("first_name", .string),
                .optional("last_name", .string), .optional("vcard", .string),
            ] + options
        ) { try $0.sendContact($1) },
        Method(
            "sendPoll",
            [business, chat, thread] + [
                .required("question", .string), .optional("question_parse_mode", .string),
                .optional("question_entities", .array(of: "MessageEntity")),
                .required("options", .array(of: "InputPollOption")), .optional("is_anonymous", .boolean),
                .optional("type", .string), .optional("allows_multiple_answers", .boolean),
                .optional("allows_revoting", .boolean), .optional("shuffle_options", .boolean),
                .optional("allow_adding_options", .boolean), .optional("hide_results_until_closes", .boolean),
                .optional("members_only", .boolean), .optional("country_codes", .array(of: "String")),
                .optional("correct_option_ids", .array(of: "Integer")), .optional("explanation", .string),
                .optional("explanation_parse_mode", .string), .optional("explanation_entities", .array(of: "MessageEntity")),
                .optional("explanation_media", .object("InputPollMedia")), .optional("open_period", .integer),
                .optional("close_date", .integer), .optional("is_closed", .boolean), .optional("description", .string),
                .optional("description_parse_mode", .string), .optional("description_entities", .array(of: "MessageEntity")),
                .optional("media", .object("InputPollMedia")), silence, protection, paid, effect, reply, markup,
            ]
        ) { try $0.sendPoll($1) },
        Method("sendDice", target + [.optional("emoji", .string)] + options) { try $0.sendDice($1) },
        Method(
            "sendMessageDraft",
            [
                .required("chat_id", .integer, missing: "chat_id is empty"), thread,
                .required("draft_id", .integer, missing: "draft identifier must be non-zero"), .optional("text", .string),
                .optional("parse_mode", .string), .optional("entities", .array(of: "MessageEntity")), .optional("can_stop", .boolean),
                .optional("keep_on_stop", .boolean),
            ]
        ) { try $0.sendMessageDraft($1) },
        Method("sendChatAction", [business, chat, thread, .required("action", .string, missing: "wrong parameter action in request")]) {
            try $0.sendChatAction($1)
        },
        Method("stopPoll", [business, chat, message, inlineMarkup]) { try $0.stopPoll($1) },
        Method(
            "answerCallbackQuery",
            [
                .required("callback_query_id", .string, missing: CallbackQuery.tooOld), .optional("text", .string),
                .optional("show_alert", .boolean), .optional("url", .string), .optional("cache_time", .integer),
            ]
        ) { try $0.answerCallbackQuery($1) },
    ]

    // MARK: Messages with a file

    static let media: [Method] = [
        sending("sendPhoto", .photo, caption + [above, spoiler]),
        Method(
            "sendLivePhoto",
            target + [
                ephemeral, .required("live_photo", .file, missing: "there is no live photo in the request"),
                .required("photo", .file, missing: "there is no photo in the request"),
            ] + caption + [above, spoiler] + options
        ) { try $0.sendLivePhoto($1) },
        sending("sendAudio", .audio, caption + [duration, .optional("performer", .string), .optional("title", .string), thumbnail]),
        sending("sendDocument", .document, [thumbnail] + caption + [.optional("disable_content_type_detection", .boolean)]),
        sending(
            "sendVideo", .video,
            [
                duration, .optional("width", .integer), .optional("height", .integer), thumbnail, .optional("cover", .file),
                .optional("start_timestamp", .integer), above, spoiler, .optional("supports_streaming", .boolean),
            ] + caption),
        sending(
            "sendAnimation", .animation,
            [duration, .optional("width", .integer), .optional("height", .integer), thumbnail, above, spoiler] + caption),
        sending("sendVoice", .voice, caption + [duration]),
        sending("sendVideoNote", .videoNote, [duration, .optional("length", .integer), thumbnail]),
        sending("sendSticker", .sticker, [.optional("emoji", .string)]),
    ]

    private static func sending(_ name: String, _ kind: Media.Kind, _ own: [Method.Parameter]) -> Method {
        let words = kind.rawValue.replacing("_", with: " ")
        let file = Method.Parameter.required(kind.rawValue, .file, missing: "there is no \(words) in the request")
        return Method(name, target + [ephemeral, file] + own + options) { try $0.sendMedia(kind, $1) }
    }

    static let albums: [Method] = [
        Method(
            "sendMediaGroup",
            target + [
                .required(
                    "media", .array(of: "InputMediaAudio, InputMediaDocument, InputMediaLivePhoto, InputMediaPhoto and InputMediaVideo"),
                    missing: "media is empty"),
                silence, protection, paid, effect, reply,
            ]
        ) { try $0.sendMediaGroup($1) }
    ]

    // MARK: Changing messages

    static let editing: [Method] = [
        Method(
            "editMessageText",
            edited + [
                .optional("text", .string), .optional("parse_mode", .string), .optional("entities", .array(of: "MessageEntity")),
                .optional("link_preview_options", .object("LinkPreviewOptions")),
                .optional("rich_message", .object("InputRichMessage")), inlineMarkup,
            ]
        ) { try $0.editMessageText($1) },
        Method("editMessageCaption", edited + caption + [above, inlineMarkup]) { try $0.editMessageCaption($1) },
        Method("editMessageMedia", edited + [.required("media", .object("InputMedia"), missing: "media is empty"), inlineMarkup]) {
            try $0.editMessageMedia($1)
        },
        Method("editMessageReplyMarkup", edited + [inlineMarkup]) { try $0.editMessageReplyMarkup($1) },
        Method(
            "editMessageLiveLocation",
            edited + [
                .required("latitude", .float, missing: "latitude is empty"),
                .required("longitude", .float, missing: "longitude is empty"), .optional("live_period", .integer),
                .optional("horizontal_accuracy", .float), .optional("heading", .integer),
                .optional("proximity_alert_radius", .integer), inlineMarkup,
            ]
        ) { try $0.editMessageLiveLocation($1) },
        Method("stopMessageLiveLocation", edited + [inlineMarkup]) { try $0.stopMessageLiveLocation($1) },
        Method(
            "setMessageReaction", [chat, message, .optional("reaction", .array(of: "ReactionType")), .optional("is_big", .boolean)]
        ) { try $0.setMessageReaction($1) },
        Method("deleteMessage", [chat, message]) { try $0.deleteMessage($1) },
        Method(
            "deleteMessages",
            [chat, .required("message_ids", .array(of: "Integer"), missing: "message identifiers are not specified")]
        ) { try $0.deleteMessages($1) },
        Method("pinChatMessage", [business, chat, message, silence]) { try $0.pinChatMessage($1) },
        Method("unpinChatMessage", [business, chat, .optional("message_id", .integer)]) { try $0.unpinChatMessage($1) },
        Method("unpinAllChatMessages", [chat]) { try $0.unpinAllChatMessages($1) },
    ]

    // MARK: Chats, users, files

    static let chats: [Method] = [
        Method(
            "getUserProfilePhotos",
            [
                .required("user_id", .integer, missing: "invalid user_id specified"), .optional("offset", .integer),
                .optional("limit", .integer),
            ]
        ) { try $0.getUserProfilePhotos($1) },
        Method("getFile", [.required("file_id", .string, missing: "file_id not specified")]) { try $0.getFile($1) },
        Method("leaveChat", [chat]) { try $0.leaveChat($1) },
        Method("getChat", [chat]) { try $0.getChat($1) },
        Method("getChatAdministrators", [chat, .optional("return_bots", .boolean)]) { try $0.getChatAdministrators($1) },
        Method("getChatMemberCount", [chat]) { try $0.getChatMemberCount($1) },
        Method("getChatMember", [chat, .required("user_id", .integer, missing: "invalid user_id specified")]) {
            try $0.getChatMember($1)
        },
    ]

    // MARK: The bot itself; texts are kept without their languages

    static let bots: [Method] = [
        Method(
            "setMyCommands",
            [
                .required("commands", .array(of: "BotCommand"), missing: "parameter \"commands\" is required"),
                .optional("scope", .object("BotCommandScope")), language,
            ]
        ) { try $0.setMyCommands($1) },
        Method("deleteMyCommands", [.optional("scope", .object("BotCommandScope")), language]) { try $0.deleteMyCommands($1) },
        Method("getMyCommands", [.optional("scope", .object("BotCommandScope")), language]) { try $0.getMyCommands($1) },
        Method("setMyName", [.optional("name", .string), language]) { world, call in
            if let name = call.parameters.text("name") { world.bots[call.bot]?.name = name }
            return .success
        },
        Method("getMyName", [language]) { .object("name", $0.bots[$1.bot]?.name ?? "") },
        Method("setMyDescription", [.optional("description", .string), language]) { world, call in
            world.bots[call.bot]?.description = call.parameters.text("description") ?? ""
            return .success
        },
        Method("getMyDescription", [language]) { .object("description", $0.bots[$1.bot]?.description ?? "") },
        Method("setMyShortDescription", [.optional("short_description", .string), language]) { world, call in
            world.bots[call.bot]?.shortDescription = call.parameters.text("short_description") ?? ""
            return .success
        },
        Method("setChatMenuButton", [.optional("chat_id", .integer), .optional("menu_button", .object("MenuButton"))]) {
            try $0.setChatMenuButton($1)
        },
        Method("getChatMenuButton", [.optional("chat_id", .integer)]) { try $0.getChatMenuButton($1) },
        Method(
            "setMyDefaultAdministratorRights",
            [.optional("rights", .object("ChatAdministratorRights")), .optional("for_channels", .boolean)]
        ) { try $0.setMyDefaultAdministratorRights($1) },
        Method("getMyDefaultAdministratorRights", [.optional("for_channels", .boolean)]) { $0.getMyDefaultAdministratorRights($1) },
        Method("getMyShortDescription", [language]) { .object("short_description", $0.bots[$1.bot]?.shortDescription ?? "") },
    ]
}
