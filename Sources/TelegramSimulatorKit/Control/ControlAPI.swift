import JSON

/// The other side of the simulator: what people do, what they see, and what goes wrong on purpose.
///
/// Described in docs/simulator.md. Bodies and answers are JSON; failures look like the Bot API's.
package struct ControlAPI: Sendable {
    package struct Request: Sendable {
        package var method: String
        /// Below `/control/v1`, split at slashes.
        package var path: [String]
        package var parameters: Parameters
        /// Of uploads: the raw body and its type.
        package var body: [UInt8]
        package var contentType: String?

        package init(method: String, path: [String], parameters: Parameters, body: [UInt8] = [], contentType: String? = nil) {
            self.method = method
            self.path = path
            self.parameters = parameters
            self.body = body
            self.contentType = contentType
        }
    }

    package struct Response: Sendable {
        package var status: Int
        package var contentType: String
        package var body: [UInt8]
        /// Offered as a download under this name.
        package var fileName: String?
    }

    let simulator: Simulator
    /// Fetches files of inline results; nil leaves place-holders in their place.
    let transport: (any WebhookTransport)?

    package init(_ simulator: Simulator, transport: (any WebhookTransport)? = nil) {
        self.simulator = simulator
        self.transport = transport
    }

    package func handle(_ request: Request) async -> Response {
        do {
            return try await route(request)
        } catch {
            let failure = error as? APIFailure ?? APIFailure(500, "Internal Server Error")
            return Response(status: failure.code, contentType: "application/json", body: APIAnswer.failure(failure).body)
        }
    }

    private func route(_ request: Request) async throws -> Response {
        let p = request.parameters
        let rest = request.path.dropFirst()
        switch (request.method, request.path.first ?? "", rest.count) {
        case ("GET", "state", 0): return json(simulator.with { $0.stateJSON() })
        case ("GET", "stats", 0): return json(simulator.with { $0.statistics.jsonBytes })
        case ("POST", "bots", 0): return json(try addBot(p))
        case ("POST", "people", 0): return json(try addPeople(p))
        case ("POST", "groups", 0): return json(try addGroup(p))
        case ("POST", "groups", 2): return json(try changeGroup(rest[rest.startIndex], rest[rest.startIndex + 1], p))
        case ("POST", "messages", 0): return json(try say(p))
        case ("POST", "messages", 1) where rest.first == "edit": return json(try edit(p))
        case ("POST", "files", 1) where rest.first == "profile": return json(try addPhoto(request))
        case ("POST", "files", 0): return json(try sendFile(request))
        case ("GET", "files", 1): return try file(rest.first ?? "")
        case ("POST", "messages", 1) where rest.first == "delete": return json(try delete(p))
        case ("POST", "messages", 1) where rest.first == "forward": return json(try forward(p))
        case ("POST", "reactions", 0): return json(try react(p))
        case ("POST", "inline_queries", 0): return json(try query(p))
        case ("GET", "inline_queries", 1): return json(try await inlineAnswer(rest.first ?? "", p))
        case ("POST", "inline_queries", 2) where rest.last == "choose": return json(try await choose(rest.first ?? "", p))
        case ("POST", "prepared_messages", 2) where rest.last == "send": return json(try await sendPrepared(rest.first ?? "", p))
        case ("POST", "web_app_queries", 0): return json(try openWebApp(p))
        case ("POST", "deactivations", 0): return json(try deactivate(p))
        case ("POST", "presses", 0): return json(try press(p))
        case ("POST", "votes", 0): return json(try vote(p))
        case ("POST", "polls", 1) where rest.first == "stop": return json(try stopPoll(p))
        case ("POST", "payments", 0): return json(try pay(p))
        case ("GET", "payments", 1): return json(try await payment(rest.first ?? "", p))
        case ("POST", "payments", 2) where rest.last == "shipping": return json(try chooseShipping(rest.first ?? "", p))
        case ("POST", "purchases", 0): return json(try buy(p))
        case ("POST", "subscriptions", 0): return json(try changeSubscription(p))
        case ("POST", "games", 0): return json(try addGame(p))
        case ("POST", "drafts", 1) where rest.first == "stop": return json(try stopDraft(p))
        case ("POST", "topics", 0): return json(try changeTopic(p))
        case ("POST", "boosts", 0): return json(try boost(p))
        case ("POST", "boosts", 1) where rest.first == "remove": return json(try removeBoost(p))
        case ("POST", "joins", 0): return json(try useLink(p))
        case ("POST", "blocks", 0): return json(try block(p))
        case ("GET", "transcript", 0): return json(try transcript(p))
        case ("GET", "wait", 0): return json(try await wait(p))
        case ("POST", "updates", 0): return json(try inject(p))
        case ("GET", "faults", 0): return json(simulator.with { $0.faults.jsonBytes })
        case ("POST", "faults", 0): return json(try addFault(p))
        case ("DELETE", "faults", 0):
            simulator.with { $0.faults.removeAll() }
            return json(Self.ok)
        case ("DELETE", "faults", 1):
            let id = Int(rest.first ?? "") ?? 0
            guard simulator.with({ $0.faults.remove(id: id) }) else { throw APIFailure(404, "Not Found: no such fault") }
            return json(Self.ok)
        case ("GET", "limits", 0): return json(simulator.with { $0.limiter.limits.jsonBytes })
        case ("POST", "limits", 0): return json(try changeLimits(p))
        case ("GET", "clock", 0): return json(clock())
        case ("POST", "clock", 0):
            guard let seconds = p.double("advance"), seconds >= 0, seconds <= 10 * 365 * 86_400 else {
                throw APIFailure.badRequest("advance must be a number of seconds, not negative")
            }
            simulator.advanceClock(seconds)
            return json(clock())
        default: throw APIFailure(404, "Not Found: no such control endpoint")
        }
    }

    static let ok = Array("{\"ok\":true}".utf8)

    private func json(_ body: [UInt8]) -> Response { Response(status: 200, contentType: "application/json", body: body) }

    private func clock() -> [UInt8] {
        let (now, offset) = simulator.clock()
        let json: JSON = ["now": .double(now), "offset": .double(offset)]
        return json.bytes
    }

    private func file(_ id: String) throws(APIFailure) -> Response {
        guard let file = simulator.with({ $0.files[id] }), let bytes = file.bytes else { throw APIFailure(404, "Not Found: no such file") }
        return Response(status: 200, contentType: file.contentType, body: bytes, fileName: file.name)
    }
}

