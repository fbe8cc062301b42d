import BotEngine
import BotLanguage
import BotStore
import CEL
import Contracts
import JSON
import Postgres
import TestSupport
import Testing

/// What queries give in PostgreSQL is what they mean.
@Suite("Queries in PostgreSQL", .enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(30)))
struct QueryPropertyTests {
    /// 2,000 queries; 20,000 with SWITCHBOARD_TEST_LONG=1.
    private static let definitions = DialogBench.variable("SWITCHBOARD_TEST_LONG") == "1" ? 200 : 20
    private static let seed = DialogBench.variable("QUERY_SEED").flatMap { UInt64($0) } ?? 20_261_121

    @Test func giveWhatTheyMean() async throws {
        var generator = QueryGenerator(random: SeededGenerator(seed: Self.seed))
        var (asked, failing, refused) = (0, 0, 0)
        for _ in 0..<Self.definitions {
            let world = try QueryWorld(&generator, count: 100)
            refused += world.refused
            let result = try await world.compare()
            asked += result.asked
            failing += result.failing
            for difference in result.differences.prefix(3) { Issue.record("\(difference)") }
            if !result.differences.isEmpty { break }
        }
        print(
            "Queries in PostgreSQL: \(asked) asked over \(QueryWorld.rowCount) rows; \(failing) fail; \(refused) were refused when loaded")
        #expect(asked > Self.definitions * 60)
        #expect(failing > asked / 50, "too few fail for this to mean something")
    }

    /// Days, times of day and beginnings in every zone, around the moments at which clocks change.
    @Test func zonesAgree() async throws {
        var queries: [String] = []
        for (index, zone) in QueryGenerator.zones.enumerated() {
            let starts = ["day", "week", "month", "year"].map { "\($0)_start: \"startOf(r.at, '\($0)', '\(zone)')\"" }.joined(
                separator: ", ")
            queries.append(
                "  q\(index): {from: r in rows, select: {day: \"dayOf(r.at, '\(zone)')\", at: \"timeOf(r.at, '\(zone)')\", \(starts)}}")
        }
        var random = SeededGenerator(seed: 7)
        var moments: [Int64] = [-62_135_596_800, -62_135_596_799, 253_402_300_799, 253_402_290_000, 0, -1, -62_135_550_000]
        for _ in 0..<250 { moments.append(-2_500_000_000 + Int64(random.next() % 6_600_000_000)) }
        // Hours around changes of clocks.
        for zone in QueryGenerator.zones {
            let rules = try CELTimeZone.named(zone)
            var moment: Int64 = -1_500_000_000 + Int64(random.next() % 30_000_000)
            while moment < 1_900_000_000, moments.count < 1_800 {
                let next = moment + 15_000_000 + Int64(random.next() % 60_000_000)
                if rules.offset(at: moment) != rules.offset(at: next) {
                    var (low, high) = (moment, next)
                    while high - low > 1 {
                        let middle = (low + high) / 2
                        if rules.offset(at: middle) == rules.offset(at: moment) { low = middle } else { high = middle }
                    }
                    moments += [low, high, high + Int64(random.next() % 90_000) - 5_000]
                }
                moment = next
            }
        }
        let world = try QueryWorld(queries: queries, moments: moments)
        #expect(world.refused == 0)
        let result = try await world.compare()
        for difference in result.differences.prefix(3) { Issue.record("\(difference)") }
        #expect(result.asked == QueryGenerator.zones.count)
    }
}

/// Rows with values at the edges of their types, and queries over them.
struct QueryWorld {
    static let rowCount = 45
    let definition: Definition
    let names: [String]
    let texts: [String: String]
    let refused: Int
    private let records: [[ColumnValue]]

    private static let data = """
        bot: shop
        enums: {Kind: [x, y, z]}
        data:
          users: {tz: {type: string, default: "'Europe/Berlin'"}, points: {type: int, default: "3"}}
          rows:
            i: int
            j: int?
            price: money
            n: number
            m: number?
            s: {type: string, max: 50}
            t: {type: string?, max: 50}
            b: bool
            d: date
            d0: date?
            ti: time
            at: timestamp
            until: timestamp?
            du: duration
            k: Kind
            k0: Kind?
            u: {type: users, default: user}
            friends: {type: list<users>, default: "[]"}
            tags: list<string>
            days: list<date>
            moments: list<timestamp>
        queries:

        """

    /// As many of the queries as can be loaded.
    init(_ generator: inout QueryGenerator, count: Int) throws {
        let queries = (0..<count).map { generator.query("q\($0)") }
        try self.init(queries: queries, moments: nil, random: generator.random)
        _ = generator.random.next()
    }

