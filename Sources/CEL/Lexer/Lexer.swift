/// Cuts the source into tokens. Goes on after an issue, so that several can be told at once.
struct Lexer {
    let source: SourceText
    private(set) var issues: [CELIssue] = []
    private var position = 0
    private var tokens: [Token] = []
    private var bytes: [UInt8] { source.bytes }

    /// Beyond this many nobody reads on.
    private static let issueLimit = 10

    init(_ source: SourceText) { self.source = source }

    static func tokenize(_ source: SourceText) -> (tokens: [Token], issues: [CELIssue]) {
        var lexer = Lexer(source)
        lexer.run()
        return (lexer.tokens, lexer.issues)
    }

    private mutating func run() {
        while issues.count < Self.issueLimit {
            skipBlanks()
            guard position < bytes.count else { break }
            let start = position
            if let kind = next() {
                tokens.append(Token(kind: kind, range: start..<position))
            }
        }
        tokens.append(Token(kind: .end, range: bytes.count..<bytes.count))
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private mutating func skipBlanks() {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: position += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while let next = peek(), next != 0x0A {
                    _ = next
                    position += 1
                }
            default: return
            }
        }
    }

    private mutating func report(_ message: String, _ range: Range<Int>, suggestion: String? = nil) {
        issues.append(CELIssue(message, at: range, in: source, suggestion: suggestion))
    }

    private mutating func next() -> Token.Kind? {
        let byte = bytes[position]
        if byte.isDigit { return number() }
        if byte == UInt8(ascii: "."), let after = peek(1), after.isDigit { return number() }
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { return text(prefix: 0) }
        if byte.isIdentifierStart {
            if let length = stringPrefix() { return text(prefix: length) }
            return word()
        }
        if byte == UInt8(ascii: "`") { return quotedWord() }
        return symbol(byte)
    }

    private mutating func word() -> Token.Kind {
        let start = position
        while let byte = peek(), byte.isIdentifierPart { position += 1 }
        let word = source.text(start..<position)
        switch word {
        case "true": return .true
        case "false": return .false
        case "null": return .null
        case "in": return .in
        default: return .identifier(word)
        }
    }

    private mutating func quotedWord() -> Token.Kind? {
        let start = position
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "`"), byte != 0x0A { position += 1 }
        guard peek() == UInt8(ascii: "`") else {
            report("the name in backquotes isn't closed", start..<position)
            return .unreadable
        }
        position += 1
        let name = start + 1..<position - 1
        let allowed = bytes[name].allSatisfy { $0.isIdentifierPart || "-./ ".utf8.contains($0) }
        guard allowed, !name.isEmpty else {
            report("a name in backquotes has letters, digits, '_', '-', '.', '/' and blanks", start..<position)
            return .unreadable
        }
        return .quotedIdentifier(source.text(name))
    }

    /// Length of an `r`, `b` or `br` before a quote; nil when there is no quote.
    private func stringPrefix() -> Int? {
        func lower(_ ahead: Int) -> UInt8? { peek(ahead).map { $0 | 0x20 } }
        func quote(_ ahead: Int) -> Bool { peek(ahead) == UInt8(ascii: "'") || peek(ahead) == UInt8(ascii: "\"") }
        let first = lower(0)
        if first == UInt8(ascii: "r") || first == UInt8(ascii: "b"), quote(1) { return 1 }
        if first == UInt8(ascii: "b"), lower(1) == UInt8(ascii: "r"), quote(2) { return 2 }
        return nil
    }

    private mutating func symbol(_ byte: UInt8) -> Token.Kind? {
        func follows(_ next: Unicode.Scalar) -> Bool { peek(1).map { UInt32($0) == next.value } ?? false }
        let start = position
        position += 1
        switch byte {
        case UInt8(ascii: "("): return .leftParenthesis
        case UInt8(ascii: ")"): return .rightParenthesis
        case UInt8(ascii: "["): return .leftBracket
        case UInt8(ascii: "]"): return .rightBracket
        case UInt8(ascii: "{"): return .leftBrace
        case UInt8(ascii: "}"): return .rightBrace
        case UInt8(ascii: "."): return .dot
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: ":"): return .colon
        case UInt8(ascii: "?"): return .question
        case UInt8(ascii: "+"): return .plus
        case UInt8(ascii: "-"): return .minus
        case UInt8(ascii: "*"): return .star
        case UInt8(ascii: "/"): return .slash
        case UInt8(ascii: "%"): return .percent
        default: break
        }
        position = start
        let second = peek(1)
        let isAssignment = UInt8(ascii: "=")
        switch (byte, second) {
        case (UInt8(ascii: "="), isAssignment):
            position += 2
            return .equal
        case (UInt8(ascii: "!"), isAssignment):
            position += 2
            return .notEqual
        case (UInt8(ascii: "<"), isAssignment):
            position += 2
            return .lessOrEqual
        case (UInt8(ascii: ">"), isAssignment):
            position += 2
            return .greaterOrEqual
        case (UInt8(ascii: "&"), UInt8(ascii: "&")):
            position += 2
            return .and
        case (UInt8(ascii: "|"), UInt8(ascii: "|")):
            position += 2
            return .or
        case (UInt8(ascii: "!"), _):
            position += 1
            return .not
        case (UInt8(ascii: "<"), _):
            position += 1
            return .less
        case (UInt8(ascii: ">"), _):
            position += 1
            return .greater
        default: break
        }
        position += 1
        while let next = peek(), next & 0xC0 == 0x80 {
            _ = next
            position += 1
        }
        let hint: String? =
            switch byte {
            case UInt8(ascii: "="): "did you mean '=='?"
            case UInt8(ascii: "&"): "did you mean '&&'?"
            case UInt8(ascii: "|"): "did you mean '||'?"
            case UInt8(ascii: ";"): "an expression has no ';'"
            default: nil
            }
        let shown = byte < 0x20 ? "a control character" : "'\(source.text(start..<position))'"
        report("\(shown) has no meaning here", start..<position, suggestion: hint)
        // What was most likely meant lets the parser go on.
        switch byte {
        case UInt8(ascii: "="): return .equal
        case UInt8(ascii: "&"): return .and
        case UInt8(ascii: "|"): return .or
        default: return nil
        }
    }
}

