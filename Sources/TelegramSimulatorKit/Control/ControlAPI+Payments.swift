import JSON

/// People who pay and play.
extension ControlAPI {
    /// A person begins to pay: an invoice's message, or a `link`. What the invoice asks for stands in `order`.
    func pay(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let (order, tip) = (try p.json("order", "order"), p.int("tip") ?? 0)
            let payment: Payment
            if let link = p.text("link") {
                payment = try world.pay(link: link, by: world.person(p), order: order, tip: tip)
            } else {
                let key = try world.chat(p)
                payment = try world.pay(message: p.int("message_id") ?? 0, by: world.person(p), in: key, order: order, tip: tip)
            }
            return world.json(payment)
        }
    }

    func chooseShipping(_ id: String, _ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in world.json(try world.chooseShipping(p.text("option") ?? "", of: id)) }
    }

    /// How a payment stands; waits up to `timeout` seconds while the bot is asked.
    func payment(_ id: String, _ p: Parameters) async throws -> [UInt8] {
        guard let payment = simulator.with({ $0.payments[id] }) else { throw APIFailure(404, "Not Found: no such payment") }
        let timeout = p.double("timeout") ?? 10
        guard timeout >= 0 else { throw APIFailure.badRequest("timeout must be a number of seconds, not negative") }
        for await _ in simulator.watch(payment.chat, seconds: min(timeout, Self.maximumWait)) {
            let isWaiting = simulator.with { world in
                switch world.payments[id].map({ world.state(of: $0) }) {
                case .shippingQuery, .checkout: true
                default: false
                }
            }
            if !isWaiting { break }
        }
        return simulator.with { world in world.payments[id].map { world.json($0) } ?? Self.ok }
    }

    func buy(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            try world.buy(p.int("message_id") ?? 0, by: world.person(p), in: key)
            return Self.ok
        }
    }

    /// Ends a subscription by its charge, or with `canceled` false takes it up again.
    func changeSubscription(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            try world.setSubscription(p.text("charge") ?? "", isCanceled: !p.contains("canceled") || p.bool("canceled"))
            return Self.ok
        }
    }

    func addGame(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let name = p.text("short_name") ?? ""
            let title = p.text("title") ?? name
            try world.setGame(name, of: world.bot(p), title: title, description: p.text("description") ?? title)
            return Self.ok
        }
    }
}

extension World {
    func json(_ payment: Payment) -> [UInt8] {
        var json = JSONWriter()
        write(payment, to: &json)
        return json.bytes
    }

    func write(_ payment: Payment, to json: inout JSONWriter) {
        json.object { json in
            json.member("payment_id", payment.id)
            json.member("person", payment.person)
            json.member("currency", payment.invoice.currency)
            json.member("total_amount", payment.total)
            switch state(of: payment) {
            case .shippingQuery: json.member("state", "shipping")
            case .choosing(let options):
                json.member("state", "choosing")
                json.key("shipping_options")
                json.array { json in
                    for option in options {
                        json.object {
                            $0.member("id", option.id)
                            $0.member("title", option.title)
                            $0.member("amount", option.prices.reduce(0) { $0 + $1.amount })
                        }
                    }
                }
            case .checkout: json.member("state", "checkout")
            case .paid(let charge):
                json.member("state", "paid")
                json.member("charge", charge)
            case .refused(let reason):
                json.member("state", "refused")
                json.member("error", reason)
            }
        }
    }
}
