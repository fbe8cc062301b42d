import Glibc
import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct UploadTests {
    @Test func aFileIsSentByteForByte() async throws {
        try await withFolder { folder in
            var random = Seeded(state: 1)
            let content = random.bytes(1_300_007)
            try writeFile("\(folder)/photo", content)
            try await withServer { connection in
                try connection.serve { _ in try connection.respond() }
            } _: { server in
                try await withClient { client in
                    for method in [HTTPRequest.Method.post, .put] {
                        _ = try await client.execute(HTTPRequest(method, server.url(), body: .file(path: "\(folder)/photo")))
                    }
                }
                #expect(server.received.map(\.method) == ["POST", "PUT"])
                #expect(server.received.allSatisfy { $0.body == content && $0.header("Expect") == nil && $0.header("Content-Type") == nil })
            }
        }
    }

    @Test func aMultipartFormCarriesFieldsAndFilesByteForByte() async throws {
        try await withFolder { folder in
            var random = Seeded(state: 2)
            let file = random.bytes(2_500_001), small = random.bytes(300)
            try writeFile("\(folder)/photo", file)
            try await withServer { connection in
                try connection.serve { _ in try connection.respond() }
            } _: { server in
                try await withClient { client in
                    let parts: [HTTPRequest.Part] = [
                        .init(name: "chat_id", content: .bytes(Array("42".utf8))),
                        .init(name: "empty", content: .bytes([])),
                        .init(
                            name: "photo", content: .file(path: "\(folder)/photo"), filename: "Отчёт \"1\".jpg", contentType: "image/jpeg"),
                        .init(name: "thumb", content: .bytes(small), filename: "t.bin", contentType: "application/octet-stream"),
                    ]
                    _ = try await client.execute(HTTPRequest(.post, server.url(), body: .multipart(parts), name: "sendPhoto"))
                    _ = try await client.execute(post(server.url()))
                }
                let request = try #require(server.received.first)
                let parts = try #require(MultipartForm.parse(request))
                #expect(
                    parts.map(\.disposition) == [
                        "form-data; name=\"chat_id\"", "form-data; name=\"empty\"",
                        "form-data; name=\"photo\"; filename=\"Отчёт %221%22.jpg\"", "form-data; name=\"thumb\"; filename=\"t.bin\"",
                    ])
                #expect(parts.map(\.type) == [nil, nil, "image/jpeg", "application/octet-stream"])
                #expect(parts.map(\.body) == [Array("42".utf8), [], file, small])
                #expect(server.received.last?.body == Array("text=hello".utf8))
            }
        }
    }

    @Test(arguments: ["absent", ".", "fifo"])
    func aFileThatCannotBeReadSendsNothing(name: String) async throws {
        try await withFolder { folder in
            mkfifo("\(folder)/fifo", 0o600)
            try await withServer { connection in
                try connection.serve { _ in try connection.respond() }
            } _: { server in
                try await withClient { client in
                    for body in [
                        HTTPRequest.Body.file(path: "\(folder)/\(name)"),
                        .multipart([.init(name: "f", content: .file(path: "\(folder)/\(name)"))]),
                    ] {
                        let error = try await failure { _ = try await client.execute(HTTPRequest(.post, server.url(), body: body)) }
                        #expect(error.code == .file)
                        #expect(error.delivery == .notSent)
                    }
                    _ = try await client.execute(post(server.url()))
                }
                #expect(server.received.count == 1)
            }
        }
    }

    @Test(arguments: [false, true])
    func aFileThatShrinksMeanwhileIsAnErrorAndNoShorterUpload(inForm: Bool) async throws {
        try await withFolder { folder in
            let path = "\(folder)/log"
            try writeFile(path, [UInt8](repeating: 1, count: 32 << 20))
            let shrunk = Gate()
            let started = Counter()
            try await withServer { connection in
                _ = try connection.readHead()
                _ = started.increment()
                try shrunk.wait()
                try connection.waitForClose()
            } _: { server in
                try await withClient { client in
                    let task = Task {
                        let body: HTTPRequest.Body = inForm ? .multipart([.init(name: "f", content: .file(path: path))]) : .file(path: path)
                        return try await client.execute(HTTPRequest(.post, server.url(), body: body, timeouts: .init(total: .seconds(20))))
                    }
                    try await started.reaches(1)
                    #expect(truncate(path, 1000) == 0)
                    shrunk.open()
                    let error = try await failure { _ = try await task.value }
                    #expect(error.code == .file)
                    #expect(error.delivery == .ambiguous)
                }
            }
        }
    }

    @Test func anEarlyRefusalOfALargeUploadIsAnAnswer() async throws {
        try await withServer { connection in
            _ = try connection.readHead()
            try connection.respond(413, headers: ["Connection: close"], text: "too large")
            try connection.waitForClose()
        } _: { server in
            var request = post(server.url())
            request.body = .bytes([UInt8](repeating: 7, count: 16 << 20))
            let response = try await withClient { [request] in try await $0.execute(request) }
            #expect(response.status == 413)
        }
    }
}

