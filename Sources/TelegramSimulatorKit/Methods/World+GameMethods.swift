import JSON

/// Games and their scores.
extension World {
    mutating func sendGame(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        guard chats[key]?.kind != .channel else { throw .badRequest("games can't be sent to channel chats") }
        var options = try sendOptions(call, key)
        let game = try game(call.parameters.text("game_short_name") ?? "", of: call.bot)
        options.markup = .inline(try Self.keyboard(options.markup, startingWith: "callback_game", or: "Play \(game.title)", value: [:]))
        let sent = try deliver([.game(game)], call, to: key, options)
        return answer(sent[0], in: key)
    }

    /// The keyboard of a game or an invoice: its first button is the one that starts it; without a keyboard there is that button.
    static func keyboard(
        _ markup: ReplyMarkup?, startingWith name: String, or text: String, value: JSON
    ) throws(APIFailure) -> InlineKeyboard {
        switch markup {
        case .inline(let keyboard) where !keyboard.rows.isEmpty:
            guard case .other(name, _)? = keyboard.rows.first?.first?.action else { throw .badRequest("BUTTON_POS_INVALID") }
            return keyboard
        case nil, .inline: return InlineKeyboard(rows: [[InlineKeyboard.Button(text: text, action: .other(name: name, value: value))]])
        default: throw .badRequest("inline keyboard expected")
        }
    }

    mutating func game(_ name: String, of bot: BotID) throws(APIFailure) -> Game {
        if let known = games[bot]?[name.lowercased()] { return known }
        let isName = name.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x5F }
        guard (3...64).contains(name.utf8.count), isName else { throw .badRequest("GAME_SHORTNAME_INVALID") }
        let photo = files.add(Placeholder.upload, as: .photo, random: &random).id
        let game = Game(bot: bot, shortName: name, title: name, description: name, photo: photo)
        games[bot, default: [:]][name.lowercased()] = game
        return game
    }

    /// Gives a game a title and a description, as bots' owners do once.
    package mutating func setGame(_ name: String, of bot: BotID, title: String, description: String) throws(APIFailure) {
        var game = try game(name, of: bot)
        (game.title, game.description) = (title, description)
        games[bot]?[name.lowercased()] = game
    }

    // MARK: Scores

    private mutating func gameMessage(_ call: Call) throws(APIFailure) -> (ChatKey, Message, Game) {
        let (key, message, _) = try editable(call)
        guard case .game(let game) = message.content else { throw .badRequest("MESSAGE_ID_INVALID") }
        return (key, message, game)
    }

    private func player(_ call: Call) throws(APIFailure) -> PersonID {
        guard let id = call.parameters.int("user_id"), people[id] != nil else { throw .badRequest("user not found") }
        return id
    }

    mutating func setGameScore(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let score = call.parameters.int("score"), score >= 0 else { throw .badRequest("score must be non-negative") }
        let (key, message, game) = try gameMessage(call)
        let player = try player(call)
        let board = ScoreBoard(bot: call.bot, game: game.shortName.lowercased(), chat: key)
        let old = scores[board]?[player]
        guard old != score, call.parameters.bool("force") || score > old ?? -1 else { throw .badRequest("BOT_SCORE_NOT_MODIFIED") }
        scores[board, default: [:]][player] = score
        if !call.parameters.bool("disable_edit_message") {
            var shown = game
            shown.text = ranking(board).map { "\($0.position). \(people[$0.person]?.firstName ?? "Deleted Account") – \($0.score)" }
                .joined(separator: "\n")
            change(message.id, in: key) { $0.content = .game(shown) }
        }
        guard message.inlineID == nil else { return .success }
        return answer(chats[key]?.messages[message.id] ?? message, in: key)
    }

    /// The player, two neighbours on each side, and the first three.
    mutating func getGameHighScores(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, _, game) = try gameMessage(call)
        let player = try player(call)
        let all = ranking(ScoreBoard(bot: call.bot, game: game.shortName.lowercased(), chat: key))
        let own = all.firstIndex { $0.person == player }
        var json = JSONWriter()
        json.array { json in
            for (index, row) in all.enumerated() where index < 3 || own.map({ abs($0 - index) <= 2 }) ?? false {
                json.object { json in
                    json.member("position", row.position)
                    json.key("user")
                    writeUser(.person(row.person), to: &json)
                    json.member("score", row.score)
                }
            }
        }
        return .success(json.bytes)
    }

    private func ranking(_ board: ScoreBoard) -> [(position: Int, person: PersonID, score: Int64)] {
        let sorted = (scores[board] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.enumerated().map { ($0 + 1, $1.key, $1.value) }
    }

    func write(_ game: Game, to json: inout JSONWriter) {
        json.object { json in
            json.member("title", game.title)
            json.member("description", game.description)
            json.key("photo")
            writePhotoSizes(game.photo, to: &json)
            json.member("text", game.text)
        }
    }
}
