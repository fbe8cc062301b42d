package import JSON

/// People, groups, and what they do.
extension ControlAPI {
    func addBot(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        guard let name = p.text("name") else { throw .badRequest("parameter \"name\" is required") }
        return try simulator.run { world throws(APIFailure) in
            let token =
                p.text("token") ?? "\(world.random.next() % 9_000_000_000 + 1_000_000_000):\(String(world.random.next(), radix: 36))"
            guard let id = world.addBot(name: name, token: token), let bot = world.bots[id] else {
                throw .badRequest("the token is not of the form <digits>:<secret>, or its number is taken")
            }
            let json: JSON = ["id": .int(id), "username": .string(bot.username), "token": .string(token)]
            return json.bytes
        }
    }

    /// One person, or `count` of them with numbered names; with `bot` they have started it already.
    func addPeople(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        guard let name = p.text("name") else { throw .badRequest("parameter \"name\" is required") }
        let count = p.int("count") ?? 1
        guard (1...100_000).contains(count) else { throw .badRequest("count must be 1 to 100000") }
        return try simulator.run { world throws(APIFailure) in
            let bot = p.text("bot") == nil ? nil : try world.bot(p)
            var json = JSONWriter()
            var people: [Person] = []
            for number in 1...count {
                let isOne = p.int("count") == nil
                let person = try world.addPerson(
                    name: isOne ? name : "\(name) \(number)", lastName: p.text("last_name"),
                    username: isOne ? p.text("username") : nil, id: isOne ? p.int("id") : nil,
                    languageCode: p.text("language_code") ?? "en")
                if let bot { _ = world.start(person.id, bot) }
                people.append(person)
            }
            json.object { json in
                json.key("people")
                json.array { json in for person in people { person.write(to: &json) } }
            }
            return json.bytes
        }
    }

