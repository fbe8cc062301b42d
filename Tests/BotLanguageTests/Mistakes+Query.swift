extension Mistake {
    private static let data = """
        bot: b
        enums: {Kind: [food, drink]}
        data:
          users: {tz: {type: string, default: "'UTC'"}}
          meals: {what: string, kcal: int, rating: number?, due: date?, kind: Kind, tags: "list<string>", user: {type: users, default: user}}
        screens: {home: {text: a}}

        """

    private static func query(_ name: String, _ query: String, _ expected: String) -> Mistake {
        Mistake(name, data + query, expected: expected)
    }

    /// Mistakes in `queries` and where they are asked. The first line of what is written here is the seventh.
    static let queries: [Mistake] = [
        query("without from", "queries: {a: {where: \"true\"}}", "7:14: 'from' is missing"),
        query(
            "of no collection", "queries: {a: {from: m in meal}}", "7:21: there is no collection 'meal'; did you mean 'meals'?"),
        query(
            "unknown key", "queries: {a: {from: m in meals, having: x}}",
            "7:33: a query has no key 'having'; a query knows 'args', 'from', 'where', 'group', 'select', 'order' and 'limit'"),
        query(
            "unknown field in where", "queries: {a: {from: m in meals, where: m.kcall > 1}}",
            "7:42: meals has no field 'kcall'; did you mean 'kcal'?"),
        query(
            "a row beside a group", "queries: {a: {from: m in meals, group: {kind: m.kind}, select: {what: m.what}}}",
            "7:71: a group has many rows, so 'what' must be made of aggregates (sum, avg, min, max, count); or put it under 'group'"),
        query(
            "a row beside an aggregate", "queries: {a: {from: m in meals, select: {what: m.what, n: count()}}}",
            "7:59: 'n' is made of all rows, and 'what' of a single one; group by 'what', or make two queries"),
        query(
            "a row within an aggregate's expression",
            "queries: {a: {from: m in meals, group: {k: m.kind}, select: {n: sum(m.kcal) + m.kcal}}}",
            "7:79: beside an aggregate the row can't be read: group by it, or put it into an aggregate"),
        query(
            "an aggregate in where", "queries: {a: {from: m in meals, where: sum(m.kcal) > 1}}",
            "7:40: 'sum' is a method, not a function; it is list<int>.sum() or list<uint>.sum() or list<double>.sum() or list<duration>.sum()"
        ),
        query(
            "an aggregate in an aggregate", "queries: {a: {from: m in meals, select: {n: sum(m.kcal + count())}}}",
            "7:58: 'count' over rows can't stand inside another or in a subquery"),
        query(
            "grouped by a fraction", "queries: {a: {from: m in meals, group: {r: \"m.rating == null ? 0.0 : m.rating\"}}}",
            "7:44: rows can't be grouped by number; make it a whole number, as in 'int(x)'"),
        query(
            "a list as a value", "queries: {a: {from: m in meals, select: {t: m.tags}}}",
            "7:45: a query can't give a value of type list<string>; choose its parts"),
        query(
            "null of nothing isn't guarded", "queries: {a: {from: m in meals, select: {n: max(m.kcal) + 1}}}",
            "7:57: 'max(m.kcal)' may be null, which '+' doesn't take; guard it, as in 'max(m.kcal) != null && …' or 'max(m.kcal) == null ? … : …'"
        ),
        query(
            "ordered by the row", "queries: {a: {from: m in meals, group: {kind: m.kind}, order: m.kcal}}",
            "7:63: there is nothing named 'm' here"),
        query(
            "ordered by null", "queries: {a: {from: m in meals, group: {kind: m.kind}, select: {r: max(m.rating)}, order: r}}",
            "7:91: rows can't be ordered by what may be null; give it a value then, as in 'x == null ? 0 : x'"),
        query(
            "one name twice", "queries: {a: {from: m in meals, group: {kind: m.kind}, select: {kind: count()}}}",
            "7:65: 'kind' has a meaning in the query already; choose another name"),
        query("no columns", "queries: {a: {from: m in meals, select: {}}}", "7:33: the query has no columns"),
        query("a limit of none", "queries: {a: {from: m in meals, limit: 0}}", "7:40: 'limit' is a whole number from 1 to 2000"),
        query(
            "the name of a function", "queries: {size: {from: m in meals}}",
            "7:11: 'size' is a function of the expression language; choose another name"),
        query(
            "the name of a collection", "queries: {meals: {from: m in meals}}",
            "7:11: 'meals' is a collection of 'data'; choose another name"),
        query(
            "arguments in the wrong order", "queries: {a: {args: {x: int?, y: int}, from: m in meals}}",
            "7:21: 'y' must be given, so those before it can't be left out"),
        query(
            "an argument and the row", "queries: {a: {args: {m: int}, from: m in meals}}",
            "7:37: 'm' is an argument of the query already; choose another name for the row"),
        query(
            "asking itself", "queries: {a: {from: m in meals, where: \"m.id in a().map(x, x.id)\"}}",
            "7:49: 'a' isn't known here yet; a query can ask those that stand above it, and defaults of fields can't ask any"),
        query(
            "asking another in select", "queries: {a: {from: m in meals}, b: {from: m in meals, select: {n: a().size()}}}",
            "7:68: the query 'a' can't be asked in another one's columns"),
        query(
            "asked for each row",
            "queries: {a: {args: {n: int}, from: m in meals}, b: {from: m in meals, where: a(m.kcal).size() > 1}}",
            "7:81: 'a' can't depend on 'm', which differs from row to row: a query is asked once"),
        query(
            "asked for each element",
            "queries: {a: {args: {n: int}, from: m in meals}}\nhandlers: [{command: x, do: [{show: {text: \"${[1, 2].map(n, a(n).size()).sum()}\"}}]}]",
            "8:63: 'a' can't depend on 'n', which differs from row to row: a query is asked once"),
        query(
            "wrong argument",
            "queries: {a: {args: {since: timestamp}, from: m in meals}}\nhandlers: [{command: x, do: [{show: {text: \"${a(1).size()}\"}}]}]",
            "8:47: 'a' can't be applied to (int); it is a(timestamp)"),
        query(
            "too many arguments",
            "queries: {a: {from: m in meals}}\nhandlers: [{command: x, do: [{show: {text: \"${a(1).size()}\"}}]}]",
            "8:47: 'a' doesn't take 1 arguments; it is a()"),
        query(
            "unknown column",
            "queries: {a: {from: m in meals, group: {kind: m.kind}, select: {n: count()}}}\nhandlers: [{command: x, do: [{show: {text: \"${a().map(r, r.kcal).sum()}\"}}]}]",
            "8:60: a has no field 'kcal'; it has kind, n"),
        query(
            "nobody there",
            "queries: {mine: {from: m in meals, where: m.user == user}}\nsignals: {s: {lane: \"'l'\", do: [{let: {n: mine().size()}}, {stop: true}]}}\nhandlers: [{command: x, do: [{signal: s}]}]",
            "8:43: 'mine' looks at 'user', and here is nobody; give the query the person as an argument"),
        query(
            "a pattern of the row", "queries: {a: {from: m in meals, where: \"m.what.matches(m.what)\"}}",
            "7:58: in the database a pattern must be known before the query"),
        Mistake(
            "where of a query's rows",
            """
            bot: b
            data: {meals: {kcal: int}}
            queries: {a: {from: m in meals}}
            screens:
              home:
                text: a
                list: {from: m in a(), where: m.kcal > 1, row: "${m.kcal}"}
            """, expected: "7:28: 'where' of a query's rows stands in the query"),
        Mistake(
            "a list of something made from a query",
            """
            bot: b
            data: {meals: {kcal: int}}
            queries: {a: {from: m in meals}}
            screens:
              home:
                text: a
                list: {from: "m in a().filter(x, x.kcal > 1)", row: "${m.kcal}"}
            """, expected: "7:24: a list shows the rows of a collection or of one query; write 'x in a(…)'"),
    ]

    /// Time zones and units that are written down.
    static let zones: [Mistake] = [
        query(
            "unknown zone", "handlers: [{command: x, do: [{show: {text: \"${dayOf(now, 'Europ/Berlin')}\"}}]}]",
            "7:58: there is no time zone 'Europ/Berlin'; write one such as 'Europe/Berlin' or '+02:00'"),
        query(
            "unknown unit", "handlers: [{command: x, do: [{show: {text: \"${startOf(now, 'months', user.tz)}\"}}]}]",
            "7:60: there is no unit 'months'; did you mean 'month'?"),
        query(
            "a zone of the row", "queries: {a: {from: m in meals, where: \"dayOf(now, m.user.tz) == '2026-01-31'\"}}",
            "7:59: in the database a time zone must be known before the query"),
        query(
            "a zone of the library's functions", "handlers: [{command: x, do: [{show: {text: \"${now.getHours('Mars')}\"}}]}]",
            "7:60: there is no time zone 'Mars'; write one such as 'Europe/Berlin' or '+02:00'"),
    ]
}
