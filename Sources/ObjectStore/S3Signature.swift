import Glibc
package import HTTPClient

/// Signs requests as S3 wants it: AWS Signature Version 4, in headers.
package struct S3Signature: Sendable {
    package var accessKey: String
    package var secretKey: String
    package var region: String

    package init(accessKey: String, secretKey: String, region: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.region = region
    }

    /// Of a body whose hash isn't known before it is sent.
    package static let unsignedPayload = "UNSIGNED-PAYLOAD"

    /// The headers that make the request a signed one.
    ///
    /// - Parameters:
    ///   - host: as the `Host` header says it: with the port where it isn't the scheme's own.
    ///   - path: encoded, beginning with a slash.
    ///   - query: names and values, not encoded.
    ///   - payload: the SHA-256 of the body in hexadecimal, or ``unsignedPayload``.
    ///   - seconds: since 1970; the store's clock may differ by 15 minutes.
    package func headers(
        _ method: HTTPRequest.Method, host: String, path: String, query: [(String, String)] = [], payload: String, at seconds: Int
    ) -> HTTPHeaders {
        let (day, moment) = Self.dates(seconds)
        let names = "host;x-amz-content-sha256;x-amz-date"
        let canonical = [
            method.rawValue, path, Self.canonical(query), "host:\(host)", "x-amz-content-sha256:\(payload)", "x-amz-date:\(moment)", "",
            names,
            payload,
        ].joined(separator: "\n")
        let scope = "\(day)/\(region)/s3/aws4_request"
        let text = ["AWS4-HMAC-SHA256", moment, scope, SHA256.hash(canonical.utf8).hexadecimal].joined(separator: "\n")
        var key = Array("AWS4\(secretKey)".utf8)
        for part in [day, region, "s3", "aws4_request"] { key = SHA256.hmac(part.utf8, key: key) }
        let signature = SHA256.hmac(text.utf8, key: key).hexadecimal
        return [
            "x-amz-date": moment, "x-amz-content-sha256": payload,
            "Authorization": "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)",
        ]
    }

    /// Encoded and in order, as it is signed and sent.
    package static func canonical(_ query: [(String, String)]) -> String {
        query.map { (encoded($0.0), encoded($0.1)) }.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// RFC 3986: everything but letters, digits, `-`, `.`, `_` and `~`.
    package static func encoded(_ text: String, keeping: String = "") -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.append(byte)
            case _ where keeping.utf8.contains(byte): result.append(byte)
            default: result += Array("%".utf8) + Array([byte].hexadecimal.uppercased().utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `20260131` and `20260131T093000Z`.
    private static func dates(_ seconds: Int) -> (day: String, moment: String) {
        var time = time_t(seconds), parts = tm()
        gmtime_r(&time, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
        return (day, "\(day)T\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z")
    }
}
