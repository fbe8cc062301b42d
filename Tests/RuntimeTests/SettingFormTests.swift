import Runtime
import TestSupport
import Testing

@Suite struct SettingFormTests {
    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("250ms", .milliseconds(250)), ("1m30s", .seconds(90)), ("1.5s", .milliseconds(1500)),
        ("2h", .seconds(7200)), ("1d", .seconds(86_400)), ("0", .zero), ("0s", .zero), ("10us", .microseconds(10)),
        ("7ns", .nanoseconds(7)),
    ])
    func durations(_ text: String, _ duration: Duration) {
        #expect(parseDuration(text) == duration)
    }

    @Test(arguments: [
        "", "30", "s", "-1s", "1.s", ".5s", "1 s", "1s ", "1S", "1x", "1s2", "99999999999999d", "1.0000000001s", "9223372036854775807ns1ns",
        "١s",
    ])
    func notDurations(_ text: String) {
        #expect(parseDuration(text) == nil)
    }

    @Test func durationsSurviveTheirText() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let scale = [1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000].randomElement(using: &random) ?? 1
            let duration = Duration.nanoseconds(Int64.random(in: 0...100_000, using: &random) * Int64(scale))
            #expect(parseDuration(formatDuration(duration)) == duration)
        }
    }

    @Test(arguments: [
        ("20MiB", 20 << 20), ("64KiB", 65_536), ("1GiB", 1 << 30), ("1MB", 1_000_000), ("10", 10), ("10B", 10), ("5 kib", 5120), ("0", 0),
    ])
    func byteSizes(_ text: String, _ bytes: Int) {
        #expect(parseByteSize(text) == bytes)
    }

    @Test(arguments: ["", "MiB", "-1", "1.5MiB", "1TiBs", "9999999999GiB"])
    func notByteSizes(_ text: String) {
        #expect(parseByteSize(text) == nil)
    }

    @Test func randomTextNeverTraps() {
        var random = SeededGenerator(seed: 11)
        let alphabet = Array("0123456789.smhdunMiBKG :/@[]?%=\u{0}é-")
        for _ in 0..<20_000 {
            let text = String((0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "0" })
            _ = parseDuration(text)
            _ = parseByteSize(text)
            _ = HostAndPort(text)
            if let url = ConnectionURL("amqp://" + text) {
                #expect(ConnectionURL(url.reveal()) == url)
            }
        }
    }

    @Test func lists() {
        let form = SettingForm<[Int]>.list(of: .integer(1...9))
        #expect(form.parse(.text("1, 2,,3")) == [1, 2, 3])
        #expect(form.parse(.list(["4", "5"])) == [4, 5])
        #expect(form.parse(.text("1,10")) == nil)
        #expect(form.format([1, 2]) == "1,2")
    }
}

@Suite struct ConnectionURLTests {
    @Test func parts() throws {
        let url = try #require(ConnectionURL("amqp://us%40er:pa%3Ass@broker.example:5673/%2Fv?heartbeat=30"))
        #expect(url.scheme == "amqp")
        #expect(url.user == "us@er")
        #expect(url.password?.reveal() == "pa:ss")
        #expect(url.host == "broker.example")
        #expect(url.port == 5673)
        #expect(url.path == "/%2Fv")
        #expect(url.query == "heartbeat=30")
        #expect(url.description == "amqp://us%40er:<redacted>@broker.example:5673/%2Fv?heartbeat=30")
        #expect(url.reveal() == "amqp://us%40er:pa%3Ass@broker.example:5673/%2Fv?heartbeat=30")
    }

    @Test(arguments: ["amqp://u:hunter22@h", "postgresql:///db?host=/run&password=hunter22", "http://u:hunter22@[::1]:80/x"])
    func neverShowsThePassword(_ text: String) throws {
        let url = try #require(ConnectionURL(text))
        var dumped = ""
        dump(url, to: &dumped)
        for shown in ["\(url)", String(reflecting: url), dumped] { #expect(!shown.contains("hunter22")) }
    }

    @Test(arguments: ["", "amqp", "amqp:/x", "://h", "amqp://h:99999", "amqp://h:", "amqp://[::1", "amqp://u%zz@h", "1a://h", "amqp://a b"])
    func refused(_ text: String) {
        #expect(ConnectionURL(text) == nil)
    }

    @Test func addresses() {
        #expect(HostAndPort("127.0.0.1:0") == HostAndPort(host: "127.0.0.1", port: 0))
        #expect(HostAndPort("[::1]:80")?.description == "[::1]:80")
        for text in ["", "80", ":80", "h:", "h:x", "h:65536", "::1:80"] { #expect(HostAndPort(text) == nil) }
    }
}
