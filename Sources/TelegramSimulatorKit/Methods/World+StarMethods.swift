import JSON

/// Stars that bots got, and media that is seen for them.
extension World {
    mutating func getMyStarBalance(_ call: Call) -> APIAnswer {
        .success(Array("{\"amount\":\(starLedgers[call.bot]?.balance ?? 0)}".utf8))
    }

    mutating func getStarTransactions(_ call: Call) throws(APIFailure) -> APIAnswer {
        let offset = Int(clamping: max(call.parameters.int("offset") ?? 0, 0))
        let limit = call.parameters.int("limit") ?? 100
        guard (1...100).contains(limit) else { throw .badRequest("LIMIT_INVALID") }
        var json = JSONWriter()
        json.object { json in
            json.key("transactions")
            json.array { json in
                for transaction in (starLedgers[call.bot]?.transactions ?? []).dropFirst(offset).prefix(Int(limit)) {
                    write(transaction, to: &json)
                }
            }
        }
        return .success(json.bytes)
    }

    private func write(_ transaction: StarLedger.Transaction, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", transaction.id)
            json.member("amount", transaction.amount)
            json.member("date", transaction.date)
            json.key(transaction.isRefund ? "receiver" : "source")
            json.object { json in
                json.member("type", "user")
                switch transaction.purpose {
                case .invoice(let payload, let period):
                    json.member("transaction_type", "invoice_payment")
                    json.member("invoice_payload", payload)
                    json.member("subscription_period", period)
                case .paidMedia(let media):
                    json.member("transaction_type", "paid_media_payment")
                    json.key("paid_media")
                    writeItems(media, to: &json)
                    json.member("paid_media_payload", media.payload)
                }
                json.key("user")
                writeUser(.person(transaction.person), to: &json)
            }
        }
    }

    /// The charge of a person that a bot names.
    private func charge(_ call: Call) throws(APIFailure) -> Charge {
        guard let charge = charges[call.parameters.text("telegram_payment_charge_id") ?? ""],
            charge.payment.invoice.bot == call.bot, charge.payment.invoice.isInStars,
            charge.payment.person == call.parameters.int("user_id")
        else { throw .badRequest("CHARGE_NOT_FOUND") }
        return charge
    }

    mutating func refundStarPayment(_ call: Call) throws(APIFailure) -> APIAnswer {
        let charge = try charge(call)
        guard !charge.isRefunded else { throw .badRequest("CHARGE_ALREADY_REFUNDED") }
        guard starLedgers[call.bot]?.balance ?? 0 >= charge.payment.total else { throw .badRequest("BALANCE_TOO_LOW") }
        charges[charge.id]?.isRefunded = true
        let invoice = charge.payment.invoice
        let refund = StarLedger.Transaction(
            id: charge.id, amount: charge.payment.total, date: date, person: charge.payment.person,
            purpose: .invoice(payload: invoice.payload, period: invoice.subscriptionPeriod), isRefund: true)
        starLedgers[call.bot]?.add(refund)
        announce(.refunded(charge: charge.id), by: .person(charge.payment.person), in: charge.payment.chat)
        return .success
    }

    mutating func editUserStarSubscription(_ call: Call) throws(APIFailure) -> APIAnswer {
        let charge = try charge(call)
        guard let end = charge.paidUntil, end > date else { throw .badRequest("SUBSCRIPTION_NOT_ACTIVE") }
        charges[charge.id]?.isCanceled = call.parameters.bool("is_canceled")
        return .success
    }

    // MARK: Paid media

    mutating func sendPaidMedia(_ call: Call) throws(APIFailure) -> APIAnswer {
        let p = call.parameters
        guard let stars = p.int("star_count"), (1...25_000).contains(stars) else { throw .badRequest("STARS_AMOUNT_INVALID") }
        guard let array = try p.json("media", "media")?.array else { throw .badRequest("expected an Array of InputPaidMedia") }
        guard (1...10).contains(array.count) else { throw .badRequest(array.isEmpty ? "MEDIA_EMPTY" : "too many media specified") }
        let payload = p.text("payload")
        guard payload?.utf8.count ?? 0 <= 128 else { throw .badRequest("EXTENDED_MEDIA_PAYLOAD_INVALID") }
        let key = try chat(call)
        var paid = PaidMedia(stars: stars, items: [], payload: payload, caption: try caption(call))
        paid.showsCaptionAbove = p.bool("show_caption_above_media")
        let options = try sendOptions(call, key)
        for json in array {
            let type = json["type"]?.string
            guard type == "photo" || type == "video" else { throw .badRequest("can't parse InputPaidMedia: invalid type specified") }
            paid.items.append(try inputMedia(json, p))
        }
        let sent = try deliver([.paidMedia(paid)], call, to: key, options)
        return answer(sent[0], in: key)
    }

    /// `Array of PaidMedia`, uncovered: the bot knows them, and people see them once they paid.
    func writeItems(_ media: PaidMedia, to json: inout JSONWriter) {
        json.array { json in
            for item in media.items {
                json.object { json in
                    json.member("type", item.kind.rawValue)
                    writeMedia(item, to: &json)
                }
            }
        }
    }

    func write(_ media: PaidMedia, to json: inout JSONWriter) {
        json.member(
            "paid_media",
            object: { json in
                json.member("star_count", media.stars)
                json.key("paid_media")
                writeItems(media, to: &json)
            })
        if !media.caption.text.isEmpty { json.member("caption", media.caption.text) }
        if !media.caption.entities.isEmpty { json.member("caption_entities", media.caption.entities) }
        if media.showsCaptionAbove { json.member("show_caption_above_media", true) }
    }
}
