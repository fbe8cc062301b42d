import CLI
import DevServices
import JSON
import Testing

struct PrometheusTextTests {
    private static let text = #"""
        # HELP a_total Things.
        # TYPE a_total counter
        a_total{bot="x",text="a \"b\", \\ {c}"} 3
        a_total{bot="y"} 4.5 1700000000
        plain 7
        h_seconds_bucket{op="p",le="0.1"} 2
        h_seconds_bucket{op="p",le="1"} 6
        h_seconds_bucket{op="p",le="+Inf"} 8
        h_seconds_bucket{op="q",le="0.1"} 100
        broken{x="
        nonsense
        """#

    private let metrics = PrometheusText(Array(text.utf8))

    @Test func seriesAreReadWithTheirLabels() {
        #expect(metrics.series.count == 7)
        #expect(metrics.series[0] == .init(name: "a_total", labels: ["bot": "x", "text": #"a "b", \ {c}"#], value: 3))
        #expect(metrics.sum("a_total") == 7.5)
        #expect(metrics.sum("a_total") { $0["bot"] == "y" } == 4.5)
        #expect(metrics.sum("plain") == 7)
        #expect(metrics.sum("absent") == nil)
        #expect(PrometheusText(Array(Self.text.utf8), names: ["plain"]).series.map(\.name) == ["plain"])
    }

    @Test func quantilesAreThoseOfPrometheus() throws {
        let histogram = metrics.histogram("h_seconds") { $0["op"] == "p" }
        #expect(histogram.count == 8)
        #expect(histogram.quantile(0.125) == 0.05)
        let half = try #require(histogram.quantile(0.5))
        #expect(abs(half - 0.55) < 1e-9)
        #expect(histogram.quantile(0.99) == 1, "beyond the last finite bound")
        #expect(Histogram(buckets: []).quantile(0.5) == nil)
        #expect(histogram.since(histogram).quantile(0.5) == nil)
        let later = Histogram(buckets: histogram.buckets.map { .init(bound: $0.bound, count: $0.count + 1) })
        #expect(later.since(histogram).buckets.map(\.count) == [1, 1, 1])
        #expect(histogram.since(later) == histogram, "started anew in between")
        #expect((histogram + histogram).count == 16)
    }
}

struct ProcessUsageTests {
    @Test func procFilesAreRead() {
        let status = "12 (a (b) c) S 7 12 12 0 -1 4194560 9 0 0 0 150 50 20 30 20 0 4 0 100 1 2 3"
        let entry = ProcessUsage.Entry(pid: 12, status: status, memory: "1000 200 50 1 0 9 0\n", ticksPerSecond: 100, pageSize: 4096)
        #expect(entry == .init(pid: 12, parent: 7, cpu: 2.5, resident: 819_200, shared: 204_800))
        #expect(ProcessUsage.Entry(pid: 1, status: "nonsense", memory: "", ticksPerSecond: 100, pageSize: 4096) == nil)
    }

    @Test func childrenCountAndWhatTheyShareCountsOnce() {
        let entries = [
            ProcessUsage.Entry(pid: 1, parent: 0, cpu: 1, resident: 100, shared: 80),
            .init(pid: 2, parent: 1, cpu: 2, resident: 90, shared: 80), .init(pid: 3, parent: 2, cpu: 4, resident: 5, shared: 9),
            .init(pid: 4, parent: 9, cpu: 8, resident: 1000, shared: 0),
        ]
        #expect(ProcessUsage.of(1, in: entries) == ProcessUsage(cpu: 7, memory: 110))
        #expect(ProcessUsage.of(5, in: entries) == nil)
    }
}

struct TopReportTests {
    private func sample(_ seconds: Int, cpu: Double, consumed: Int, waiting: Int, pid: Int32 = 5, fast: Int = 0, slow: Int = 0) -> TopSample
    {
        let metrics = """
            messaging_client_consumed_messages_total{a="b"} \(consumed)
            messaging_client_sent_messages_total 0
            messaging_process_duration_seconds_bucket{le="0.01"} \(fast)
            messaging_process_duration_seconds_bucket{le="1"} \(fast + slow)
            messaging_process_duration_seconds_bucket{le="+Inf"} \(fast + slow)
            """
        return TopSample(
            time: .seconds(seconds), phase: "ready",
            processes: [
                .init(
                    name: "dialog", state: "ready", pid: pid, uptime: .seconds(100 + seconds), restarts: 0,
                    usage: ProcessUsage(cpu: cpu, memory: 42 << 20), metrics: PrometheusText(Array(metrics.utf8)))
            ], queues: [.init(name: "dialog", count: 32, waiting: waiting, consumers: 32)])
    }

    @Test func ratesAreDifferences() throws {
        var history = TopHistory()
        #expect(history.report() == nil)
        history.append(sample(0, cpu: 1, consumed: 100, waiting: 0))
        let first = try #require(history.report())
        #expect(first.processes[0].cpu == nil && first.processes[0].incoming == nil && first.queues?[0].growth == nil)
        history.append(sample(2, cpu: 2, consumed: 300, waiting: 50))
        let second = try #require(history.report())
        #expect(second.processes[0].cpu == 0.5)
        #expect(second.processes[0].incoming == 100)
        #expect(second.processes[0].outgoing == 0)
        #expect(second.queues?[0] == .init(name: "dialog", waiting: 50, consumers: 32, growth: 25, done: 100))
        #expect(second.uptime == .seconds(102))
    }

    @Test func theBrokersOwnCountersCount() throws {
        let metrics = PrometheusText(
            Array(
                """
                rabbitmq_detailed_queue_messages_unacked{vhost="v",queue="dialog.p00"} 2
                rabbitmq_detailed_queue_messages_unacked{vhost="v",queue="dialog.p01"} 3
                rabbitmq_detailed_queue_messages_unacked{vhost="v",queue="dead"} 50
                rabbitmq_detailed_channel_messages_acked_total{channel="c",vhost="v",queue="dialog.p01"} 6
                rabbitmq_detailed_queue_messages_published_total{channel="c",queue_vhost="v",queue="dialog.p00",exchange_vhost="v",exchange="inbound"} 7
                """.utf8))
        let flow = TopSample.Flow(metrics, queues: ["dialog.p00", "dialog.p01"])
        #expect(flow == .init(inHand: 5, published: 7, acknowledged: 6))
        #expect(TopSample.Flow(metrics, queues: ["sender.bulk.p0"]) == nil && TopSample.Flow(nil, queues: ["dead"]) == nil)
        var history = TopHistory()
        for (second, count) in [(0, 10.0), (2, 50.0)] {
            var sample = sample(second, cpu: 0, consumed: 0, waiting: 0)
            sample.queues?[0].flow = .init(inHand: 4, published: count, acknowledged: count / 2)
            history.append(sample)
        }
        let queues = try #require(history.report()?.queues?[0])
        #expect(queues.inHand == 4 && queues.published == 20 && queues.done == 10)
    }

    @Test(arguments: [10, 300])
    func longIntervalsHaveRatesAndLatenciesToo(interval: Int) throws {
        var history = TopHistory()
        for look in 0...3 { history.append(sample(look * interval, cpu: 0, consumed: look * interval * 7, waiting: 0, fast: look * 10)) }
        let report = try #require(history.report())
        #expect(report.processes[0].incoming == 7)
        #expect(report.latencies.first { $0.name == "dialog batch" }?.median != nil)
    }

    @Test func aProcessThatWasStartedAnewHasNoNegativeRates() throws {
        var history = TopHistory()
        history.append(sample(0, cpu: 100, consumed: 1000, waiting: 0))
        history.append(sample(2, cpu: 1, consumed: 10, waiting: 0, pid: 6))
        let report = try #require(history.report())
        #expect(report.processes[0].cpu == nil)
        #expect(report.processes[0].incoming == 5)
    }

    @Test func latenciesAreOfTheLastMinuteOrOfEverything() throws {
        var history = TopHistory()
        history.append(sample(0, cpu: 0, consumed: 0, waiting: 0, slow: 1000))
        history.append(sample(30, cpu: 0, consumed: 0, waiting: 0, fast: 100, slow: 1000))
        func batch(_ report: TopReport?) throws -> TopReport.Latency { try #require(report?.latencies.first { $0.name == "dialog batch" }) }
        let recent = try batch(history.report())
        let all = try batch(history.report(sinceStart: true))
        #expect(try #require(recent.p99) <= 0.01)
        #expect(try #require(all.median) > 0.1)
        history.append(sample(50, cpu: 0, consumed: 0, waiting: 0, fast: 100, slow: 1000))
        #expect(try batch(history.report()).median != nil)
        history.append(sample(61, cpu: 0, consumed: 0, waiting: 0, fast: 100, slow: 1000))
        #expect(try batch(history.report()).median == nil, "the first is forgotten, and nothing came since the second")
    }
}

struct TopScreenTests {
    private static let names = ["postgres", "epmd", "telegram-simulator", "rabbitmq", "dialog", "sender", "gateway"]

    private func screen(errors: Int, colours: Bool, queues: Bool = true) -> TopScreen {
        let report = TopReport(
            phase: "ready", uptime: .seconds(3700),
            processes: Self.names.map {
                .init(
                    name: $0, state: $0 == "sender" ? "restarting" : "ready", pid: 4_194_303, restarts: 0, cpu: 1.999, memory: 3 << 30,
                    incoming: 123_456, outgoing: 0.5)
            },
            queues: queues
                ? ["dialog", "sender interactive", "sender normal", "sender bulk", "dead letters"].map {
                    .init(name: $0, waiting: 1_234_567, consumers: 0, growth: -50_000, inHand: 12_345, published: 50_000, done: 50_000)
                } : nil,
            latencies: ["webhook", "publish", "dialog batch", "database", "Telegram"].map {
                .init(name: $0, median: 0.0042, p99: 12.34, perSecond: 5000)
            }, latencySpan: .seconds(60))
        let entries = (0..<errors).map {
            LogEntry(
                process: "gateway",
                text:
                    #"{"ts":"2026-11-21T10:00:0\#($0 % 10)Z","level":"error","message":"number \#($0) \#(String(repeating: "long ", count: 40))"}"#
            )
        }
        return TopScreen(report: report, errors: entries, time: "16:17:03", colours: colours)
    }

    @Test(arguments: [false, true])
    func itFitsEightyByTwentyFour(colours: Bool) {
        let lines = screen(errors: 30, colours: colours).lines(width: 80, height: 24, hint: "q quits")
        #expect(lines.count == 24)
        #expect(lines.allSatisfy { TopScreen.visibleLength($0) <= 80 })
        #expect(lines.contains { $0.contains("number 29") }, "the newest error is there")
        #expect(lines.contains { $0.contains("\u{1B}") } == colours)
        // Every opened colour is closed on its line.
        for line in lines where line.contains("\u{1B}") { #expect(line.hasSuffix("\u{1B}[0m") || line.contains("\u{1B}[0m")) }
    }

    @Test func itReadsLikeThis() {
        let lines = screen(errors: 0, colours: false).lines(width: 80, height: 24, hint: "q quits")
        #expect(lines[0] == "switchboard ready · 6 of 7 processes ready · up 1 h 1 min      q quits  16:17:03")
        #expect(lines[2] == "PROCESS            STATE          PID    CPU   MEMORY     IN/s    OUT/s RESTARTS")
        #expect(lines[7] == "dialog             ready      4194303 199.9%   3.0 GB  123,456      0.5        0")
        #expect(lines[11] == "QUEUES         WAITING IN HAND   IN/s OUT/s  LATENCY 60 s      p50    p99     /s")
        #expect(lines[13].hasPrefix("sender intera…  1,235k  12,345    50k   50k  "))
        #expect(lines.last == "NO ERRORS OR WARNINGS IN THE LOGS")
    }

    @Test func aSmallTerminalGetsTheBeginning() {
        let lines = screen(errors: 5, colours: true).lines(width: 30, height: 6)
        #expect(lines.count == 6)
        #expect(lines.allSatisfy { TopScreen.visibleLength($0) <= 30 })
    }

    @Test func aFloodOfOneErrorDoesNotHideTheOthers() {
        func entry(_ message: String, _ second: Int) -> LogEntry {
            LogEntry(
                process: "dialog",
                text: #"{"ts":"2026-11-21T10:00:\#(second)Z","level":"error","message":"\#(message)","error":"of \#(second)"}"#)
        }
        let errors = [entry("rare", 10)] + (20...40).map { entry("often", $0) } + [entry("last", 50)]
        let lines = TopScreen(
            report: screen(errors: 0, colours: false).report, errors: errors, time: "", colours: false
        ).lines(width: 80, height: 24)
        #expect(
            lines.suffix(3) == [
                #"10:00:10 dialog     ERROR   rare error="of 10""#, #"10:00:40 dialog     ERROR   often ×21 error="of 40""#,
                #"10:00:50 dialog     ERROR   last error="of 50""#,
            ])
    }

    @Test func aBrokerWithoutMetricsTellsWhatWaits() {
        var report = screen(errors: 0, colours: false).report
        report.queues = [.init(name: "dialog", waiting: 3, consumers: 32, growth: 0, done: 4)]
        let lines = TopScreen(report: report, errors: [], time: "", colours: false).lines(width: 80, height: 24)
        #expect(lines[12].hasPrefix("dialog               3       -      -   4.0  "))
    }

    @Test func aSilentBrokerIsTold() {
        #expect(
            screen(errors: 0, colours: false, queues: false).lines(width: 80, height: 24).contains {
                $0.contains("the broker does not answer")
            })
    }

    @Test func numbersAreShort() {
        #expect([0.0004, 0.0123, 0.5, 4.2, 300].map { TopScreen.seconds($0) } == ["0.4ms", "12ms", "500ms", "4.2s", "300s"])
        #expect([0, 0.25, 9.99, 1234, -12_345].map { TopScreen.rate($0) } == ["0", "0.3", "10.0", "1,234", "-12,345"])
        #expect([0, 99_999, 123_456, 9_999_499, 12_345_678].map { TopScreen.short($0) } == ["0", "99,999", "123k", "9,999k", "12M"])
        #expect([0.5, 9999, 10_000, 12_345_678].map { TopScreen.shortRate($0) } == ["0.5", "9,999", "10k", "12M"])
        #expect([900_000, 42 << 20, 3 << 30].map { TopScreen.size($0) } == ["0.9 MB", "42 MB", "3.0 GB"])
        #expect(TopScreen.percent(0.1234) == "12.3%" && TopScreen.percent(nil) == "-" && TopScreen.rate(.nan) == "?")
    }
}

struct LoopbackHTTPTests {
    @Test func onlyAnAnswerOf200HasABody() {
        #expect(LoopbackHTTP.body(ofReply: Array("HTTP/1.1 200 OK\r\nA: b\r\n\r\nx\r\n\r\ny".utf8)) == Array("x\r\n\r\ny".utf8))
        #expect(LoopbackHTTP.body(ofReply: Array("HTTP/1.1 503 No\r\n\r\nx".utf8)) == nil)
        #expect(LoopbackHTTP.body(ofReply: Array("HTTP/1.1 200 OK\r\nA: b".utf8)) == nil)
        #expect(LoopbackHTTP.body(ofReply: Array("AMQP".utf8)) == nil)
    }
}
