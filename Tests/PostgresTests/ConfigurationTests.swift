import Postgres
import Testing

@Suite struct ConfigurationTests {
    private func values(_ text: String) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try ConnectionParameters(text).values.map { ($0.keyword, $0.value) })
    }

    @Test(
        arguments: [
            ("postgres://", [:]),
            ("postgresql://localhost", ["host": "localhost"]),
            ("postgres://u:p@h:5433/d", ["user": "u", "password": "p", "host": "h", "port": "5433", "dbname": "d"]),
            (
                "postgres://u@h/d?application_name=x&sslmode=verify-full",
                [
                    "user": "u", "host": "h", "dbname": "d", "application_name": "x", "sslmode": "verify-full",
                ]
            ),
            (
                "postgresql:///db?host=/var/run/pg&statement_timeout=500",
                ["dbname": "db", "host": "/var/run/pg", "statement_timeout": "500"]
            ),
            ("postgresql://%2Fvar%2Frun/db", ["host": "/var/run", "dbname": "db"]),
            ("postgres://a:p%40%3A%2Fw@h/d", ["user": "a", "password": "p@:/w", "host": "h", "dbname": "d"]),
            ("postgres://a:p@ss@h/d", ["user": "a", "password": "p@ss", "host": "h", "dbname": "d"]),
            ("postgres://[::1]:5433/d", ["host": "::1", "port": "5433", "dbname": "d"]),
            ("postgres://a:1,b:2/d", ["host": "a,b", "port": "1,2", "dbname": "d"]),
            ("postgres://h/d?ssl=true", ["host": "h", "dbname": "d", "sslmode": "require"]),
            ("host=h  port = 5433 password='a b\\'c\\\\' dbname=d", ["host": "h", "port": "5433", "password": "a b'c\\", "dbname": "d"]),
            ("user='' host=h", ["user": "", "host": "h"]),
            ("", [:]),
        ] as [(String, [String: String])])
    func reads(_ text: String, _ expected: [String: String]) throws {
        #expect(try values(text) == expected)
    }

    @Test(arguments: [
        ("mysql://h/d", "unknown scheme \"mysql\""),
        ("postgres://h:0/d", "a port must be in 1...65535"),
        ("postgres://h:x/d", "a port must be in 1...65535"),
        ("postgres://u:secret%zz@h/d", "\"%\" without two hexadecimal digits in the password"),
        ("postgres://u:secret%00@h/d", "%00 in the password"),
        ("postgres://u:secret%ff@h/d", "the password is no UTF-8"),
        ("postgres://[::1/d", "missing \"]\""),
        ("postgres://h/d?aplication_name=x", "unknown connection parameter \"aplication_name\""),
        ("postgres://h/d?sslmode=on", "expected one of disable, allow, prefer"),
        ("postgres://h/d?connect_timeout=soon", "\"connect_timeout\": expected a whole number"),
        ("host=h password='secret", "missing closing ' in the value of \"password\""),
        ("host=h password=a secret", "expected \"keyword=value\""),
        ("host=h password=secret\\", "nothing after \"\\\" in the value of \"password\""),
        ("port=secret,1", "\"port\": expected a port"),
    ])
    func refuses(_ text: String, _ expected: String) {
        #expect {
            try PostgresConfiguration(text)
        } throws: { error in
            guard let error = error as? PostgresError else { return false }
            let isQuiet = text.hasPrefix("port=") || !String(reflecting: error).contains("secret")
            return error.code == .configuration && error.message.contains(expected) && isQuiet
        }
    }

    @Test func passwordsAreNotPrinted() throws {
        let parameters = try ConnectionParameters("postgres://u:hunter2@h/d?sslpassword=hunter3")
        #expect(!"\(parameters)".contains("hunter"))
        #expect("\(parameters)".contains("user=u"))
    }

    @Test func whatLibpqGets() throws {
        let parameters = try ConnectionParameters("host=h statement_timeout=250 options='-c geqo=off' gssencmode=prefer connect_timeout=3")
        let values = Dictionary(uniqueKeysWithValues: parameters.libpqValues().map { ($0.keyword, $0.value) })
        #expect(values["options"] == "-c idle_in_transaction_session_timeout=30000 -c geqo=off -c statement_timeout=250")
        #expect(values["client_encoding"] == "UTF8")
        #expect(values["gssencmode"] == "prefer")
        #expect(values["statement_timeout"] == nil)
        #expect(PostgresConfiguration(connection: parameters).connectTimeout == .seconds(3))
    }

    @Test func impossiblePoolSettings() throws {
        for change in [
            { $0.maximumConnections = 0 }, { $0.minimumConnections = 9 }, { $0.acquireTimeout = .zero }, { $0.statementCacheSize = 0 },
        ] as [@Sendable (inout PostgresConfiguration) -> Void] {
            var configuration = try PostgresConfiguration("host=h")
            change(&configuration)
            #expect { try PostgresPool(configuration) } throws: { ($0 as? PostgresError)?.code == .configuration }
        }
    }

    /// No text makes the parser trap.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func anyText(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let pieces = [
            "postgres://", "postgresql:", "u", ":", "@", "/", "?", "=", "&", "%", "%41", "[", "]", ",", "'", "\\", " ", "host", "é",
            "\u{0}", "1",
        ]
        let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        do { _ = try ConnectionParameters(text) } catch { #expect((error as? PostgresError)?.code == .configuration) }
    }
}
