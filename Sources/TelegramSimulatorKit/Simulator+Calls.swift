import JSON

extension Simulator {
    /// What a client of the Bot API sees.
    package enum Reply: Sendable {
        case answer(APIAnswer)
        /// The connection breaks.
        case reset
    }

    /// One Bot API request, with the faults that were ordered for it.
    ///
    /// - Parameter transport: fetches files that are given as URLs; nil refuses them.
    package func handle(
        token: String, method: String, _ parameters: Parameters, transport: (any WebhookTransport)? = nil
    ) async -> Reply {
        let name = method.lowercased()
        guard let bot = with({ $0.bot(token: token) }) else {
            // A token that can't be one is no route at all; an unknown one is unauthorized.
            let failure: APIFailure = World.botID(ofToken: token) == nil ? .notFound : .unauthorized
            with { $0.countRequest(name, .failure(failure)) }
            return .answer(.failure(failure))
        }
        let fault = with { $0.strike(method: name, bot: bot, chat: parameters.int("chat_id")) }
        var resets = false
        switch fault {
        case .answer(let failure):
            with { $0.countRequest(name, .failure(failure)) }
            return .answer(.failure(failure))
        case .resetBefore: return .reset
        case .resetAfter: resets = true
        case .delay(let seconds): try? await Task.sleep(for: .seconds(seconds))
        case nil: break
        }
        let answer: APIAnswer
        if name == "getupdates" {
            answer = await poll(bot, parameters)
        } else {
            let complete = await fetchFiles(parameters, of: name, transport)
            answer = call(name, bot, complete)
        }
        return resets ? .reset : .answer(answer)
    }

    func call(_ name: String, _ bot: BotID, _ parameters: Parameters) -> APIAnswer {
        switch with({ $0.call(name, bot: bot, parameters) }) {
        case .answer(let answer): answer
        // Only getUpdates waits, and it goes another way.
        case .wait: .failure(APIFailure(500, "Internal Server Error"))
        }
    }

    /// Puts files that are given by a URL of this machine into the uploads, under their URL. Others stay as they are and
    /// are refused by the method.
    private func fetchFiles(_ parameters: Parameters, of method: String, _ transport: (any WebhookTransport)?) async -> Parameters {
        guard let transport, let table = MethodTable.byName[method] else { return parameters }
        var urls = table.parameters.filter { $0.kind == .file }.compactMap { parameters.text($0.name) }
        if table.parameters.contains(where: { $0.name == "media" }), let media = try? parameters.json("media", "media") {
            urls += (media.array ?? [media]).compactMap { $0["media"]?.string }
        }
        if method == "answerwebappquery", let result = try? parameters.json("result", "result") {
            if let url = World.fileURL(ofResult: result) { urls.append(url) }
        }
        if method == "createnewstickerset", let stickers = try? parameters.json("stickers", "stickers") {
            urls += stickers.array?.compactMap { $0["sticker"]?.string } ?? []
        } else if let sticker = try? parameters.json("sticker", "sticker"), let url = sticker["sticker"]?.string {
            urls.append(url)
        }
        var complete = parameters
        for url in urls { if let upload = await fetch(url, transport) { complete.uploads[url] = upload } }
        return complete
    }

    /// What is at a URL of this machine; nil for all others, and when there is nothing.
    func fetch(_ url: String?, _ transport: (any WebhookTransport)?) async -> Upload? {
        guard let url, let transport, World.isLoopback(url),
            let response = try? await transport.get(url, maximum: World.maximumUpload), response.status == 200
        else { return nil }
        let path = url.prefix { $0 != "?" && $0 != "#" }
        let name = path.split(separator: "/").last.map(String.init) ?? "file"
        return Upload(name: name, contentType: response.contentType, bytes: response.body)
    }
}

extension World {
    /// The fault that strikes this call, if any.
    mutating func strike(method: String, bot: BotID, chat: Int64?) -> FaultRule.Effect? {
        var random = random
        let effect = faults.strike(method: method, bot: bot, chat: chat, random: &random)
        self.random = random
        if effect != nil { statistics.countFault() }
        return effect
    }
}
