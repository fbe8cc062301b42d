import JSON
import TelegramSimulatorKit
import Testing

@Suite struct PaymentTests {
    private static let stars: [(String, JSON)] = [
        ("title", "T"), ("description", "D"), ("payload", "p1"), ("currency", "XTR"), ("prices", [["label": "one", "amount": 50]]),
    ]
    private static let euros: [(String, JSON)] = [
        ("title", "T"), ("description", "D"), ("payload", "p2"), ("currency", "EUR"), ("provider_token", "x"),
        ("prices", [["label": "a", "amount": 100], ["label": "b", "amount": 5]]),
    ]

    private func object(_ members: [(String, JSON)], _ more: [(String, JSON)] = []) -> JSON {
        var object = JSONObject()
        for (name, value) in members + more { object[name] = value }
        return .object(object)
    }

    private func invoice(_ stage: inout Stage, _ members: [(String, JSON)]) throws -> MessageID {
        try stage.result("sendInvoice", object(members, [("chat_id", .int(stage.ann.id))]))["message_id"]?.int ?? 0
    }

    private func checkout(_ stage: inout Stage) throws -> JSON { try #require(try stage.updates(.preCheckoutQuery).last) }

    private func confirm(_ stage: inout Stage) throws {
        let query = try checkout(&stage)
        _ = try stage.result("answerPreCheckoutQuery", ["pre_checkout_query_id": query["id"] ?? "", "ok": true])
    }

    @Test func starsGoOverAndComeBack() throws {
        var stage = try Stage()
        let id = try invoice(&stage, Self.stars)
        #expect(stage.world.chats[stage.chat]?.messages[id]?.keyboard?.rows.first?.first?.text == "Pay ⭐️50")
        let payment = try stage.world.pay(message: id, by: stage.ann.id, in: stage.chat)
        let query = try checkout(&stage)
        #expect(query["currency"] == "XTR" && query["total_amount"] == 50 && query["invoice_payload"] == "p1" && query["order_info"] == nil)
        try confirm(&stage)
        let paid = try #require(try stage.updates(.message).last?["successful_payment"])
        let charge = paid["telegram_payment_charge_id"] ?? ""
        #expect(stage.world.payments[payment.id]?.state == .paid(charge.string ?? ""))
        #expect(try stage.result("getMyStarBalance")["amount"] == 50)
        let refund: JSON = ["user_id": .int(stage.ann.id), "telegram_payment_charge_id": charge]
        #expect(try stage.result("refundStarPayment", refund) == true)
        #expect(try stage.refusal("refundStarPayment", refund) == "Bad Request: CHARGE_ALREADY_REFUNDED")
        #expect(try stage.result("getMyStarBalance")["amount"] == 0)
        #expect(try stage.updates(.message).last?["refunded_payment"]?["telegram_payment_charge_id"] == charge)
        let transactions = try stage.result("getStarTransactions")["transactions"]?.array ?? []
        #expect(transactions.map { $0["id"] } == [charge, charge])
        #expect(transactions.first?["source"]?["invoice_payload"] == "p1" && transactions.last?["receiver"]?["user"]?["id"] != nil)
    }

    @Test func aFlexiblePriceAsksHowToShip() throws {
        var stage = try Stage()
        let id = try invoice(&stage, Self.euros + [("is_flexible", true), ("need_email", true), ("max_tip_amount", 20)])
        let (ann, chat) = (stage.ann.id, stage.chat)
        #expect(throws: APIFailure.badRequest("the invoice asks for email")) { try stage.world.pay(message: id, by: ann, in: chat) }
        let order: JSON = ["email": "a@b.c", "shipping_address": ["country_code": "DE", "city": "Berlin"]]
        #expect(throws: APIFailure.self) { try stage.world.pay(message: id, by: ann, in: chat, order: order, tip: 21) }
        let payment = try stage.world.pay(message: id, by: ann, in: chat, order: order, tip: 20)
        let query = try #require(try stage.updates(.shippingQuery).last)
        #expect(query["shipping_address"]?["city"] == "Berlin" && query["shipping_address"]?["state"] == "")
        let option: JSON = ["id": "fast", "title": "Fast", "prices": [["label": "bike", "amount": 75]]]
        let answer: JSON = ["shipping_query_id": query["id"] ?? "", "ok": true, "shipping_options": [option]]
        #expect(try stage.result("answerShippingQuery", answer) == true)
        #expect(try stage.refusal("answerShippingQuery", answer).hasPrefix("Bad Request: query is too old"))
        #expect(throws: APIFailure.self) { try stage.world.chooseShipping("slow", of: payment.id) }
        _ = try stage.world.chooseShipping("fast", of: payment.id)
        #expect(try checkout(&stage)["total_amount"] == 200 && checkout(&stage)["order_info"]?["email"] == "a@b.c")
        try confirm(&stage)
        let paid = try #require(try stage.updates(.message).last?["successful_payment"])
        #expect(paid["shipping_option_id"] == "fast" && paid["total_amount"] == 200)
        // Only stars are in the bot's books.
        #expect(try stage.result("getStarTransactions")["transactions"] == [])
    }

    @Test func theBotMayRefuseAndMustBeQuick() throws {
        var stage = try Stage()
        let id = try invoice(&stage, Self.stars)
        let first = try stage.world.pay(message: id, by: stage.ann.id, in: stage.chat)
        let no: JSON = ["pre_checkout_query_id": try checkout(&stage)["id"] ?? "", "ok": false, "error_message": "sold out"]
        #expect(try stage.result("answerPreCheckoutQuery", no) == true)
        #expect(stage.world.payments[first.id]?.state == .refused("sold out"))
        let second = try stage.world.pay(message: id, by: stage.ann.id, in: stage.chat)
        let query = try checkout(&stage)["id"] ?? ""
        #expect(
            try stage.refusal("answerPreCheckoutQuery", ["pre_checkout_query_id": query, "ok": false]) == "Bad Request: ERROR_TEXT_EMPTY")
        stage.world.now += 11
        #expect(
            try stage.refusal("answerPreCheckoutQuery", ["pre_checkout_query_id": query, "ok": true])
                .hasPrefix("Bad Request: query is too old"))
        #expect(stage.world.payments[second.id].map { stage.world.state(of: $0) } == .refused("the bot didn't answer in time"))
    }

    @Test func aLinkIsPaidInTheChatWithTheBotAndMayBeASubscription() throws {
        var stage = try Stage()
        let link = try stage.result("createInvoiceLink", object(Self.stars, [("subscription_period", 2_592_000)])).string ?? ""
        #expect(throws: APIFailure.self) { try stage.world.pay(link: link + "x", by: stage.ann.id) }
        _ = try stage.world.pay(link: link, by: stage.ann.id)
        try confirm(&stage)
        let paid = try #require(try stage.updates(.message).last?["successful_payment"])
        #expect(paid["subscription_expiration_date"] == .int(Int64(Stage.start) + 2_592_000) && paid["is_first_recurring"] == true)
        let charge = paid["telegram_payment_charge_id"] ?? ""
        try stage.world.setSubscription(charge.string ?? "", isCanceled: true)
        #expect(try stage.updates(.subscription).last?["state"] == "canceled")
        let edit: JSON = ["user_id": .int(stage.ann.id), "telegram_payment_charge_id": charge, "is_canceled": false]
        #expect(try stage.result("editUserStarSubscription", edit) == true)
        stage.world.now += 2_592_000
        #expect(try stage.refusal("editUserStarSubscription", edit) == "Bad Request: SUBSCRIPTION_NOT_ACTIVE")
    }

    @Test(
        arguments: [
            ("prices", [], "CURRENCY_TOTAL_AMOUNT_INVALID"), ("prices", [["label": "x"]], "can't find field \"amount\""),
            ("prices", [["label": "x", "amount": 9_007_199_254_740_993_000]], "CURRENCY_TOTAL_AMOUNT_INVALID"),
            ("prices", [["label": "x", "amount": 1], ["label": "y", "amount": 1]], "STARS_INVOICE_INVALID"),
            ("currency", "EUR", "PAYMENT_PROVIDER_INVALID"), ("currency", "eur", "CURRENCY_INVALID"),
            ("is_flexible", true, "STARS_INVOICE_INVALID"), ("payload", "", "INVOICE_PAYLOAD_INVALID"),
            ("suggested_tip_amounts", [1], "SUGGESTED_TIP_AMOUNTS_INVALID"),
            ("reply_markup", ["inline_keyboard": [[["text": "x", "callback_data": "x"]]]], "BUTTON_POS_INVALID"),
        ] as [(String, JSON, String)])
    func invoicesAreChecked(name: String, value: JSON, description: String) throws {
        var stage = try Stage()
        #expect(
            try stage.refusal("sendInvoice", object(Self.stars, [("chat_id", .int(stage.ann.id)), (name, value)]))
                == "Bad Request: \(description)")
    }

    @Test func paidMediaIsBoughtOnce() throws {
        var stage = try Stage()
        let photo = Upload(name: "p.png", contentType: "image/png", bytes: Pictures.png(200, 200))
        let sent = try stage.result(
            "sendPaidMedia",
            [
                "chat_id": .int(stage.ann.id), "star_count": 7, "media": [["type": "photo", "media": "attach://p"]], "payload": "pm",
                "caption": "c",
            ], uploads: ["p": photo])
        #expect(sent["paid_media"]?["star_count"] == 7 && sent["caption"] == "c")
        let (id, ann, chat) = (sent["message_id"]?.int ?? 0, stage.ann.id, stage.chat)
        try stage.world.buy(id, by: ann, in: chat)
        #expect(throws: APIFailure.self) { try stage.world.buy(id, by: ann, in: chat) }
        #expect(try stage.updates(.purchasedPaidMedia).last?["paid_media_payload"] == "pm")
        #expect(try stage.result("getMyStarBalance")["amount"] == 7)
        #expect(
            try stage.refusal("copyMessage", ["chat_id": .int(ann), "from_chat_id": .int(ann), "message_id": .int(id)])
                == "Bad Request: message can't be copied")
    }
}
