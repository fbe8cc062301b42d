import Glibc
package import HTTPClient

/// Objects in a bucket of S3, or of what speaks like it (MinIO, Ceph, Garage…).
package struct S3Store: ObjectStore {
    package struct Place: Sendable, Hashable {
        /// Scheme, host and perhaps a port: `https://s3.eu-central-1.amazonaws.com`.
        package var endpoint: String
        package var bucket: String
        /// How the bucket is named: `endpoint/bucket/key`, which everything understands, or `bucket.endpoint/key`.
        package var isPathStyle: Bool

        package init(endpoint: String, bucket: String, isPathStyle: Bool = true) {
            var endpoint = endpoint
            while endpoint.hasSuffix("/") { endpoint.removeLast() }
            self.endpoint = endpoint
            self.bucket = bucket
            self.isPathStyle = isPathStyle
        }

        private var parts: (scheme: String, host: String) {
            guard let range = endpoint.firstRange(of: "://") else { return ("https", endpoint) }
            return (String(endpoint[..<range.lowerBound]), String(endpoint[range.upperBound...]))
        }

        /// As the `Host` header says it: without a port that is the scheme's own.
        var host: String {
            var host = parts.host
            let port = parts.scheme == "https" ? ":443" : ":80"
            if host.hasSuffix(port) { host.removeLast(port.count) }
            return isPathStyle ? host : "\(bucket).\(host)"
        }

        var base: String { "\(parts.scheme)://\(isPathStyle ? "" : "\(bucket).")\(parts.host)" }

        /// Encoded. Empty: of the bucket itself.
        func path(_ key: String) -> String { (isPathStyle ? "/\(bucket)" : "") + "/" + S3Signature.encoded(key, keeping: "/") }
    }

    private let http: HTTPClient
    private let place: Place
    private let signature: S3Signature
    private let attempts: Int
    private let pause: Duration
    private let now: @Sendable () -> Int

    /// - Parameters:
    ///   - attempts: of everything, since all of it can be repeated.
    ///   - pause: before the second attempt; doubled before each further one.
    ///   - now: seconds since 1970.
    package init(
        http: HTTPClient, place: Place, signature: S3Signature, attempts: Int = 4, pause: Duration = .milliseconds(200),
        now: @escaping @Sendable () -> Int = { time(nil) }
    ) {
        self.http = http
        self.place = place
        self.signature = signature
        self.attempts = max(1, attempts)
        self.pause = pause
        self.now = now
    }

    package func put(_ key: ObjectKey, _ content: ObjectContent) async throws(ObjectStoreError) {
        let body: HTTPRequest.Body
        let payload: String
        switch content {
        case .bytes(let bytes):
            body = .bytes(bytes)
            payload = SHA256.hash(bytes).hexadecimal
        case .file(let path):
            body = .file(path: path)
            payload = S3Signature.unsignedPayload
        }
        try await perform(.put, "s3.put", key.text, payload: payload, body: body) { request throws(HTTPClientError) in
            try await http.execute(request)
        }
    }

    package func get(_ key: ObjectKey, toFile path: String, maximumSize: Int64) async throws(ObjectStoreError) {
        try await perform(.get, "s3.get", key.text) { request throws(HTTPClientError) in
            try await http.download(request, toFile: path, maxSize: maximumSize)
        }
    }

    package func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
        try await perform(.delete, "s3.delete", key.text) { request throws(HTTPClientError) in try await http.execute(request) }
    }

    package func list(prefix: String, after: ObjectKey?, limit: Int) async throws(ObjectStoreError) -> [ObjectInfo] {
        var query = [("list-type", "2"), ("max-keys", String(max(1, min(limit, 1000)))), ("encoding-type", "url")]
        if !prefix.isEmpty { query.append(("prefix", prefix)) }
        if let after { query.append(("start-after", after.text)) }
        guard limit > 0 else { return [] }
        let response = try await perform(.get, "s3.list", "", query: query) { request throws(HTTPClientError) in
            try await http.execute(request)
        }
        let text = String(decoding: response.body, as: UTF8.self)
        guard text.contains("<ListBucketResult") else { throw ObjectStoreError(.other, "the store's list can't be read") }
        // Objects that somebody else put under other names aren't ours.
        return S3Answer.all("Contents", in: text).compactMap { entry in
            guard let key = S3Answer.first("Key", in: entry).flatMap({ ObjectKey(S3Answer.decoded($0)) }),
                let size = S3Answer.first("Size", in: entry).flatMap({ Int64($0) })
            else { return nil }
            return ObjectInfo(key: key, size: size)
        }
    }

    // MARK: Requests

    @discardableResult
    private func perform(
        _ method: HTTPRequest.Method, _ name: String, _ key: String, query: [(String, String)] = [],
        payload: String = SHA256.hash([]).hexadecimal, body: HTTPRequest.Body = .none,
        _ send: (HTTPRequest) async throws(HTTPClientError) -> HTTPResponse
    ) async throws(ObjectStoreError) -> HTTPResponse {
        var pause = pause
        var attempt = 1
        while true {
            do throws(ObjectStoreError) { return try await once(method, name, key, query, payload, body, send) } catch {
                guard error.isTransient, attempt < attempts, (try? await Task.sleep(for: pause)) != nil else { throw error }
                pause *= 2
                attempt += 1
            }
        }
    }

    private func once(
        _ method: HTTPRequest.Method, _ name: String, _ key: String, _ query: [(String, String)], _ payload: String,
        _ body: HTTPRequest.Body, _ send: (HTTPRequest) async throws(HTTPClientError) -> HTTPResponse
    ) async throws(ObjectStoreError) -> HTTPResponse {
        let path = place.path(key)
        let headers = signature.headers(method, host: place.host, path: path, query: query, payload: payload, at: now())
        let url = place.base + path + (query.isEmpty ? "" : "?" + S3Signature.canonical(query))
        let request = HTTPRequest(
            method, url, headers: headers, body: body, name: name,
            timeouts: .init(connect: .seconds(10), total: .seconds(240), lowSpeed: .init(bytesPerSecond: 1_000, during: .seconds(20))))
        let response: HTTPResponse
        do throws(HTTPClientError) { response = try await send(request) } catch {
            switch error.code {
            case .responseTooLarge: throw ObjectStoreError(.tooLarge, "the object has more bytes than are allowed", cause: error)
            case .file: throw ObjectStoreError(.file, "\(error)", cause: error)
            case .invalidRequest, .invalidConfiguration: throw ObjectStoreError(.denied, "\(error)", cause: error)
            default: throw ObjectStoreError(.unavailable, "\(error)", cause: error)
            }
        }
        guard (200..<300).contains(response.status) else { throw S3Answer.error(response, name) }
        return response
    }
}

