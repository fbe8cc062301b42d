/// What an expression may be made of, by the type of its value. `$int` is the place of another expression of that
/// type, `@int` the name of a variable of that type that the places behind it may use.
enum Grammar {
    enum Kind: String, CaseIterable {
        case bool, int, uint, double, string, bytes, time, span, type, any
        case ints, words, orders, lists, prices, counts, rows
        case order, user, optional, status, maybe
    }

    enum Part {
        case text(String)
        case place(Kind)
        case variable(Kind)
    }

    static let templates: [Kind: [[Part]]] = Dictionary(
        uniqueKeysWithValues: sources.map { ($0, ($1 + shared[$0, default: []] + general($0)).map { parsed($0) }) })

    static let leaves: [Kind: [String]] = [
        .bool: ["true", "false", "flag", "o.paid", "any == null", "status == Status.taken"],
        .int: [
            "0", "1", "-1", "7", "n", "o.qty", "user.age", "9223372036854775807", "-9223372036854775808", "0x7f", "user.id",
        ],
        .uint: ["0u", "1u", "u", "18446744073709551615u", "0xFFu"],
        .double: ["0.0", "1.5", "-2.5e3", "d", "o.total", "1e308", "1e-320", "double('NaN')", "double('Infinity')", "-0.0"],
        .string: [
            "''", "'a'", "name", "user.name", "'🐱é'", "'e\\u0301'", "r'(a+)+$'", "'%s %d %.2f'", "\"\"\"x\ny\"\"\"",
            "'Europe/Berlin'", "string(status)",
        ],
        .bytes: ["b''", "b'\\xff\\000'", "blob", "b'abc'"],
        .time: ["now", "o.at", "timestamp(0)", "timestamp('9999-12-31T23:59:59Z')", "timestamp('0001-01-01T00:00:00Z')"],
        .span: ["span", "duration('1h')", "duration('-1.5s')", "duration('0s')", "duration('320000h')"],
        .type: ["int", "string", "list", "type(any)", "null_type", "optional_type"],
        .any: ["any", "null", "dyn(1)", "dyn('a')", "dyn([1, 'a', null])", "dyn({'a': 1})", "dyn(now)", "dyn(optional.none())"],
        .ints: ["items", "[1, 2, 3]", "[]", "lists.range(5)", "[n]"],
        .words: ["words", "['a', 'b']", "[name]", "'a,b'.split(',')"],
        .orders: ["ys", "[o]"],
        .lists: ["[[1], []]", "[items]"],
        .prices: ["prices", "{'a': 1.5}", "{name: d}"],
        .counts: ["{1: 'a', 2: 'b'}", "counts", "{n: name}"],
        .rows: ["rows", "[{'a': any}]"],
        .order: ["o"],
        .user: ["user", "o.customer"],
        .optional: ["optional.of(1)", "optional.none()", "opt", "o.?tip", "items[?0]"],
        .status: ["o.status", "status", "Status.placed", "Status.taken"],
        .maybe: ["x", "o.tip"],
    ]

    /// What any type can be wrapped in.
    private static func general(_ kind: Kind) -> [String] {
        let place = "$\(kind.rawValue)"
        return [
            "($bool ? \(place) : \(place))", "cel.bind(@\(kind.rawValue), \(place), \(place))",
            "[\(place), \(place)][$int]", "optional.of(\(place)).orValue(\(place))", "(\(place))",
            "{'k': \(place)}['k']",
        ]
    }

    private static let comparable: [Kind] = [.int, .uint, .double, .string, .bytes, .time, .span, .bool]

    private static let shared: [Kind: [String]] = [
        .bool: comparable.flatMap { kind in
            ["<", "<=", ">", ">="].map { "$\(kind.rawValue) \($0) $\(kind.rawValue)" }
        }
            + Kind.allCases.flatMap { kind in
                ["$\(kind.rawValue) == $\(kind.rawValue)", "$\(kind.rawValue) != $\(kind.rawValue)"]
            },
        .type: Kind.allCases.map { "type($\($0.rawValue))" },
        .any: Kind.allCases.map { "dyn($\($0.rawValue))" },
    ]

