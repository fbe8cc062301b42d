import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct StreamTests {
    @Test func theHeadComesBeforeTheBodyIsComplete() async throws {
        let gate = Gate()
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            try gate.wait()
            try connection.write("6\r\n world\r\n0\r\n\r\n")
        } _: { server in
            try await withClient { client in
                let response = try await client.stream(get(server.url()))
                #expect(response.status == 200)
                #expect(response.headers["x-a"] == "1")
                var body: [UInt8] = []
                for try await chunk in response.body {
                    body += chunk
                    if body == Array("hello".utf8) { gate.open() }
                }
                #expect(body == Array("hello world".utf8))
            }
        }
    }

    @Test func aSlowReaderStopsTheServerAndGetsEveryByte() async throws {
        var random = Seeded(state: 4)
        let content = random.bytes(24 << 20)
        let sent = Counter()
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\n\r\n")
            for start in stride(from: 0, to: content.count, by: 1 << 20) {
                try connection.write(Array(content[start..<start + (1 << 20)]))
                _ = sent.increment()
            }
        } _: { server in
            var request = get(server.url())
            request.maxResponseSize = 64 << 20
            // Everything else may be running beside it.
            request.timeouts.total = .seconds(120)
            try await withClient { [request] client in
                let response = try await client.stream(request)
                // Kernel buffers take a few MB; without the pause, all of it would be sent. That it isn't shows only after a while.
                try await Task.sleep(for: .milliseconds(300))
                #expect(sent.value < 20)
                var body: [UInt8] = []
                body.reserveCapacity(content.count)
                for try await chunk in response.body { body += chunk }
                #expect(body == content)
            }
        }
    }

    @Test func droppingTheBodyEndsTheTransfer() async throws {
        let closed = Counter()
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            try connection.waitForClose()
            _ = closed.increment()
        } _: { server in
            try await withClient { client in
                do {
                    let response = try await client.stream(get(server.url()))
                    #expect(response.status == 200)
                }
                try await closed.reaches(1)
            }
        }
    }

    @Test func cancellingTheReaderEndsTheTransfer() async throws {
        let closed = Counter()
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            try connection.waitForClose()
            _ = closed.increment()
        } _: { server in
            try await withClient { client in
                let arrived = Counter()
                let task = Task {
                    for try await _ in try await client.stream(get(server.url())).body { _ = arrived.increment() }
                }
                try await arrived.reaches(1)
                task.cancel()
                let error = try await failure { try await task.value }
                #expect(error.code == .cancelled)
                try await closed.reaches(1)
            }
        }
    }

    @Test func aBodyThatBreaksOffIsAnErrorAfterWhatArrived() async throws {
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            connection.close()
        } _: { server in
            try await withClient { client in
                let response = try await client.stream(get(server.url()))
                var body: [UInt8] = []
                let error = try await failure { for try await chunk in response.body { body += chunk } }
                #expect(body == Array("abc".utf8))
                #expect(error.code == .connectionLost)
                #expect(error.status == 200)
            }
        }
    }

    @Test func aRefusedConnectionIsAnErrorAtOnce() async throws {
        let error = try await failure { _ = try await withClient { try await $0.stream(get("http://127.0.0.1:1/")) } }
        #expect(error.code == .connect)
        #expect(error.delivery == .notSent)
    }
}
