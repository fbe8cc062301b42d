import CEL

/// An expression as pieces of text around smaller ones.
struct Tree: Sendable {
    enum Kind: Sendable, Hashable { case bool, int, double, string, time, span, bytes }

    var kind: Kind
    var pieces: [String]
    var parts: [Tree]

    init(_ kind: Kind, _ text: String) { (self.kind, pieces, parts) = (kind, [text], []) }
    init(_ kind: Kind, _ pieces: [String], _ parts: [Tree]) { (self.kind, self.pieces, self.parts) = (kind, pieces, parts) }

    var text: String {
        var text = pieces[0]
        for (part, piece) in zip(parts, pieces.dropFirst()) { text += part.text + piece }
        return text
    }

    var size: Int { parts.reduce(1) { $0 + $1.size } }

    /// Smaller trees of the same kind, the smallest first.
    var smaller: [Tree] {
        let plain: [String] =
            switch kind {
            case .bool: ["true", "false", "r.b"]
            case .int: ["1", "0", "r.n"]
            case .double: ["1.0", "0.0", "r.d"]
            case .string: ["''", "'a'", "r.s"]
            case .time: ["now", "r.at"]
            case .span: ["hour", "r.span"]
            case .bytes: ["b''", "r.raw"]
            }
        var result = size > 1 ? plain.map { Tree(kind, $0) } : []
        func within(_ tree: Tree) {
            for part in tree.parts {
                if part.kind == kind { result.append(part) }
                within(part)
            }
        }
        within(self)
        for index in parts.indices {
            for part in parts[index].smaller {
                var copy = self
                copy.parts[index] = part
                result.append(copy)
            }
        }
        return result.filter { $0.size < size }.sorted { $0.size < $1.size }
    }
}

/// Makes well-typed expressions over ``World``, with a weight on what goes wrong: null, edges, and values of rows.
struct Generator {
    var random: Seeded
    /// What may be read where the generator is, by kind: fields of the row, and names of macros around.
    private var known: [Tree.Kind: [String]] = [
        .bool: ["r.b", "flag", "true", "false"],
        .int: ["r.n", "r.small", "r.id", "x", "r.n", "r.owner.age", "r.addr.who.age"],
        .double: ["r.d", "f", "r.d"],
        .string: ["r.s", "w", "r.s", "r.owner.name", "r.addr.city", "r.addr.who.name", "string(r.kind)"],
        .time: ["r.at", "now"], .span: ["r.span", "hour"], .bytes: ["r.raw"],
    ]
    private var nullable: [(path: String, kind: Tree.Kind)] = [
        ("r.m", .int), ("r.e", .double), ("r.t", .string), ("r.c", .bool), ("r.until", .time), ("r.lag", .span), ("y", .int),
        ("g", .double),
        ("z", .string), ("r.addr.zip", .int), ("r.owner.nick", .string),
    ]
    private var depthOfMacros = 0
    private var names = 0

    private static let kinds: [Tree.Kind] = [.bool, .int, .double, .string, .time, .span, .bytes]
    private static let patterns = [
        "a", "^a", "a$", "^$", ".", "\\\\bx\\\\b", "[a-c]+", "(?i)k", "(?i)[^k]", "a|b", "(ab?)+c?", "\\\\d+", "[[:alpha:]]{2,3}",
        "(?s)a.b", "a.b", "(?m)^b", "(?m)a$", "\\\\Bb",
        "[^a]", "\\\\pL", "x{300}", "é", "[é-😀]", "(?:)", "(|a)b", "a**", "\\\\x{1F600}", "\\\\Q.\\\\E", "^\\\\s*$", "\\\\W",
    ]

    init(seed: UInt64) { random = Seeded(state: seed) }

    mutating func expression() -> Tree {
        let kind: Tree.Kind = random.chance(7, of: 10) ? .bool : random.pick(Self.kinds)
        return make(kind, 2 + Int(random.next() % 3))
    }

