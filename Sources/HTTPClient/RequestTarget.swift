/// Where a URL leads, as far as it may be shown and counted by: scheme, host, port.
package struct RequestTarget: Sendable, Hashable, CustomStringConvertible {
    package var isSecure: Bool
    /// Lowercase; an IPv6 address stands without its brackets.
    package var host: String
    package var port: Int

    package var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return "\(isSecure ? "https" : "http")://\(shown):\(port)"
    }

    /// - Throws: ``HTTPClientError/Code/invalidRequest``, saying what is wrong without repeating the URL.
    package init(_ url: String) throws(HTTPClientError) {
        let bytes = Array(url.utf8)
        if let bad = bytes.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            let what = bytes[bad] >= 0x80 ? "a character that is not ASCII" : "a blank or control character"
            throw Self.invalid("\(what) at byte \(bad); percent-encode it")
        }
        let rest: ArraySlice<UInt8>
        if let tail = Self.dropping("https://", from: bytes) {
            (isSecure, rest) = (true, tail)
        } else if let tail = Self.dropping("http://", from: bytes) {
            (isSecure, rest) = (false, tail)
        } else {
            throw Self.invalid("it must start with http:// or https://")
        }
        let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains(UInt8(ascii: "@")) else {
            throw Self.invalid("a user or password before the host; use an Authorization header")
        }
        let portDigits: ArraySlice<UInt8>?
        if authority.first == UInt8(ascii: "[") {
            guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else { throw Self.invalid("an IPv6 address without its ]") }
            let address = authority[(authority.startIndex + 1)..<close]
            guard !address.isEmpty, address.allSatisfy({ Self.isHex($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else {
                throw Self.invalid("no IPv6 address between [ and ]")
            }
            host = String(decoding: address, as: UTF8.self).lowercased()
            let tail = authority[(close + 1)...]
            guard tail.isEmpty || tail.first == UInt8(ascii: ":") else { throw Self.invalid("something between the ] and the port") }
            portDigits = tail.isEmpty ? nil : tail.dropFirst()
        } else {
            let colon = authority.firstIndex(of: UInt8(ascii: ":"))
            let name = authority[..<(colon ?? authority.endIndex)]
            guard !name.isEmpty else { throw Self.invalid("no host") }
            guard name.allSatisfy(Self.isHostByte) else { throw Self.invalid("a character no host name has") }
            host = String(decoding: name, as: UTF8.self).lowercased()
            portDigits = colon.map { authority[($0 + 1)...] }
        }
        if let portDigits {
            guard let number = Int(String(decoding: portDigits, as: UTF8.self)), portDigits.allSatisfy(Self.isDigit),
                (1...65535).contains(number)
            else { throw Self.invalid("the port is no number from 1 to 65535") }
            port = number
        } else {
            port = isSecure ? 443 : 80
        }
    }

    private static func invalid(_ reason: String) -> HTTPClientError {
        HTTPClientError(.invalidRequest, "the URL is invalid: \(reason)", delivery: .notSent)
    }

    private static func dropping(_ prefix: String, from bytes: [UInt8]) -> ArraySlice<UInt8>? {
        guard bytes.count >= prefix.utf8.count, zip(bytes, prefix.utf8).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 }) else { return nil }
        return bytes.dropFirst(prefix.utf8.count)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || "-._".utf8.contains(byte)
    }
}
