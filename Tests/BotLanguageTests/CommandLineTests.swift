import BotLanguage
import CEL
import Testing

@Suite struct CommandLineTests {
    private func words(_ line: String) -> [String] { CommandText.words(line).map(\.text) }

    @Test(
        arguments: [
            ("", []), ("  ", []), ("a b\tc\nd", ["a", "b", "c", "d"]), ("\"a b\" c", ["a b", "c"]),
            ("“a b” «c d» „e f“", ["a b", "c d", "e f"]),
            ("\"a b”", ["a b"]), ("5\" pipe", ["5\"", "pipe"]), ("\"open and on", ["\"open", "and", "on"]), ("\"\"", [""]),
            (#""a \" b""#, ["a \" b"]), (#""a \\" b"#, [#"a \"#, "b"]), (#"a\b "c\d""#, [#"a\b"#, #"c\d"#]),
            ("don't 'a b'", ["don't", "'a", "b'"]),
        ] as [(String, [String])])
    func splitsIntoWords(_ line: String, _ expected: [String]) {
        #expect(words(line) == expected)
    }

    /// What somebody could write so that these values are read again.
    @Test(arguments: 0..<12) func readsWhatWasWritten(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let alphabet = Array(#"ab 1-"\“”„«»'—–=_ é🛒\#u{301}\#n"#.unicodeScalars)
        for _ in 0..<200 {
            let values = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                var text = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 0...8, using: &random) {
                    text.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
                }
                return String(text)
            }
            let isPlain = Bool.random(using: &random)
            let line = values.map { isPlain ? write($0) : quote($0) }.joined(separator: isPlain ? " " : "\n\t")
            #expect(words(line).map { Array($0.unicodeScalars) } == values.map { Array($0.unicodeScalars) }, "\(line)")
        }
    }

    private func write(_ value: String) -> String {
        let isWord =
            !value.isEmpty && value.unicodeScalars.allSatisfy { !$0.properties.isWhitespace }
            && !"\"“„«".unicodeScalars.contains(value.unicodeScalars.first ?? " ")
        return isWord ? value : quote(value)
    }

    private func quote(_ value: String) -> String {
        var result = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in value.unicodeScalars {
            if scalar == "\\" || scalar == "\"" || scalar == "”" { result.append("\\") }
            result.append(scalar)
        }
        result.append("\"")
        return String(result)
    }

    @Test(.timeLimit(.minutes(1))) func takesItsTimeWithTheLengthOnly() {
        #expect(CommandText.words(String(repeating: "„a ", count: 50_000)).count == 50_000)
        #expect(CommandText.words(String(repeating: "\"", count: 100_001)).count == 50_001)
    }
}

@Suite struct CommandArgumentTests {
    private func parameter(_ name: String, _ type: FieldType, isNullable: Bool = false, _ bounds: Bounds = .none) -> Parameter {
        var parameter = Parameter(name: name, type: ValueType(type, isNullable: isNullable), default: nil)
        parameter.bounds = bounds
        return parameter
    }

    private var add: [Parameter] {
        [
            parameter("what", .string), parameter("qty", .int, isNullable: true, Bounds(minimum: 1, maximum: 99)),
            parameter("loud", .bool, isNullable: true), parameter("size", .enumeration("Size"), isNullable: true),
            parameter("tags", .list(.string)),
        ]
    }

    private func parse(_ line: String, _ parameters: [Parameter]) -> String {
        do throws(CallProblem) {
            let values = try CommandArguments.parse(line, parameters) { $0 == "Size" ? ["small", "large"] : [] }
            return values.sorted { $0.key < $1.key }.map { "\($0)=\(describe($1))" }.joined(separator: " ")
        } catch {
            return "\(error)"
        }
    }

