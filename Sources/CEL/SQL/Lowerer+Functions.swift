// Functions that mean the same in PostgreSQL.
extension Lowerer {
    mutating func function(_ id: AST.ID, _ name: String, _ arguments: [AST.ID]) throws(CELCompileError) -> Lowered {
        var operands: [Lowered] = []
        for argument in arguments { operands.append(try lower(argument)) }
        let texts = operands.map(\.text)
        // An enumeration's members are stored as their names.
        if name == "string", case .enumeration = operands[0].type {
            return Lowered(text: "(\(texts[0]))::text", type: .string, sqlType: "text")
        }
        switch (name, operands.map(\.type)) {
        case ("contains", [.string, .string]): return boolean("(strpos(\(texts[0]), \(texts[1])) > 0)")
        case ("startsWith", [.string, .string]): return boolean("starts_with(\(texts[0]), \(texts[1]))")
        case ("endsWith", [.string, .string]): return boolean("(right(\(texts[0]), length(\(texts[1]))) = \(texts[1]))")
        // Under this collation only ASCII letters have cases.
        case ("lowerAscii", [.string]):
            return Lowered(text: "lower(\(texts[0]) COLLATE \"C\")", type: .string, sqlType: "text")
        case ("upperAscii", [.string]):
            return Lowered(text: "upper(\(texts[0]) COLLATE \"C\")", type: .string, sqlType: "text")
        case ("size", [.string]): return Lowered(text: "length(\(texts[0]))::bigint", type: .int, sqlType: "bigint")
        case ("size", [.bytes]): return Lowered(text: "length(\(texts[0]))::bigint", type: .int, sqlType: "bigint")
        case ("string", [.int]): return Lowered(text: "(\(texts[0]))::text", type: .string, sqlType: "text")
        case ("string", [.string]): return operands[0]
        case ("int", [.int]), ("double", [.double]): return operands[0]
        case ("double", [.int]):
            return Lowered(text: "(\(texts[0]))::double precision", type: .double, sqlType: "double precision")
        default: throw refuse(id, "'\(name)' can't run in the database")
        }
    }
}
