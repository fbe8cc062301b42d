import AMQP
import Testing

@Suite struct AMQPConfigurationTests {
    @Test func everyPart() throws {
        let configuration = try AMQPConfiguration(
            url: "amqp://bot%40home:p%40ss%2Fw%3Ard@broker.example:5673/my%2Fhost?heartbeat=15&connection_timeout=2500")
        #expect(configuration.user == "bot@home")
        #expect(configuration.password == "p@ss/w:rd")
        #expect(configuration.host == "broker.example")
        #expect(configuration.port == 5673)
        #expect(configuration.virtualHost == "my/host")
        #expect(configuration.heartbeat == .seconds(15))
        #expect(configuration.connectTimeout == .milliseconds(2500))
        #expect(configuration.tls == nil)
    }

    @Test func defaults() throws {
        let configuration = try AMQPConfiguration(url: "amqp://")
        #expect(configuration.host == "localhost" && configuration.port == 5672)
        #expect(configuration.user == "guest" && configuration.password == "guest" && configuration.virtualHost == "/")
        #expect(try AMQPConfiguration(url: "amqp://host/").virtualHost == "/")
        #expect(try AMQPConfiguration(url: "amqp://u@host").user == "u")
        #expect(try AMQPConfiguration(url: "amqp://[::1]:99").host == "::1")
    }

    @Test func tls() throws {
        let configuration = try AMQPConfiguration(url: "amqps://host?cacertfile=%2Fetc%2Fca.pem")
        #expect(configuration.port == 5671)
        #expect(configuration.tls == .init(certificateAuthorities: "/etc/ca.pem", verifiesPeer: true))
        #expect(try AMQPConfiguration(url: "amqps://host").tls?.verifiesPeer == true)
        #expect(try AMQPConfiguration(url: "amqps://host?verify=verify_none").tls?.verifiesPeer == false)
    }

    @Test(arguments: [
        ("http://host", "scheme"), ("host:5672", "amqp://"), ("", "amqp://"), ("amqp://host:0", "port"), ("amqp://host:65536", "port"),
        ("amqp://host:x", "port"), ("amqp://::1", "[ ]"), ("amqp://[::1", "]"), ("amqp://[]", "empty"), ("amqp://host/a/b", "%2F"),
        ("amqp://host/%zz", "%"), ("amqp://host/%4", "%"), ("amqp://host/%ff", "UTF-8"), ("amqp://host/%00", "UTF-8"),
        ("amqp://host?colour=red", "colour"), ("amqp://host?heartbeat=x", "heartbeat"), ("amqp://host?verify=verify_none", "amqps"),
        ("amqp://host#x", "%23"),
    ])
    func badAddressesSayWhatIsWrong(url: String, expected: String) {
        let error = #expect(throws: AMQPError.self) { try AMQPConfiguration(url: url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        "amqp://u:hunter2%@host", "amqp://u:hunter2?x@host", "amqp://u:hunter2/x@host/y", "amqp://u:hunter2#@host",
        "amqp://u:a?hunter2=1@h",
    ])
    func noErrorQuotesThePassword(url: String) {
        let error = #expect(throws: AMQPError.self) { try AMQPConfiguration(url: url) }
        #expect(error.map { !String(reflecting: $0).contains("hunter2") } == true)
    }

    @Test func noDescriptionHoldsThePassword() throws {
        let configuration = try AMQPConfiguration(url: "amqp://u:hunter2@[::1]:1/v")
        #expect("\(configuration)" == "amqp://[::1]:1/v")
        #expect(!String(reflecting: configuration).contains("hunter2"))
    }
}
