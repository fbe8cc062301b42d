// Functions on strings, by code points as the language counts them.
extension Lowerer {
    /// What counts as white space in Unicode.
    private static let whiteSpace =
        "E' \\t\\n\\u000B\\f\\r\\u0085\\u00A0\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000'"

    /// Nil for functions that are none of strings.
    mutating func string(_ id: AST.ID, _ name: String, _ operands: [Lowered]) throws(CELCompileError) -> Lowered? {
        let canFail = operands.contains(where: \.canFail)
        let texts = operands.map(\.text)
        func text(_ sql: String, canFail fails: Bool? = nil) -> Lowered {
            Lowered(text: sql, type: .string, sqlType: "text", canFail: fails ?? canFail)
        }
        switch (name, operands.map(\.type)) {
        case ("contains", [.string, .string]): return boolean("(strpos(\(texts[0]), \(texts[1])) > 0)", canFail: canFail)
        // Under this collation an index can find a prefix.
        case ("startsWith", [.string, .string]):
            return boolean("starts_with(\(texts[0]) COLLATE \"C\", \(texts[1]))", canFail: canFail)
        case ("endsWith", [.string, .string]):
            let test = operands[1].isSimple ? "(right(\(texts[0]), length(\(texts[1]))) = \(texts[1]))" : nil
            return boolean(test ?? "starts_with(reverse(\(texts[0])), reverse(\(texts[1])))", canFail: canFail)
        // Under this collation only ASCII letters have cases.
        case ("lowerAscii", [.string]): return text("lower(\(texts[0]) COLLATE \"C\")")
        case ("upperAscii", [.string]): return text("upper(\(texts[0]) COLLATE \"C\")")
        case ("trim", [.string]): return text("btrim(\(texts[0]), \(Self.whiteSpace))")
        case ("reverse", [.string]): return text("reverse(\(texts[0]))")
        case ("size", [.string]): return whole("length(\(texts[0]))::bigint", range: .count, canFail: canFail)
        case ("size", [.bytes]): return whole("length(\(texts[0]))::bigint", range: .count, canFail: canFail)
        case ("charAt", [.string, .int]):
            let sql = naming(operands) { names in
                "CASE WHEN \(names[1]) BETWEEN 0 AND length(\(names[0])) THEN substr(\(names[0]), \(Self.place(names[1])) + 1, 1) END"
            }
            return text(sql, canFail: true)
        case ("substring", [.string, .int]):
            let sql = naming(operands) { names in
                "CASE WHEN \(names[1]) BETWEEN 0 AND length(\(names[0])) THEN substr(\(names[0]), \(Self.place(names[1])) + 1) END"
            }
            return text(sql, canFail: true)
        case ("substring", [.string, .int, .int]):
            let sql = naming(operands) { names in
                "CASE WHEN \(names[1]) >= 0 AND \(names[1]) <= \(names[2]) AND \(names[2]) <= length(\(names[0])) "
                    + "THEN substr(\(names[0]), \(Self.place(names[1])) + 1, \(Self.place(names[2])) - \(Self.place(names[1]))) END"
            }
            return text(sql, canFail: true)
        case ("indexOf", [.string, .string]): return whole("(strpos(\(texts[0]), \(texts[1])) - 1)::bigint", canFail: canFail)
        case ("indexOf", [.string, .string, .int]):
            let sql = naming(operands) { names in
                "CASE WHEN \(names[2]) BETWEEN 0 AND length(\(names[0])) AND \(names[1]) IS NOT NULL THEN "
                    + "COALESCE(NULLIF(strpos(substr(\(names[0]), \(Self.place(names[2])) + 1), \(names[1])), 0) - 1 + \(names[2]), -1) END"
            }
            return whole("\(sql)::bigint", canFail: true)
        case ("lastIndexOf", [.string, .string]):
            let sql = naming(operands, isStrict: true) { names in
                "COALESCE(length(\(names[0])) - length(\(names[1])) + 1 - NULLIF(strpos(reverse(\(names[0])), reverse(\(names[1]))), 0), -1)"
            }
            return whole("\(sql)::bigint", canFail: canFail)
        case ("replace", [.string, .string, .string]): return text(replaced(operands))
        case ("replace", [.string, .string, .string, .int]):
            switch constant(operands[3]) {
            case .int(let limit)? where limit < 0: return text(replaced(Array(operands.prefix(3))))
            case .int(0)?: return operands[0]
            default: throw refuse(id, "in the database 'replace' replaces all, so its limit can't be used")
            }
        default: return nil
        }
    }

    /// A place as the smaller number that PostgreSQL wants. A constant is cast before anything says that it doesn't fit.
    private static func place(_ index: String) -> String { "GREATEST(LEAST(\(index), 2147483646), -1)::integer" }

    private mutating func replaced(_ operands: [Lowered]) -> String {
        if case .string(let old)? = constant(operands[1]), !old.isEmpty {
            return "replace(\(operands.map(\.text).joined(separator: ", ")))"
        }
        // An empty text is found before every code point and at the end; PostgreSQL finds it nowhere.
        let letters = alias("l")
        return naming(operands, isStrict: true) { names in
            "CASE WHEN \(names[1]) <> '' THEN replace(\(names.joined(separator: ", "))) ELSE \(names[2]) || "
                + "COALESCE((SELECT string_agg(\(letters).c || \(names[2]), '' ORDER BY \(letters).n) "
                + "FROM string_to_table(\(names[0]), NULL) WITH ORDINALITY AS \(letters)(c, n)), '') END"
        }
    }

    mutating func matches(_ id: AST.ID, _ text: AST.ID, _ pattern: AST.ID) throws(CELCompileError) -> Lowered {
        if mentionsRows(pattern) { throw refuse(pattern, "in the database a pattern must be known before the query") }
        let value = try lower(text)
        let expression = try parameter(meaning(of: pattern), as: "text") { value throws(CELError) in
            .string(try PostgresPattern.text(for: try value.asString()))
        }
        return boolean("(\(value.text) ~ \(expression.text))", canFail: value.canFail || expression.canFail)
    }
}
