/// The address of another system with the credentials in it: `amqp://user:password@host:5672/vhost?heartbeat=30`.
///
/// Printing shows everything but the password. Percent-encoded user names and passwords are decoded.
package struct ConnectionURL: Sendable, Hashable, CustomStringConvertible {
    package var scheme: String
    package var user: String?
    package var password: Secret?
    /// Empty when the URL names none (`postgresql:///db?host=/run/postgresql`); an IPv6 address without its brackets.
    package var host: String
    /// Nil: the scheme's own.
    package var port: Int?
    /// With its leading slash, still percent-encoded; empty when there is none.
    package var path: String
    /// Without the question mark, still percent-encoded; nil when there is none.
    package var query: String?

    private let text: Secret

    /// An address without credentials, path and query.
    package init(scheme: String, host: String, port: Int? = nil) {
        self.scheme = scheme
        self.host = host
        self.port = port
        path = ""
        let place = host.contains(":") ? "[\(host)]" : host
        text = Secret("\(scheme)://\(place)\(port.map { ":\($0)" } ?? "")")
    }

    /// Nil unless `text` is `scheme://[user[:password]@]host[:port][/path][?query]`.
    package init?(_ text: String) {
        guard let colon = text.firstRange(of: "://") else { return nil }
        scheme = text[..<colon.lowerBound].lowercased()
        guard let first = scheme.first, first.isLetter,
            scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { return nil }
        var rest = text[colon.upperBound...]
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = String(rest[slash...])
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") {
            let credentials = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            authority = authority[authority.index(after: at)...]
            guard let name = percentDecoded(credentials[0]) else { return nil }
            user = name
            if credentials.count == 2 {
                guard let word = percentDecoded(credentials[1]) else { return nil }
                password = Secret(word)
            }
        }
        guard let place = HostAndPort.split(authority) else { return nil }
        host = place.host
        port = place.port
        self.text = Secret(text)
    }

    /// The whole text as it was given, password included.
    package func reveal() -> String { text.reveal() }

    package var description: String {
        var credentials = user.map { encodedUser($0) } ?? ""
        if password != nil { credentials += ":" + Secret.placeholder }
        if !credentials.isEmpty { credentials += "@" }
        let place = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(credentials)\(place)\(port.map { ":\($0)" } ?? "")\(path)\(safeQuery)"
    }

    /// Queries of connection strings may carry passwords too (`?password=…`): names stay, values of suspicious ones go.
    private var safeQuery: String {
        guard let query else { return "" }
        let items = query.split(separator: "&").map { item in
            let name = item.prefix { $0 != "=" }
            let suspicious = ["pass", "secret", "token", "key"].contains { name.lowercased().contains($0) }
            return suspicious ? "\(name)=\(Secret.placeholder)" : String(item)
        }
        return "?" + items.joined(separator: "&")
    }

    private func encodedUser(_ name: String) -> String {
        name.replacing("%", with: "%25").replacing("@", with: "%40").replacing(":", with: "%3A").replacing("/", with: "%2F")
    }
}

extension ConnectionURL: CustomDebugStringConvertible, CustomReflectable {
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// Where a server listens: `127.0.0.1:9464`, `[::1]:9464`, `localhost:0`.
package struct HostAndPort: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    /// 0: the system picks a free one.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package init?(_ text: String) {
        guard let parts = HostAndPort.split(text[...]), let port = parts.port, !parts.host.isEmpty else { return nil }
        self.init(host: parts.host, port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        var host = authority
        var rest = authority.suffix(0)
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            rest = authority[authority.index(after: bracket)...]
            guard !host.isEmpty, host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            rest = authority[colon...]
        }
        guard !rest.isEmpty else { return (String(host), nil) }
        let digits = rest.dropFirst()
        guard rest.first == ":", !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
            port <= 65_535
        else { return nil }
        return (String(host), port)
    }
}

extension SettingForm where Value == ConnectionURL {
    /// An address of one of `schemes`; `example` shows its shape.
    package static func url(schemes: [String], example: String) -> Self {
        Self(
            expected: "an address such as `\(example)`", placeholder: ConnectionURL(scheme: schemes.first ?? "", host: "localhost"),
            secrets: { $0.password.map { [$0] } ?? [] },
            parse: { text in
                guard case .text(let text) = text, let url = ConnectionURL(trimmed(text)), schemes.contains(url.scheme) else { return nil }
                return url
            }, format: { $0.description })
    }
}

extension SettingForm where Value == HostAndPort {
    package static var hostAndPort: Self {
        Self(
            expected: "a host and a port such as `127.0.0.1:9464`", placeholder: HostAndPort(host: "127.0.0.1", port: 0),
            scalar: { HostAndPort($0) }, format: { $0.description })
    }
}

/// Nil for a broken escape or for bytes that aren't UTF-8.
func percentDecoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else { return nil }
        bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
}

func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
