/// The project's own vectors: an expression, and what it comes to, as an expression without functions where that is
/// possible, or the code of its error. Every function, operator, macro and error code occurs.
enum OwnVectors {
    static let all: [(source: String, wanted: String)] =
        operators + conversions + strings + times + lists + maths + optionals + macros + others + errors

    private static let operators: [(String, String)] = [
        ("7 + 3 - 2 * 4 / 3 % 5", "8"), ("-(-3)", "3"), ("!true || !false", "true"), ("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", "true"),
        ("'a' < 'b' && b'a' < b'b' && false < true", "true"), ("1 != 2 && 1 == 1", "true"), ("2 in [1, 2] && !('x' in {'y': 1})", "true"),
        ("[1] + [2, 3]", "[1, 2, 3]"), ("b'a' + b'b'", "b'ab'"), ("'a' + 'é'", "'aé'"), ("1.5 + 2.5 * 2.0 - 1.0 / 4.0", "6.25"),
        ("5u + 3u - 2u * 2u / 3u % 2u", "7u"), ("false ? 1 : true ? 2 : 3", "2"), ("[[1, 2], [3]][0][1]", "2"),
        ("{1: 'a', 'b': 2}['b']", "2"),
        ("{'a': {'b': 1}}.a.b", "1"), ("1.0 / 0.0 > 1e308 && -1.0 / 0.0 < -1e308", "true"), ("dyn(1u) == 1 && dyn(1) == 1.0", "true"),
        ("dyn(9223372036854775807) < 9223372036854775808u", "true"), ("[1, [2.0]] == [1.0, [2]]", "true"),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"),
        ("double('NaN') == double('NaN')", "false"), ("dyn(1) == '1'", "false"), ("null == null", "true"),
        ("-9223372036854775808", "-0x8000000000000000"),
        ("0xFFu + 0x1u", "256u"), ("1e3 + .5 + 2.5e-1", "1000.75"), ("'a\\tb' == \"a\\tb\" && r'a\\tb' != 'a\\tb'", "true"),
        ("'\\x41\\101\\u00e9\\U0001F431'", "'AAé🐱'"), ("'''a\n'b' ''' + \"\"\"c\"d\"\"\"", "'a\\n\\'b\\' c\"d'"),
        ("b'\\xff\\377\\n'", "b'\\xff\\xff\\x0a'"),
    ]

    private static let conversions: [(String, String)] = [
        ("int('-12') + int(3.9) + int(4u) + int(timestamp('1970-01-01T00:00:05Z')) + int(true ? 1 : 2)", "1"),
        ("int(duration('3s'))", "3"), ("uint('7') + uint(1) + uint(2.5)", "10u"), ("double('1.5') + double(2) + double(3u)", "6.5"),
        ("string(1) + string(2u) + string(1.5) + string(true) + string(b'x') + string('y')", "'121.5truexy'"),
        ("string(timestamp(0)) + string(duration('90s'))", "'1970-01-01T00:00:00Z90s'"), ("bytes('é')", "b'\\xc3\\xa9'"),
        ("bool('true') && !bool('f') && bool('1')", "true"),
        ("timestamp('2026-01-31T12:00:00.5+02:00') == timestamp('2026-01-31T10:00:00.5Z')", "true"),
        ("timestamp(5) == timestamp('1970-01-01T00:00:05Z')", "true"), ("duration('1h1m1.5s') == duration('3661500ms')", "true"),
        ("type(1) == int && type(1u) == uint && type(1.0) == double && type('') == string && type(b'') == bytes", "true"),
        ("type(null) == null_type && type([]) == list && type({}) == map && type(type(1)) == type && type(true) == bool", "true"),
        ("dyn([1, 'a'])[1]", "'a'"), ("size('🐱é') + size(b'é') + size([1, 2]) + size({'a': 1}) + 'ab'.size()", "9"),
    ]

