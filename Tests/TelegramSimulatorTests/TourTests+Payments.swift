import JSON
import TelegramSimulatorKit
import Testing

extension TourTests {
    func payments(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let stars: [(String, JSON)] = [
            ("title", "T"), ("description", "D"), ("payload", "p"), ("currency", "XTR"), ("prices", [["label": "a", "amount": 9]]),
        ]
        let sent = try walk.call("sendInvoice", .object(JSONObject(stars.map { (key: $0.0, value: $0.1) } + [("chat_id", .int(ann))])))
        let id = sent["message_id"]?.int ?? 0
        _ = try walk.stage.world.pay(message: id, by: ann, in: walk.stage.chat)
        let charge = try confirm(&walk)
        _ = try walk.call("refundStarPayment", ["user_id": .int(ann), "telegram_payment_charge_id": charge])
        let period: JSON = 2_592_000
        let link = try walk.call(
            "createInvoiceLink", .object(JSONObject(stars.map { (key: $0.0, value: $0.1) } + [("subscription_period", period)])))
        _ = try walk.stage.world.pay(link: link.string ?? "", by: ann)
        let subscription = try confirm(&walk)
        try walk.stage.world.setSubscription(subscription.string ?? "", isCanceled: true)
        _ = try walk.call(
            "editUserStarSubscription", ["user_id": .int(ann), "telegram_payment_charge_id": subscription, "is_canceled": false])

        let flexible = try walk.call(
            "sendInvoice",
            [
                "chat_id": .int(ann), "title": "T", "description": "D", "payload": "p", "currency": "EUR", "provider_token": "t",
                "prices": [["label": "a", "amount": 9]], "need_name": true, "need_shipping_address": true, "is_flexible": true,
            ])
        let address: JSON = ["country_code": "DE", "state": "", "city": "B", "street_line1": "", "street_line2": "", "post_code": "1"]
        let payment = try walk.stage.world.pay(
            message: flexible["message_id"]?.int ?? 0, by: ann, in: walk.stage.chat, order: ["name": "Ann", "shipping_address": address])
        let query = try #require(try walk.stage.updates(.shippingQuery).last)
        let option: JSON = ["id": "o", "title": "O", "prices": [["label": "s", "amount": 1]]]
        _ = try walk.call("answerShippingQuery", ["shipping_query_id": query["id"] ?? "", "ok": true, "shipping_options": [option]])
        _ = try walk.stage.world.chooseShipping("o", of: payment.id)
        _ = try confirm(&walk)

        let photo = Upload(name: "p.png", contentType: "image/png", bytes: Pictures.png(200, 200))
        let media: JSON = [["type": "photo", "media": "attach://p"], ["type": "video", "media": "attach://p"]]
        let paid = try walk.call(
            "sendPaidMedia", ["chat_id": .int(ann), "star_count": 3, "media": media, "payload": "x", "caption": "c"], uploads: ["p": photo])
        try walk.stage.world.buy(paid["message_id"]?.int ?? 0, by: ann, in: walk.stage.chat)
        _ = try walk.call("getMyStarBalance")
        _ = try walk.call("getStarTransactions")
    }

    /// Confirms the newest payment and gives its charge.
    private func confirm(_ walk: inout Walk) throws -> JSON {
        let query = try #require(try walk.stage.updates(.preCheckoutQuery).last)
        _ = try walk.call("answerPreCheckoutQuery", ["pre_checkout_query_id": query["id"] ?? "", "ok": true])
        let paid = try walk.stage.updates(.message).last { $0["successful_payment"] != nil }
        return paid?["successful_payment"]?["telegram_payment_charge_id"] ?? ""
    }

    func drafts(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        _ = try walk.call(
            "sendMessageDraft", ["chat_id": .int(ann), "draft_id": 1, "text": "*th*", "parse_mode": "Markdown", "can_stop": true])
        try walk.stage.world.stopDraft(by: ann, in: walk.stage.chat)
        let uploads = [
            "photo": Upload(name: "p.png", contentType: "image/png", bytes: Pictures.png(200, 200)),
            "live_photo": Upload(name: "p.mp4", contentType: "video/mp4", bytes: [1]),
        ]
        let sent = try walk.call("sendLivePhoto", ["chat_id": .int(ann), "caption": "c"], uploads: uploads)
        _ = try walk.call("editMessageCaption", ["chat_id": .int(ann), "message_id": sent["message_id"] ?? 0, "caption": "d"])
    }

    func nothing(_ walk: inout Walk) throws {
        let ann = JSON.int(walk.stage.ann.id)
        _ = try walk.call("getAvailableGifts")
        _ = try walk.call("getUserGifts", ["user_id": ann])
        _ = try walk.call("getChatGifts", ["chat_id": ann])
        _ = try walk.call("getUserProfileAudios", ["user_id": ann])
        _ = try walk.call("getUserPersonalChatMessages", ["user_id": ann, "limit": 5])
    }

    func games(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let id = try walk.call("sendGame", ["chat_id": .int(ann), "game_short_name": "tetris"])["message_id"] ?? 0
        _ = try walk.stage.world.press(id.int ?? 0, row: 0, column: 0, by: ann, in: walk.stage.chat)
        _ = try walk.call("setGameScore", ["chat_id": .int(ann), "message_id": id, "user_id": .int(ann), "score": 1])
        _ = try walk.call("getGameHighScores", ["chat_id": .int(ann), "message_id": id, "user_id": .int(ann)])
    }
}
