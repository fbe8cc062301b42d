import JSON
import TelegramSimulatorKit
import Testing

@Suite struct MethodTableTests {
    @Test func everyMethodStandsOnceAndNamesEachParameterOnce() {
        #expect(MethodTable.byName.count == MethodTable.all.count)
        for method in MethodTable.all { #expect(Set(method.parameters.map(\.name)).count == method.parameters.count, "\(method.name)") }
    }

    @Test(
        arguments: [
            ("{}", "ok"), ("{", "Bad Request: can't parse link preview options JSON object"),
            ("[]", "Bad Request: object expected as link preview options"),
        ])
    func structuredParametersAreCheckedForTheirForm(value: String, description: String) throws {
        var stage = try Stage()
        #expect(
            try stage.refusal("sendMessage", ["chat_id": .int(stage.ann.id), "text": "x", "link_preview_options": .string(value)])
                == description)
    }

    @Test func requiredParametersAreAskedForFirst() throws {
        var stage = try Stage()
        for method in MethodTable.all where method.parameters.contains(where: \.isRequired) {
            let answer = try stage.call(method.name)
            #expect(answer["error_code"] == 400, "\(method.name)")
            #expect(answer["description"]?.string?.hasPrefix("Bad Request: ") == true, "\(method.name)")
        }
    }
}
