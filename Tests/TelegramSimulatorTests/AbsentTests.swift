import JSON
import TelegramSimulatorKit
import Testing

@Suite struct AbsentTests {
    /// Methods that the simulated world can't carry out are known, ask for what they need, and say why they refuse.
    @Test(arguments: MethodTable.refused.sorted())
    func whatIsNotModelledRefuses(name: String) throws {
        var stage = try Stage()
        let method = try #require(MethodTable.byName[name.lowercased()])
        var parameters = JSONObject()
        for parameter in method.parameters where parameter.isRequired { parameters[parameter.name] = .int(stage.ann.id) }
        for (name, _) in parameters.members {
            var fewer = parameters
            fewer[name] = nil
            #expect(try stage.call(method.name, .object(fewer))["error_code"] == 400)
        }
        let answer = try stage.call(method.name, .object(parameters))
        let text = answer["description"]?.string ?? ""
        #expect(answer["error_code"] == 400 && text.hasPrefix("Bad Request: ") && !text.contains("required"), "\(text)")
    }

    @Test func unknownMethodsAreNotFound() throws {
        var stage = try Stage()
        #expect(try stage.call("sendNothing")["error_code"] == 404)
    }

    @Test func draftsAreSeenForHalfAMinuteOrUntilTheMessageComes() throws {
        var stage = try Stage()
        let draft: (JSON) throws -> String = {
            try stage.refusal("sendMessageDraft", ["chat_id": .int(stage.ann.id), "draft_id": $0, "text": "half a"])
        }
        #expect(try draft(0) == "Bad Request: draft identifier must be non-zero")
        let (ann, chat) = (stage.ann.id, stage.chat)
        #expect(try draft(7) == "ok")
        #expect(stage.world.draft(in: chat)?.text.text == "half a")
        #expect(throws: APIFailure.self) { try stage.world.stopDraft(by: ann, in: chat) }
        stage.world.now += 30
        #expect(stage.world.draft(in: chat) == nil)
        #expect(try draft(7) == "ok")
        _ = try stage.send("half a sentence")
        #expect(stage.world.draft(in: chat) == nil)
        let group = try stage.group()
        #expect(
            try stage.refusal("sendMessageDraft", ["chat_id": .int(group.id), "draft_id": 1])
                == "Bad Request: message drafts can be sent only to private chats")
    }
}
