extension AMQPConfiguration {
    /// Reads `amqp://user:password@host:port/vhost?heartbeat=30&connection_timeout=10000&cacertfile=…&verify=verify_none`.
    ///
    /// Missing parts take their defaults (`guest`, `localhost`, 5672, `/`); percent escapes are decoded in user, password,
    /// virtual host and parameters. `amqps` means TLS with verification. `connection_timeout` is in milliseconds, as in
    /// RabbitMQ's URI query parameters.
    ///
    /// - Throws: ``AMQPError/Code/invalidConfiguration`` naming the part that is wrong, never its password.
    public init(url: String, connectionName: String = "switchboard") throws(AMQPError) {
        guard let schemeEnd = url.firstRange(of: "://") else { throw Self.invalid("it must start with amqp:// or amqps://") }
        let tls: TLS?
        switch url[..<schemeEnd.lowerBound].lowercased() {
        case "amqp": tls = nil
        case "amqps": tls = TLS()
        default: throw Self.invalid("the scheme must be amqp or amqps")
        }
        self.init(tls: tls, connectionName: connectionName)

        var rest = url[schemeEnd.upperBound...]
        guard !rest.contains("#") else { throw Self.invalid("a fragment (#) has no meaning here; write %23 for the character") }
        var query: Substring?
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            guard !path.contains("/") else {
                throw Self.invalid("the virtual host holds a slash; write %2F for one that belongs to its name")
            }
            if !path.isEmpty { virtualHost = try Self.decoded(path, "virtual host") }
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            try readCredentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        try readAddress(rest)
        if let query { try readParameters(query) }
    }

    private mutating func readCredentials(_ text: Substring) throws(AMQPError) {
        guard let colon = text.firstIndex(of: ":") else {
            user = try Self.decoded(text, "user")
            return
        }
        user = try Self.decoded(text[..<colon], "user")
        password = try Self.decoded(text[text.index(after: colon)...], "password")
    }

    private mutating func readAddress(_ text: Substring) throws(AMQPError) {
        var portText: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw Self.invalid("the IPv6 address lacks its ]") }
            host = String(text[text.index(after: text.startIndex)..<end])
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw Self.invalid("only :port may follow an IPv6 address") }
            if !after.isEmpty { portText = after.dropFirst() }
            guard !host.isEmpty else { throw Self.invalid("the IPv6 address is empty") }
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw Self.invalid("an IPv6 address belongs in [ ]") }
            if let name = parts.first, !name.isEmpty { host = try Self.decoded(name, "host") }
            if parts.count == 2 { portText = parts[1] }
        }
        if let portText {
            guard let number = UInt16(portText), number > 0 else { throw Self.invalid("the port must be a number from 1 to 65535") }
            port = Int(number)
        }
    }

    private mutating func readParameters(_ text: Substring) throws(AMQPError) {
        // Then the ? belongs to a password, and what follows must not be quoted back.
        guard !text.contains("@") else { throw Self.invalid("an @ after the ?; write %3F and %40 for characters of a password") }
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0], "parameter name")
            let value = parts.count == 2 ? try Self.decoded(parts[1], "parameter \(name)") : ""
            switch name {
            case "heartbeat":
                guard let seconds = UInt16(value) else { throw Self.invalid("heartbeat must be seconds from 0 to 65535") }
                heartbeat = .seconds(Int(seconds))
            case "connection_timeout":
                guard let milliseconds = UInt32(value), milliseconds > 0 else {
                    throw Self.invalid("connection_timeout must be a number of milliseconds above 0")
                }
                connectTimeout = .milliseconds(Int(milliseconds))
            case "cacertfile":
                guard tls != nil, !value.isEmpty else { throw Self.invalid("cacertfile needs a path, and amqps://") }
                tls?.certificateAuthorities = value
            case "verify":
                guard tls != nil, value == "verify_peer" || value == "verify_none" else {
                    throw Self.invalid("verify must be verify_peer or verify_none, with amqps://")
                }
                tls?.verifiesPeer = value == "verify_peer"
            default:
                throw Self.invalid("unknown parameter \"\(name)\"; known: cacertfile, connection_timeout, heartbeat, verify")
            }
        }
    }

    private static func decoded(_ text: Substring, _ part: String) throws(AMQPError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw invalid("the \(part) has a % that is not followed by two hexadecimal digits")
            }
            bytes.append(high << 4 | low)
        }
        // A NUL would end the text early on its way through C.
        guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else {
            throw invalid("the \(part) is no UTF-8 text")
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func invalid(_ reason: String) -> AMQPError {
        AMQPError(.invalidConfiguration, "the AMQP address cannot be used: \(reason)")
    }
}
