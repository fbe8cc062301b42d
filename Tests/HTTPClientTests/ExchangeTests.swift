import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ExchangeTests {
    @Test func aPostArrivesAsItWasGivenAndItsAnswerComesBack() async throws {
        try await withServer { connection in
            try connection.serve { _ in try connection.respond(201, headers: ["X-Trace: abc", "x-trace: def"], text: "done") }
        } _: { server in
            try await withClient { client in
                var request = post(server.url("/bot123:secret/sendMessage?x=%20y"))
                request.headers = ["Content-Type": "application/json", "X-Empty": ""]
                let response = try await client.execute(request)
                #expect(response.status == 201)
                #expect(response.version == .http1_1)
                #expect(response.headers["X-TRACE"] == "abc")
                #expect(response.headers.values("x-trace") == ["abc", "def"])
                #expect(response.body == Array("done".utf8))
            }
            let request = try #require(server.received.first)
            #expect(request.method == "POST")
            #expect(request.path == "/bot123:secret/sendMessage?x=%20y")
            #expect(request.header("Content-Type") == "application/json")
            #expect(request.header("X-Empty") == "")
            #expect(request.header("Expect") == nil)
            #expect(request.body == Array("text=hello".utf8))
        }
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    func everyMethodGoesOutByItsNameAlsoOnAReusedHandle(method: String) async throws {
        try await withServer { connection in
            try connection.serve { request in
                // The answer to HEAD tells a length it doesn't send.
                if request.method == "HEAD" {
                    try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
                } else {
                    try connection.respond(text: "hello")
                }
            }
        } _: { server in
            try await withClient { client in
                _ = try await client.execute(post(server.url()))
                let response = try await client.execute(HTTPRequest(.init(rawValue: method), server.url("/x")))
                #expect(response.body == (method == "HEAD" ? [] : Array("hello".utf8)))
                _ = try await client.execute(get(server.url()))
            }
            let requests = server.received
            #expect(requests.map(\.method) == ["POST", method, "GET"])
            #expect(requests[1].body.isEmpty)
            #expect(requests[1].header("Content-Type") == nil)
            #expect(requests[1].header("Content-Length") == (["POST", "PUT", "PATCH"].contains(method) ? "0" : nil))
        }
    }

    @Test func aKeptAliveConnectionIsUsedAgain() async throws {
        try await withServer { connection in
            try connection.serve { _ in try connection.respond(text: "ok") }
        } _: { server in
            try await withClient { client in
                for _ in 0..<50 { _ = try await client.execute(post(server.url())) }
                #expect(client.statistics.openConnections == 1)
            }
            #expect(server.connections.value == 1)
            #expect(server.received.count == 50)
        }
    }

    @Test func aThousandAtOnceAreAllAnsweredEachWithItsOwn() async throws {
        try await withServer { connection in
            try connection.serve { request in try connection.respond(body: request.body) }
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maxConnectionsPerHost = 32
            try await withClient(configuration) { client in
                let answers = try await withThrowingTaskGroup { group in
                    for i in 0..<1000 {
                        group.addTask { (i, try await client.execute(post(server.url(), "number \(i)")).body) }
                    }
                    return try await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
                }
                #expect(answers.count == 1000)
                #expect(answers.allSatisfy { $0.value == Array("number \($0.key)".utf8) })
            }
            #expect(server.connections.value <= 32)
            #expect(server.received.count == 1000)
        }
    }

    @Test func requestsBeyondTheLimitWaitInOrder() async throws {
        let gate = Gate()
        try await withServer { connection in
            try connection.serve { _ in
                try gate.wait()
                try connection.respond()
            }
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maxInFlightPerHost = 1
            configuration.maxWaiting = 2
            try await withClient(configuration) { client in
                try await withThrowingTaskGroup { group in
                    for i in 1...3 {
                        group.addTask { _ = try await client.execute(post(server.url("/\(i)"))) }
                        if i == 1 { try await server.requests.reaches(1) }
                        // The next may come only when this one is counted, or their order would be chance.
                        while client.statistics.waiting < i - 1 { await Task.yield() }
                    }
                    let refused = try await failure { _ = try await client.execute(post(server.url("/4"))) }
                    #expect(refused.code == .overloaded)
                    #expect(refused.delivery == .notSent)
                    for _ in 1...3 { gate.open() }
                    try await group.waitForAll()
                }
            }
            #expect(server.received.map(\.path) == ["/1", "/2", "/3"])
        }
    }

    @Test func answersInEveryFramingAreRead() async throws {
        try await withServer { connection in
            try connection.serve { request in
                switch request.path {
                case "/chunked":
                    try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                    try connection.write("6\r\n world\r\n0\r\nX-Trailer: late\r\n\r\n")
                case "/pieces":
                    for byte in Array("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world".utf8) { try connection.write([byte]) }
                case "/continue":
                    try connection.write("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n")
                    try connection.write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
                    try connection.respond(text: "hello world")
                default:
                    try connection.write("HTTP/1.0 200 OK\r\n\r\nhello world")
                    connection.close()
                }
            }
        } _: { server in
            try await withClient { client in
                for path in ["/chunked", "/pieces", "/continue", "/http10"] {
                    let response = try await client.execute(post(server.url(path)))
                    #expect(response.status == 200)
                    #expect(response.body == Array("hello world".utf8), "\(path)")
                    #expect(response.headers["X-Interim"] == nil)
                    #expect(response.headers["X-Trailer"] == nil)
                    #expect(response.version == (path == "/http10" ? .http1_0 : .http1_1))
                }
            }
        }
    }

    @Test func redirectsAreAnswersLikeAnyOther() async throws {
        try await withServer { connection in
            try connection.serve { _ in try connection.respond(302, headers: ["Location: /elsewhere"]) }
        } _: { server in
            let response = try await withClient { try await $0.execute(get(server.url())) }
            #expect(response.status == 302)
            #expect(response.headers["location"] == "/elsewhere")
            #expect(server.received.count == 1)
        }
    }
}
