import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CancellationTests {
    @Test func aTaskCancelledBeforeItAsksSendsNothing() async throws {
        try await withServer { connection in
            try connection.serve { _ in try connection.respond() }
        } _: { server in
            try await withClient { client in
                let gate = Counter()
                let task = Task {
                    try await gate.reaches(1)
                    return try await client.execute(post(server.url()))
                }
                task.cancel()
                _ = gate.increment()
                let error = try await failure { _ = try await task.value }
                #expect(error.code == .cancelled)
                #expect(error.delivery == .notSent)
                // The client is fine, and nothing came before this.
                _ = try await client.execute(post(server.url("/after")))
            }
            #expect(server.received.map(\.path) == ["/after"])
        }
    }

    @Test func cancellingWhileTheServerThinksIsAmbiguousAndClosesTheConnection() async throws {
        let closed = Counter()
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
            _ = closed.increment()
        } _: { server in
            try await withClient { client in
                let task = Task { try await client.execute(post(server.url())) }
                try await server.requests.reaches(1)
                task.cancel()
                let error = try await failure { _ = try await task.value }
                #expect(error.code == .cancelled)
                #expect(error.delivery == .ambiguous)
                try await closed.reaches(1)
                #expect(client.statistics.inFlight == 0)
            }
        }
    }

    @Test func cancellingWhileWaitingForASlotWasNotSent() async throws {
        let gate = Gate()
        try await withServer { connection in
            try connection.serve { _ in
                try gate.wait()
                try connection.respond()
            }
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maxInFlightPerHost = 1
            try await withClient(configuration) { client in
                let first = Task { try await client.execute(post(server.url("/1"))) }
                try await server.requests.reaches(1)
                let second = Task { try await client.execute(post(server.url("/2"))) }
                while client.statistics.waiting == 0 { await Task.yield() }
                second.cancel()
                let error = try await failure { _ = try await second.value }
                #expect(error.code == .cancelled)
                #expect(error.delivery == .notSent)
                gate.open()
                #expect(try await first.value.status == 200)
            }
            #expect(server.received.map(\.path) == ["/1"])
        }
    }

    @Test func cancellingAtAnyMomentLeavesNothingBehind() async throws {
        try await withServer { connection in
            try connection.serve { _ in try connection.respond(text: "ok") }
        } _: { server in
            try await withClient { client in
                var random = Seeded(state: 7)
                for _ in 0..<300 {
                    let task = Task { try await client.execute(post(server.url())) }
                    for _ in 0..<Int.random(in: 0...40, using: &random) { await Task.yield() }
                    task.cancel()
                    if case .failure(let error) = await task.result { #expect((error as? HTTPClientError)?.code == .cancelled) }
                }
                let last = try await client.execute(post(server.url()))
                #expect(last.status == 200)
                while client.statistics.inFlight > 0 { await Task.yield() }
                #expect(client.statistics.waiting == 0)
            }
        }
    }
}

@Suite(.timeLimit(.minutes(2)))
struct ShutdownTests {
    @Test func whatIsInFlightFinishesAndNothingNewStarts() async throws {
        let gate = Gate()
        try await withServer { connection in
            try connection.serve { _ in
                try gate.wait()
                try connection.respond(text: "finished")
            }
        } _: { server in
            let client = try HTTPClient()
            let task = Task { try await client.execute(post(server.url())) }
            try await server.requests.reaches(1)
            let shutdown = Task { await client.shutdown(within: .seconds(20)) }
            // Refused from the moment the order is taken; until then it would hang on the gate, so it is given up at once.
            var refused: HTTPClientError?
            while refused?.code != .shutDown {
                refused = try await failure { _ = try await client.execute(post("http://127.0.0.1:1/")) }
            }
            #expect(refused?.delivery == .notSent)
            gate.open()
            #expect(try await task.value.body == Array("finished".utf8))
            await shutdown.value
            let counts = client.statistics
            #expect(counts.inFlight == 0)
            #expect(counts.openConnections == 0)
            let late = try await failure { _ = try await client.execute(post(server.url())) }
            #expect(late.code == .shutDown)
            await client.shutdown()
        }
    }

    @Test func theBoundEndsWhatDoesNotFinish() async throws {
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.waitForClose()
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maxInFlight = 1
            let client = try HTTPClient(configuration)
            let sent = Task { try await client.execute(post(server.url())) }
            try await server.requests.reaches(1)
            let queued = Task { try await client.execute(post(server.url())) }
            while client.statistics.waiting == 0 { await Task.yield() }
            await client.shutdown(within: .milliseconds(50))
            let first = try await failure { _ = try await sent.value }
            #expect(first.code == .shutDown)
            #expect(first.delivery == .ambiguous)
            let second = try await failure { _ = try await queued.value }
            #expect(second.code == .shutDown)
            #expect(second.delivery == .notSent)
        }
    }

    @Test func droppingTheClientEndsItsThreadAndConnections() async throws {
        let closed = Counter()
        try await withServer { connection in
            _ = try connection.readRequest()
            try connection.respond()
            try connection.waitForClose()
            _ = closed.increment()
        } _: { server in
            do {
                let client = try HTTPClient()
                _ = try await client.execute(post(server.url()))
            }
            try await closed.reaches(1)
        }
    }
}
