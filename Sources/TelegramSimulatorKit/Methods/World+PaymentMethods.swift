import JSON

/// Invoices and the bot's part in paying them.
extension World {
    // MARK: Invoices

    mutating func sendInvoice(_ call: Call) throws(APIFailure) -> APIAnswer {
        let invoice = try invoice(call)
        let key = try chat(call)
        var options = try sendOptions(call, key)
        options.markup = .inline(
            try Self.keyboard(options.markup, startingWith: "pay", or: "Pay \(invoice.price)", value: true))
        let sent = try deliver([.invoice(invoice)], call, to: key, options)
        return answer(sent[0], in: key)
    }

    mutating func createInvoiceLink(_ call: Call) throws(APIFailure) -> APIAnswer {
        if call.parameters.text("business_connection_id") != nil { throw .badRequest("business connection not found") }
        let invoice = try invoice(call)
        let link = "https://t.me/$\(String(random.next(), radix: 36))"
        invoiceLinks[link] = invoice
        var json = JSONWriter()
        json.value(link)
        return .success(json.bytes)
    }

    private func invoice(_ call: Call) throws(APIFailure) -> Invoice {
        let p = call.parameters
        let (title, description) = (p.text("title") ?? "", p.text("description") ?? "")
        guard title.utf16.count <= 32 else { throw .badRequest("PRODUCT_TITLE_INVALID") }
        guard description.utf16.count <= 255 else { throw .badRequest("PRODUCT_DESCRIPTION_INVALID") }
        guard let payload = p.text("payload"), payload.utf8.count <= 128 else { throw .badRequest("INVOICE_PAYLOAD_INVALID") }
        let currency = p.text("currency") ?? ""
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw .badRequest("CURRENCY_INVALID")
        }
        var invoice = Invoice(
            bot: call.bot, title: title, description: description, payload: payload, currency: currency,
            prices: try prices(p.json("prices", "prices")), startParameter: p.text("start_parameter") ?? "")
        guard !invoice.prices.isEmpty, invoice.total > 0 else { throw .badRequest("CURRENCY_TOTAL_AMOUNT_INVALID") }
        invoice.maximumTip = max(p.int("max_tip_amount") ?? 0, 0)
        invoice.isFlexible = p.bool("is_flexible")
        invoice.needs = Set(Invoice.Need.allCases.filter { p.bool($0.rawValue) })
        try checkTips(p, invoice.maximumTip)
        if let period = p.int("subscription_period"), period != 0 {
            guard period == Self.month, invoice.isInStars else { throw .badRequest("SUBSCRIPTION_PERIOD_INVALID") }
            invoice.subscriptionPeriod = period
        }
        if invoice.isInStars {
            let isPlain = invoice.maximumTip == 0 && !invoice.isFlexible && invoice.needs.isEmpty && p.text("provider_token") == nil
            guard isPlain, invoice.prices.count == 1 else { throw .badRequest("STARS_INVOICE_INVALID") }
        } else {
            // Any provider will do: nothing is charged.
            guard p.text("provider_token") != nil else { throw .badRequest("PAYMENT_PROVIDER_INVALID") }
        }
        return invoice
    }

    private func checkTips(_ p: Parameters, _ maximum: Int64) throws(APIFailure) {
        let tips = try p.json("suggested_tip_amounts", "suggested tip amounts")?.array?.compactMap { $0.int } ?? []
        guard tips.count <= 4, zip(tips, tips.dropFirst()).allSatisfy({ $0 < $1 }), tips.allSatisfy({ $0 > 0 && $0 <= maximum }) else {
            throw .badRequest("SUGGESTED_TIP_AMOUNTS_INVALID")
        }
    }

    private func prices(_ json: JSON?) throws(APIFailure) -> [Invoice.Price] {
        guard let array = json?.array else { throw .badRequest("expected an Array of labeled prices") }
        var prices: [Invoice.Price] = []
        for json in array {
            guard case .object = json else { throw .badRequest("expected an Object as a labeled price") }
            guard let label = json["label"]?.string, !label.isEmpty else { throw .badRequest("can't find field \"label\"") }
            guard let amount = json["amount"]?.int ?? json["amount"]?.string.flatMap({ Int64($0) }) else {
                throw .badRequest("can't find field \"amount\"")
            }
            // Sums must not overflow.
            guard amount.magnitude <= 1 << 50 else { throw .badRequest("CURRENCY_TOTAL_AMOUNT_INVALID") }
            prices.append(Invoice.Price(label: label, amount: amount))
        }
        guard prices.count <= 100 else { throw .badRequest("too many prices") }
        return prices
    }

    // MARK: Answering

    /// The payment that waits for an answer to this query.
    private func waiting(_ call: Call, _ name: String) throws(APIFailure) -> Payment {
        guard let query = call.parameters.text(name), let payment = paymentQueries[query].flatMap({ payments[$0] }),
            payment.invoice.bot == call.bot
        else { throw .badRequest(CallbackQuery.tooOld) }
        switch state(of: payment) {
        case .shippingQuery(query) where name == "shipping_query_id", .checkout(query) where name == "pre_checkout_query_id": return payment
        default: throw .badRequest(CallbackQuery.tooOld)
        }
    }

    mutating func answerShippingQuery(_ call: Call) throws(APIFailure) -> APIAnswer {
        var options: [ShippingOption] = []
        if call.parameters.bool("ok") {
            guard let array = try call.parameters.json("shipping_options", "shipping options")?.array else {
                throw .badRequest("expected an Array of shipping options")
            }
            for json in array {
                guard let id = json["id"]?.string, !id.isEmpty, let title = json["title"]?.string else {
                    throw .badRequest("can't parse shipping option: can't find field \"id\"")
                }
                guard !options.contains(where: { $0.id == id }) else { throw .badRequest("SHIPPING_ID_DUPLICATE") }
                options.append(ShippingOption(id: id, title: title, prices: try prices(json["prices"])))
            }
            guard !options.isEmpty else { throw .badRequest("SHIPPING_OPTIONS_EMPTY") }
        }
        let error = try refusal(call)
        var payment = try waiting(call, "shipping_query_id")
        payment.state = error.map { .refused($0) } ?? .choosing(options)
        keep(payment)
        return .success
    }

    mutating func answerPreCheckoutQuery(_ call: Call) throws(APIFailure) -> APIAnswer {
        let error = try refusal(call)
        var payment = try waiting(call, "pre_checkout_query_id")
        if let error { payment.state = .refused(error) } else { finish(&payment) }
        keep(payment)
        return .success
    }

    /// What the person reads when the bot says no; nil when it says yes.
    private func refusal(_ call: Call) throws(APIFailure) -> String? {
        guard !call.parameters.bool("ok") else { return nil }
        guard let text = call.parameters.text("error_message") else { throw .badRequest("ERROR_TEXT_EMPTY") }
        return text
    }

    // MARK: Stars

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

    func write(_ invoice: Invoice, to json: inout JSONWriter) {
        json.object {
            $0.member("title", invoice.title)
            $0.member("description", invoice.description)
            $0.member("start_parameter", invoice.startParameter)
            $0.member("currency", invoice.currency)
            $0.member("total_amount", invoice.total)
        }
    }

    /// `SuccessfulPayment`, or `RefundedPayment`.
    func writeCharge(_ id: String, isRefund: Bool, to json: inout JSONWriter) {
        guard let charge = charges[id] else { return json.null() }
        let (payment, invoice) = (charge.payment, charge.payment.invoice)
        json.object {
            $0.member("currency", invoice.currency)
            $0.member("total_amount", payment.total)
            $0.member("invoice_payload", invoice.payload)
            $0.member("telegram_payment_charge_id", charge.id)
            $0.member("provider_payment_charge_id", "sim\(charge.id)")
            guard !isRefund else { return }
            if let end = charge.paidUntil {
                $0.member("subscription_expiration_date", end)
                $0.member("is_recurring", true)
                $0.member("is_first_recurring", true)
            }
            $0.member("shipping_option_id", payment.option?.id)
            $0.member("order_info", payment.order)
        }
    }
}

extension Invoice {
    /// As its button shows it.
    var price: String {
        guard !isInStars else { return "⭐️\(total)" }
        // The few currencies without hundredths among those that providers take.
        guard !["JPY", "KRW", "CLP", "VND", "ISK", "UGX", "PYG"].contains(currency) else { return "\(total) \(currency)" }
        let cents = total % 100
        return "\(total / 100).\(cents < 10 ? "0" : "")\(cents) \(currency)"
    }
}
