import JSON

/// The bot's menu button and the rights it asks for.
extension World {
    mutating func setChatMenuButton(_ call: Call) throws(APIFailure) -> APIAnswer {
        let chat = try menuChat(call)
        let button = try call.parameters.json("menu_button", "MenuButton")
        switch button?["type"]?.string {
        case nil where button == nil: break
        case "commands", "default": break
        case "web_app":
            guard button?["text"]?.string?.isEmpty == false, button?["web_app"]?["url"]?.string?.hasPrefix("https://") == true else {
                throw .badRequest("menu button web app must have a text and an HTTPS URL")
            }
        default: throw .badRequest("can't parse menu button: unsupported menu button type specified")
        }
        bots[call.bot]?.menuButtons[chat] = button?["type"] == "default" ? nil : button
        return .success
    }

    mutating func getChatMenuButton(_ call: Call) throws(APIFailure) -> APIAnswer {
        let chat = try menuChat(call)
        let buttons = bots[call.bot]?.menuButtons ?? [:]
        let button: JSON = buttons[chat] ?? buttons[0] ?? ["type": chat == 0 ? "commands" : "default"]
        return .success(button.bytes)
    }

    private mutating func menuChat(_ call: Call) throws(APIFailure) -> ChatID {
        guard call.parameters.text("chat_id") != nil else { return 0 }
        return try chat(call, "chat_id", .read).id
    }

    mutating func setMyDefaultAdministratorRights(_ call: Call) throws(APIFailure) -> APIAnswer {
        let json = try call.parameters.json("rights", "ChatAdministratorRights")
        let rights = Set(AdministratorRight.allCases.filter { json?[$0.rawValue]?.bool == true })
        if call.parameters.bool("for_channels") {
            bots[call.bot]?.channelRights = rights
        } else {
            bots[call.bot]?.groupRights = rights
        }
        return .success
    }

    mutating func getMyDefaultAdministratorRights(_ call: Call) -> APIAnswer {
        let isForChannels = call.parameters.bool("for_channels")
        let rights = (isForChannels ? bots[call.bot]?.channelRights : bots[call.bot]?.groupRights) ?? []
        var json = JSONWriter()
        json.object {
            $0.member("is_anonymous", false)
            for right in AdministratorRight.allCases where right.applies(to: isForChannels ? .channel : .supergroup) {
                $0.member(right.rawValue, rights.contains(right))
            }
        }
        return .success(json.bytes)
    }
}
