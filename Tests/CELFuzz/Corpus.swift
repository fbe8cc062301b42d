import Foundation

/// Expressions written by people.
package enum Corpus {
    /// The built-in ones and, when a folder is named, every `expr` of the JSON files in it.
    package static func all(in folder: String? = nil) -> [String] {
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return builtIn }
        let files = names.filter { $0.hasSuffix(".json") }.sorted()
        return builtIn
            + files.flatMap { name -> [String] in
                guard let data = try? Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent(name)),
                    let items = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
                else { return [] }
                return items.compactMap { $0["expr"] as? String }
            }
    }

    package static let builtIn = [
        "user.age >= 18 && user.name in [\"Ann\", \"Bob\"] && !o.paid", "o.status == Status.taken ? 'taken' : 'free'",
        "'Hello, ' + user.name + '! ' + string(size(items)) + (size(items) == 1 ? ' item' : ' items')",
        "ys.filter(y, y.total > 50.0 && y.qty > 0).map(y, y.total * double(y.qty)).sum()", "words.join(', ')",
        "now - o.at > duration('48h') && (now + duration('90m')).getHours('Europe/Berlin') >= 9",
        "has(o.note) && o.note != null && o.note.contains('x')", "o.?courier.?name.orValue('none')", "x != null && x > 3",
        "prices.transformMap(k, v, v * 2.0)", "words.transformMapEntry(i, w, {w: i})", "[1, 2, 3].exists_one(i, i % 2 == 0)",
        "cel.bind(total, items.sum(), total > 10 ? total : 10)", "{'a': [1, {'b': optional.of(2)}]}.a[1].b.value()",
        "b'\\x00\\xff' + bytes('é') == b'abc'", "r'\\d+' + \"\"\"a\n'b'\"\"\" + 'c\\u00e9\\U0001F600\\'\\n\\101'",
        "timestamp('2026-02-28T23:59:59.999Z') + duration('1s') > now", "type(1) == int && type([]) == list && type(null) == null_type",
        "1.0 == 1 && 1u == 1 && 9223372036854775807 < 9223372036854775808u && 0x1F == 31", "-(-1) - -1 == 2 && !!true && ---1 == -1",
        "orders{id: 1, qty: 2, ?tip: optional.of(3)}.qty", "'%s is %d, %.2f, %x, %e'.format(['a', 1, 2.5, 255, 1e10])",
        "items.sortBy(i, -i).slice(0, 2).reverse()", "math.greatest(1, 2.0, 3u) + math.least(1)", "any.a.b[0].c(1, 2)", ".n + .user.age",
        "a.b.c{d: 1}", "o.`note`", "true || 1 / 0 == 0", "[1, 2][5] == 1 || false && any", "ys.one(y, y.id == 1).qty",
        "counts.exists(k, v, k > 1 && v == 'b')", "string(bytes(string(1.5))) // a remark", "'a,b,,c'.split(',', 2).join('|')",
        "'äöü'.substring(1, 2).upperAscii().charAt(0)", "base64.decode(base64.encode(b'abc')) == b'abc'", "items[?5].optMap(i, i + 1)",
        "[?optional.none(), 1]", "{?'a': optional.of(1)}", "isAdult(user) && greeting(name) == 'Hi'", "pickOne(words) + twice('a')",
        "if", "package.a", "1 +", "(((", "'unclosed", "{1: 2, 1: 3}", "int('x')", "duration('1h').getMinutes() == 60",
    ]
}
