import HTTPClient
import Testing

struct RequestCheckTests {
    @Test(arguments: [
        ("http://example.org", "http://example.org:80"), ("HTTPS://API.Telegram.org/bot1:x/getMe", "https://api.telegram.org:443"),
        ("http://127.0.0.1:8081/x?y#z", "http://127.0.0.1:8081"), ("https://[::1]:8443/", "https://[::1]:8443"),
        ("http://example.org?q=1", "http://example.org:80"),
    ])
    func aUrlLeadsToSchemeHostAndPort(url: String, target: String) throws {
        #expect(try RequestTarget(url).description == target)
    }

    @Test(arguments: [
        "", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "http:///path", "http://пример.рф/",
        "http://example.org/путь",
        "http://example.org/a b", "http://example.org/\r\nX: y", "http://example.org/\u{0}", "http://user:pass@example.org/",
        "http://example.org:0/",
        "http://example.org:65536/", "http://example.org:/", "http://example.org:80x/", "http://exa\\mple.org/", "http://[::1",
        "http://[zz]/",
        "http://[::1]x/", "http://a,b/", "http://example.org:+80/",
    ])
    func aWrongUrlIsRefusedWithoutBeingRepeated(url: String) async throws {
        let error = try await failure { _ = try await withClient { try await $0.execute(get(url)) } }
        #expect(error.code == .invalidRequest)
        #expect(error.delivery == .notSent)
        #expect(error.message.hasPrefix("the URL is invalid: "))
        if url.count > 8 { #expect(!error.debugDescription.contains(url)) }
    }

    @Test(arguments: [
        ("X-Note", "a\r\nX-Evil: 1"), ("X-Note", "a\nb"), ("X-Note", "a\rb"), ("X-Note", "a\u{0}b"), ("X-Note\r\nX-Evil", "1"),
        ("X Note", "1"),
        ("X-Note:", "1"), ("", "1"), ("X-Прим", "1"), ("Content-Length", "3"), ("transfer-encoding", "chunked"), ("Expect", "100-continue"),
    ])
    func aHeaderThatCouldSmuggleIsRefused(name: String, value: String) async throws {
        var request = post("http://127.0.0.1:1/")
        request.headers.add(name, value)
        let error = try await failure { [request] in _ = try await withClient { try await $0.execute(request) } }
        #expect(error.code == .invalidRequest)
        #expect(error.delivery == .notSent)
        #expect(!error.description.contains("\n") && !error.description.contains("Evil"))
    }

    @Test func otherPartsThatCouldSmuggleAreRefused() throws {
        let url = "http://127.0.0.1:1/"
        let wrong: [HTTPRequest] = [
            HTTPRequest(.init(rawValue: "GET / HTTP/1.1\r\nX: y"), url), HTTPRequest(.init(rawValue: ""), url),
            HTTPRequest(.post, url, body: .multipart([])),
            HTTPRequest(.post, url, body: .multipart([.init(name: "", content: .bytes([]))])),
            HTTPRequest(.post, url, body: .multipart([.init(name: "a\r\nb", content: .bytes([]))])),
            HTTPRequest(.post, url, body: .multipart([.init(name: "a", content: .bytes([]), filename: "x\ny")])),
            HTTPRequest(.post, url, body: .multipart([.init(name: "a", content: .bytes([]), contentType: "text/plain\r\nX: y")])),
            HTTPRequest(.post, url, headers: ["Content-Type": "a/b"], body: .multipart([.init(name: "a", content: .bytes([]))])),
            HTTPRequest(.post, url, body: .file(path: "a\u{0}b")), HTTPRequest(.get, url, maxResponseSize: -1),
        ]
        for request in wrong {
            #expect(throws: HTTPClientError.self) { try RequestCheck.target(of: request) }
        }
    }

    @Test func nothingPrintsAUrl() async throws {
        let request = post("http://127.0.0.1:1/bot123:SECRET/sendMessage?SECRET", "SECRET")
        struct Holder { var request: HTTPRequest }
        var dumped = ""
        dump(Holder(request: request), to: &dumped)
        for text in ["\(request)", String(reflecting: request), request.redactedDescription, "\(Holder(request: request))", dumped] {
            #expect(!text.contains("SECRET"), "\(text)")
        }
        #expect(request.redactedDescription == "sendMessage POST http://127.0.0.1:1")
        let error = try await failure { _ = try await withClient { try await $0.execute(request) } }
        for text in ["\(error)", String(reflecting: error), error.message] { #expect(!text.contains("SECRET")) }
        #expect(error.description.hasPrefix("sendMessage to http://127.0.0.1:1: "))
    }
}
