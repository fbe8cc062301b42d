import Foundation
import HTTPClient
import Testing

/// Against a real HTTP/2 server, nghttpd (Debian: nghttp2-server), with a certificate made for the test.
@Suite(
    .enabled(if: NGHTTPD.isInstalled, "nghttpd and openssl are not installed (apt-get install nghttp2-server openssl)"),
    .timeLimit(.minutes(2)))
struct HTTP2Tests {
    @Test func manyRequestsShareOneConnection() async throws {
        try await NGHTTPD.run { server in
            var configuration = HTTPClient.Configuration()
            configuration.caFile = server.certificate
            // nghttpd's limit of streams: libcurl before 8.0 opens a connection for each request beyond it.
            configuration.maxInFlightPerHost = 100
            let client = try HTTPClient(configuration)
            try await withThrowingTaskGroup { group in
                for i in 0..<200 {
                    group.addTask {
                        var request = HTTPRequest(.post, server.url("/hello"), body: .bytes(Array("request \(i)".utf8)), name: "hello")
                        request.headers["Content-Type"] = "text/plain"
                        let response = try await client.execute(request)
                        #expect(response.status == 200)
                        #expect(response.version == .http2)
                        #expect(response.body == Array("hello over HTTP/2".utf8))
                        #expect(response.headers["Server"]?.contains("nghttpd") == true)
                    }
                }
                try await group.waitForAll()
            }
            #expect(client.statistics.openConnections == 1)
            await client.shutdown()
        }
    }

    @Test func filesGoUpAndComeDownWhole() async throws {
        try await NGHTTPD.run { server in
            var configuration = HTTPClient.Configuration()
            configuration.caFile = server.certificate
            let client = try HTTPClient(configuration)
            let large = server.folder.appendingPathComponent("htdocs/large")
            let content = (0..<625_000 as Range<UInt64>).map { $0 &* 0x9E37_79B9_7F4A_7C15 }.withUnsafeBytes { Data($0) }
            try content.write(to: large)
            let path = server.folder.appendingPathComponent("received").path
            let response = try await client.download(HTTPRequest(.get, server.url("/large")), toFile: path, maxSize: 5_000_000)
            #expect(response.version == .http2)
            #expect(FileManager.default.contents(atPath: path) == content)
            let upload = HTTPRequest(
                .post, server.url("/hello"), body: .multipart([.init(name: "f", content: .file(path: large.path), filename: "f")]))
            #expect(try await client.execute(upload).status == 200)
            var streamed = 0
            for try await chunk in try await client.stream(HTTPRequest(.get, server.url("/large"))).body { streamed += chunk.count }
            #expect(streamed == content.count)
            await client.shutdown()
        }
    }

    @Test func anUntrustedCertificateIsRefusedBeforeAnythingIsSent() async throws {
        try await NGHTTPD.run { server in
            let client = try HTTPClient()
            await #expect {
                try await client.execute(HTTPRequest(.post, server.url("/hello"), body: .bytes([1])))
            } throws: { error in
                let error = error as? HTTPClientError
                return error?.code == .tls && error?.delivery == .notSent
            }
            await client.shutdown()
        }
    }

    @Test func aServerThatDiesLosesItsRequestsAsAmbiguous() async throws {
        try await NGHTTPD.run { server in
            var configuration = HTTPClient.Configuration()
            configuration.caFile = server.certificate
            let client = try HTTPClient(configuration)
            _ = try await client.execute(HTTPRequest(.get, server.url("/hello")))
            // Stopped, it still takes bytes into its socket's buffer, and answers nothing.
            server.pause()
            let task = Task { try await client.execute(HTTPRequest(.post, server.url("/hello"), body: .bytes([1]))) }
            // Counted only after libcurl had its first turn with it, which wrote it on the open connection.
            while client.statistics.inFlight == 0 { await Task.yield() }
            server.kill()
            await #expect {
                try await task.value
            } throws: { error in
                let error = error as? HTTPClientError
                return error?.code == .connectionLost && error?.delivery == .ambiguous
            }
            await client.shutdown()
        }
    }

    @Test func http1IsSpokenWithAServerThatHasNoHTTP2() async throws {
        try await NGHTTPD.runOpenSSL { server in
            var configuration = HTTPClient.Configuration()
            configuration.caFile = server.certificate
            let client = try HTTPClient(configuration)
            let response = try await client.execute(HTTPRequest(.get, server.url("/")))
            #expect(response.status == 200)
            #expect(response.version != .http2)
            await client.shutdown()
        }
    }
}