    private mutating func leaf(_ kind: Tree.Kind) -> Tree {
        if random.chance(3, of: 5), let names = known[kind] {
            // Of the names in scope the newest is the likeliest.
            return Tree(kind, random.chance(1, of: 3) ? names[names.count - 1] : random.pick(names))
        }
        switch kind {
        case .bool: return Tree(kind, random.pick(["true", "false", "r.b"]))
        case .int: return Tree(kind, "\(random.pick(Edges.ints))")
        case .double:
            let value = random.pick(Edges.doubles)
            return Tree(kind, value.isFinite ? "\(value)" : "double('\(Text.double(value))')")
        case .string: return Tree(kind, Text.cel(random.pick(Edges.strings)))
        case .time:
            guard case .timestamp(let time) = Text.time(random.pick(Edges.times)) else { return Tree(kind, "now") }
            return Tree(kind, "timestamp('\(time)')")
        case .span: return Tree(kind, "duration('\(random.pick(["0s", "1h", "-1.5s", "24h", "2562047h47m16.854775s", "1us", "90m"]))')")
        case .bytes: return Tree(kind, random.pick(["b''", "b'a'", "b'\\xff'", "b'\\x00'"]))
        }
    }

    private mutating func node(_ kind: Tree.Kind, _ depth: Int, _ pieces: [String], _ kinds: [Tree.Kind]) -> Tree {
        Tree(kind, pieces, kinds.map { make($0, depth - 1) })
    }

    mutating func make(_ kind: Tree.Kind, _ depth: Int) -> Tree {
        guard depth > 0 else { return leaf(kind) }
        if random.chance(1, of: 12) { return node(kind, depth, ["(", " ? ", " : ", ")"], [.bool, kind, kind]) }
        if random.chance(1, of: 8), let guarded = guarded(kind, depth) { return guarded }
        switch kind {
        case .bool: return bool(depth)
        case .int: return int(depth)
        case .double: return double(depth)
        case .string: return string(depth)
        case .time:
            return random.pick([
                node(kind, depth, ["(", " + ", ")"], [.time, .span]), node(kind, depth, ["(", " - ", ")"], [.time, .span]),
                node(kind, depth, ["timestamp(", ")"], [.int]), node(kind, depth, ["(", " + ", ")"], [.span, .time]),
            ])
        case .span:
            return random.pick([
                node(kind, depth, ["(", " - ", ")"], [.time, .time]), node(kind, depth, ["(", " + ", ")"], [.span, .span]),
                node(kind, depth, ["(", " - ", ")"], [.span, .span]),
            ])
        case .bytes:
            return random.pick([node(kind, depth, ["bytes(", ")"], [.string]), node(kind, depth, ["(", " + ", ")"], [.bytes, .bytes])])
        }
    }

    /// A value that may be null, used where it is not.
    private mutating func guarded(_ kind: Tree.Kind, _ depth: Int) -> Tree? {
        let (path, inner) = random.pick(nullable)
        known[inner, default: []].append(path)
        defer { known[inner]?.removeLast() }
        let body = make(kind, depth - 1)
        if kind == .bool, random.chance(2, of: 3) {
            return Tree(
                kind, random.pick([["(\(path) != null && ", ")"], ["(\(path) == null || ", ")"], ["(null != \(path) && ", ")"]]), [body])
        }
        known[inner]?.removeLast()
        let other = make(kind, depth - 1)
        known[inner, default: []].append(path)
        return Tree(kind, ["(\(path) == null ? ", " : ", ")"], [other, body])
    }

