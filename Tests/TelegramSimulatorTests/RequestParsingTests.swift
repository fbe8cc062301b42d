import JSON
import TelegramSimulatorKit
import Testing

@Suite struct RequestParsingTests {
    private func parse(_ type: String?, _ body: String, query: String? = nil) throws -> Parameters {
        try RequestParser.parse(query: query, contentType: type, body: Array(body.utf8))
    }

    private func parts(_ body: String) throws -> Parameters {
        try parse("multipart/form-data; boundary=\"XX\"", body.replacing("\n", with: "\r\n"))
    }

    @Test func everyEncodingGivesTheSameParameters() throws {
        let all = [
            try parse(nil, "", query: "chat_id=-42&text=a%20b+c&silent=True"),
            try parse("application/x-www-form-urlencoded; charset=utf-8", "chat_id=-42&text=a%20b+c&silent=True"),
            try parse("application/json", #"{"chat_id":-42,"text":"a b c","silent":true}"#),
            try parts(
                "--XX\nContent-Disposition: form-data; name=\"chat_id\"\n\n-42\n--XX\ncontent-disposition: form-data; name=text\n\na b c\n--XX\nContent-Disposition: form-data; name=\"silent\"\n\n1\n--XX--\n"
            ),
        ]
        for parameters in all {
            #expect(parameters.int("chat_id") == -42)
            #expect(parameters.text("text") == "a b c")
            #expect(parameters.bool("silent"))
            #expect(parameters.text("missing") == nil)
        }
    }

    @Test func emptyBodyNeedsNoContentType() throws {
        #expect(try parse(nil, "").values.isEmpty)
        #expect(try parse("application/json", "").values.isEmpty)
    }

    @Test func objectsComeAsTextOrAsJSON() throws {
        for parameters in [
            try parse("application/json", #"{"reply_markup":{"remove_keyboard":true}}"#),
            try parse("application/json", #"{"reply_markup":"{\"remove_keyboard\":true}"}"#),
            try parse("application/x-www-form-urlencoded", "reply_markup=%7B%22remove_keyboard%22%3Atrue%7D"),
        ] {
            #expect(try parameters.json("reply_markup", "x")?["remove_keyboard"] == true)
        }
    }

    @Test func filesKeepNameTypeAndEveryByte() throws {
        let content: [UInt8] = [0, 13, 10, 45, 45, 88, 88, 13, 10, 45, 45, 88, 255]
        let head = Array(
            "--B\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a \\\"b\\\".bin\"\r\nContent-Type: x/y\r\n\r\n".utf8)
        let body = head + content + Array("\r\n--B--".utf8)
        let upload = try RequestParser.parse(query: nil, contentType: "multipart/form-data; boundary=B", body: body).uploads["document"]
        #expect(upload?.bytes == content)
        #expect(upload?.name == "a \"b\".bin")
        #expect(upload?.contentType == "x/y")
    }

    @Test(arguments: [
        ("application/json", "[1]"), ("application/json", "{"), ("multipart/form-data", "x"), ("text/plain", "x"),
        ("multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx"),
        ("application/x-www-form-urlencoded", "a=%FF"),
    ])
    func wrongBodiesAreRefused(type: String, body: String) {
        #expect(throws: APIFailure.self) { try parse(type, body) }
    }

    /// Whatever comes, the parsers answer or refuse.
    @Test(arguments: 0..<8 as Range<UInt64>) func anythingIsSurvived(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let seeds = [
            "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"\r\n\r\nbytes\r\n--B\r\nContent-Disposition: form-data; name=b\r\n\r\n1\r\n--B--\r\n",
            "chat_id=1&text=%F0%9F%98%80&reply_markup=%7B%7D", #"{"chat_id":1,"text":"😀","a":[1,{"b":null}]}"#,
        ]
        let types = [
            "multipart/form-data; boundary=B", "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=\"",
        ]
        var read = 0
        for _ in 0..<2_000 {
            var body = Array(seeds[Int.random(in: 0..<3, using: &random)].utf8)
            for _ in 0..<Int.random(in: 0..<6, using: &random) where !body.isEmpty {
                let index = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: body[index] = UInt8.random(in: 0...255, using: &random)
                case 1: body.removeSubrange(index..<min(body.count, index + Int.random(in: 1...9, using: &random)))
                default: body.insert(contentsOf: "\r\n--B=%&".utf8, at: index)
                }
            }
            let type = types[Int.random(in: 0..<types.count, using: &random)]
            if (try? RequestParser.parse(query: nil, contentType: type, body: body)) != nil { read += 1 }
        }
        #expect(read > 100)
    }
}
