/// A definition's text with its lines.
package struct SourceFile: Sendable {
    package let name: String
    /// Each line's Unicode scalars, without the line's end.
    private let lines: [[Unicode.Scalar]]

    package init(_ text: String, name: String) {
        self.name = name
        var lines: [[Unicode.Scalar]] = [[]]
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            // Where the parser begins a new line, so do we: all that YAML 1.1 calls a line break.
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
            default: lines[lines.count - 1].append(scalar)
            }
            previous = scalar
        }
        self.lines = lines
    }

    /// How many lines there are.
    var count: Int { lines.count }

    /// - Parameter limit: of characters, for display.
    package func line(_ number: Int, upTo limit: Int = 400) -> String {
        guard lines.indices.contains(number - 1) else { return "" }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: lines[number - 1].prefix(limit))
        return String(text)
    }

    package func position(_ mark: Mark) -> SourcePosition {
        SourcePosition(file: name, line: mark.line, column: mark.column)
    }

    package func scalar(at mark: Mark) -> Unicode.Scalar? { at(mark.line, mark.column) }

    /// Where a key stands for the second time in the mapping whose first key is at `mark`; else that mark.
    package func second(_ key: String, from mark: Mark) -> Mark {
        if lines.indices.contains(mark.line - 1), lines[mark.line - 1].prefix(mark.column - 1).last(where: { $0 != " " }) == "{" {
            return secondInBraces(key, from: mark)
        }
        var seen = false
        for number in mark.line...max(mark.line, lines.count) where lines.indices.contains(number - 1) {
            let line = lines[number - 1].dropFirst(mark.column - 1)
            guard lines[number - 1].prefix(mark.column - 1).allSatisfy({ $0 == " " || $0 == "-" }) || number == mark.line,
                isKey(key, in: line)
            else { continue }
            if seen { return Mark(line: number, column: mark.column) }
            seen = true
        }
        return mark
    }

    /// Whether a line begins with the key, in quotes or not.
    private func isKey(_ key: String, in line: ArraySlice<Unicode.Scalar>) -> Bool {
        let quote = line.first.flatMap { $0 == "\"" || $0 == "'" ? $0 : nil }
        let rest = quote == nil ? line : line.dropFirst()
        guard rest.starts(with: key.unicodeScalars) else { return false }
        let behind = rest.dropFirst(key.unicodeScalars.count)
        return (quote == nil ? behind : behind.first == quote ? behind.dropFirst() : []).first == ":"
    }

    private func secondInBraces(_ key: String, from mark: Mark) -> Mark {
        var depth = 1
        var quote: Unicode.Scalar?
        var isKey = true
        var seen = false
        for number in mark.line...max(mark.line, lines.count) where lines.indices.contains(number - 1) {
            let line = lines[number - 1]
            for column in line.indices where number > mark.line || column >= mark.column - 1 {
                let scalar = line[column]
                if let open = quote {
                    if scalar == open { quote = nil }
                    continue
                }
                if isKey, scalar != " " {
                    let rest = line[column...].drop { $0 == "\"" || $0 == "'" }
                    if rest.starts(with: key.unicodeScalars),
                        rest.dropFirst(key.unicodeScalars.count).first.map({ ":\"'".unicodeScalars.contains($0) }) ?? false
                    {
                        if seen { return Mark(line: number, column: column + 1) }
                        seen = true
                    }
                    isKey = false
                }
                switch scalar {
                case "{", "[": depth += 1
                case "}", "]": depth -= 1
                case "'", "\"": quote = scalar
                default: break
                }
                if depth == 0 { return mark }
                if scalar == "{" || scalar == ",", depth == 1 { isKey = true }
            }
        }
        return mark
    }

    /// Where the scalar value's byte `offset` stands in the file.
    ///
    /// Follows the value through quotes, escapes and block indentation; for folded texts, where lines were joined, it is
    /// exact as long as the words are.
    package func mark(in scalar: Node, offset: Int) -> Mark {
        guard case .scalar(let value, let style) = scalar.value else { return scalar.mark }
        let wanted = value.utf8.prefix(max(0, offset))
        switch style {
        case .plain: return walk(wanted, from: scalar.mark)
        case .singleQuoted, .doubleQuoted:
            return walk(wanted, from: Mark(line: scalar.mark.line, column: scalar.mark.column + 1), quote: style)
        case .literal: return block(wanted, from: scalar.mark)
        case .folded: return walk(wanted, from: firstBlockMark(after: scalar.mark))
        }
    }

    private func block(_ prefix: some Sequence<UInt8>, from mark: Mark) -> Mark {
        let start = firstBlockMark(after: mark)
        let text = String(decoding: Array(prefix), as: UTF8.self)
        let newlines = text.utf8.count { $0 == 0x0A }
        let last = text.unicodeScalars.reversed().prefix { $0 != "\n" }.count
        return Mark(line: start.line + newlines, column: start.column + last)
    }

    /// The first character of a block scalar's content.
    private func firstBlockMark(after mark: Mark) -> Mark {
        var line = mark.line + 1
        while line <= lines.count, lines[line - 1].allSatisfy({ $0 == " " }) { line += 1 }
        guard line <= lines.count else { return mark }
        // Leading blank lines are part of the value; counting starts at the first line of the block.
        let indent = lines[line - 1].prefix { $0 == " " }.count
        return Mark(line: mark.line + 1, column: indent + 1)
    }

    /// Walks source and value side by side.
    private func walk(_ prefix: some Sequence<UInt8>, from mark: Mark, quote: Node.Style = .plain) -> Mark {
        var line = mark.line
        var column = mark.column
        for scalar in String(decoding: Array(prefix), as: UTF8.self).unicodeScalars {
            guard lines.indices.contains(line - 1) else { break }
            if scalar == " " || scalar == "\n", atLineEnd(line, column), quote != .doubleQuoted || at(line, column) != "\\" {
                repeat { line += 1 } while lines.indices.contains(line - 1) && lines[line - 1].allSatisfy { $0 == " " }
                guard lines.indices.contains(line - 1) else { break }
                column = lines[line - 1].prefix { $0 == " " }.count + 1
                continue
            }
            column += sourceLength(line, column, quote)
        }
        return Mark(line: line, column: column)
    }

    private func at(_ line: Int, _ column: Int) -> Unicode.Scalar? {
        guard lines.indices.contains(line - 1), lines[line - 1].indices.contains(column - 1) else { return nil }
        return lines[line - 1][column - 1]
    }

    private func atLineEnd(_ line: Int, _ column: Int) -> Bool {
        lines[line - 1].dropFirst(column - 1).allSatisfy { $0 == " " }
    }

    /// How many characters of the source make the next one of the value.
    private func sourceLength(_ line: Int, _ column: Int, _ quote: Node.Style) -> Int {
        if quote == .singleQuoted { return at(line, column) == "'" && at(line, column + 1) == "'" ? 2 : 1 }
        guard quote == .doubleQuoted, at(line, column) == "\\" else { return 1 }
        return switch at(line, column + 1) {
        case "x": 4
        case "u": 6
        case "U": 10
        default: 2
        }
    }
}