// MARK: Naming bots, people and chats

extension World {
    func bot(_ parameters: Parameters) throws(APIFailure) -> BotID {
        guard let name = parameters.text("bot") else { throw .badRequest("parameter \"bot\" is required: a name or an id") }
        guard let bot = bot(named: name) else { throw .badRequest("no bot is called \(name)") }
        return bot.id
    }

    func person(_ parameters: Parameters, _ parameter: String = "person") throws(APIFailure) -> PersonID {
        guard let name = parameters.text(parameter) else {
            throw .badRequest("parameter \"\(parameter)\" is required: a username or an id")
        }
        guard let person = person(named: name) else { throw .badRequest("no person is called \(name)") }
        return person.id
    }

    /// `chat` for a group, else `bot` and `person`.
    mutating func chat(_ parameters: Parameters) throws(APIFailure) -> ChatKey {
        guard let text = parameters.text("chat") else { return directChat(bot: try bot(parameters), person: try person(parameters)) }
        guard let id = Int64(text), chats[.group(id)] != nil else { throw .badRequest("no group has the id \(text)") }
        return .group(id)
    }
}

extension Simulator {
    /// The chat that parameters of the control API name.
    package func chatKey(_ parameters: Parameters) throws(APIFailure) -> ChatKey {
        try run { world throws(APIFailure) in try world.chat(parameters) }
    }
}
