extension MethodTable {
    // MARK: Payments

    private static let product: [Method.Parameter] = [
        .required("title", .string, missing: "PRODUCT_TITLE_INVALID"),
        .required("description", .string, missing: "PRODUCT_DESCRIPTION_INVALID"),
        .required("payload", .string, missing: "INVOICE_PAYLOAD_INVALID"), .optional("provider_token", .string),
        .required("currency", .string, missing: "CURRENCY_INVALID"),
        .required("prices", .array(of: "LabeledPrice"), missing: "expected an Array of labeled prices"),
        .optional("max_tip_amount", .integer), .optional("suggested_tip_amounts", .array(of: "Integer")),
        .optional("provider_data", .string), .optional("photo_url", .string), .optional("photo_size", .integer),
        .optional("photo_width", .integer), .optional("photo_height", .integer), .optional("need_name", .boolean),
        .optional("need_phone_number", .boolean), .optional("need_email", .boolean), .optional("need_shipping_address", .boolean),
        .optional("send_phone_number_to_provider", .boolean), .optional("send_email_to_provider", .boolean),
        .optional("is_flexible", .boolean),
    ]
    private static let isOK = Method.Parameter.required("ok", .boolean)
    private static let error = Method.Parameter.optional("error_message", .string)
    private static let charge = Method.Parameter.required("telegram_payment_charge_id", .string, missing: "CHARGE_ID_EMPTY")

    static let payments: [Method] = [
        Method(
            "sendInvoice",
            [chat, thread, topic] + product + [
                .optional("start_parameter", .string), silence, protection, paid, effect, suggestion, reply, inlineMarkup,
            ]
        ) { try $0.sendInvoice($1) },
        Method("createInvoiceLink", [business] + product + [.optional("subscription_period", .integer)]) {
            try $0.createInvoiceLink($1)
        },
        Method(
            "answerShippingQuery",
            [
                .required("shipping_query_id", .string, missing: CallbackQuery.tooOld), isOK,
                .optional("shipping_options", .array(of: "ShippingOption")), error,
            ]
        ) { try $0.answerShippingQuery($1) },
        Method("answerPreCheckoutQuery", [.required("pre_checkout_query_id", .string, missing: CallbackQuery.tooOld), isOK, error]) {
            try $0.answerPreCheckoutQuery($1)
        },
        Method("getMyStarBalance", []) { $0.getMyStarBalance($1) },
        Method("getStarTransactions", [.optional("offset", .integer), .optional("limit", .integer)]) { try $0.getStarTransactions($1) },
        Method("refundStarPayment", [user, charge]) { try $0.refundStarPayment($1) },
        Method("editUserStarSubscription", [user, charge, .required("is_canceled", .boolean)]) { try $0.editUserStarSubscription($1) },
        Method(
            "sendPaidMedia",
            target + [
                .required("star_count", .integer, missing: "STARS_AMOUNT_INVALID"),
                .required("media", .array(of: "InputPaidMedia"), missing: "media is empty"), .optional("payload", .string),
            ] + caption + [above, silence, protection, paid, suggestion, reply, markup]
        ) { try $0.sendPaidMedia($1) },
    ]

    // MARK: Games

    private static let played: [Method.Parameter] = [
        .optional("chat_id", .integer), .optional("message_id", .integer), .optional("inline_message_id", .string),
    ]

    static let games: [Method] = [
        Method(
            "sendGame",
            [
                business, chat, thread, .required("game_short_name", .string, missing: "GAME_SHORTNAME_INVALID"), silence, protection,
                paid, effect, reply, inlineMarkup,
            ]
        ) { try $0.sendGame($1) },
        Method(
            "setGameScore",
            [
                user, .required("score", .integer, missing: "score must be non-negative"), .optional("force", .boolean),
                .optional("disable_edit_message", .boolean),
            ] + played
        ) { try $0.setGameScore($1) },
        Method("getGameHighScores", [user] + played) { try $0.getGameHighScores($1) },
    ]
}
