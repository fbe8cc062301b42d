import JSON
import TelegramSimulatorKit
import Testing

/// Our own table and answers beside a description of the real API.
@Suite(.needsDescription) struct ConformanceTests {
    private func description() throws -> BotAPIDescription { try BotAPIDescription(path: try #require(BotAPIDescription.path)) }

    @Test func theMethodTableAgreesWithTheDescription() throws {
        let real = try description()
        var differences: [String] = []
        for method in MethodTable.all {
            guard let fields = real.methods[method.name] else {
                differences.append("\(method.name) is no method")
                continue
            }
            let own = Set(method.parameters.map(\.name))
            for field in fields where !own.contains(field.name) { differences.append("\(method.name) lacks \(field.name) (\(field.type))") }
            for parameter in method.parameters {
                guard let field = fields.first(where: { $0.name == parameter.name }) else {
                    differences.append("\(method.name) has no parameter \(parameter.name)")
                    continue
                }
                if !parameter.kind.description.contains(field.type) {
                    differences.append("\(method.name).\(parameter.name) is \(field.type), not \(parameter.kind)")
                }
                // An empty URL deletes the webhook, so the server doesn't ask for it.
                if field.isRequired != parameter.isRequired, (method.name, field.name) != ("setWebhook", "url") {
                    differences.append("\(method.name).\(field.name) is \(field.isRequired ? "required" : "optional")")
                }
            }
        }
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        let missing = Set(real.methods.keys).subtracting(MethodTable.all.map(\.name)).sorted()
        print("\(MethodTable.all.count) of \(real.methods.count) methods are there; not: \(missing.joined(separator: ", "))")
    }

    @Test func theKindsOfUpdatesAgreeWithTheDescription() throws {
        let fields = try description().types["Update"] ?? []
        #expect(Set(fields.map(\.name)).subtracting(["update_id"]) == Set(UpdateKind.allCases.map(\.rawValue)))
    }

    /// The checks of the walk through all methods are worth something.
    @Test func wrongValuesAreFound() throws {
        let api = try description()
        let user: JSON = ["id": 1, "is_bot": true, "first_name": "A"]
        #expect(api.problems(user, "User", at: "u").isEmpty)
        #expect(api.problems(["id": "1", "is_bot": true], "User", at: "u").count == 2)
        #expect(api.problems([user, 1], "Array of User", at: "u") == ["u[1]: a number instead of User"])
        #expect(api.problems(["status": "left"], "ChatMember", at: "m") == ["m: no user in ChatMemberMember"])
        #expect(api.problems(["status": "left", "user": user, "odd": 1], "ChatMember", at: "m").count == 1)
    }
}
