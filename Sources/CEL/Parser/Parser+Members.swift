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
                let key = try enclosed(by: .rightBracket, "after the index")
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
            _ = fail("\(token.kind) can't be a field's name", at: focus, suggestion: "write it in backquotes")
            advance()
            return try invalid()
        default:
            _ = unexpected("a field's name after '.'")
            return try invalid()
        }
        advance()
        guard token.kind == .leftParenthesis, !isOptional else {
            return try add(.select(operand, field: name, isOptional: isOptional), start(operand)..<end, focus: focus)
        }
        let arguments = try self.arguments()
        if let expanded = try expanded(name, operand, arguments, focus) { return expanded }
        let range = start(operand)..<end
        return try add(.call(name, receiver: operand, arguments: arguments), range, focus: focus)
    }

    /// The arguments of a call, parentheses included.
    private mutating func arguments() throws(Failed) -> [AST.ID] {
        advance()
        var arguments: [AST.ID] = []
        try elements(until: .rightParenthesis, "or ',' after the argument", trailingComma: false) {
            parser throws(Failed) in arguments.append(try parser.element())
        }
        return arguments
    }

    /// What a macro makes of the call; nil when it is none.
    private mutating func expanded(
        _ name: String, _ receiver: AST.ID?, _ arguments: [AST.ID], _ focus: Range<Int>
    ) throws(Failed) -> AST.ID? {
        do throws(Failed) {
            return try macros.expand(name, receiver: receiver, arguments: arguments, focus: focus, parser: &self)
        } catch {
            if error.isFatal { throw error }
            return try invalid()
        }
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
            return try enclosed(by: .rightParenthesis, "that closes '('")
        case .leftBracket: return try list()
        case .leftBrace: return try map()
        case .unreadable:
            advance()
            return try invalid()
        default:
            guard let value = literal() else {
                // What stands here may be an operator whose other side can still be read.
                _ = unexpected("an expression")
                if case .quotedIdentifier = first.kind { advance() }
                return try invalid()
            }
            advance()
            return try add(.literal(value), first.range)
        }
    }

    private mutating func literal() -> CELValue? {
        switch token.kind {
        case .int(let value):
            if value > UInt64(Int64.max) {
                _ = fail(
                    "the number is too large for an int", at: token.range, suggestion: "a uint is written with a 'u' behind it")
            }
            return .int(Int64(truncatingIfNeeded: value))
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
            _ = fail("'\(bare)' is a reserved word", at: range, suggestion: "choose another name")
            if token.kind == .leftParenthesis { _ = try arguments() }
            return try invalid()
        }
        guard token.kind == .leftParenthesis else { return try add(.name(name), range) }
        let arguments = try self.arguments()
        if let expanded = try expanded(name, nil, arguments, range) { return expanded }
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
        try self.elements(until: .rightBracket, "or ',' in the list") { parser throws(Failed) in
            let isOptional = parser.take(.question)
            elements.append(AST.Element(value: try parser.element(), isOptional: isOptional))
        }
        return try add(.list(elements), start..<end)
    }

    private mutating func map() throws(Failed) -> AST.ID {
        let start = advance().range.lowerBound
        var entries: [AST.Entry] = []
        try elements(until: .rightBrace, "or ',' in the map") { parser throws(Failed) in
            let isOptional = parser.take(.question)
            let key = try parser.expression()
            try parser.expect(.colon, "after the key")
            entries.append(AST.Entry(key: key, value: try parser.expression(), isOptional: isOptional))
        }
        return try add(.map(entries), start..<end)
    }

    private mutating func record(_ name: String, from start: Int) throws(Failed) -> AST.ID {
        let focus = start..<end
        advance()
        var fields: [AST.FieldValue] = []
        try elements(until: .rightBrace, "or ',' after the field") { parser throws(Failed) in
            let isOptional = parser.take(.question)
            let range = parser.token.range
            switch parser.token.kind {
            case .identifier(let field), .quotedIdentifier(let field):
                parser.advance()
                try parser.expect(.colon, "after the field's name")
                let value = try parser.expression()
                fields.append(AST.FieldValue(name: field, range: range, value: value, isOptional: isOptional))
            default: throw parser.unexpected("a field's name")
            }
        }
        return try add(.record(name, fields), start..<end, focus: focus)
    }
}