    init(queries: [String], moments: [Int64]?, random: SeededGenerator = SeededGenerator(seed: 1)) throws {
        var queries = queries.enumerated().map { (name: "q\($0)", text: $1.replacing("word", with: "user.first_name")) }
        let all = queries.count
        let first = Self.data.split(separator: "\n", omittingEmptySubsequences: false).count
        var loaded: Definition?
        for _ in 0..<5 where loaded == nil {
            let handlers = queries.map {
                "  - {message: text, when: message.text == '\($0.name)', do: [{let: {x: \($0.name)()}}, {require: size(x) < 0, else: \"${size(x)}\"}]}"
            }
            let yaml = Self.data + queries.map(\.text).joined(separator: "\n") + "\nhandlers:\n" + handlers.joined(separator: "\n")
            do throws(DefinitionError) {
                loaded = try Definition(yaml: yaml)
            } catch {
                let lines = Set(error.diagnostics.map { $0.position.line - first })
                let before = queries.count
                queries = queries.enumerated().filter { !lines.contains($0.offset) }.map(\.element)
                if queries.count == before { throw error }
            }
        }
        definition = try #require(loaded)
        names = queries.map(\.name)
        texts = Dictionary(uniqueKeysWithValues: queries.map { ($0.name, $0.text) })
        refused = all - queries.count
        var random = random
        records = (0..<(moments?.count ?? Self.rowCount)).map { Self.record(&random, moments?[$0]) }
    }

    private static func record(_ random: inout SeededGenerator, _ moment: Int64?) -> [ColumnValue] {
        let ints: [Int64] = [0, 0, 1, 1, -1, 2, 3, 7, 100, .max, .min, 4_000_000_000]
        let smalls: [Int64] = [0, 1, -1, 2, 50, 99, -250, 123_456]
        let numbers = [0.0, 0.25, 0.5, -2.5, 3, 1024, -0.125]
        let strings = ["", "a", "b", "Z", "é", "e\u{301}", "😀", "2026-01-31", "09:30", "it's", "a\"b\\c", "n"]
        let days: [Int32] = [20_484, 20_483, 0, -719_162, 2_932_896, 19_782, 20_484]
        let times: [Int64] = [0, 34_200, 34_215, 86_399, 43_200]
        let moments: [Int64] = [
            0, 1_774_744_200_000_000, 1_774_747_800_123_456, 1_761_436_800_000_000, -62_135_596_800_000_000, 253_402_300_799_999_999,
            1_700_000_000_000_000, 1_735_689_600_000_000, 788_918_400_000_000, 1_711_846_800_000_000,
        ]
        let spans: [Int64] = [0, 1, 3_600_000_000, -5_400_000_000, 86_400_000_000, 9_223_372_036_854_775]
        let kinds = ["x", "y", "z"]
        func maybe(_ value: RecordValue) -> RecordValue { random.chance(1, of: 3) ? .null : value }
        func list(_ values: [JSON]) -> RecordValue { .json(.array((0..<Int(random.next() % 4)).map { _ in random.pick(values) })) }
        return [
            ColumnValue("i", .int(random.pick(ints))), ColumnValue("j", maybe(.int(random.pick(ints)))),
            ColumnValue("price", .int(random.pick(smalls))), ColumnValue("n", .double(random.pick(numbers))),
            ColumnValue("m", maybe(.double(random.pick(numbers)))), ColumnValue("s", .string(random.pick(strings))),
            ColumnValue("t", maybe(.string(random.pick(strings)))), ColumnValue("b", .bool(random.chance(1, of: 2))),
            ColumnValue("d", .date(days: random.pick(days))), ColumnValue("d0", maybe(.date(days: random.pick(days)))),
            ColumnValue("ti", .time(microseconds: random.pick(times) * 1_000_000)),
            ColumnValue("at", .timestamp(microseconds: moment.map { $0 * 1_000_000 } ?? random.pick(moments))),
            ColumnValue("until", maybe(.timestamp(microseconds: random.pick(moments)))),
            ColumnValue("du", .duration(microseconds: random.pick(spans))), ColumnValue("k", .string(random.pick(kinds))),
            ColumnValue("k0", maybe(.string(random.pick(kinds)))), ColumnValue("u", .int(Int64(1 + random.next() % 3))),
            ColumnValue("friends", list([1, 2, 3])), ColumnValue("tags", list(["a", "2026-01-31", "é", ""])),
            ColumnValue("days", list(["2026-01-31", "0001-01-01", "2024-02-29"])),
            ColumnValue("moments", list([0, 1_774_744_200_000_000, -62_135_596_800_000_000])),
        ]
    }

    struct Result: Sendable {
        var asked = 0
        var failing = 0
        var differences: [String] = []
    }

