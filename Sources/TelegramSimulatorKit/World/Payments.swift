package import JSON

/// What a bot asks to be paid.
package struct Invoice: Sendable, Hashable {
    package struct Price: Sendable, Hashable {
        package var label: String
        /// In the smallest units of the currency.
        package var amount: Int64
    }

    package enum Need: String, Sendable, Hashable, CaseIterable {
        case name = "need_name"
        case phoneNumber = "need_phone_number"
        case email = "need_email"
        case shippingAddress = "need_shipping_address"

        /// The member of `OrderInfo`.
        package var field: String { String(rawValue.dropFirst("need_".count)) }
    }

    package let bot: BotID
    package var title: String
    package var description: String
    package var payload: String
    /// ISO 4217, or `XTR` for stars.
    package var currency: String
    package var prices: [Price]
    package var startParameter: String
    package var needs: Set<Need> = []
    /// The price depends on the way of shipping.
    package var isFlexible = false
    package var maximumTip: Int64 = 0
    /// Seconds; nil when it is paid once.
    package var subscriptionPeriod: Int64?

    package var total: Int64 { prices.reduce(0) { $0 + $1.amount } }
    package var isInStars: Bool { currency == "XTR" }
}

package struct ShippingOption: Sendable, Hashable {
    package var id: String
    package var title: String
    package var prices: [Invoice.Price]
}

/// A person on the way to pay an invoice.
package struct Payment: Sendable {
    package enum State: Sendable, Hashable {
        /// The bot is asked how it ships.
        case shippingQuery(String)
        /// The person chooses among what the bot offers.
        case choosing([ShippingOption])
        /// The bot is asked to confirm.
        case checkout(String)
        /// The charge's id.
        case paid(String)
        case refused(String)
    }

    package let id: String
    package let person: PersonID
    package let invoice: Invoice
    /// Where the invoice stands, or the chat with the bot.
    package let chat: ChatKey
    /// `OrderInfo`; nil when the invoice asks for nothing.
    package let order: JSON?
    package let tip: Int64
    package var option: ShippingOption?
    package var state: State
    /// When the bot was asked last.
    package var askedAt: Double

    package var total: Int64 { invoice.total + tip + (option?.prices.reduce(0) { $0 + $1.amount } ?? 0) }

    /// Seconds that a bot has to confirm.
    static let checkoutTime: Double = 10
    /// Seconds that a bot has to say how it ships; a guess, the update lives as long.
    static let shippingTime: Double = 150
}

/// Something that was paid for.
package struct Charge: Sendable {
    package let id: String
    package let payment: Payment
    /// Of subscriptions, in seconds since 1970.
    package let paidUntil: Int64?
    package var isRefunded = false
    package var isCanceled = false
}

/// Stars that a bot got and gave back.
package struct StarLedger: Sendable {
    package enum Purpose: Sendable, Hashable {
        case invoice(payload: String, period: Int64?)
        case paidMedia(PaidMedia)
    }

    package struct Transaction: Sendable {
        package let id: String
        package let amount: Int64
        package let date: Int64
        package let person: PersonID
        package let purpose: Purpose
        /// Given back; otherwise received.
        package let isRefund: Bool
    }

    package var balance: Int64 = 0
    package var transactions: [Transaction] = []

    mutating func add(_ transaction: Transaction) {
        transactions.append(transaction)
        balance += transaction.isRefund ? -transaction.amount : transaction.amount
    }
}

/// Photos and films that are seen for stars.
package struct PaidMedia: Sendable, Hashable {
    package var stars: Int64
    package var items: [Media]
    package var payload: String?
    package var caption: FormattedText
    package var showsCaptionAbove = false
    package var buyers: Set<PersonID> = []
}
