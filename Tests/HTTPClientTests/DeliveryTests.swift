import Glibc
import HTTPClient
import Testing

/// For every way to fail: may the request have reached the server?
@Suite(.timeLimit(.minutes(2)))
struct DeliveryTests {
    // MARK: Not sent

    @Test func aNameWithoutAnAddressWasNotSent() async throws {
        // A label over 63 bytes fails in the resolver, without asking the network.
        let host = String(repeating: "a", count: 70) + ".invalid"
        let error = try await failure { _ = try await withClient { try await $0.execute(post("http://\(host)/")) } }
        #expect(error.code == .nameResolution)
        #expect(error.delivery == .notSent)
    }

    @Test func aRefusedConnectionWasNotSent() async throws {
        let (descriptor, port) = try ScriptedServer.bound()
        defer { close(descriptor) }
        let error = try await failure { _ = try await withClient { try await $0.execute(post("http://127.0.0.1:\(port)/")) } }
        #expect(error.code == .connect)
        #expect(error.delivery == .notSent)
    }

    @Test func aFailedHandshakeWasNotSent() async throws {
        try await withServer { connection in
            try connection.write("this is no TLS server, whoever asks\r\n")
        } _: { server in
            let error = try await failure {
                _ = try await withClient { try await $0.execute(post("https://127.0.0.1:\(server.port)/")) }
            }
            #expect(error.code == .tls)
            #expect(error.delivery == .notSent)
        }
    }

    @Test func anAbsentCAFileWasNotSent() async throws {
        try await withServer { connection in
            try connection.waitForClose()
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.caFile = "/nowhere/ca.pem"
            let error = try await failure {
                _ = try await withClient(configuration) { try await $0.execute(post("https://127.0.0.1:\(server.port)/")) }
            }
            #expect(error.code == .invalidConfiguration)
            #expect(error.delivery == .notSent)
        }
    }

    @Test func aHandshakeThatTakesTooLongWasNotSent() async throws {
        try await withServer { connection in
            try connection.waitForClose()
        } _: { server in
            var request = post("https://127.0.0.1:\(server.port)/")
            request.timeouts.connect = .milliseconds(100)
            let error = try await failure { _ = try await withClient { try await $0.execute(request) } }
            #expect(error.code == .timeout)
            #expect(error.delivery == .notSent)
        }
    }