// Numbers.
extension Lexer {
    private mutating func digits(_ accept: (UInt8) -> Bool) {
        while let byte = peek(), accept(byte) { position += 1 }
    }

    private mutating func number() -> Token.Kind? {
        let start = position
        if peek() == 0x30, let next = peek(1), next | 0x20 == UInt8(ascii: "x") {
            position += 2
            digits { $0.hexValue != nil }
            return whole(source.text(start + 2..<position), radix: 16, start: start)
        }
        digits(\.isDigit)
        var isDouble = false
        if peek() == UInt8(ascii: "."), let next = peek(1), next.isDigit {
            isDouble = true
            position += 1
            digits(\.isDigit)
        }
        if let exponent = peek(), exponent | 0x20 == UInt8(ascii: "e") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            if let first = peek(1 + sign), first.isDigit {
                isDouble = true
                position += 1 + sign
                digits(\.isDigit)
            }
        }
        guard isDouble else { return whole(source.text(start..<position), radix: 10, start: start) }
        guard let value = DoubleText.parse(source.text(start..<position)), !endsInLetter() else {
            digits(\.isIdentifierPart)
            report("not a number", start..<position)
            return .unreadable
        }
        guard value.isFinite else {
            report("the number is too large for a double", start..<position)
            return .unreadable
        }
        return .double(value)
    }

    private mutating func whole(_ digits: String, radix: Int, start: Int) -> Token.Kind? {
        let isUnsigned = peek().map { $0 | 0x20 == UInt8(ascii: "u") } ?? false
        if isUnsigned { position += 1 }
        guard !digits.isEmpty, !endsInLetter() else {
            self.digits(\.isIdentifierPart)
            report("not a number", start..<position)
            return .unreadable
        }
        guard let value = UInt64(digits, radix: radix) else {
            report("the number is too large for 64 bits", start..<position)
            return .unreadable
        }
        return isUnsigned ? .uint(value) : .int(value)
    }

    private func endsInLetter() -> Bool { peek().map(\.isIdentifierPart) ?? false }
}

// Strings and bytes.
extension Lexer {
    private mutating func text(prefix: Int) -> Token.Kind? {
        let start = position
        let marks = bytes[start..<start + prefix].map { $0 | 0x20 }
        let isBytes = marks.contains(UInt8(ascii: "b"))
        let isRaw = marks.contains(UInt8(ascii: "r"))
        position += prefix
        let quote = bytes[position]
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        let body = position
        guard let end = endOfText(quote: quote, isTriple: isTriple, isRaw: isRaw) else {
            report("the string isn't closed", start..<position, suggestion: isTriple ? nil : "line breaks need ''' or \\n")
            return .unreadable
        }
        position = end + (isTriple ? 3 : 1)
        let content = Array(bytes[body..<end])
        if isRaw || !content.contains(UInt8(ascii: "\\")) {
            return isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
        }
        do {
            if isBytes { return .bytes(try Escapes.decodeBytes(content)) }
            return .string(try Escapes.decodeString(content))
        } catch {
            report(error.message, body + error.range.lowerBound..<body + error.range.upperBound)
            return .unreadable
        }
    }

    /// Moves to where the search ended; nil when the text has no end.
    private mutating func endOfText(quote: UInt8, isTriple: Bool, isRaw: Bool) -> Int? {
        while let byte = peek() {
            if byte == UInt8(ascii: "\\"), !isRaw {
                position += 2
            } else if byte == quote {
                if !isTriple || (peek(1) == quote && peek(2) == quote) { return position }
                position += 1
            } else if !isTriple, byte == 0x0A || byte == 0x0D {
                return nil
            } else {
                position += 1
            }
        }
        position = min(position, bytes.count)
        return nil
    }
}
