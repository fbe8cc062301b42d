extension MethodTable {
    private static let topicID = Method.Parameter.required(
        "message_thread_id", .integer, missing: "invalid forum topic identifier specified")
    private static let topicIcon = Method.Parameter.optional("icon_custom_emoji_id", .string)

    static let forums: [Method] = [
        Method("getForumTopicIconStickers", []) { $0.getForumTopicIconStickers($1) },
        Method(
            "createForumTopic",
            [chat, .required("name", .string, missing: "title must be non-empty"), .optional("icon_color", .integer), topicIcon]
        ) { try $0.createForumTopic($1) },
        Method("editForumTopic", [chat, topicID, .optional("name", .string), topicIcon]) { try $0.editForumTopic($1) },
        Method("closeForumTopic", [chat, topicID]) { try $0.setTopicClosed(true, $1) },
        Method("reopenForumTopic", [chat, topicID]) { try $0.setTopicClosed(false, $1) },
        Method("deleteForumTopic", [chat, topicID]) { try $0.deleteForumTopic($1) },
        Method("unpinAllForumTopicMessages", [chat, topicID]) { try $0.unpinAllForumTopicMessages($1) },
        Method("editGeneralForumTopic", [chat, .required("name", .string, missing: "title must be non-empty")]) {
            try $0.editForumTopic($1)
        },
        Method("closeGeneralForumTopic", [chat]) { try $0.setTopicClosed(true, $1) },
        Method("reopenGeneralForumTopic", [chat]) { try $0.setTopicClosed(false, $1) },
        Method("hideGeneralForumTopic", [chat]) { try $0.setGeneralHidden(true, $1) },
        Method("unhideGeneralForumTopic", [chat]) { try $0.setGeneralHidden(false, $1) },
        Method("unpinAllGeneralForumTopicMessages", [chat]) { try $0.unpinAllForumTopicMessages($1) },
    ]

    // MARK: Pictures, tags, other chats that write, boosts

    private static let sender = Method.Parameter.required("sender_chat_id", .integer, missing: "sender_chat_id is empty")

    static let appearance: [Method] = [
        Method("setChatPhoto", [chat, .required("photo", .file, missing: "there is no photo in the request")]) {
            try $0.setChatPhoto($1)
        },
        Method("deleteChatPhoto", [chat]) { try $0.deleteChatPhoto($1) },
        Method("setMyProfilePhoto", [.required("photo", .object("InputProfilePhoto"), missing: "photo is empty")]) {
            try $0.setMyProfilePhoto($1)
        },
        Method("removeMyProfilePhoto", []) { try $0.removeMyProfilePhoto($1) },
        Method("setChatStickerSet", [chat, .required("sticker_set_name", .string)]) { try $0.setChatStickerSet($1) },
        Method("deleteChatStickerSet", [chat]) { try $0.setChatStickerSet($1) },
        Method("setChatMemberTag", [chat, user, .optional("tag", .string)]) { try $0.setChatMemberTag($1) },
        Method("banChatSenderChat", [chat, sender]) { try $0.banChatSenderChat($1) },
        Method("unbanChatSenderChat", [chat, sender]) { try $0.unbanChatSenderChat($1) },
        Method("getUserChatBoosts", [chat, user]) { try $0.getUserChatBoosts($1) },
        Method(
            "deleteMessageReaction",
            [chat, message, .optional("user_id", .integer), .optional("actor_chat_id", .integer)]
        ) { try $0.deleteMessageReaction($1) },
        Method("deleteAllMessageReactions", [chat, .optional("user_id", .integer), .optional("actor_chat_id", .integer)]) {
            try $0.deleteAllMessageReactions($1)
        },
    ]
}
