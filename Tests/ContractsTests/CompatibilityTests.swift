import Contracts
import JSON
import Testing

/// A newer minor version adds members and kinds; this version must still read what it wrote.
@Suite struct CompatibilityTests {
    @Test func unknownMembersAreIgnored() throws {
        for (name, event) in Samples.events {
            guard case .object(var object) = try JSON(parsing: event.jsonBytes) else { throw JSONError(.type, name) }
            object["added_later"] = ["deep": [1, 2, 3]]
            #expect(try Event(json: .object(object)) == event, "\(name)")
        }
    }

    @Test func unknownKindsPassOn() throws {
        let text = #"{"kind":"teleported","bot":"demo","platform":"telegram","at":1,"chat":{"id":"42","kind":"direct"},"to":"Mars"}"#
        let event = try Event(jsonBytes: Array(text.utf8))
        guard case .native(let native) = event.content else { throw JSONError(.type, "not native") }
        #expect(native.kind == "teleported")
        #expect(native.payload["to"] == "Mars")
        #expect(event.partitionKey == "demo/42")
    }

    @Test func unknownContentPassesOn() throws {
        let text = #"{"id":"7","type":"hologram","beam":1}"#
        let message = try Message(jsonBytes: Array(text.utf8))
        guard case .native(let native) = message.content else { throw JSONError(.type, "not native") }
        #expect(native.kind == "hologram")
        #expect(native.payload["beam"] == 1)
    }

    @Test func unknownCommandsAreRefused() {
        let text = #"{"kind":"teleport","bot":"demo","platform":"telegram","chat":"42"}"#
        let error = #expect(throws: JSONError.self) { try Command(jsonBytes: Array(text.utf8)) }
        #expect(error?.description == "kind: is no known command")
    }

    @Test(arguments: [("1.0", true), ("1.7", true), ("2.0", false), ("0.9", false)])
    func minorVersionsAreReadable(text: String, readable: Bool) throws {
        #expect(try #require(SchemaVersion(text)).isReadable == readable)
    }

    @Test(arguments: ["", "1", "1.", ".1", "1.0.0", "a.b", "-1.0", "1.-1"])
    func refusesVersion(text: String) { #expect(SchemaVersion(text) == nil) }

    @Test(arguments: ["demo", "a", "a-b_9", String(repeating: "x", count: 32)])
    func acceptsBotName(name: String) { #expect(BotName(name)?.rawValue == name) }

    @Test(arguments: ["", "Demo", "a.b", "a b", "é", "#", "*", String(repeating: "x", count: 33)])
    func refusesBotName(name: String) { #expect(BotName(name) == nil) }
}