    private static let strings: [(String, String)] = [
        ("'hello'.contains('ell') && 'hello'.startsWith('he') && 'hello'.endsWith('lo')", "true"),
        ("'a1'.matches('^[a-z][0-9]$') && matches('xay', 'a')", "true"),
        ("'héllo'.charAt(1) + 'abc'.charAt(3)", "'é'"), ("'banana'.indexOf('an') + 'banana'.indexOf('an', 2) + 'banana'.indexOf('x')", "3"),
        ("'banana'.lastIndexOf('an') + 'banana'.lastIndexOf('an', 2)", "4"), ("['a', 'b'].join() + ['a', 'b'].join('-')", "'aba-b'"),
        ("'Äb'.lowerAscii() + 'äb'.upperAscii()", "'ÄbäB'"), ("'aaa'.replace('a', 'b') + 'aaa'.replace('a', 'b', 1)", "'bbbbaa'"),
        ("'a,b,c'.split(',') + 'a,b,c'.split(',', 2) + 'ab'.split('')", "['a', 'b', 'c', 'a', 'b,c', 'a', 'b']"),
        ("'hello'.substring(3) + 'hello'.substring(0, 2)", "'lohe'"), ("'\\t a b \\n'.trim()", "'a b'"), ("'aé'.reverse()", "'éa'"),
        ("strings.quote('a\"\\n')", "'\"a\\\\\"\\\\n\"'"),
        ("'%s %d %.1f %x %X %b %o %e %%'.format(['a', 1, 2.25, 255, 255, 5, 8, 1.0])", "'a 1 2.2 ff FF 101 10 1.000000e+00 %'"),
        ("regex.extract('item-A, item-B', 'item-(\\\\w+)').value()", "'A'"), ("regex.extract('HELLO', 'hello').hasValue()", "false"),
        ("regex.extractAll('id:12, id:345', 'id:([0-9]+)')", "['12', '345']"), ("regex.extractAll('aXbXXc', 'X*')", "['', 'X', 'XX', '']"),
        ("regex.replace('foo bar', '(fo)o (ba)r', '\\\\2 \\\\1')", "'ba fo'"), ("regex.replace('banana', 'a', 'x', 2)", "'bxnxna'"),
        ("regex.replace('<a><b>', '<(.+?)>', '[\\\\1]') + regex.replace('<a><b>', '<(.+)>', '[\\\\1]')", "'[a][b][a><b]'"),
        ("regex.replace('é🐱é', '🐱|(é)$', '<\\\\1>')", "'é<><é>'"), ("regex.replace('abab', '(a|ab)(b|)', '\\\\1.')", "'a.a.'"),
        ("base64.encode(b'hello')", "'aGVsbG8='"), ("base64.decode('aGVsbG8')", "b'hello'"),
    ]

    private static let times: [(String, String)] = [
        ("timestamp('2024-02-29T23:59:58.25Z').getFullYear()", "2024"), ("timestamp('2024-02-29T23:59:58.25Z').getMonth()", "1"),
        ("timestamp('2024-02-29T23:59:58.25Z').getDate()", "29"), ("timestamp('2024-02-29T23:59:58.25Z').getDayOfMonth()", "28"),
        ("timestamp('2024-02-29T23:59:58.25Z').getDayOfWeek()", "4"), ("timestamp('2024-02-29T23:59:58.25Z').getDayOfYear()", "59"),
        ("timestamp('2024-02-29T23:59:58.25Z').getHours('+01:30')", "1"),
        ("timestamp('2024-02-29T23:59:58.25Z').getMinutes('-00:30')", "29"),
        ("timestamp('2024-02-29T23:59:58.25Z').getSeconds()", "58"), ("timestamp('2024-02-29T23:59:58.25Z').getMilliseconds()", "250"),
        ("timestamp('2024-07-01T00:00:00Z').getDate('America/New_York')", "30"), ("duration('90m30s').getHours()", "1"),
        ("duration('90m30s').getMinutes()", "90"),
        ("duration('90m30s').getSeconds()", "5430"), ("duration('1.5s').getMilliseconds()", "500"),
        ("timestamp('2024-03-01T00:00:00Z') - timestamp('2024-02-28T00:00:00Z') == duration('48h')", "true"),
        ("timestamp('2024-02-28T00:00:00Z') + duration('24h') - duration('1s') < timestamp('2024-02-29T00:00:00Z')", "true"),
    ]

