import HTTPClient

/// What comes to a webhook besides updates. `geheim` stands where content is, which no answer and no log may repeat.
enum MalformedUpdates {
    struct Refused: Sendable {
        var name: String
        var body: [UInt8]
        var secret: String?
        var status: Int

        init(_ name: String, _ body: [UInt8], secret: String? = PipelineHarness.secret, status: Int = 400) {
            self.name = name
            self.body = body
            self.secret = secret
            self.status = status
        }

        init(_ name: String, _ body: String, secret: String? = PipelineHarness.secret, status: Int = 400) {
            self.init(name, Array(body.utf8), secret: secret, status: status)
        }
    }

    private static let good =
        #"{"update_id":1,"message":{"message_id":1,"date":1760000000,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"Eve"},"text":"geheim"}}"#

    static let refused: [Refused] = [
        Refused("nothing", ""),
        Refused("a space", " "),
        Refused("an open brace", "{"),
        Refused("half an update", String(good.prefix(good.utf8.count / 2))),
        Refused("an update without its last brace", String(good.dropLast())),
        Refused("something behind it", good + "geheim"),
        Refused("two of them", good + good),
        Refused("a list", "[\(good)]"),
        Refused("a string", #""geheim""#),
        Refused("a number", "42"),
        Refused("null", "null"),
        Refused("an empty object", "{}"),
        Refused("no update_id", #"{"message":{"text":"geheim"}}"#),
        Refused("update_id is a string", #"{"update_id":"geheim"}"#),
        Refused("update_id is null", #"{"update_id":null}"#),
        Refused("update_id is a fraction", #"{"update_id":1.5}"#),
        Refused("update_id is too large", #"{"update_id":99999999999999999999}"#),
        Refused("a form", "update_id=1&message=geheim"),
        Refused("XML", "<update><id>1</id></update>"),
        Refused("single quotes", "{'update_id':1}"),
        Refused("a bare word", #"{"update_id":1,"message":geheim}"#),
        Refused("a comma at the end", #"{"update_id":1,}"#),
        Refused("a comment", #"{"update_id":1/*geheim*/}"#),
        Refused("a control character in a string", "{\"update_id\":1,\"message\":\"ge\u{01}heim\"}"),
        Refused("a wrong escape", #"{"update_id":1,"message":"\x"}"#),
        Refused("bytes that are no UTF-8", Array(#"{"update_id":1,"message":""#.utf8) + [0xC3, 0x28, 0xFF] + Array(#""}"#.utf8)),
        Refused("zeros", [UInt8](repeating: 0, count: 1000)),
        Refused("brackets without end", String(repeating: "[", count: 200_000)),
        Refused("objects without end", String(repeating: #"{"update_id":"#, count: 20_000)),
        Refused("no secret", good, secret: nil, status: 401),
        Refused("an empty secret", good, secret: "", status: 401),
        Refused("another secret", good, secret: "another", status: 401),
        Refused("half the secret", good, secret: String(PipelineHarness.secret.dropLast()), status: 401),
        Refused("the secret and more", good, secret: PipelineHarness.secret + "1", status: 401),
        Refused("a very long secret", good, secret: String(repeating: "a", count: 4000), status: 401),
        Refused("more than a megabyte", #"{"update_id":1,"message":""# + String(repeating: "geheim", count: 200_000) + #""}"#, status: 413),
    ]

    struct Odd: Sendable {
        var name: String
        var body: [UInt8]
    }

    /// Updates in their outermost shape only, with an inside that nobody documents: taken, and passed on as they are. Refused, they
    /// would come again and again.
    static let odd: [Odd] = [
        ("nothing inside", ""),
        ("an unknown kind", #","hologram":{"from":{"id":5,"is_bot":false,"first_name":"Eve"},"shape":"geheim"}"#),
        ("a message that is null", #","message":null"#),
        ("a message that is a string", #","message":"geheim""#),
        ("a message that is a list", #","message":["geheim"]"#),
        ("a message that is empty", #","message":{}"#),
        (
            "a message without a chat",
            #","message":{"message_id":1,"date":1,"from":{"id":5,"is_bot":false,"first_name":"Eve"},"text":"geheim"}"#
        ),
        ("a chat id that is a string", #","message":{"message_id":1,"date":1,"chat":{"id":"five","type":"private"},"text":"geheim"}"#),
        (
            "a chat of an unknown type",
            #","message":{"message_id":1,"date":1,"chat":{"id":5,"type":"cave"},"from":{"id":5,"is_bot":false,"first_name":"Eve"},"text":"geheim"}"#
        ),
        (
            "a date before time",
            #","message":{"message_id":1,"date":-99999999999999,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"Eve"},"text":"geheim"}"#
        ),
        (
            "a text that is too long",
            #","message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"Eve"},"text":""#
                + String(repeating: "geheim ", count: 20_000) + #""}"#
        ),
        (
            "a text with a zero character",
            #","message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"Eve"},"text":"ge\u0000heim"}"#
        ),
        (
            "a name with a zero character",
            #","message":{"message_id":1,"date":1,"chat":{"id":6,"type":"private"},"from":{"id":6,"is_bot":false,"first_name":"E\u0000ve"},"text":"geheim"}"#
        ),
        (
            "half of a surrogate pair",
            #","message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"is_bot":false,"first_name":"Eve"},"text":"ge\ud83dheim"}"#
        ),
        (
            "a name in brackets and tags",
            #","message":{"message_id":1,"date":1,"chat":{"id":8,"type":"private"},"from":{"id":8,"is_bot":false,"first_name":"<b>${1/0}</b>"},"text":"/start"}"#
        ),
        (
            "entities far outside the text",
            #","message":{"message_id":1,"date":1,"chat":{"id":9,"type":"private"},"from":{"id":9,"is_bot":false,"first_name":"Eve"},"text":"/start","entities":[{"type":"bot_command","offset":900,"length":-5}]}"#
        ),
        (
            "a button that nobody made",
            #","callback_query":{"id":"1","from":{"id":5,"is_bot":false,"first_name":"Eve"},"chat_instance":"1","data":"geheim","message":{"message_id":1,"date":0,"chat":{"id":5,"type":"private"}}}"#
        ),
        (
            "a button of nowhere",
            #","callback_query":{"id":"2","from":{"id":5,"is_bot":false,"first_name":"Eve"},"chat_instance":"1","data":"geheim","inline_message_id":"x"}"#
        ),
        (
            "a long chain of replies",
            #","message":"#
                + String(repeating: #"{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"reply_to_message":"#, count: 60) + "{}"
                + String(repeating: "}", count: 60)
        ),
    ].enumerated().map { place, member in
        Odd(name: member.0, body: Array(#"{"update_id":\#(9_000_000 + place)\#(member.1)}"#.utf8))
    }

    /// Other calls than posts to the webhook's path, with what they are answered.
    static func otherCalls(_ client: HTTPClient, webhook: String) async throws -> [(String, Int)] {
        let header: HTTPHeaders = ["X-Telegram-Bot-Api-Secret-Token": PipelineHarness.secret]
        return [
            ("GET", try await client.execute(HTTPRequest(.get, webhook, headers: header)).status),
            ("PUT", try await client.execute(HTTPRequest(.put, webhook, headers: header, body: .bytes(Array(good.utf8)))).status),
            (
                "another bot",
                try await client.execute(HTTPRequest(.post, webhook + "x", headers: header, body: .bytes(Array(good.utf8)))).status
            ),
            ("another folder", try await client.execute(HTTPRequest(.post, webhook + "/../../etc/passwd", headers: header)).status),
        ]
    }
}
