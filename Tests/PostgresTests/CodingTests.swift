import Postgres
import Testing

private func roundTrip<Value: PostgresCodable & Equatable>(_ value: Value, as type: PostgresType? = nil) throws -> Value {
    var buffer = PostgresBuffer()
    value.encode(into: &buffer)
    return try buffer.bytes.withUnsafeBytes { bytes in
        // An empty array has no address; a present but empty value must not become null.
        let present = bytes.baseAddress == nil ? UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 1), count: 0) : bytes
        return try Value.decode(from: PostgresCell(type: type ?? Value.postgresType, bytes: present))
    }
}

private func decode<Value: PostgresDecodable>(_: Value.Type, _ bytes: [UInt8], _ type: PostgresType) throws -> Value {
    try bytes.withUnsafeBytes { try Value.decode(from: PostgresCell(type: type, bytes: $0)) }
}

@Suite struct CodingTests {
    @Test func scalars() throws {
        for value in [true, false] { #expect(try roundTrip(value) == value) }
        for value in [Int16.min, -1, 0, .max] { #expect(try roundTrip(value) == value) }
        for value in [Int32.min, -1, 0, .max] { #expect(try roundTrip(value) == value) }
        for value in [Int64.min, -1, 0, .max] { #expect(try roundTrip(value) == value) }
        for value in [-Double.infinity, -0.1, 0, .greatestFiniteMagnitude] { #expect(try roundTrip(value) == value) }
        #expect(try roundTrip(Double.nan).isNaN)
        for value in ["", "a", "ü€😀"] { #expect(try roundTrip(value) == value) }
        for value in [[], [0, 255]] as [[UInt8]] { #expect(try roundTrip(value) == value) }
        #expect(try roundTrip(PostgresJSON("{\"a\":1}")) == PostgresJSON("{\"a\":1}"))
        for value in [Int64.min, .min + 946_684_800_000_001, 0, .max - 946_684_800_000_000, .max] {
            let timestamp = PostgresTimestamp(microsecondsSinceEpoch: value)
            #expect(try roundTrip(timestamp) == timestamp)
        }
        let interval = PostgresInterval(months: -1, days: 2, microseconds: 3)
        #expect(try roundTrip(interval) == interval)
    }

    @Test func arrays() throws {
        #expect(try roundTrip([Int64]()) == [])
        #expect(try roundTrip([1, -2] as [Int64]) == [1, -2])
        #expect(try roundTrip(["a", "", "ü"]) == ["a", "", "ü"])
        #expect(try roundTrip(["a", nil]) == ["a", nil])
        #expect(try roundTrip([[1, 2], []] as [[UInt8]]) == [[1, 2], []])
        #expect(try roundTrip([PostgresJSON("[]")]) == [PostgresJSON("[]")])
        #expect(try roundTrip([true, nil, false]) == [true, nil, false])
    }

    @Test func integersWiden() throws {
        #expect(try decode(Int64.self, [0xFF, 0xFE], .int2) == -2)
        #expect(try decode(Int.self, [0, 0, 0, 7], .int4) == 7)
        #expect(try decode(Double.self, [0x3F, 0x80, 0, 0], .float4) == 1)
    }

    @Test func mismatchesAreErrors() {
        #expect(throws: PostgresCell.Failure.typeMismatch(wanted: "Int32")) { try decode(Int32.self, [0, 0, 0, 0, 0, 0, 0, 0], .int8) }
        #expect(throws: PostgresCell.Failure.typeMismatch(wanted: "String")) { try decode(String.self, [1], .bytea) }
        #expect(throws: PostgresCell.Failure.typeMismatch(wanted: "[Int32]")) { try roundTrip([1] as [Int32], as: .text) }
        #expect(throws: PostgresCell.Failure.self) { try decode(Int64.self, [0, 0], .int8) }
        #expect(throws: PostgresCell.Failure.unexpectedNull) { try Int64.decode(from: PostgresCell(type: .int8, bytes: nil)) }
        #expect(throws: PostgresCell.Failure.self) { try decode(PostgresJSON.self, [2, 0x7B], .jsonb) }
    }

    /// Bytes that no server sends must be refused, not trusted.
    @Test(arguments: 0..<500 as Range<UInt64>)
    func malformedBytes(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var buffer = PostgresBuffer()
        switch seed % 3 {
        case 0: ["a", nil, "bcd"].encode(into: &buffer)
        case 1: ([1, 2, 3] as [Int64]).encode(into: &buffer)
        default: PostgresNumeric("12345.678")?.encode(into: &buffer)
        }
        var bytes = buffer.bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
        }
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        for attempt in [
            { _ = try decode([String?].self, $0, .textArray) }, { _ = try decode([Int64].self, $0, .int8Array) },
            { _ = try decode(PostgresNumeric.self, $0, .numeric) }, { _ = try decode(PostgresInterval.self, $0, .interval) },
            { _ = try decode(PostgresUUID.self, $0, .uuid) },
        ] as [([UInt8]) throws -> Void] {
            do { try attempt(bytes) } catch { #expect(error is PostgresCell.Failure) }
        }
    }
}

@Suite struct NumericTests {
    @Test(arguments: [
        "0", "1", "-1", "10000", "9999", "12345.678", "-0.0001", "0.00001", "100000000", "1.10", "NaN", "Infinity", "-Infinity",
        "123456789012345678901234567890.000000000000000001", "0.0000", "10000.0000",
    ])
    func roundTrips(_ text: String) throws {
        let value = try #require(PostgresNumeric(text))
        #expect(value.description == text)
        #expect(try roundTrip(value).description == text)
    }

    @Test(arguments: [("+1", "1"), ("007", "7"), (".5", "0.5"), ("-0", "0"), ("-0.00", "0.00")])
    func canonical(_ text: String, _ expected: String) { #expect(PostgresNumeric(text)?.description == expected) }

    @Test(arguments: ["", "-", ".", "1.", "1e5", "1,0", "nan", " 1", "1 ", "--1", "1.2.3", "٣"])
    func refused(_ text: String) { #expect(PostgresNumeric(text) == nil) }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        func digits(_ count: Int) -> String { (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined() }
        let whole = String(Int.random(in: 1...9, using: &random)) + digits(Int.random(in: 0...30, using: &random))
        let decimals = digits(Int.random(in: 0...30, using: &random))
        let text = (Bool.random(using: &random) ? "-" : "") + whole + (decimals.isEmpty ? "" : "." + decimals)
        let value = try #require(PostgresNumeric(text))
        #expect(try roundTrip(value).description == text)
    }
}

@Suite struct UUIDTests {
    @Test func text() throws {
        let text = "0188f3a0-1234-4abc-9def-0123456789ab"
        let value = try #require(PostgresUUID(text))
        #expect(value.description == text)
        #expect(PostgresUUID(text.uppercased()) == value)
        #expect(try roundTrip(value) == value)
        let random = PostgresUUID.random()
        #expect(PostgresUUID(random.description) == random)
        #expect(random.high >> 12 & 0xF == 4)
        #expect(random.low >> 62 == 2)
    }

    @Test(arguments: [
        "", "0188f3a0", "0188f3a012344abc9def0123456789ab", "0188f3a0-1234-4abc-9def-0123456789ag", "0188f3a0-1234-4abc-9def-0123456789abc",
    ])
    func refused(_ text: String) { #expect(PostgresUUID(text) == nil) }
}