    /// Asks each query of a real database, and of what it means.
    func compare() async throws -> Result {
        let (result, definition, names, texts, records) = (ResultBox(), definition, names, texts, records)
        try await DialogBench.run(definition) { bench in
            let tables = BotTables(bot: bench.bot, store: definition.store)
            try await bench.pool.transaction("rows") { transaction in
                let store = PostgresRecordStore(tables, in: transaction)
                for (index, name) in ["Ann", "Bob", "Cleo"].enumerated() {
                    let values = [
                        ColumnValue("platform", .string("telegram")), ColumnValue("platform_id", .string("\(index)")),
                        ColumnValue("first_name", .string(name)), ColumnValue("points", .int(Int64(index * 2))),
                        ColumnValue("tz", .string("Europe/Berlin")),
                    ]
                    _ = try await store.perform(.insert(table: "users", values: values))
                }
                for record in records { _ = try await store.perform(.insert(table: "rows", values: record)) }
            }
            var all: [String: [Record]] = [:]
            for table in definition.store.tables {
                let reply = try await bench.pool.transaction("read") { transaction in
                    try await PostgresRecordStore(tables, in: transaction).perform(.get(table: table.name, ids: Array(1...5_000)))
                }
                if case .rows(let found) = reply { all[table.name] = found.sorted { $0.id < $1.id } }
            }
            for name in names {
                guard let request = try Self.request(name, definition, all["users"]?.first) else { continue }
                let tables = all
                let meant = Self.meaning(request, tables)
                let given: [Record]?
                do {
                    let reply = try await bench.pool.transaction("query") { transaction in
                        try await PostgresRecordStore(BotTables(bot: bench.bot, store: definition.store), in: transaction).perform(request)
                    }
                    if case .rows(let found) = reply { given = found } else { given = nil }
                } catch is RunFailure { given = nil }
                let hasLimit = texts[name]?.contains("limit:") ?? false
                // Rows behind the limit needn't be looked at.
                if meant == nil, hasLimit, given != nil { continue }
                // What fails before the query may make it fail without any row: PostgreSQL computes what is constant while it plans.
                if given == nil, meant != nil, meant?.isEmpty == true || Self.failsBefore(request) { continue }
                result.value.asked += 1
                if meant == nil { result.value.failing += 1 }
                if meant?.map(Self.plain) != given?.map(Self.plain) {
                    result.value.differences.append(
                        "\(texts[name] ?? "")\n  meant: \(Self.text(meant))\n  given: \(Self.text(given))\n  \(Self.sql(request))")
                }
            }
        }
        return result.value
    }

    private final class ResultBox: @unchecked Sendable {
        // Used by one task at a time: `run` waits for its body.
        var value = Result()
    }

    /// The question that a call of the query asks first; nil when it can't be asked with these values.
    private static func request(_ name: String, _ definition: Definition, _ user: Record?) throws -> RecordRequest? {
        let event = Event(
            bot: try #require(BotName("shop")), platform: .telegram, at: Timestamp(seconds: 1_774_744_300),
            chat: Chat(id: "0", kind: .direct), person: Person(id: "0", firstName: "Ann"),
            content: .message(Message(id: "1", content: .text(FormattedText(name)))))
        var run = BotEngine(definition).run(event, id: "e", state: ConversationState(), user: user)
        guard case .needs(let request) = run.advance() else { return nil }
        return request
    }

    private static func meaning(_ request: RecordRequest, _ tables: [String: [Record]]) -> [Record]? {
        switch request {
        case .select(let query): try? query.meaning.select(from: { tables[$0] ?? [] })
        case .query(let query): try? query.meaning.select(from: { tables[$0] ?? [] })
        default: []
        }
    }

    /// Whether a part that mentions no row may have no value, which is bound as null.
    private static func failsBefore(_ request: RecordRequest) -> Bool {
        switch request {
        case .select(let query): query.parameters.contains(.null)
        case .query(let query): query.parameters.contains(.null)
        default: false
        }
    }

    /// Zero has no sign in groups.
    private static func plain(_ record: Record) -> Record {
        Record(record.values.map { if case .double(let number) = $0, number == 0 { .double(0) } else { $0 } })
    }

    private static func text(_ records: [Record]?) -> String {
        records.map { $0.prefix(12).map { "\($0.values)" }.joined(separator: "\n         ") + " (\($0.count))" } ?? "a failure"
    }

    private static func sql(_ request: RecordRequest) -> String {
        switch request {
        case .select(let query): "\(query.condition) ORDER BY \(query.order)\n  \(query.parameters)"
        case .query(let query): "\(query.text)\n  \(query.parameters)"
        default: ""
        }
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
