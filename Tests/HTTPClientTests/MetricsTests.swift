import HTTPClient
import MetricsTestKit
import Testing

struct MetricsTests {
    @Test func everyRequestIsTimedByNameHostAndOutcome() async throws {
        let metrics = TestMetrics()
        try await withServer { connection in
            try connection.serve { request in
                if request.path == "/lost" { connection.close() } else { try connection.respond(request.path == "/429" ? 429 : 200) }
            }
        } _: { server in
            let client = try HTTPClient(metricsFactory: metrics)
            for _ in 0..<2 { _ = try await client.execute(post(server.url("/bot1:SECRET/sendMessage"))) }
            _ = try await client.execute(post(server.url("/429")))
            _ = try await failure { _ = try await client.execute(post(server.url("/lost"))) }
            await client.shutdown()
            let common = [
                ("http.request.method", "POST"), ("server.address", "127.0.0.1"), ("server.port", "\(server.port)"),
                ("url.template", "sendMessage"),
            ]
            let label = "http.client.request.duration"
            let fine = try metrics.expectTimer(label, common + [("http.response.status_code", "200")])
            #expect(fine.values.count == 2)
            #expect(fine.values.allSatisfy { (1...20_000_000_000).contains($0) })
            #expect(try metrics.expectTimer(label, common + [("http.response.status_code", "429")]).values.count == 1)
            #expect(try metrics.expectTimer(label, common + [("error.type", "connection_lost")]).values.count == 1)
            #expect(metrics.timers.count == 3)
            #expect(!metrics.timers.contains { "\($0.dimensions)".contains("SECRET") })
            #expect(try metrics.expectMeter("http.client.active_requests").values.contains(1))
            #expect(try metrics.expectMeter("http.client.open_connections").values.last == 0)
        }
    }
}