    private mutating func bool(_ depth: Int) -> Tree {
        let any = random.pick(Self.kinds)
        switch random.next() % 26 {
        case 0, 1: return node(.bool, depth, ["(", " && ", ")"], [.bool, .bool])
        case 2, 3: return node(.bool, depth, ["(", " || ", ")"], [.bool, .bool])
        case 4: return node(.bool, depth, ["!(", ")"], [.bool])
        case 5, 6: return node(.bool, depth, ["(", " == ", ")"], [any, any])
        case 7: return node(.bool, depth, ["(", " != ", ")"], [any, any])
        case 8, 9, 10: return node(.bool, depth, ["(", " \(random.pick(["<", "<=", ">", ">="])) ", ")"], [any, any])
        case 11:
            return node(
                .bool, depth, ["(", " \(random.pick(["<", "<=", ">", ">="])) ", ")"], random.pick([[.int, .double], [.double, .int]]))
        case 12, 13:
            let (path, kind) = random.pick(nullable)
            let sign = random.pick(["==", "!="])
            return random.chance(1, of: 2)
                ? node(.bool, depth, ["(\(path) \(sign) ", ")"], [kind]) : node(.bool, depth, ["(", " \(sign) \(path))"], [kind])
        case 14:
            let (path, kind) = random.pick(nullable)
            let others = nullable.filter { $0.kind == kind }.map(\.path) + ["null"]
            return Tree(.bool, "(\(path) \(random.pick(["==", "!="])) \(random.pick(others)))")
        case 15:
            return Tree(
                .bool,
                random.pick([
                    "has(r.t)", "has(r.m)", "has(r.addr.zip)", "has(r.scores.a)", "has(r.home)", "(r.home != null && has(r.home.zip))",
                ]))
        case 16: return node(.bool, depth, ["", ".\(random.pick(["contains", "startsWith", "endsWith"]))(", ")"], [.string, .string])
        case 17:
            return node(
                .bool, depth, ["", ".matches(\(random.chance(1, of: 5) ? "pattern" : "'\(random.pick(Self.patterns))'"))"], [.string])
        case 18: return membership(depth)
        case 19:
            return Tree(
                .bool,
                random.pick([
                    "(r.owner == me)", "(r.helper == me)", "(r.owner != r.helper)", "(r.helper == r.owner.boss)", "(r.kind == Kind.y)",
                    "(r.mood == Kind.x)",
                    "(r.mood != k)", "(r.kind == r.mood)", "(r.kind in [Kind.x, k])", "(r.addr.who == r.owner)",
                    "(r.helper != null && r.helper.name == w)",
                    "(r.owner in people)", "(r.home != null && r.home.city < w)", "(r.owner.boss != null && r.owner.boss.name == r.s)",
                ]))
        case 20, 21, 22, 23: return macro(depth)
        case 24: return node(.bool, depth, ["bool(", ")"], [.string])
        default: return node(.bool, depth, ["math.\(random.pick(["isNaN", "isInf", "isFinite"]))(", ")"], [.double])
        }
    }

    private mutating func membership(_ depth: Int) -> Tree {
        switch random.next() % 8 {
        case 0: return node(.bool, depth, ["(", " in [", ", ", "])"], [.int, .int, .int])
        case 1:
            return node(
                .bool, depth, ["(", " in \(random.pick(["ids", "r.nums", "none", "people.map(p, p.age)", "r.items.map(i, i.qty)"])))"],
                [.int])
        case 2:
            return node(
                .bool, depth, ["(", " in \(random.pick(["names", "r.tags", "r.words", "r.scores", "{'a': 1, 'é': 2}"])))"], [.string])
        case 3: return node(.bool, depth, ["(", " in \(random.pick(["ds", "r.ws"])))"], [.double])
        case 4:
            return Tree(
                .bool,
                random.pick(["(r.m in ids)", "(r.t in names)", "(r.t in r.tags)", "(r.m in r.nums)", "(r.e in ds)", "(y in r.nums)"]))
        case 5: return node(.bool, depth, ["(", " in [", "])"], [.string, .string])
        case 6: return node(.bool, depth, ["(", " in r.nums.filter(i, ", "))"], [.int, .bool])
        default: return node(.bool, depth, ["(", " in [", ", ", "])"], [.double, .double, .double])
        }
    }

