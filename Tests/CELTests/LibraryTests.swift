import CEL
import Testing

@Suite("CEL library")
struct LibraryTests {
    @Test(
        "strings",
        arguments: [
            "'abc'.contains('bc')", "'abc'.contains('')", "!'abc'.contains('x')", "'äbc'.startsWith('ä')",
            "'abc'.endsWith('')",
            "'tacocat'.indexOf('c') == 2", "'tacocat'.lastIndexOf('c', 3) == 2", "'añb'.charAt(1) == 'ñ'",
            "'abc'.charAt(3) == ''",
            "'aXbX'.replace('X', '--', 1) == 'a--bX'", "'äb'.replace('', '.') == '.ä.b.'",
            "'a,b,c'.split(',') == ['a', 'b', 'c']",
            "'a,b,c'.split(',', 2) == ['a', 'b,c']", "'äb'.split('') == ['ä', 'b']", "['a', 'b'].join(', ') == 'a, b'",
            "'  x '.trim() == 'x'",
            "'äBC'.lowerAscii() == 'äbc'", "'äbc'.upperAscii() == 'äBC'", "'abc'.reverse() == 'cba'",
            "'abcd'.substring(1, 3) == 'bc'",
            "strings.quote('a\"b\\n') == '\"a\\\\\"b\\\\n\"'", "string(1.5) == '1.5'", "string(2.0) == '2'",
            "string(b'abc') == 'abc'",
            "string(true) == 'true'", "size('πέντε') == 5",
            "'%s has %d of %.2f, %x'.format(['a', 2, 1.005, 255]) == 'a has 2 of 1.00, ff'",
            "'%s'.format([[1, 'a', null, 2.5]]) == '[1, a, null, 2.5]'", "'%e'.format([12345.678]) == '1.234568e+04'",
            "'%b %o'.format([5, 8]) == '101 10'",
            "string(1e100) == '1e+100'", "double('1e3') == 1000.0", "int('-12') == -12", "bool('true')", "uint('7') == 7u",
            "int(3.9) == 3",
        ])
    func strings(source: String) throws {
        #expect(try evaluate(source) == .bool(true))
    }

