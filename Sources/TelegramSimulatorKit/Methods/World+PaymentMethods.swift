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