    @Test func timeOutInTheQueueWasNotSent() async throws {
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maxInFlight = 1
            try await withClient(configuration) { client in
                let first = Task { try await client.execute(post(server.url())) }
                try await server.requests.reaches(1)
                let error = try await failure { _ = try await client.execute(post(server.url(), total: .milliseconds(60))) }
                #expect(error.code == .timeout)
                #expect(error.delivery == .notSent)
                first.cancel()
                #expect(await first.result.isFailure)
            }
            #expect(server.received.count == 1)
        }
    }

    @Test func timeOutWaitingForAConnectionWasNotSent() async throws {
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maxConnectionsPerHost = 1
            try await withClient(configuration) { client in
                let first = Task { try await client.execute(post(server.url())) }
                try await server.requests.reaches(1)
                let begin = ContinuousClock.now
                let error = try await failure { _ = try await client.execute(post(server.url(), total: .milliseconds(60))) }
                #expect(error.code == .timeout)
                #expect(error.delivery == .notSent)
                // libcurl alone would notice when the first is over.
                #expect(ContinuousClock.now - begin < .seconds(10))
                first.cancel()
                #expect(await first.result.isFailure)
            }
            #expect(server.received.count == 1)
        }
    }

    // MARK: Ambiguous

    enum Ending: CaseIterable, Sendable {
        case closesUnread, closesAfterReading, resets, breaksOffInHead, breaksOffInBody, breaksOffInChunks, garbage
    }

    @Test(arguments: Ending.allCases)
    func aConnectionThatEndsAfterTheRequestIsAmbiguous(ending: Ending) async throws {
        try await withServer { connection in
            if ending == .closesUnread {
                _ = try connection.readHead()
                return connection.close()
            }
            _ = try connection.readRequest()
            switch ending {
            case .closesUnread, .closesAfterReading: connection.close()
            case .resets: connection.reset()
            case .breaksOffInHead: try connection.write("HTTP/1.1 200 OK\r\nContent-Le")
            case .breaksOffInBody: try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            case .breaksOffInChunks: try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")
            case .garbage: try connection.write("SSH-2.0-OpenSSH_9.6\r\n\r\n\r\n")
            }
        } _: { server in
            let error = try await failure { _ = try await withClient { try await $0.execute(post(server.url())) } }
            #expect(error.delivery == .ambiguous)
            #expect(error.code == (ending == .garbage ? .protocolViolation : .connectionLost), "\(error)")
            #expect(error.status == ([.breaksOffInHead, .breaksOffInBody, .breaksOffInChunks].contains(ending) ? 200 : nil))
            #expect(server.connections.value == 1)
        }
    }

    @Test func noAnswerInTimeIsAmbiguous() async throws {
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        } _: { server in
            let error = try await failure {
                _ = try await withClient { try await $0.execute(post(server.url(), total: .milliseconds(500))) }
            }
            #expect(error.code == .timeout)
            #expect(error.delivery == .ambiguous)
        }
    }

    @Test func aTooSlowAnswerIsAmbiguous() async throws {
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            try connection.waitForClose()
        } _: { server in
            var request = post(server.url())
            request.timeouts.lowSpeed = .init(bytesPerSecond: 1000, during: .seconds(1))
            let error = try await failure { [request] in _ = try await withClient { try await $0.execute(request) } }
            #expect(error.code == .timeout)
            #expect(error.delivery == .ambiguous)
            #expect(error.status == 200)
        }
    }

    @Test func anUploadThatStallsIsAmbiguous() async throws {
        try await withServer { connection in
            _ = try connection.readHead()
            try Gate().wait()
        } _: { server in
            var request = post(server.url(), total: .seconds(1))
            request.body = .bytes([UInt8](repeating: 7, count: 24 << 20))
            let error = try await failure { [request] in _ = try await withClient { try await $0.execute(request) } }
            #expect(error.code == .timeout)
            #expect(error.delivery == .ambiguous)
        }
    }

    // MARK: Kept-alive connections

    @Test func anIdleConnectionTheServerClosedIsNotUsed() async throws {
        let closed = Counter()
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.respond(text: "\(connection.number)")
            connection.close()
            _ = closed.increment()
        } _: { server in
            try await withClient { client in
                for i in 1...5 {
                    let response = try await client.execute(post(server.url()))
                    #expect(response.body == Array("\(i)".utf8))
                    try await closed.reaches(i)
                }
            }
            #expect(server.received.count == 5)
        }
    }

    /// The trap: libcurl repeats on its own when a reused connection ends without a byte of an answer. The server has worked on it.
    @Test(arguments: [false, true])
    func aPostOnAReusedConnectionIsNeverSentTwice(byReset: Bool) async throws {
        try await withServer { connection in
            try connection.serve { request in
                if request.path == "/fine" { return try connection.respond() }
                if byReset { connection.reset() } else { connection.close() }
            }
        } _: { server in
            try await withClient { client in
                for round in 1...8 {
                    _ = try await client.execute(post(server.url("/fine")))
                    let error = try await failure { _ = try await client.execute(post(server.url("/once"))) }
                    #expect(error.code == .connectionLost)
                    #expect(error.delivery == .ambiguous)
                    #expect(server.received.count { $0.path == "/once" } == round)
                }
            }
        }
    }

    /// libcurl connects again before it can be stopped; that this fails says nothing of the first connection.
    @Test func aPostLostOnAReusedConnectionIsAmbiguousAlsoWhenTheServerIsGone() async throws {
        let closing = Gate()
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.respond()
            _ = try connection.readRequest()
            try closing.wait()
            connection.close()
        } _: { server in
            try await withClient { client in
                _ = try await client.execute(post(server.url()))
                let task = Task { try await client.execute(post(server.url("/once"))) }
                try await server.requests.reaches(2)
                server.stopListening()
                closing.open()
                let error = try await failure { _ = try await task.value }
                #expect(error.code == .connectionLost)
                #expect(error.delivery == .ambiguous)
            }
        }
    }

    @Test func aLargePostOnAReusedConnectionIsNeverSentTwice() async throws {
        try await withFolder { folder in
            try writeFile("\(folder)/big", [UInt8](repeating: 1, count: 3 << 20))
            try await withServer { connection in
                try connection.serve { request in
                    if request.path == "/fine" { return try connection.respond() }
                    connection.close()
                }
            } _: { server in
                try await withClient { client in
                    for body in [
                        HTTPRequest.Body.file(path: "\(folder)/big"), .multipart([.init(name: "f", content: .file(path: "\(folder)/big"))]),
                    ] {
                        _ = try await client.execute(post(server.url("/fine")))
                        let error = try await failure { _ = try await client.execute(HTTPRequest(.post, server.url("/once"), body: body)) }
                        #expect(error.delivery == .ambiguous)
                    }
                }
                #expect(server.received.count { $0.path == "/once" } == 2)
            }
        }
    }

    @Test func aGetOnAReusedConnectionIsRepeatedAndAnswered() async throws {
        try await withServer { connection in
            var served = 0
            try connection.serve { request in
                served += 1
                // The second request of each connection meets its end.
                if served == 2 { connection.close() } else { try connection.respond(text: request.path) }
            }
        } _: { server in
            try await withClient { client in
                // More often than libcurl's own limit of repetitions per handle.
                for i in 0..<12 {
                    let response = try await client.execute(get(server.url("/\(i)")))
                    #expect(response.body == Array("/\(i)".utf8))
                }
            }
            #expect(server.received.count == 23)
        }
    }

    @Test func theCallerDecidesWhatIsIdempotent() async throws {
        try await withServer { connection in
            var served = 0
            try connection.serve { _ in
                served += 1
                if served == 2 { connection.close() } else { try connection.respond() }
            }
        } _: { server in
            try await withClient { client in
                _ = try await client.execute(get(server.url()))
                var request = get(server.url())
                request.isIdempotent = false
                let error = try await failure { [request] in _ = try await client.execute(request) }
                #expect(error.delivery == .ambiguous)
                _ = try await client.execute(get(server.url()))
                var repeatable = post(server.url())
                repeatable.isIdempotent = true
                #expect(try await client.execute(repeatable).status == 200)
            }
        }
    }
}

extension Result {
    var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}