    private static let lists: [(String, String)] = [
        ("lists.range(3)", "[0, 1, 2]"), ("[1, 2].sum() + [].sum()", "3"), ("[1.5, 2.5].sum()", "4.0"),
        ("[1, 2].avg()", "1.5"), ("[2, 1].min() + [2, 1].max()", "3"), ("['b', 'a'].sort()", "['a', 'b']"),
        ("[1, 2, 1].distinct()", "[1, 2]"),
        ("[1, 2, 3].reverse()", "[3, 2, 1]"), ("[1, 2, 3].slice(1, 2)", "[2]"), ("[[1], [2, 3]].flatten()", "[1, 2, 3]"),
        ("dyn([1, [2, [3]]]).flatten(2)", "[1, 2, 3]"),
        ("[4, 5].first().value() * 10 + [4, 5].last().value()", "45"), ("[].first().hasValue()", "false"),
        ("sets.contains([1, 2], [2])", "true"), ("sets.equivalent([1, 2], [2, 1, 1])", "true"), ("sets.intersects([1], [2])", "false"),
    ]

    private static let maths: [(String, String)] = [
        ("math.greatest(1, 3, 2) + math.least([4, 2])", "5"), ("math.ceil(1.2) + math.floor(1.8) + math.trunc(-1.8)", "2.0"),
        ("math.round(-1.5)", "-2.0"),
        ("math.abs(-3) + math.sign(-7)", "2"), ("math.sqrt(9)", "3.0"),
        ("math.isNaN(0.0 / 0.0) && math.isInf(1.0 / 0.0) && math.isFinite(1.0)", "true"),
        ("math.bitAnd(12, 10) + math.bitOr(12, 10) + math.bitXor(12, 10)", "28"), ("math.bitNot(5)", "-6"),
        ("math.bitShiftLeft(1, 4) + math.bitShiftRight(16, 2)", "20"),
    ]

    private static let optionals: [(String, String)] = [
        ("optional.of(1).hasValue() && !optional.none().hasValue() && !optional.ofNonZeroValue(0).hasValue()", "true"),
        ("optional.of(1).value()", "1"),
        ("optional.none().or(optional.of(2)).orValue(3)", "2"), ("optional.unwrap([optional.of(1), optional.none()])", "[1]"),
        ("[optional.of(1)].unwrapOpt()", "[1]"),
        ("{'a': {'b': 1}}.?a.b.orValue(0) + {'a': 1}[?'x'].orValue(2) + [1][?4].orValue(3)", "6"),
        ("[?optional.of(1), ?optional.none()]", "[1]"),
        ("{?'a': optional.none(), 'b': 1}", "{'b': 1}"), ("optional.of(2).optMap(x, x * 2).value()", "4"),
        ("optional.of(2).optFlatMap(x, optional.none()).hasValue()", "false"),
    ]

    private static let macros: [(String, String)] = [
        ("has({'a': 1}.a)", "true"), ("[1, 2].all(x, x > 0) && [1, 2].all(i, x, i < x)", "true"),
        ("[1, 2].exists(x, x == 2) && {'a': 1}.exists(k, v, k == 'a' && v == 1)", "true"),
        ("[1, 2].exists_one(x, x > 1) && [1, 2].existsOne(i, x, i == 0)", "true"), ("[1, 2, 3].filter(x, x % 2 == 1)", "[1, 3]"),
        ("[1, 2].map(x, x * 2)", "[2, 4]"),
        ("[1, 2].map(x, x > 1, x * 2)", "[4]"), ("[3, 4].transformList(i, x, i * x)", "[0, 4]"),
        ("[3, 4].transformList(i, x, i > 0, x)", "[4]"),
        ("{'a': 1}.transformMap(k, v, v + 1)", "{'a': 2}"), ("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v)", "{'b': 2}"),
        ("{'a': 1}.transformMapEntry(k, v, {v: k})", "{1: 'a'}"), ("cel.bind(x, 3, x * x)", "9"), ("[3, 1, 2].sortBy(x, -x)", "[3, 2, 1]"),
        ("[1, 2].one(x, x > 1)", "2"),
        ("[1, 2, 3].count(x, x > 1)", "2"), ("[1, 0].exists(x, 1 / x == 1) && ![0, 1].all(x, 1 / x > 1)", "true"),
        ("cel.block([2, cel.index(0) * 3], cel.index(1))", "6"),
    ]

