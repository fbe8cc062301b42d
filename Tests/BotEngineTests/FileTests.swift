import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// Fields that are files, messages and records.
@Suite struct FileTests {
    private let yaml = """
        bot: files
        data:
          memes: {picture: photo, caption: "string?", by: {type: users, default: user}}
          notes: {msg: message, tags: "list<{name: string, weight: int?}>", place: location?}
        screens:
          home: {text: Send a picture}
          meme:
            args: {m: memes}
            photo: ${m.picture}
            text: "${m.caption == null ? 'no words' : m.caption}"
          note:
            args: {n: notes}
            text: "${n.msg.kind} ${n.tags.map(t, t.name + (t.weight == null ? '' : string(t.weight))).join(' ')} ${n.place == null ? 'nowhere' : string(n.place.latitude)}"
        forms:
          add:
            fields:
              picture: {ask: The picture?, type: photo}
              caption: {ask: Its words?, skip: None}
            done: [{insert: memes, as: m, set: {picture: picture, caption: caption}}, {go: meme, with: {m: m}}]
          where:
            fields:
              msg: {ask: A message?, type: message}
              place: {ask: Where?, type: location}
            done:
              - {insert: notes, as: n, set: {msg: msg, place: place, tags: "[{'name': 'a', 'weight': 1}, {'name': 'b', 'weight': null}]"}}
              - {go: note, with: {n: n}}
        handlers:
          - {command: add, do: [{call: add}]}
          - {command: note, do: [{call: where}]}
          - message: photo
            do:
              - {insert: memes, as: m, set: {picture: message.photo, caption: message.text}}
              - {go: meme, with: {m: m}}
          - message: text
            do:
              - {insert: notes, as: n, set: {msg: message, tags: "message.text.split(' ').map(w, {'name': w})"}}
              - {show: note, with: {n: n}}
              - {copy: n.msg}
        """

    private func photo(_ id: String, caption: String? = nil) -> Event.Content {
        .message(Message(id: "9", content: .media(.photo, File(id: id, size: 5), caption: caption.map { FormattedText($0) })))
    }

    @Test func filesAreKeptAndSent() throws {
        let talk = try Conversation(yaml: yaml)
        #expect(try talk.handle(photo("F1", caption: "look")) == ["<photo> look"])
        let sent = try #require(talk.outcomes.last?.commands.first)
        guard case .send(let message) = sent.action, case .media(.photo, let source, _) = message.content else {
            Issue.record("no photo was sent")
            return
        }
        #expect(source == .id("F1"))
    }

    @Test func formsAskForFiles() throws {
        let talk = try Conversation(yaml: yaml)
        #expect(try talk.say("/add") == ["The picture?"])
        #expect(try talk.say("a photo") == ["Please send a photo."])
        #expect(
            try talk.handle(.message(Message(id: "8", content: .location(Location(latitude: 1, longitude: 2)))))
                == ["Please send a photo."])
        #expect(try talk.handle(photo("F2")) == ["Its words? [None]"])
        #expect(try talk.tap("None") == ["toast", "<photo> no words"])
    }

    @Test func recordsAndMessagesAreKept() throws {
        let talk = try Conversation(yaml: yaml)
        #expect(try talk.say("red green") == ["text red green nowhere", "copy"])
        #expect(try talk.say("/note") == ["A message?"])
        #expect(try talk.handle(photo("F3")) == ["Where?"])
        #expect(
            try talk.handle(.message(Message(id: "8", content: .location(Location(latitude: 1.5, longitude: 2)))))
                == ["photo a1 b 1.5"])
    }
}
