// Fields, indices, method calls, and what they begin with.
extension Parser {
    mutating func member() throws(Failed) -> AST.ID {
        let first = try primary()
        return try members(of: first)
    }

    mutating func members(of first: AST.ID) throws(Failed) -> AST.ID {
        var operand = first
        while true {
            switch token.kind {
            case .dot: operand = try selection(of: operand)
            case .leftBracket:
                let focus = advance().range
                let isOptional = take(.question)
                let key = try expression()
                try expect(.rightBracket, "after the index")
                operand = try add(.index(operand, key, isOptional: isOptional), start(operand)..<end, focus: focus)
            case .leftBrace:
                guard let name = qualifiedName(operand) else { return operand }
                operand = try record(name, from: start(operand))
            default: return operand
            }
        }
    }

    private mutating func selection(of operand: AST.ID) throws(Failed) -> AST.ID {
        advance()
        let isOptional = take(.question)
        let focus = token.range
        let name: String
        switch token.kind {
        case .identifier(let word): name = word
        case .quotedIdentifier(let word):
            advance()
            return try add(.select(operand, field: word, isOptional: isOptional), start(operand)..<end, focus: focus)
        case .in, .true, .false, .null:
            throw fail("\(token.kind) can't be a field's name", at: focus, suggestion: "write it in backquotes")
        default: throw unexpected("a field's name after '.'")
        }
        advance()
        guard token.kind == .leftParenthesis, !isOptional else {
            return try add(.select(operand, field: name, isOptional: isOptional), start(operand)..<end, focus: focus)
        }
        let arguments = try self.arguments()
        if let expanded = try macros.expand(name, receiver: operand, arguments: arguments, focus: focus, parser: &self) {
            return expanded
        }
        let range = start(operand)..<end
        return try add(.call(name, receiver: operand, arguments: arguments), range, focus: focus)
    }

    /// The arguments of a call, parentheses included.
    private mutating func arguments() throws(Failed) -> [AST.ID] {
        advance()
        var arguments: [AST.ID] = []
        if take(.rightParenthesis) { return arguments }
        repeat { arguments.append(try expression()) } while take(.comma)
        try expect(.rightParenthesis, "or ',' after the argument")
        return arguments
    }

    private mutating func primary() throws(Failed) -> AST.ID {
        let first = token
        switch first.kind {
        case .identifier(let name):
            advance()
            return try nameOrCall(name, first.range)
        case .dot:
            advance()
            guard case .identifier(let name) = token.kind else { throw unexpected("a name after '.'") }
            advance()
            return try nameOrCall("." + name, first.range.lowerBound..<end)
        case .leftParenthesis:
            advance()
            let inner = try expression()
            try expect(.rightParenthesis, "that closes '('")
            return inner
        case .leftBracket: return try list()
        case .leftBrace: return try map()
        default:
            guard let value = try literal() else { throw unexpected("an expression") }
            advance()
            return try add(.literal(value), first.range)
        }
    }

    private mutating func literal() throws(Failed) -> CELValue? {
        switch token.kind {
        case .int(let value):
            guard let small = Int64(exactly: value) else {
                throw fail(
                    "the number is too large for an int", at: token.range, suggestion: "a uint is written with a 'u' behind it")
            }
            return .int(small)
        case .uint(let value): return .uint(value)
        case .double(let value): return .double(value)
        case .string(let value): return .string(value)
        case .bytes(let value): return .bytes(value)
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .null: return .null
        default: return nil
        }
    }

    private mutating func nameOrCall(_ name: String, _ range: Range<Int>) throws(Failed) -> AST.ID {
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        if Self.reserved.contains(bare) {
            throw fail("'\(bare)' is a reserved word", at: range, suggestion: "choose another name")
        }
        guard token.kind == .leftParenthesis else { return try add(.name(name), range) }
        let arguments = try self.arguments()
        if let expanded = try macros.expand(name, receiver: nil, arguments: arguments, focus: range, parser: &self) {
            return expanded
        }
        if let expanded = try expand(name, arguments, range.lowerBound..<end) { return expanded }
        return try add(.call(name, receiver: nil, arguments: arguments), range.lowerBound..<end, focus: range)
    }

    /// `a.b.c` as one name; nil when the node is something else.
    func qualifiedName(_ id: AST.ID) -> String? {
        var parts: [String] = []
        var current = id
        while true {
            switch ast[current].kind {
            case .name(let name):
                parts.append(name)
                return parts.reversed().joined(separator: ".")
            case .select(let operand, let field, false):
                parts.append(field)
                current = operand
            default: return nil
            }
        }
    }
}

// Lists, maps and records.
extension Parser {
    private mutating func list() throws(Failed) -> AST.ID {
        let start = advance().range.lowerBound
        var elements: [AST.Element] = []
        while token.kind != .rightBracket {
            let isOptional = take(.question)
            elements.append(AST.Element(value: try expression(), isOptional: isOptional))
            guard take(.comma) else { break }
        }
        try expect(.rightBracket, "or ',' in the list")
        return try add(.list(elements), start..<end)
    }

    private mutating func map() throws(Failed) -> AST.ID {
        let start = advance().range.lowerBound
        var entries: [AST.Entry] = []
        while token.kind != .rightBrace {
            let isOptional = take(.question)
            let key = try expression()
            try expect(.colon, "after the key")
            entries.append(AST.Entry(key: key, value: try expression(), isOptional: isOptional))
            guard take(.comma) else { break }
        }
        try expect(.rightBrace, "or ',' in the map")
        return try add(.map(entries), start..<end)
    }

    private mutating func record(_ name: String, from start: Int) throws(Failed) -> AST.ID {
        let focus = start..<end
        advance()
        var fields: [AST.FieldValue] = []
        while token.kind != .rightBrace {
            let isOptional = take(.question)
            let range = token.range
            switch token.kind {
            case .identifier(let field), .quotedIdentifier(let field):
                advance()
                try expect(.colon, "after the field's name")
                fields.append(AST.FieldValue(name: field, range: range, value: try expression(), isOptional: isOptional))
            default: throw unexpected("a field's name")
            }
            guard take(.comma) else { break }
        }
        try expect(.rightBrace, "or ',' after the field")
        return try add(.record(name, fields), start..<end, focus: focus)
    }
}
