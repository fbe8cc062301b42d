extension MethodTable {
    static let user = Method.Parameter.required("user_id", .integer, missing: "invalid user_id specified")

    // MARK: Members

    static let members: [Method] = [
        Method("banChatMember", [chat, user, .optional("until_date", .integer), .optional("revoke_messages", .boolean)]) {
            try $0.banChatMember($1)
        },
        Method("unbanChatMember", [chat, user, .optional("only_if_banned", .boolean)]) { try $0.unbanChatMember($1) },
        Method(
            "restrictChatMember",
            [
                chat, user, .required("permissions", .object("ChatPermissions"), missing: "permissions not found"),
                .optional("use_independent_chat_permissions", .boolean), .optional("until_date", .integer),
            ]
        ) { try $0.restrictChatMember($1) },
        Method(
            "promoteChatMember",
            [chat, user, .optional("is_anonymous", .boolean)] + AdministratorRight.allCases.map { .optional($0.rawValue, .boolean) }
        ) { try $0.promoteChatMember($1) },
        Method("setChatAdministratorCustomTitle", [chat, user, .required("custom_title", .string)]) {
            try $0.setChatAdministratorCustomTitle($1)
        },
        Method(
            "setChatPermissions",
            [
                chat, .required("permissions", .object("ChatPermissions"), missing: "permissions not found"),
                .optional("use_independent_chat_permissions", .boolean),
            ]
        ) { try $0.setChatPermissions($1) },
        Method("setChatTitle", [chat, .required("title", .string, missing: "title must be non-empty")]) { try $0.setChatTitle($1) },
        Method("setChatDescription", [chat, .optional("description", .string)]) { try $0.setChatDescription($1) },
    ]

    // MARK: Ways in

    private static let linkOptions: [Method.Parameter] = [
        .optional("name", .string), .optional("expire_date", .integer), .optional("member_limit", .integer),
        .optional("creates_join_request", .boolean),
    ]
    private static let link = Method.Parameter.required("invite_link", .string, missing: "INVITE_HASH_EMPTY")

    static let invitations: [Method] = [
        Method("exportChatInviteLink", [chat]) { try $0.exportChatInviteLink($1) },
        Method("createChatInviteLink", [chat] + linkOptions) { try $0.createChatInviteLink($1) },
        Method("editChatInviteLink", [chat, link] + linkOptions) { try $0.editChatInviteLink($1) },
        Method("revokeChatInviteLink", [chat, link]) { try $0.revokeChatInviteLink($1) },
        Method(
            "createChatSubscriptionInviteLink",
            [
                chat, .optional("name", .string),
                .required("subscription_period", .integer, missing: "SUBSCRIPTION_PERIOD_INVALID"),
                .required("subscription_price", .integer, missing: "SUBSCRIPTION_PRICE_INVALID"),
            ]
        ) { try $0.createChatSubscriptionInviteLink($1) },
        Method("editChatSubscriptionInviteLink", [chat, link, .optional("name", .string)]) {
            try $0.editChatSubscriptionInviteLink($1)
        },
        Method("approveChatJoinRequest", [chat, user]) { try $0.approveChatJoinRequest($1) },
        Method("declineChatJoinRequest", [chat, user]) { try $0.declineChatJoinRequest($1) },
    ]

    // MARK: Inline mode and web apps

    static let inline: [Method] = [
        Method(
            "answerInlineQuery",
            [
                .required("inline_query_id", .string, missing: CallbackQuery.tooOld),
                .required("results", .array(of: "InlineQueryResult"), missing: "results isn't specified"),
                .optional("cache_time", .integer), .optional("is_personal", .boolean), .optional("next_offset", .string),
                .optional("button", .object("InlineQueryResultsButton")),
            ]
        ) { try $0.answerInlineQuery($1) },
        Method(
            "answerWebAppQuery",
            [
                .required("web_app_query_id", .string, missing: CallbackQuery.tooOld),
                .required("result", .object("InlineQueryResult"), missing: "result isn't specified"),
            ]
        ) { try $0.answerWebAppQuery($1) },
        Method(
            "savePreparedInlineMessage",
            [
                user, .required("result", .object("InlineQueryResult"), missing: "result isn't specified"),
                .optional("allow_user_chats", .boolean), .optional("allow_bot_chats", .boolean),
                .optional("allow_group_chats", .boolean), .optional("allow_channel_chats", .boolean),
            ]
        ) { try $0.savePreparedInlineMessage($1) },
    ]
}
