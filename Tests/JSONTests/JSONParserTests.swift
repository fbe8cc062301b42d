import JSON
import TestSupport
import Testing

@Suite struct JSONParserTests {
    static let valid: [(String, JSON)] = [
        (#"{"a":[1,-2,3.5,true,false,null,"x"]}"#, ["a": [1, -2, 3.5, true, false, nil, "x"]]),
        (" [ ] ", []), ("{}", [:]), ("0", 0), ("-0", 0), ("9223372036854775807", .int(.max)),
        ("-9223372036854775808", .int(.min)), ("9223372036854775808", .double(9.223372036854775808e18)),
        ("1e3", 1000.0), ("1E-2", 0.01), (#""\u00e9\n\"\/\\""#, "é\n\"/\\"), (#""\ud83d\ude00""#, "😀"),
        (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    ]

    @Test(arguments: valid)
    func parses(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[", "]", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01", "-", "1.", ".5", "1e", "+1", "tru", "nul",
        "\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "1 2", "[1 2]", "NaN", "Infinity", "1e999", "'a'", "[1]]", "\u{FEFF}{}",
    ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test func lastOfTwoEqualKeysWins() throws {
        #expect(try JSON(parsing: #"{"a":1,"a":2}"#)["a"] == 2)
    }

    @Test func namesThePlaceOfAnError() throws {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: #"{"a": 1, "b": }"#) }
        #expect(error?.offset == 14)
        #expect(error?.code == .syntax)
    }

    @Test func refusesInvalidUTF8() throws {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xC3, 0x28, 0x22]) }
        #expect(error?.code == .invalidUTF8)
    }

    @Test func hostileNestingIsAnErrorNotACrash() throws {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) }
        #expect(error?.code == .tooDeep)
    }

    /// Whatever is parsed can be written and parsed again to the same value; whatever isn't JSON ends in an error.
    @Test func survivesMutatedDocuments() throws {
        var random = SeededGenerator(seed: 20)
        let seed = Array(#"{"update_id":1,"message":{"text":"a\u00e9\n😀","n":[-1,2.5e3,true,null,{}]}}"#.utf8)
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(seed[Int.random(in: 0..<seed.count, using: &random)], at: index)
                }
            }
            guard let value = try? JSON(parsing: bytes) else { continue }
            #expect(try JSON(parsing: value.bytes) == value)
        }
    }
}