    /// Lists with what their elements are: names of fields by kind, with a `.` in front, or empty for the element itself.
    private static let lists: [(text: String, fields: [(String, Tree.Kind)], nullable: [(String, Tree.Kind)], hasIndex: Bool)] = [
        ("r.tags", [("", .string)], [], true), ("r.words", [("", .string)], [], true), ("names", [("", .string)], [], true),
        ("r.nums", [("", .int)], [], true), ("ids", [("", .int)], [], true), ("r.ws", [("", .double)], [], true),
        ("['a', w, 'é']", [("", .string)], [], true),
        ("r.items", [(".name", .string), (".qty", .int), (".price", .double), (".at", .time)], [(".note", .string)], true),
        ("people", [(".id", .int), (".name", .string), (".age", .int)], [(".nick", .string)], false),
        (
            "others",
            [(".n", .int), (".s", .string), (".d", .double), (".at", .time), (".b", .bool), (".owner.name", .string), (".span", .span)],
            [(".m", .int), (".t", .string)], false
        ),
        ("r.nums.map(i, i % 3)", [("", .int)], [], true), ("r.items.map(i, i.qty)", [("", .int)], [], true),
        ("people.filter(p, p.age / p.id > 0)", [(".name", .string), (".age", .int)], [(".nick", .string)], false),
        ("r.tags.filter(s, s != r.s)", [("", .string)], [], true),
    ]

    /// Runs a body with an element of a list in scope.
    private mutating func element(_ body: (inout Generator, String, String, Bool) -> Tree) -> Tree {
        let list = random.pick(Self.lists)
        names += 1
        let name = "v\(names)"
        depthOfMacros += 1
        let (before, beforeNullable) = (known, nullable)
        for (field, kind) in list.fields { known[kind, default: []].append(name + field) }
        nullable += list.nullable.map { (name + $0.0, $0.1) }
        defer {
            (known, nullable) = (before, beforeNullable)
            depthOfMacros -= 1
        }
        return body(&self, list.text, name, list.hasIndex)
    }

    private mutating func macro(_ depth: Int) -> Tree {
        guard depthOfMacros < 2 else { return leaf(.bool) }
        return element { generator, list, name, hasIndex in
            let macro = generator.random.pick(["exists", "all", "exists_one", "exists", "all"])
            if hasIndex, macro != "exists_one", generator.random.chance(1, of: 4) {
                let index = "n\(name)"
                generator.known[.int, default: []].append(index)
                if generator.random.chance(1, of: 2) {
                    let test = generator.make(.bool, 1)
                    return Tree(.bool, ["\(list).\(macro)(\(index), \(name), \(index) == ", " || ", ")"], [generator.make(.int, 1), test])
                }
                return Tree(.bool, ["\(list).\(macro)(n\(name), \(name), ", ")"], [generator.make(.bool, depth - 1)])
            }
            if generator.random.chance(1, of: 4) {
                return Tree(
                    .bool, ["\(list).filter(\(name), ", ").\(macro)(\(name), ", ")"],
                    [generator.make(.bool, depth - 1), generator.make(.bool, depth - 1)])
            }
            return Tree(.bool, ["\(list).\(macro)(\(name), ", ")"], [generator.make(.bool, depth - 1)])
        }
    }

