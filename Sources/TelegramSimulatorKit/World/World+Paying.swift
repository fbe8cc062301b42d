package import JSON

/// People who pay.
extension World {
    /// A person begins to pay the invoice of a message.
    ///
    /// - Parameters:
    ///   - order: `OrderInfo`: what the invoice asks for.
    ///   - tip: on top of the total, in the smallest units.
    package mutating func pay(
        message id: MessageID, by person: PersonID, in key: ChatKey, order: JSON? = nil, tip: Int64 = 0
    ) throws(APIFailure) -> Payment {
        try enter(key, person, toWrite: false)
        guard case .invoice(let invoice) = try message(id, in: key, "message").content else {
            throw .badRequest("there is no invoice in this message")
        }
        return try pay(invoice, by: person, in: key, order, tip)
    }

    /// A person begins to pay what a link from `createInvoiceLink` asks for.
    package mutating func pay(link: String, by person: PersonID, order: JSON? = nil, tip: Int64 = 0) throws(APIFailure) -> Payment {
        guard let invoice = invoiceLinks[link] else { throw .badRequest("there is no invoice behind this link") }
        let key = directChat(bot: invoice.bot, person: person)
        try enter(key, person, toWrite: false)
        return try pay(invoice, by: person, in: key, order, tip)
    }

    private mutating func pay(
        _ invoice: Invoice, by person: PersonID, in key: ChatKey, _ order: JSON?, _ tip: Int64
    ) throws(APIFailure) -> Payment {
        guard (0...invoice.maximumTip).contains(tip) else { throw .badRequest("the tip is more than \(invoice.maximumTip)") }
        for need in Invoice.Need.allCases where invoice.needs.contains(need) {
            guard let value = order?[need.field], value.string?.isEmpty != true else {
                throw .badRequest("the invoice asks for \(need.field)")
            }
        }
        var known = JSONObject()
        for need in Invoice.Need.allCases where invoice.needs.contains(need) || (need == .shippingAddress && invoice.isFlexible) {
            known[need.field] = need == .shippingAddress ? try address(order?[need.field]) : order?[need.field]
        }
        var payment = Payment(
            id: newID(), person: person, invoice: invoice, chat: key, order: known.isEmpty ? nil : .object(known), tip: tip,
            state: .refused(""), askedAt: now)
        if invoice.isFlexible { askShipping(&payment) } else { askCheckout(&payment) }
        keep(payment)
        return payment
    }

    /// `ShippingAddress` with all of its members.
    private func address(_ json: JSON?) throws(APIFailure) -> JSON {
        guard let json, json.object != nil else { throw .badRequest("the invoice asks for shipping_address") }
        var address = JSONObject()
        for name in ["country_code", "state", "city", "street_line1", "street_line2", "post_code"] {
            address[name] = .string(json[name]?.string ?? "")
        }
        return .object(address)
    }

    /// The person takes one of the ways of shipping that the bot offers.
    package mutating func chooseShipping(_ option: String, of id: String) throws(APIFailure) -> Payment {
        guard var payment = payments[id] else { throw .badRequest("there is no such payment") }
        guard case .choosing(let options) = payment.state else { throw .badRequest("there is nothing to choose in this payment now") }
        guard let chosen = options.first(where: { $0.id == option }) else { throw .badRequest("no shipping option has the id \(option)") }
        payment.option = chosen
        askCheckout(&payment)
        keep(payment)
        return payment
    }

    mutating func keep(_ payment: Payment) {
        payments[payment.id] = payment
        record(.payment(payment.id), in: payment.chat)
    }

    /// How a payment stands: a bot that doesn't answer in time refuses.
    package func state(of payment: Payment) -> Payment.State {
        switch payment.state {
        case .shippingQuery where now > payment.askedAt + Payment.shippingTime,
            .checkout where now > payment.askedAt + Payment.checkoutTime:
            .refused("the bot didn't answer in time")
        default: payment.state
        }
    }

    // MARK: Asking the bot

    private mutating func askShipping(_ payment: inout Payment) {
        let id = newID()
        (payment.state, payment.askedAt) = (.shippingQuery(id), now)
        paymentQueries[id] = payment.id
        var json = JSONWriter()
        json.object { json in
            json.member("id", id)
            json.key("from")
            writeUser(.person(payment.person), to: &json)
            json.member("invoice_payload", payment.invoice.payload)
            json.member("shipping_address", payment.order?["shipping_address"])
        }
        let bytes = json.bytes
        push(.shippingQuery, to: payment.invoice.bot, lane: .user(payment.person)) { $0.value(rawJSON: bytes) }
    }