    private func describe(_ value: CELValue) -> String {
        switch value {
        case .string(let text): "'\(text)'"
        case .int(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .list(let values): "[" + values.map(describe).joined(separator: ",") + "]"
        default: "\(value)"
        }
    }

    @Test(arguments: [
        ("soup", "tags=[] what='soup'"), ("soup 2", "qty=2 tags=[] what='soup'"),
        ("soup 2 large a b", "qty=2 size='large' tags=['a','b'] what='soup'"),
        ("-qty 2 soup", "qty=2 tags=[] what='soup'"), ("soup -size LARGE -qty=3", "qty=3 size='large' tags=[] what='soup'"),
        ("--qty 2 --what soup", "qty=2 tags=[] what='soup'"), ("soup --tags a b -qty 4", "qty=4 tags=['a','b'] what='soup'"),
        ("--tags a b -- soup", "tags=['a','b'] what='soup'"), ("soup -tags a 5 -tags b", "qty=5 tags=['a','b'] what='soup'"),
        ("soup --tags", "tags=[] what='soup'"), ("—tags a b –qty 2 -what soup", "qty=2 tags=['a','b'] what='soup'"),
        ("-loud soup", "loud=true tags=[] what='soup'"), ("-loud no soup", "loud=false tags=[] what='soup'"),
        ("-Loud=да soup", "loud=true tags=[] what='soup'"),
        ("\"-qty\" 2", "qty=2 tags=[] what='-qty'"), ("-- -qty 2", "qty=2 tags=[] what='-qty'"), ("-what -5", "tags=[] what='-5'"),
        ("-", "tags=[] what='-'"),
        ("\"  a b \"", "tags=[] what='  a b '"), ("\"\"", "tags=[] what=''"),
        ("", "missing(\"what\")"), ("-qty 2", "missing(\"what\")"), ("soup -colour red", "unknown(\"-colour\", nearest: nil)"),
        ("soup -qyt 2", "unknown(\"-qyt\", nearest: Optional(\"qty\"))"), ("soup -qyt=2", "unknown(\"-qyt\", nearest: Optional(\"qty\"))"),
        ("soup -qty", "withoutValue(\"qty\")"), ("soup -qty -loud", "withoutValue(\"qty\")"), ("soup -qty --", "withoutValue(\"qty\")"),
        ("soup -tags", "withoutValue(\"tags\")"), ("-qty 1 -qty 2 soup", "twice(\"qty\")"),
    ])
    func givesEachItsWords(_ line: String, _ expected: String) {
        #expect(parse(line, add) == expected)
    }

    @Test func theLastTakesWhatIsLeft() {
        let parameters = [parameter("qty", .int), parameter("what", .string)]
        #expect(parse("2 oat  milk \"1 l\"", parameters) == "qty=2 what='oat  milk \"1 l\"'")
        #expect(parse("2 \"oat  milk\"", parameters) == "qty=2 what='oat  milk'")
        #expect(parse("oat  milk -qty 2 now", parameters) == "qty=2 what='oat milk now'")
        #expect(parse("-5 minus", parameters) == "qty=-5 what='minus'")
        #expect(parse("two oat milk", parameters).hasPrefix("unfit(\"qty\", text: \"two\""))
        #expect(parse("1 2 3", [parameter("n", .list(.int), Bounds(minimum: 1, maximum: 3))]) == "n=[1,2,3]")
        #expect(parse("1 2 3 4", [parameter("n", .list(.int), Bounds(minimum: 1, maximum: 3))]).hasPrefix("count(\"n\""))
        #expect(parse("", [parameter("n", .list(.int), Bounds(minimum: 1))]).hasPrefix("count(\"n\""))
        #expect(parse("1 x", [parameter("n", .list(.int))]).hasPrefix("unfit(\"n\", text: \"x\""))
        #expect(parse("1 2", [parameter("n", .int)]) == "tooMany(\"2\")")
        #expect(parse("anything at all", []) == "tooMany(\"anything\")")
    }

    /// Deep links may begin with a hyphen.
    @Test func aSingleTextTakesWhateverIsWritten() {
        let text = [parameter("text", .string)]
        #expect(parse("-x9_Z", text) == "text='-x9_Z'")
        #expect(parse("no -really  not", text) == "text='no -really  not'")
        #expect(parse("-text hello", text) == "text='hello'")
        #expect(parse("-text hello you", text) == "tooMany(\"you\")")
    }

    @Test func yesAndNo() {
        let flag = [parameter("on", .bool, isNullable: true)]
        #expect(parse("", flag) == "")
        #expect(parse("yes", flag) == "on=true")
        #expect(parse("maybe", flag) == "tooMany(\"maybe\")")
        #expect(parse("yes please", [parameter("on", .bool, isNullable: true), parameter("text", .string)]) == "text='yes please'")
        #expect(parse("", [parameter("on", .bool)]) == "missing(\"on\")")
        #expect(parse("no", [parameter("on", .bool)]) == "on=false")
        #expect(parse("-on", [parameter("on", .bool)]) == "on=true")
    }

    @Test func keepsToLimits() {
        #expect(parse("soup 100", add).hasPrefix("unfit(\"qty\", text: \"100\""))
        let name = [parameter("name", .string, Bounds(minimum: 2, maximum: 4))]
        #expect(parse("a", name).hasPrefix("unfit") && parse("abcde", name).hasPrefix("unfit") && parse("abcd", name) == "name='abcd'")
        let day = [parameter("day", .date, Bounds(minimum: 20_000, maximum: 20_001))]
        #expect(parse("2024-10-04", day) == "day='2024-10-04'")
        #expect(parse("2024-10-03", day).hasPrefix("unfit") && parse("06.10.2024", day).hasPrefix("unfit"))
    }

    /// Whatever people write, each word is somebody's, or it is told.
    @Test(arguments: 0..<6) func nothingIsDropped(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let pieces = ["a", "-qty", "2", "--tags", "-loud", "--", "-x", "\"", "\"b c\"", "no", "-what", "large", "—", "-5", "="]
        for _ in 0..<400 {
            let line = (0..<Int.random(in: 0...7, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined(
                separator: " ")
            guard
                case .success(let values) = Result(catching: { () throws(CallProblem) in
                    try CommandArguments.parse(line, add) { _ in ["large"] }
                })
            else { continue }
            let kept = values.reduce(0) { count, value in
                if case .list(let list) = value.value { count + list.count } else { count + 1 }
            }
            let words = CommandText.words(line).filter { !["-qty", "--tags", "-loud", "--", "-what"].contains($0.text) || $0.isQuoted }
            // A flag by itself has no word of its own.
            let flags = CommandText.words(line).count { $0.text == "-loud" && !$0.isQuoted }
            #expect(kept >= words.count - flags && kept <= words.count + 2, "\(line): \(values)")
        }
    }
}