    private mutating func int(_ depth: Int) -> Tree {
        switch random.next() % 19 {
        case 0, 1, 2, 3, 4: return node(.int, depth, ["(", " \(random.pick(["+", "-", "*", "/", "%"])) ", ")"], [.int, .int])
        case 5: return node(.int, depth, ["-(", ")"], [.int])
        case 6: return node(.int, depth, ["size(", ")"], [random.pick([.string, .string, .bytes])])
        case 7: return node(.int, depth, ["int(", ")"], [random.pick([.double, .string, .time, .span, .double])])
        case 8:
            let part = random.pick([
                "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes",
                "getSeconds", "getMilliseconds",
            ])
            let zone = random.pick(["", "", "zone", "'Europe/Berlin'", "'-05:30'", "'Asia/Kolkata'", "'America/Sao_Paulo'"])
            return node(.int, depth, ["", ".\(part)(\(zone))"], [.time])
        case 9: return node(.int, depth, ["", ".\(random.pick(["getHours", "getMinutes", "getSeconds", "getMilliseconds"]))()"], [.span])
        case 10:
            return random.chance(1, of: 2)
                ? node(.int, depth, ["", ".\(random.pick(["indexOf", "lastIndexOf"]))(", ")"], [.string, .string])
                : node(.int, depth, ["", ".indexOf(", ", ", ")"], [.string, .string, .int])
        case 11: return node(.int, depth, ["\(random.pick(["r.nums", "ids"]))[", "]"], [.int])
        case 12:
            return Tree(
                .int,
                random.pick([
                    "r.scores['a']", "r.scores.b", "r.?m.orValue(7)", "r.scores[w]", "size(r.scores)", "size(r.tags)", "size(r.words)",
                    "r.?m.value()", "r.scores[\"it's\"]",
                ]))
        case 13: return node(.int, depth, ["math.\(random.pick(["abs", "sign", "bitNot"]))(", ")"], [.int])
        case 14:
            return node(
                .int, depth, ["math.\(random.pick(["greatest", "least", "bitAnd", "bitOr", "bitXor"]))(", ", ", ")"], [.int, .int])
        case 15:
            return Tree(
                .int,
                random.pick([
                    "r.items.map(i, i.qty).sum()", "r.nums.min()", "r.nums.max()", "people.map(p, p.age).max()",
                    "r.nums.filter(i, i > 1).size()",
                ]))
        case 16, 17:
            guard depthOfMacros < 2 else { return leaf(.int) }
            return element { generator, list, name, _ in
                if generator.random.chance(1, of: 3) {
                    return Tree(.int, ["\(list).filter(\(name), ", ").size()"], [generator.make(.bool, depth - 1)])
                }
                if generator.random.chance(1, of: 3) {
                    return Tree(
                        .int, ["\(list).map(\(name), ", ", math.sign(", ")).sum()"],
                        [generator.make(.bool, depth - 1), generator.make(.int, depth - 1)])
                }
                return Tree(.int, ["\(list).count(\(name), ", ")"], [generator.make(.bool, depth - 1)])
            }
        default: return leaf(.int)
        }
    }

    private mutating func double(_ depth: Int) -> Tree {
        switch random.next() % 12 {
        case 0, 1, 2, 3, 4: return node(.double, depth, ["(", " \(random.pick(["+", "-", "*", "/"])) ", ")"], [.double, .double])
        case 5: return node(.double, depth, ["-(", ")"], [.double])
        case 6: return node(.double, depth, ["double(", ")"], [.int])
        case 7:
            return node(
                .double, depth, ["math.\(random.pick(["ceil", "floor", "round", "trunc", "sqrt", "abs", "sign"]))(", ")"], [.double])
        case 8: return node(.double, depth, ["math.\(random.pick(["greatest", "least"]))(", ", ", ")"], [.double, .double])
        case 9: return node(.double, depth, ["\(random.pick(["r.ws", "ds"]))[", "]"], [.int])
        case 10:
            return Tree(
                .double, random.pick(["r.ws.sum()", "r.ws.avg()", "r.nums.avg()", "r.items.map(i, i.price).sum()", "r.?e.orValue(0.5)"]))
        default: return node(.double, depth, ["math.sqrt(", ")"], [.int])
        }
    }

    private mutating func string(_ depth: Int) -> Tree {
        switch random.next() % 12 {
        case 0, 1: return node(.string, depth, ["(", " + ", ")"], [.string, .string])
        case 2: return node(.string, depth, ["", ".\(random.pick(["lowerAscii", "upperAscii", "trim", "reverse"]))()"], [.string])
        case 3: return node(.string, depth, ["", ".charAt(", ")"], [.string, .int])
        case 4: return node(.string, depth, ["", ".substring(", ")"], [.string, .int])
        case 5: return node(.string, depth, ["", ".substring(", ", ", ")"], [.string, .int, .int])
        case 6, 7: return node(.string, depth, ["", ".replace(", ", ", ")"], [.string, .string, .string])
        case 8, 9: return node(.string, depth, ["string(", ")"], [random.pick([.int, .bool, .time, .span, .string])])
        case 10: return node(.string, depth, ["\(random.pick(["r.tags", "r.words", "names"]))[", "]"], [.int])
        default:
            return Tree(
                .string,
                random.pick([
                    "r.tags.join('-')", "r.words.join(w)", "r.?t.orValue('none')", "r.items.map(i, i.name).join()",
                    "r.tags.filter(s, s != w).join(',')",
                ]))
        }
    }
}