    @Test(
        "patterns",
        arguments: [
            ("abc", "b", true), ("abc", "^b", false), ("abc", "c$", true), ("aaa", "^a{2}$", false), ("aa", "^a{2,}$", true),
            ("a1_", "^\\w+$", true),
            ("a b", "\\bb\\b", true), ("ABC", "(?i)abc", true), ("ÄB", "(?i)äb", true), ("a\nb", "a.b", false),
            ("a\nb", "(?s)a.b", true),
            ("a\nb", "(?m)^b$", true), ("x-y", "[a-z]-[^x]", true), ("a]b", "a[]]b", true),
            ("12:30", "^([01]?\\d|2[0-3]):[0-5]\\d$", true),
            ("24:30", "^([01]?\\d|2[0-3]):[0-5]\\d$", false), ("a{b", "a\\{b", true), ("foo", "(?P<n>fo)(?:o)", true),
            ("é", "^\\x{e9}$", true),
            ("abab", "^(ab)*$", true), ("", "^$", true), ("x1", "^[[:alpha:]][[:digit:]]$", true), ("a.b", "\\Qa.b\\E", true),
            ("a", "^[^\\d\\s]$", true),
            ("ab", "^a?b??$", true), ("a{", "a{", true),
        ])
    func patterns(text: String, pattern: String, wanted: Bool) throws {
        let environment = CELEnvironment(variables: ["t": .string, "p": .string])
        #expect(
            try evaluate("t.matches(p)", ["t": .string(text), "p": .string(pattern)], in: environment) == .bool(wanted))
    }

    @Test(
        "malformed and hostile patterns end in an error",
        arguments: [
            "(", ")", "[a", "a**b(", "*a", "\\", "(?<x", "[z-a]", "a{2,1}", "a{9999}", "((a{500}){500}){500}", "(?z)", "\\q",
            "[[:foo:]]", "\\x{110000}",
        ])
    func badPatterns(pattern: String) throws {
        let environment = CELEnvironment(variables: ["p": .string])
        #expect(try failure("'a'.matches(p)", ["p": .string(pattern)], in: environment)?.code == .invalidArgument)
    }

    @Test("patterns that make others hang don't", .timeLimit(.minutes(1)))
    func linear() throws {
        let environment = CELEnvironment(variables: ["t": .string, "p": .string])
        let text = CELValue.string(String(repeating: "a", count: 5000))
        #expect(try evaluate("t.matches(p)", ["t": text, "p": .string("^(a+)+$b")], in: environment) == .bool(false))
        #expect(try evaluate("t.matches(p)", ["t": text, "p": .string("(a|aa)*b")], in: environment) == .bool(false))
        let nested = String(repeating: "(", count: 5000) + String(repeating: ")", count: 5000)
        #expect(try failure("t.matches(p)", ["t": text, "p": .string(nested)], in: environment)?.code == .invalidArgument)
    }

    @Test(
        "lists",
        arguments: [
            "lists.range(3) == [0, 1, 2]", "lists.range(-1) == []", "[1, 2, 3].sum() == 6", "[1.5, 2.0].sum() == 3.5",
            "[1, 2].avg() == 1.5",
            "[3, 1, 2].sort() == [1, 2, 3]", "['b', 'a'].sort() == ['a', 'b']", "[3, 1].min() == 1",
            "['b', 'c'].max() == 'c'", "[1, 2, 1].distinct() == [1, 2]",
            "[1, 2, 3, 4].slice(1, 3) == [2, 3]", "[[1], [2, 3]].flatten() == [1, 2, 3]", "[1, 2].reverse() == [2, 1]",
            "[1, 2].first().value() == 1",
            "[].map(x, 1).last() == optional.none()", "[3, 1, 2].sortBy(x, -x) == [3, 2, 1]",
            "[1, 2, 3].count(x, x > 1) == 2", "[1, 2].one(x, x > 1) == 2",
            "[1, 2].one(x, x > 2) == null", "[].map(x, 1).sum() == 0",
            "[duration('1m'), duration('2m')].sum() == duration('3m')",
            "['aa', 'b'].sortBy(s, s.size()) == ['b', 'aa']", "[1, 2].map(x, x * 2).sum() == 6",
            "['x', 'y'].map(s, s + '!').join('\\n') == 'x!\\ny!'",
            "lists.range(9).map(i, '·').size() == 9", "{'a': 1, 'b': 2}.map(k, k).sort() == ['a', 'b']",
            "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
            "{'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'}", "[5, 6].transformList(i, v, i * v) == [0, 6]",
            "[1, 2].exists_one(x, x == 2)",
            "cel.bind(a, 2, a * a) == 4", "optional.of(3).optMap(x, x + 1).value() == 4", "[?optional.none(), 1] == [1]",
            "{?'a': optional.of(1)} == {'a': 1}",
            "{'a': 1}[?'b'].orValue(5) == 5", "[1, 2][?5].hasValue() == false", "base64.encode(b'ab') == 'YWI='",
            "base64.decode('YWI') == b'ab'",
            "math.greatest(1, 3, 2) == 3", "math.least([4, 2]) == 2", "math.abs(-3) == 3", "math.round(2.5) == 3.0",
            "math.sqrt(9) == 3.0", "math.bitXor(5, 1) == 4",
        ])
    func lists(source: String) throws {
        #expect(try evaluate(source) == .bool(true))
    }

    @Test("every function has a sentence of documentation, operators aside")
    func documented() {
        for function in CELEnvironment().functions where !function.name.contains("_") && !function.name.hasPrefix("@") {
            #expect(!function.documentation.isEmpty, "\(function.name)")
        }
    }
}