    private static func parsed(_ source: String) -> [Part] {
        var parts: [Part] = []
        var text = ""
        var rest = Substring(source)
        while let first = rest.popFirst() {
            let word = rest.prefix { $0.isLetter }
            guard first == "$" || first == "@", let kind = Kind(rawValue: String(word)) else {
                text.append(first)
                continue
            }
            if !text.isEmpty { parts.append(.text(text)) }
            text = ""
            parts.append(first == "$" ? .place(kind) : .variable(kind))
            rest = rest.dropFirst(word.count)
        }
        if !text.isEmpty { parts.append(.text(text)) }
        return parts
    }
}

extension Grammar {
    private static let sources: [Kind: [String]] = [
        .bool: [
            "$bool && $bool", "$bool || $bool", "!$bool", "($bool && $bool || $bool)", "$int in $ints", "$string in $words",
            "$string in $prices", "$string.contains($string)", "$string.startsWith($string)", "$string.endsWith($string)",
            "$string.matches('[a-z]+')", "$string.matches($string)", "has(o.tip)", "has($order.note)", "$ints.all(@int, $bool)",
            "$ints.exists(@int, $bool)", "$words.exists_one(@string, $bool)", "$orders.exists(@order, $bool)",
            "$prices.all(@string, $bool)", "$prices.exists(@string, @double, $bool)", "$ints.all(@int, @int, $bool)",
            "bool($string)", "$optional.hasValue()", "$maybe == null", "$int == $double", "$uint < $int", "$double >= $int",
            "math.isNaN($double)", "math.isFinite($double)", "isAdult($user)", "$any in $any", "$ints.contains($int)",
            "$any && $bool", "$rows.exists(@any, $bool)", "$maybe != null && $maybe > 1", "strings.quote($string) == name",
        ],
        .int: [
            "$int + $int", "$int - $int", "$int * $int", "$int / $int", "$int % $int", "-$int", "size($string)", "$string.size()",
            "size($ints)", "$prices.size()", "size($bytes)", "int($double)", "int($string)", "int($uint)", "int($time)",
            "$time.getFullYear()", "$time.getHours($string)", "$time.getDayOfWeek('Asia/Tokyo')", "$time.getDayOfYear('-03:30')",
            "$span.getMinutes()", "$span.getMilliseconds()", "$ints.sum()", "$ints.max()", "$ints.min()", "$orders.count(@order, $bool)",
            "math.abs($int)", "math.greatest($int, $int)", "math.least($int, $int, $int)", "math.sign($int)",
            "math.bitAnd($int, $int)", "math.bitShiftLeft($int, $int)", "math.bitXor($int, $int)", "$string.indexOf($string)",
            "$string.lastIndexOf($string)", "$ints[$int]", "$optional.orValue($int)", "$optional.value()", "$order.qty", "$user.age",
            "twice($int)", "pickOne($ints)", "$orders[$int].qty", "$ints.first().orValue($int)", "$ints.map(@int, $int).sum()",
        ],
        .uint: [
            "$uint + $uint", "$uint - $uint", "$uint * $uint", "$uint / $uint", "$uint % $uint", "uint($int)", "uint($double)",
            "uint($string)", "math.bitOr($uint, $uint)", "math.bitNot($uint)",
        ],
        .double: [
            "$double + $double", "$double - $double", "$double * $double", "$double / $double", "-$double", "double($int)",
            "double($string)", "$prices[$string]", "math.ceil($double)", "math.round($double)", "math.sqrt($double)",
            "math.greatest($double, $double)", "$order.total", "$ints.avg()", "math.trunc($double)",
            "$orders.map(@order, $double).sum()",
        ],
        .string: [
            "$string + $string", "string($int)", "string($double)", "string($bytes)", "string($time)", "string($span)",
            "string($bool)", "$string.lowerAscii()", "$string.upperAscii()", "$string.trim()", "$string.reverse()",
            "$string.substring($int)", "$string.substring($int, $int)", "$string.charAt($int)", "$string.replace($string, $string)",
            "$string.replace($string, $string, $int)", "$words.join()", "$words.join($string)", "$words[$int]", "$user.name",
            "$string.format([$int, $string])", "'%d|%s|%x|%.3f|%e'.format([$int, $any, $int, $double, $double])",
            "'%s'.format([$any])", "base64.encode($bytes)", "strings.quote($string)", "$counts[$int]", "$order.note.orValue('')",
            "string($status)", "$any + $string", "$rows.map(@any, $string).join('-')", "greeting($string)", "twice($string)",
        ],
        .bytes: ["$bytes + $bytes", "bytes($string)", "base64.decode($string)"],
        .time: ["$time + $span", "$span + $time", "$time - $span", "timestamp($string)", "timestamp($int)", "$order.at"],
        .span: ["$span + $span", "$span - $span", "$time - $time", "duration($string)"],
        .type: [],
        .any: [
            "$any.name", "$any[$any]", "$any + $any", "$any - $any", "$any * $any", "-$any", "$any.?a", "$any[?$any]", "$any.size()",
            "$any.map(@any, $any)", "$any.filter(@any, $bool)", "$any.sum()", "$any.getHours()", "$any.contains($any)",
            "$any.sortBy(@any, $any)", "$rows[$int].a", "[$any, $int, $string][$int]", "{$any: $any}", "$any.optMap(@any, $any)",
            "$any.flatten()", "$any.transformMap(@any, @any, $any)", "$any.value()", "$any.distinct()", "$any.join($any)",
        ],
        .ints: [
            "$ints + $ints", "[$int, $int]", "$ints.filter(@int, $bool)", "$ints.map(@int, $int)", "$ints.map(@int, $bool, $int)",
            "$ints.sort()", "$ints.reverse()", "$ints.distinct()", "$ints.slice($int, $int)", "lists.range($int)",
            "$ints.sortBy(@int, $int)", "$lists.flatten()", "$orders.map(@order, $int)", "$ints.transformList(@int, @int, $int)",
            "[$int, ?$optional]", "$counts.map(@int, $int)", "$ints.transformList(@int, @int, $bool, $int)",
        ],
        .words: [
            "[$string, $string]", "$words + $words", "$string.split($string)", "$string.split($string, $int)",
            "$words.filter(@string, $bool)", "$ints.map(@int, $string)", "$words.sort()", "$words.distinct()",
            "$prices.map(@string, $string)",
            "$words.sortBy(@string, $int)",
        ],
        .orders: ["$orders.filter(@order, $bool)", "$orders + $orders", "[$order]", "$orders.sortBy(@order, $int)", "$orders.reverse()"],
        .lists: ["[$ints, $ints]", "$ints.map(@int, $ints)", "$lists + $lists"],
        .prices: [
            "{$string: $double, 'b': $double}", "{?$string: optional.of($double)}", "$prices.transformMap(@string, @double, $double)",
            "$words.transformMapEntry(@int, @string, {$string: $double})", "{'a': $double, 'a': $double}",
        ],
        .counts: ["{$int: $string}", "$words.transformMap(@int, @string, $string)"],
        .rows: ["[{$string: $any}]", "$rows + $rows", "$rows.filter(@any, $bool)"],
        .order: [
            "$orders[$int]", "orders{qty: $int, total: $double, status: $status, at: $time}", "$orders.one(@order, $bool)",
            "orders{tip: $maybe}",
        ],
        .user: ["$order.customer", "users{name: $string, age: $int}", "$order.courier"],
        .optional: [
            "optional.of($int)", "optional.ofNonZeroValue($int)", "$ints[?$int]", "$optional.or($optional)",
            "$optional.optMap(@int, $int)", "$optional.optFlatMap(@int, $optional)", "$order.?tip", "{'a': $int}.?a", "$ints.first()",
            "$ints.last()",
        ],
        .status: ["$order.status"],
        .maybe: ["$order.tip", "($bool ? $int : null)"],
    ]
}