    func addGroup(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            var people: [PersonID] = []
            for name in try p.json("people", "people")?.array ?? [] {
                guard let person = world.person(named: name.string ?? name.description) else {
                    throw .badRequest("no person is called \(name.string ?? name.description)")
                }
                people.append(person.id)
            }
            var bots: [BotID] = []
            for name in try p.json("bots", "bots")?.array ?? [] {
                guard let bot = world.bot(named: name.string ?? name.description) else {
                    throw .badRequest("no bot is called \(name.string ?? name.description)")
                }
                bots.append(bot.id)
            }
            let key = try world.addGroup(
                title: p.text("title") ?? "", creator: world.person(p, "creator"), people: people, bots: bots,
                kind: try Self.kind(p), username: p.text("username"), isForum: p.bool("forum"))
            return Array("{\"id\":\(key.id)}".utf8)
        }
    }

    private static func kind(_ p: Parameters) throws(APIFailure) -> Chat.Kind {
        guard let name = p.text("type") else { return p.bool("basic") ? .group : .supergroup }
        guard let kind = Chat.Kind(rawValue: name), kind != .private else {
            throw .badRequest("type must be group, supergroup or channel")
        }
        return kind
    }

    func changeGroup(_ id: String, _ what: String, _ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            guard let number = Int64(id), world.chats[.group(number)] != nil else { throw .badRequest("no group has the id \(id)") }
            let actor: Actor = p.text("bot") == nil ? .person(try world.person(p)) : .bot(try world.bot(p))
            let by: Actor = p.text("by") == nil ? actor : .person(try world.person(p, "by"))
            switch what {
            case "join":
                guard let status = MemberStatus(rawValue: p.text("status") ?? "member"), status == .member || status == .administrator
                else {
                    throw .badRequest("status must be member or administrator")
                }
                try world.join(actor, .group(number), by: by, as: status)
            case "request":
                guard case .person(let person) = actor else { throw .badRequest("only people ask to join") }
                try world.askToJoin(person, .group(number), bio: p.text("bio"), link: p.text("invite_link"))
            case "leave": world.leave(actor, .group(number), by: by)
            default: throw APIFailure(404, "Not Found: no such control endpoint")
            }
            return Self.ok
        }
    }

    /// A person follows an invite link: comes in, or asks to where the link says so.
    func useLink(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        guard let link = p.text("invite_link") else { throw .badRequest("parameter \"invite_link\" is required") }
        return try simulator.run { world throws(APIFailure) in
            let (key, hasJoined) = try world.follow(link, by: world.person(p), bio: p.text("bio"))
            let json: JSON = ["chat": .int(key.id), "status": hasJoined ? "member" : "asked"]
            return json.bytes
        }
    }

    func stopPoll(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            try world.stopPoll(p.int("message_id") ?? 0, by: world.person(p), in: key)
            return Self.ok
        }
    }

    // MARK: Doing

    func say(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            if let poll = try p.json("poll", "poll") {
                guard let object = poll.object else { throw .badRequest("object expected as poll") }
                let message = try world.sendPoll(
                    Parameters(object), by: world.person(p), in: key, replyTo: p.int("reply_to"), thread: p.int("message_thread_id"))
                return world.json(message, in: key)
            }
            let message = try world.say(
                content(p, &world), by: world.person(p), in: key, replyTo: p.int("reply_to"), thread: p.int("message_thread_id"),
                as: p.int("as"))
            return world.json(message, in: key)
        }
    }

    private func content(_ p: Parameters, _ world: inout World) throws(APIFailure) -> Content {
        if let text = p.text("text") { return .text(FormattedText(text)) }
        if let json = try p.json("location", "location"), let latitude = json["latitude"]?.double, let longitude = json["longitude"]?.double
        {
            return .location(Location(latitude: latitude, longitude: longitude))
        }
        if let json = try p.json("contact", "contact"), let phone = json["phone_number"]?.string {
            return .contact(
                Contact(
                    phoneNumber: phone, firstName: json["first_name"]?.string ?? "", lastName: json["last_name"]?.string,
                    userID: json["user_id"]?.int))
        }
        if let json = try p.json("web_app_data", "web_app_data"), let data = json["data"]?.string {
            return .webAppData(data: data, button: json["button_text"]?.string ?? "")
        }
        if let emoji = p.text("dice") {
            return .dice(emoji: emoji, value: try world.throwDice(emoji))
        }
        throw .badRequest("one of text, poll, location, contact, web_app_data, dice is required")
    }

    func edit(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            let message = try world.edit(p.int("message_id") ?? 0, to: p.text("text") ?? "", by: world.person(p), in: key)
            return world.json(message, in: key)
        }
    }

    /// The body is the file; everything else stands in the query string.
    func sendFile(_ request: Request) throws(APIFailure) -> [UInt8] {
        let p = request.parameters
        guard let kind = Media.Kind(rawValue: p.text("kind") ?? "document") else { throw .badRequest("unknown kind of file") }
        let upload = Upload(name: p.text("name") ?? "file", contentType: request.contentType, bytes: request.body)
        return try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            let message = try world.sendFile(
                upload, as: kind, caption: p.text("caption") ?? "", album: p.text("album"), by: world.person(p), in: key,
                thread: p.int("message_thread_id"))
            return world.json(message, in: key)
        }
    }

    func press(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            let id = p.int("message_id")
            let place: (message: MessageID, row: Int, column: Int)
            if let label = p.text("label") {
                guard let found = world.button(labelled: label, message: id, in: key) else {
                    throw .badRequest("no button is labelled \(label)")
                }
                place = found
            } else {
                guard let id else { throw .badRequest("message_id is required unless a label is given") }
                place = (id, Int(clamping: p.int("row") ?? 0), Int(clamping: p.int("column") ?? 0))
            }
            let query = try world.press(place.message, row: place.row, column: place.column, by: world.person(p), in: key)
            var json = JSONWriter()
            json.object {
                $0.member("message_id", place.message)
                $0.member("callback_query_id", query?.id)
            }
            return json.bytes
        }
    }

    func vote(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            let options = try p.json("options", "options")?.array?.compactMap { $0.int.map { Int(clamping: $0) } } ?? []
            try world.vote(p.int("message_id") ?? 0, options, by: world.person(p), in: key)
            return Self.ok
        }
    }

    func block(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            world.setBlocked(!p.contains("blocked") || p.bool("blocked"), try world.person(p), try world.bot(p))
            return Self.ok
        }
    }

    func inject(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        guard let update = try p.json("update", "update") else { throw .badRequest("parameter \"update\" is required") }
        return try simulator.run { world throws(APIFailure) in
            try world.inject(update, to: world.bot(p))
            return Self.ok
        }
    }
}

extension Simulator {
    /// ``with(_:)`` for bodies that throw ``APIFailure``.
    func run<Value: Sendable>(_ body: (inout World) throws(APIFailure) -> Value) throws(APIFailure) -> Value {
        let result: Result<Value, APIFailure> = with { world in
            do throws(APIFailure) { return .success(try body(&world)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

extension Person: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("first_name", firstName)
            $0.member("last_name", lastName)
            $0.member("username", username)
        }
    }
}