/// What S3 says in XML.
enum S3Answer {
    /// The error of an answer that isn't 2xx.
    static func error(_ response: HTTPResponse, _ what: String) -> ObjectStoreError {
        let text = String(decoding: response.body.prefix(4_096), as: UTF8.self)
        // A word such as `NoSuchBucket`; the message beside it may name keys.
        let word = first("Code", in: text).map { $0.filter { $0.isLetter } }.map { String($0.prefix(60)) }
        let code: ObjectStoreError.Code =
            switch (response.status, word) {
            case (404, "NoSuchBucket"): .denied
            case (404, _): .notFound
            case (_, "SlowDown"), (_, "RequestTimeout"), (_, "InternalError"), (_, "ServiceUnavailable"): .unavailable
            // The clocks differ, or so it says; the next attempt has another moment.
            case (_, "RequestTimeTooSkewed"): .denied
            case (429, _), (500..., _): .unavailable
            case (413, _), (_, "EntityTooLarge"): .tooLarge
            case (401, _), (403, _): .denied
            default: .other
            }
        return ObjectStoreError(code, "\(what): the store answers \(response.status)\(word.map { " \($0)" } ?? "")")
    }

    static func first(_ tag: String, in text: String) -> String? { all(tag, in: text, limit: 1).first }

    /// What stands between `<tag>` and `</tag>`.
    static func all(_ tag: String, in text: String, limit: Int = .max) -> [String] {
        var found: [String] = []
        var rest = text[...]
        while found.count < limit, let begin = rest.firstRange(of: "<\(tag)>"),
            let end = rest[begin.upperBound...].firstRange(of: "</\(tag)>")
        {
            found.append(String(rest[begin.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return found
    }

    /// From percent-encoding.
    static func decoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