    private static let others: [(String, String)] = [
        ("ip('10.0.0.1').family() + ip('::1').family()", "10"), ("string(ip('::0:1'))", "'::1'"),
        ("isIP('::') && !isIP('::g') && ip.isCanonical('::1')", "true"),
        ("ip('0.0.0.0').isUnspecified() && ip('::1').isLoopback() && ip('8.8.8.8').isGlobalUnicast()", "true"),
        ("ip('ff02::1').isLinkLocalMulticast() && ip('169.254.0.1').isLinkLocalUnicast()", "true"),
        ("isCIDR('10.0.0.0/8') && cidr('10.0.0.0/8').prefixLength() == 8", "true"),
        ("cidr('10.0.0.0/8').containsIP('10.1.1.1') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true"),
        ("string(cidr('10.1.1.1/8').masked())", "'10.0.0.0/8'"),
        ("cidr('10.1.1.1/8').ip() == ip('10.1.1.1')", "true"),
    ]

    private static let errors: [(String, String)] = [
        ("9223372036854775807 + 1", "error: overflow"), ("-(-9223372036854775807 - 1)", "error: overflow"), ("0u - 1u", "error: overflow"),
        ("int(1e19)", "error: overflow"),
        ("timestamp('9999-12-31T23:59:59Z') + duration('1s')", "error: overflow"), ("1 / 0", "error: divide by zero"),
        ("1u % 0u", "error: divide by zero"), ("{'a': 1}.b", "error: no such key"),
        ("{'a': 1}['b']", "error: no such key"), ("[1][1]", "error: index out of range"), ("[1][-1]", "error: index out of range"),
        ("'abc'.substring(2, 1)", "error: index out of range"),
        ("int('x')", "error: invalid argument"), ("'a'.matches('(')", "error: invalid argument"),
        ("timestamp('x')", "error: invalid argument"), ("regex.extract('ab', '(a)(b)')", "error: invalid argument"),
        ("regex.replace('a', 'a', '\\\\1')", "error: invalid argument"), ("regex.replace('a', 'a', '\\\\')", "error: invalid argument"),
        ("{'a': 1, 'a': 2}", "error: duplicate key"),
        ("dyn(1) + 'a'", "error: no matching overload"), ("dyn('a') && true", "error: no matching overload"),
        ("optional.none().value()", "error: empty optional"),
        ("unbound + 1", "error: unbound variable"), ("true && (1 / 0 > 1)", "error: divide by zero"), ("false && (1 / 0 > 1)", "false"),
        ("(1 / 0 > 1) || true", "true"),
        ("lists.range(1000000).map(x, [x, x]).map(x, [x, x]).size()", "error: cost limit"), ("failing()", "error: host failure"),
        ("dyn(row).nope", "error: no such field"),
        ("1 +", "error: compile"), ("nope", "error: compile"), ("'a' + 1", "error: compile"), ("[1].nope()", "error: compile"),
        ("1 == 'a'", "error: compile"), ("(1", "error: compile"),
        ("'unclosed", "error: compile"), ("for + 1", "error: compile"), ("size(1, 2)", "error: compile"),
        ("99999999999999999999", "error: compile"), ("1e999", "error: compile"),
    ]
}
