import JSON

/// Links by which people come into groups and channels.
extension World {
    /// The only period of subscriptions, in seconds: 30 days.
    static let month: Int64 = 2_592_000

    mutating func exportChatInviteLink(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .inviteUsers, "not enough rights to manage chat invite link")
        let links = chats[key]?.inviteLinks ?? []
        chats[key]?.inviteLinks = links.map {
            var link = $0
            if link.isPrimary { link.isRevoked = true }
            return link
        }
        let link = InviteLink(link: newInviteLink(), creator: .bot(call.bot), isPrimary: true)
        chats[key]?.inviteLinks.append(link)
        var json = JSONWriter()
        json.value(link.link)
        return .success(json.bytes)
    }

    mutating func createChatInviteLink(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .inviteUsers, "not enough rights to manage chat invite link")
        var link = InviteLink(link: newInviteLink(), creator: .bot(call.bot), isPrimary: false)
        try fill(&link, call)
        chats[key]?.inviteLinks.append(link)
        return answer(link, in: key)
    }

    mutating func editChatInviteLink(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .inviteUsers, "not enough rights to manage chat invite link")
        let index = try inviteLink(call, in: key)
        guard var link = chats[key]?.inviteLinks[index], !link.isPrimary, !link.isRevoked else { throw .badRequest("INVITE_HASH_EXPIRED") }
        try fill(&link, call)
        chats[key]?.inviteLinks[index] = link
        return answer(link, in: key)
    }

    mutating func revokeChatInviteLink(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .inviteUsers, "not enough rights to manage chat invite link")
        let index = try inviteLink(call, in: key)
        chats[key]?.inviteLinks[index].isRevoked = true
        guard let link = chats[key]?.inviteLinks[index] else { throw .badRequest("INVITE_HASH_INVALID") }
        return answer(link, in: key)
    }

    // MARK: Links that one pays for

    mutating func createChatSubscriptionInviteLink(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .inviteUsers, "not enough rights to manage chat invite link")
        guard chats[key]?.kind == .channel else { throw .badRequest("CHAT_INVALID") }
        guard let period = call.parameters.int("subscription_period"), period == Self.month else {
            throw .badRequest("SUBSCRIPTION_PERIOD_INVALID")
        }
        guard let price = call.parameters.int("subscription_price"), (1...10_000).contains(price) else {
            throw .badRequest("SUBSCRIPTION_PRICE_INVALID")
        }
        var link = InviteLink(link: newInviteLink(), creator: .bot(call.bot), isPrimary: false)
        try fill(&link, call)
        link.subscription = InviteLink.Subscription(period: period, price: price)
        chats[key]?.inviteLinks.append(link)
        return answer(link, in: key)
    }

    mutating func editChatSubscriptionInviteLink(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .inviteUsers, "not enough rights to manage chat invite link")
        let index = try inviteLink(call, in: key)
        guard var link = chats[key]?.inviteLinks[index], link.subscription != nil, !link.isRevoked else {
            throw .badRequest("INVITE_HASH_EXPIRED")
        }
        link.name = call.parameters.text("name")
        guard link.name?.utf16.count ?? 0 <= 32 else { throw .badRequest("invite link name is too long") }
        chats[key]?.inviteLinks[index] = link
        return answer(link, in: key)
    }

    private mutating func newInviteLink() -> String { "https://t.me/+\(String(random.next(), radix: 36))" }

    private func inviteLink(_ call: Call, in key: ChatKey) throws(APIFailure) -> Int {
        let text = call.parameters.text("invite_link")
        guard let index = chats[key]?.inviteLinks.firstIndex(where: { $0.link == text }) else { throw .badRequest("INVITE_HASH_INVALID") }
        return index
    }

    private func fill(_ link: inout InviteLink, _ call: Call) throws(APIFailure) {
        let parameters = call.parameters
        link.name = parameters.text("name")
        link.expireDate = parameters.int("expire_date")
        link.memberLimit = parameters.int("member_limit")
        link.createsJoinRequest = parameters.bool("creates_join_request")
        guard link.name?.utf16.count ?? 0 <= 32 else { throw .badRequest("invite link name is too long") }
        guard link.memberLimit.map({ (1...99_999).contains($0) }) ?? true else { throw .badRequest("USAGE_LIMIT_INVALID") }
        guard link.memberLimit == nil || !link.createsJoinRequest else {
            throw .badRequest("member limit can't be specified for links requiring administrator approval")
        }
    }

    private func answer(_ link: InviteLink, in key: ChatKey) -> APIAnswer {
        var json = JSONWriter()
        write(link, in: key, to: &json)
        return .success(json.bytes)
    }

    func write(_ link: InviteLink, in key: ChatKey, to json: inout JSONWriter) {
        json.object { json in
            json.member("invite_link", link.link)
            json.key("creator")
            writeUser(link.creator, to: &json)
            json.member("creates_join_request", link.createsJoinRequest)
            json.member("is_primary", link.isPrimary)
            json.member("is_revoked", link.isRevoked)
            json.member("name", link.name)
            json.member("expire_date", link.expireDate)
            json.member("member_limit", link.memberLimit)
            if link.createsJoinRequest {
                let pending = chats[key]?.joinRequests.values.count { $0.link == link.link } ?? 0
                if pending > 0 { json.member("pending_join_request_count", pending) }
            }
            json.member("subscription_period", link.subscription?.period)
            json.member("subscription_price", link.subscription?.price)
        }
    }
}
