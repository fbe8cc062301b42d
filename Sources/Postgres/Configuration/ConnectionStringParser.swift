/// Reads both forms of a connection string into keywords and values. Errors name the part, never its content, unless
/// it is a keyword.
struct ConnectionStringParser {
    private let text: String

    init(_ text: String) { self.text = text }

    mutating func parse() throws -> [(String, String)] {
        for scheme in ["postgresql://", "postgres://"] where text.hasPrefix(scheme) {
            return try parseURL(text.dropFirst(scheme.count))
        }
        if let scheme = text.range(ofScheme: "://") {
            throw fail("unknown scheme \"\(text[..<scheme])\"; expected postgres:// or postgresql://")
        }
        return try parseKeywords()
    }

    private func fail(_ message: String) -> PostgresError { PostgresError(.configuration, "connection string: \(message)") }

    // MARK: URL: [user[:password]@][host[:port][,…]][/dbname][?keyword=value[&…]]

    private func parseURL(_ rest: Substring) throws -> [(String, String)] {
        var values: [(String, String)] = []
        func add(_ keyword: String, _ raw: Substring, as part: String) throws {
            if !raw.isEmpty { values.append((keyword, try decoded(raw, part: part))) }
        }
        let beforeQuery = rest.prefix { $0 != "?" }
        let query = rest.dropFirst(beforeQuery.count + 1)
        var authority = beforeQuery.prefix { $0 != "/" }
        let database = beforeQuery.dropFirst(authority.count + 1)

        if let at = authority.lastIndex(of: "@") {
            let userInfo = authority[..<at]
            let user = userInfo.prefix { $0 != ":" }
            try add("user", user, as: "the user name")
            if user.count < userInfo.count { try add("password", userInfo.dropFirst(user.count + 1), as: "the password") }
            authority = authority[authority.index(after: at)...]
        }
        try parseHosts(authority, into: &values)
        try add("dbname", database, as: "the database name")
        for pair in query.split(separator: "&") {
            guard let equals = pair.firstIndex(of: "=") else {
                throw fail("query parameter without \"=\" after the \"?\"")
            }
            let keyword = try decoded(pair[..<equals], part: "a query keyword")
            let value = try decoded(pair[pair.index(after: equals)...], part: "the value of \"\(keyword)\"")
            // The one keyword that libpq takes from JDBC.
            if keyword == "ssl" {
                guard value == "true" else { throw fail("\"ssl\" can only be \"true\"; use \"sslmode\"") }
                values.append(("sslmode", "require"))
            } else {
                values.append((keyword, value))
            }
        }
        return values
    }

    private func parseHosts(_ authority: Substring, into values: inout [(String, String)]) throws {
        guard !authority.isEmpty else { return }
        var hosts: [String] = []
        var ports: [String] = []
        for entry in authority.split(separator: ",", omittingEmptySubsequences: false) {
            var host = entry
            var port: Substring = ""
            if entry.hasPrefix("[") {
                guard let end = entry.firstIndex(of: "]") else { throw fail("missing \"]\" after an IPv6 address") }
                host = entry[entry.index(after: entry.startIndex)..<end]
                let tail = entry[entry.index(after: end)...]
                guard tail.isEmpty || tail.hasPrefix(":") else { throw fail("expected \":\" or \"/\" after \"]\"") }
                port = tail.dropFirst()
            } else if let colon = entry.firstIndex(of: ":") {
                host = entry[..<colon]
                port = entry[entry.index(after: colon)...]
            }
            hosts.append(try decoded(host, part: "a host"))
            // The text between ":" and "/" may be the tail of a password with an unescaped "@" or "/", so it is not quoted.
            guard port.isEmpty || Int(port).map({ (1...65535).contains($0) }) == true else {
                throw fail("a port must be in 1...65535 (an \"@\", \":\" or \"/\" in a password is written %40, %3A or %2F)")
            }
            ports.append(String(port))
        }
        if hosts.contains(where: { !$0.isEmpty }) { values.append(("host", hosts.joined(separator: ","))) }
        if ports.contains(where: { !$0.isEmpty }) { values.append(("port", ports.joined(separator: ","))) }
    }

    private func decoded(_ raw: Substring, part: String) throws -> String {
        var bytes: [UInt8] = []
        var rest = Substring(raw).utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Self.hexDigit), let low = rest.popFirst().flatMap(Self.hexDigit) else {
                throw fail("\"%\" without two hexadecimal digits in \(part)")
            }
            guard high << 4 | low != 0 else { throw fail("%00 in \(part)") }
            bytes.append(high << 4 | low)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fail("\(part) is no UTF-8") }
        return text
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    // MARK: key = value, key = 'va\'lue'

    private func parseKeywords() throws -> [(String, String)] {
        var values: [(String, String)] = []
        var rest = Substring(text)
        func skipSpace() { rest = rest.drop { $0.isWhitespace } }
        skipSpace()
        while !rest.isEmpty {
            let keyword = String(rest.prefix { $0 != "=" && !$0.isWhitespace })
            rest = rest.dropFirst(keyword.count)
            skipSpace()
            // What stands here without "=" could be a stray piece of a password, so it is not quoted.
            guard rest.first == "=", !keyword.isEmpty else {
                throw fail("expected \"keyword=value\" after \(values.count) keywords (a value with spaces needs '…' around it)")
            }
            rest = rest.dropFirst()
            skipSpace()
            values.append((keyword, try value(of: keyword, &rest)))
            skipSpace()
        }
        return values
    }

    private func value(of keyword: String, _ rest: inout Substring) throws -> String {
        var value = ""
        let quoted = rest.first == "'"
        if quoted { rest = rest.dropFirst() }
        while let character = rest.first {
            rest = rest.dropFirst()
            switch character {
            case "'" where quoted: return value
            case "\\":
                guard let next = rest.popFirst() else { throw fail("nothing after \"\\\" in the value of \"\(keyword)\"") }
                value.append(next)
            case _ where !quoted && character.isWhitespace: return value
            default: value.append(character)
            }
        }
        if quoted { throw fail("missing closing ' in the value of \"\(keyword)\"") }
        return value
    }
}

extension String {
    /// Where a URL's `://` begins, when a plain word stands before it.
    fileprivate func range(ofScheme mark: String) -> Index? {
        let word = prefix { $0.isLetter || $0.isNumber || $0 == "+" }
        return !word.isEmpty && self[word.endIndex...].hasPrefix(mark) ? word.endIndex : nil
    }
}
