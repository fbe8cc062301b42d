import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// `files.store`, fields of type `file`, and media that show them.
@Suite struct StoredFileTests {
    private let bot = """
        bot: album
        data:
          pictures: {title: string, picture: file?}
        handlers:
          - message: photo
            do:
              - {insert: pictures, set: {title: "'Soup'"}, as: p}
              - {run: files.store, with: {file: message.photo, key: "'p/' + string(p.id)"}, reply: kept, keep: {p: p}}
          - command: show
            do:
              - {let: {p: "pictures.one(p, p.title == 'Soup')"}}
              - {require: p != null, else: None}
              - {show: picture, with: {p: p}}
        screens:
          picture: {args: {p: pictures}, photo: "${p.picture}", text: "${p.title}"}
        replies:
          kept:
            run: files.store
            args: {p: pictures}
            done: [{update: p, set: {picture: result.file}}, {show: {text: "${result.size} bytes"}}]
        """

    @Test func isKeptAndShown() throws {
        let chat = try Conversation(yaml: bot)
        try chat.handle(.message(Message(id: "1", content: .media(.photo, File(id: "F1", size: 9), caption: nil))))
        let request = try #require(chat.requests.last).request
        #expect(request.arguments == JSONObject([("file", ["id": "F1", "kind": "photo", "size": 9]), ("key", "p/1")]))
        #expect(try chat.say("/show") == ["Soup"])
        let file: JSON = ["id": "F1", "key": "album/p/1", "kind": "photo", "size": 9]
        #expect(try chat.reply(.result(JSONObject([("file", file), ("key", "album/p/1"), ("size", 9)]))) == ["9 bytes"])
        #expect(try chat.say("/show") == ["<photo> Soup"])
        guard case .send(let message)? = chat.outcomes.last?.commands.last?.action, case .media(_, let source, _) = message.content else {
            Issue.record("no photo was sent")
            return
        }
        #expect(source == .stored(key: "album/p/1", id: "F1"))
    }
}