@Suite(.timeLimit(.minutes(2)))
struct DownloadTests {
    @Test func aFileAppearsWholeUnderItsName() async throws {
        var random = Seeded(state: 3)
        let content = random.bytes(3_000_001)
        try await withFolder { folder in
            try writeFile("\(folder)/photo", Array("an older one, and longer than nothing".utf8))
            try await withServer { connection in
                try connection.serve { request in try connection.respond(body: request.path == "/empty" ? [] : content) }
            } _: { server in
                try await withClient { client in
                    let response = try await client.download(get(server.url("/file")), toFile: "\(folder)/photo", maxSize: 3_000_001)
                    #expect(response.status == 200)
                    #expect(response.body.isEmpty)
                    #expect(try readFile("\(folder)/photo") == content)
                    _ = try await client.download(get(server.url("/empty")), toFile: "\(folder)/nothing", maxSize: 10)
                    #expect(try readFile("\(folder)/nothing").isEmpty)
                    #expect(names(in: folder) == ["nothing", "photo"])
                }
            }
        }
    }

    enum Trouble: CaseIterable, Sendable {
        case tooLarge, tooLargeUnannounced, breaksOff, notFound, noSuchFolder
    }

    @Test(arguments: Trouble.allCases)
    func nothingIsLeftOfAFailedDownload(trouble: Trouble) async throws {
        try await withFolder { folder in
            try await withServer { connection in
                try connection.serve { _ in
                    switch trouble {
                    case .tooLarge: try connection.respond(body: [UInt8](repeating: 1, count: 200_000))
                    case .tooLargeUnannounced:
                        try connection.write("HTTP/1.0 200 OK\r\n\r\n")
                        try connection.write([UInt8](repeating: 1, count: 200_000))
                        connection.close()
                    case .breaksOff:
                        try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\nabc")
                        connection.close()
                    case .notFound: try connection.respond(404, text: "no such file")
                    case .noSuchFolder: try connection.respond(text: "content")
                    }
                }
            } _: { server in
                try await withClient { client in
                    let path = trouble == .noSuchFolder ? "\(folder)/absent/file" : "\(folder)/file"
                    if trouble == .notFound {
                        let response = try await client.download(get(server.url()), toFile: path, maxSize: 100_000)
                        #expect(response.status == 404)
                        #expect(response.body == Array("no such file".utf8))
                    } else {
                        let error = try await failure { _ = try await client.download(get(server.url()), toFile: path, maxSize: 100_000) }
                        switch trouble {
                        case .tooLarge, .tooLargeUnannounced: #expect(error.code == .responseTooLarge)
                        case .breaksOff: #expect(error.code == .connectionLost)
                        case .notFound, .noSuchFolder: #expect(error.code == .file)
                        }
                        #expect(error.delivery == .ambiguous)
                    }
                    #expect(names(in: folder).isEmpty)
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func aResponseOverTheLimitIsAnError(announced: Bool) async throws {
        try await withServer { connection in
            try connection.serve { _ in
                if announced { return try connection.respond(body: [UInt8](repeating: 1, count: 100_001)) }
                try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _ in 0..<11 { try connection.write("2710\r\n" + String(repeating: "x", count: 10_000) + "\r\n") }
            }
        } _: { server in
            var request = get(server.url())
            request.maxResponseSize = 100_000
            let error = try await failure { [request] in _ = try await withClient { try await $0.execute(request) } }
            #expect(error.code == .responseTooLarge)
            #expect(error.status == 200)
        }
    }
}

/// Reads a multipart body strictly enough to compare it byte for byte.
struct MultipartForm {
    var disposition: String
    var type: String?
    var body: [UInt8]

    static func parse(_ request: ScriptedServer.Received) -> [MultipartForm]? {
        guard let type = request.header("Content-Type"), type.hasPrefix("multipart/form-data; boundary=") else { return nil }
        let delimiter = Array("--\(type.dropFirst("multipart/form-data; boundary=".count))".utf8)
        var forms: [MultipartForm] = []
        var rest = request.body[...]
        guard rest.starts(with: delimiter) else { return nil }
        rest = rest.dropFirst(delimiter.count)
        while rest.starts(with: "\r\n".utf8) {
            rest = rest.dropFirst(2)
            var form = MultipartForm(disposition: "", type: nil, body: [])
            while let end = rest.firstIndex(of: 0x0A) {
                let line = String(decoding: rest[..<end].dropLast(), as: UTF8.self)
                rest = rest[(end + 1)...]
                if line.isEmpty { break }
                if line.hasPrefix("Content-Disposition: ") { form.disposition = String(line.dropFirst("Content-Disposition: ".count)) }
                if line.hasPrefix("Content-Type: ") { form.type = String(line.dropFirst("Content-Type: ".count)) }
            }
            let marker = Array("\r\n".utf8) + delimiter
            var end: Int?
            for index in rest.indices where rest[index] == 0x0D && rest[index...].starts(with: marker) {
                end = index
                break
            }
            guard let end else { return nil }
            form.body = Array(rest[..<end])
            rest = rest[(end + marker.count)...]
            forms.append(form)
        }
        return rest.elementsEqual("--\r\n".utf8) ? forms : nil
    }
}