    private mutating func askCheckout(_ payment: inout Payment) {
        let id = newID()
        (payment.state, payment.askedAt) = (.checkout(id), now)
        paymentQueries[id] = payment.id
        var json = JSONWriter()
        json.object { json in
            json.member("id", id)
            json.key("from")
            writeUser(.person(payment.person), to: &json)
            json.member("currency", payment.invoice.currency)
            json.member("total_amount", payment.total)
            json.member("invoice_payload", payment.invoice.payload)
            json.member("shipping_option_id", payment.option?.id)
            json.member("order_info", payment.order)
        }
        let bytes = json.bytes
        push(.preCheckoutQuery, to: payment.invoice.bot, lane: .user(payment.person)) { $0.value(rawJSON: bytes) }
    }

    /// The money goes over, and both sides see it.
    mutating func finish(_ payment: inout Payment) {
        let id = "\(payment.invoice.isInStars ? "stx" : "pay")\(String(random.next(), radix: 36))"
        let charge = Charge(id: id, payment: payment, paidUntil: payment.invoice.subscriptionPeriod.map { date + $0 })
        payment.state = .paid(id)
        charges[id] = charge
        if payment.invoice.isInStars {
            let transaction = StarLedger.Transaction(
                id: id, amount: payment.total, date: date, person: payment.person,
                purpose: .invoice(payload: payment.invoice.payload, period: payment.invoice.subscriptionPeriod), isRefund: false)
            starLedgers[payment.invoice.bot, default: StarLedger()].add(transaction)
        }
        chats[payment.chat]?.lastActivity = now
        let message = Message(
            id: nextMessageID(in: payment.chat), date: date, sender: .person(payment.person), content: .service(.paid(charge: id)))
        append(message, to: payment.chat)
        // Only the bot that is paid hears of it.
        var json = JSONWriter()
        writeMessage(message, in: payment.chat, to: &json)
        let bytes = json.bytes
        push(.message, to: payment.invoice.bot, lane: .chat(payment.chat.id)) { $0.value(rawJSON: bytes) }
    }

    // MARK: Stars

    /// A person opens media that is seen for stars.
    package mutating func buy(_ id: MessageID, by person: PersonID, in key: ChatKey) throws(APIFailure) {
        try enter(key, person, toWrite: false)
        let message = try message(id, in: key, "message")
        guard case .paidMedia(var media) = message.content, case .bot(let bot) = message.sender else {
            throw .badRequest("there is nothing to buy in this message")
        }
        guard media.buyers.insert(person).inserted else { throw .badRequest("this was bought already") }
        let transaction = StarLedger.Transaction(
            id: "stx\(String(random.next(), radix: 36))", amount: media.stars, date: date, person: person, purpose: .paidMedia(media),
            isRefund: false)
        starLedgers[bot, default: StarLedger()].add(transaction)
        _ = chats[key]?.messages.update(id) { $0.content = .paidMedia(media) }
        record(.edited(id), in: key)
        // Bots that gave no payload hear nothing.
        guard let payload = media.payload else { return }
        var json = JSONWriter()
        json.object { json in
            json.key("from")
            writeUser(.person(person), to: &json)
            json.member("paid_media_payload", payload)
        }
        let bytes = json.bytes
        push(.purchasedPaidMedia, to: bot, lane: .user(person)) { $0.value(rawJSON: bytes) }
    }

    /// A person ends a subscription, or takes it up again before it is over.
    package mutating func setSubscription(_ id: String, isCanceled: Bool) throws(APIFailure) {
        guard let charge = charges[id], let end = charge.paidUntil, end > date else { throw .badRequest("there is no such subscription") }
        guard charge.isCanceled != isCanceled else { return }
        charges[id]?.isCanceled = isCanceled
        var json = JSONWriter()
        json.object { json in
            json.key("user")
            writeUser(.person(charge.payment.person), to: &json)
            json.member("invoice_payload", charge.payment.invoice.payload)
            json.member("state", isCanceled ? "canceled" : "active")
        }
        let bytes = json.bytes
        push(.subscription, to: charge.payment.invoice.bot, lane: .user(charge.payment.person)) { $0.value(rawJSON: bytes) }
    }
}
