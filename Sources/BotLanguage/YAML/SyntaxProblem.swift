import Yams

/// What the parser says, in the words of somebody who writes bots: what is wrong, where it began, what to write instead.
struct SyntaxProblem {
    var message: String
    var mark: Mark
    var suggestion: String?

    init(_ error: YamlError, _ file: SourceFile) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            self = Self.explain(problem, Mark(mark), context.map { Mark($0.mark) }, file)
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
            self.init(
                "\(names) \(keys.count == 1 ? "stands" : "stand") twice in one mapping",
                file.second(keys.sorted().first ?? "", from: Mark(context.mark)))
        case .reader(let problem, _, _, _): self.init("is no YAML: \(problem)", Mark(line: 1, column: 1))
        default: self.init("is no YAML", Mark(line: 1, column: 1))
        }
    }

    private init(_ message: String, _ mark: Mark, _ suggestion: String? = nil) {
        self.message = message
        self.mark = mark
        self.suggestion = suggestion
    }

    private static let quotes = "put texts that contain ': ', ' #', '{' or '[' in quotes"

    private static func explain(_ problem: String, _ mark: Mark, _ begin: Mark?, _ file: SourceFile) -> SyntaxProblem {
        let begin = begin ?? mark
        if file.indentation(of: mark.line).contains("\t") {
            return SyntaxProblem("a tab can't indent a line", file.first("\t", in: mark.line) ?? mark, "indent with spaces, not tabs")
        }
        switch problem {
        case _ where problem.contains("unexpected end of stream"):
            return SyntaxProblem("the quote that opens here is never closed", begin, "add the closing quote")
        case "did not find expected ',' or '}'", "did not find expected ',' or ']'", "did not find expected node content":
            guard let open = file.scalar(at: begin) else {
                return SyntaxProblem("the file ends while a '{' or '[' is open", file.end, "close it, and \(quotes)")
            }
            guard open == "{" || open == "[" else { return SyntaxProblem("a value is missing here", mark, quotes) }
            // At the file's end, or where a line further down goes on with something else.
            guard mark.line > begin.line else { return SyntaxProblem("expected ',' or '\(open == "{" ? "}" : "]")' here", mark, quotes) }
            return SyntaxProblem("the '\(open)' that stands here is never closed", begin, "add '\(open == "{" ? "}" : "]")', and \(quotes)")
        case "found character that cannot start any token":
            let character = file.scalar(at: mark).map { "'\($0)'" } ?? "this character"
            return SyntaxProblem("a text can't begin with \(character)", mark, "put it in quotes")
        case "did not find expected alphabetic or numeric character", "found undefined alias":
            let start = file.scalar(at: begin) == "*" || file.scalar(at: begin) == "&" ? begin : mark
            return SyntaxProblem(
                "anchors and aliases ('&', '*') aren't part of the format", start, "put texts that begin with '*' or '&' in quotes")
        case "did not find expected whitespace or line break", "found undefined tag handle":
            return SyntaxProblem(
                "tags ('!') aren't part of the format", file.scalar(at: begin) == "!" ? begin : mark,
                "put texts that begin with '!' in quotes")
        case "mapping values are not allowed in this context" where file.missingSpace(before: mark) != nil:
            return SyntaxProblem("a space is missing behind this ':'", file.missingSpace(before: mark) ?? mark, "write 'key: value'")
        case "found unexpected ':'": return SyntaxProblem("a space is missing behind this ':'", mark, "write 'key: value'")
        case "did not find expected key" where file.scalar(at: mark) == ":",
            "mapping values are not allowed in this context" where file.indentation(of: mark.line).count + 1 == mark.column:
            return SyntaxProblem("there is no key before ':'", mark, "write 'key: value'")
        case "mapping values are not allowed in this context":
            return SyntaxProblem(
                "a ':' can't stand here: there is a value already", mark, "\(quotes), and keys of one mapping below each other")
        case "did not find expected key" where file.indentation(of: mark.line).count + 1 == mark.column:
            return SyntaxProblem("the indentation of this line fits none above", mark, "put keys of one mapping below each other")
        case "did not find expected key", "did not find expected '-' indicator":
            return SyntaxProblem(
                "nothing can follow here: the value has ended", mark, "put the whole text in quotes; a quote within '…' is written ''")
        case "could not find expected ':'": return SyntaxProblem("a key without ':'", begin, "write 'key: value'")
        case "block sequence entries are not allowed in this context":
            return SyntaxProblem("a list can't begin behind its key", mark, "put '- …' on a line of its own")
        case "mapping keys are not allowed in this context":
            return SyntaxProblem("a text can't begin with '? '", mark, "put it in quotes")
        case "found unknown directive name", "could not find expected directive name":
            return SyntaxProblem("a line can't begin with '%'", Mark(line: mark.line, column: 1), "leave it out, or put the text in quotes")
        case "found invalid Unicode character escape code", "did not find expected hexdecimal number":
            return SyntaxProblem(
                "'\\' with this number is no character", mark, "write '\\u00e9' with four digits, or '\\U0001f6d2' with eight")
        case "found unknown escape character":
            return SyntaxProblem("'\\' with this letter means nothing in \"…\"", mark, "write '\\\\', or put the text in '…'")
        case "but found another document": return SyntaxProblem("a file holds one bot; '---' begins another document", mark, "leave it out")
        case "did not find expected <document start>": return SyntaxProblem("nothing can follow the end of the bot", mark, "leave it out")
        case "did not find expected comment or line break":
            return SyntaxProblem("behind '|' or '>' the line ends", mark, "begin the text on the next line")
        default: return SyntaxProblem("is no YAML: \(problem)", mark)
        }
    }
}

extension Mark {
    init(_ mark: Yams.Mark) { self.init(line: max(1, mark.line), column: max(1, mark.column)) }
}

extension SourceFile {
    /// The blanks at a line's beginning.
    fileprivate func indentation(of line: Int) -> String {
        String(self.line(line).prefix { $0 == " " || $0 == "\t" })
    }

    /// The last line that isn't blank.
    fileprivate var end: Mark {
        let last = (1...max(1, count)).last { line($0).contains { $0 != " " } } ?? 1
        return Mark(line: last, column: max(1, line(last, upTo: .max).unicodeScalars.count))
    }

    /// The colon of `key:value` at the beginning of the line of a mark, or of the last one above: YAML takes it for a text, and
    /// wonders about the next key only.
    fileprivate func missingSpace(before mark: Mark) -> Mark? {
        var number = mark.line
        while number > 0, number > mark.line - 3 {
            let text = Array(line(number, upTo: 200).unicodeScalars)
            let start = text.firstIndex { $0 != " " && $0 != "-" } ?? text.count
            let end = text[start...].firstIndex { !($0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0)) } ?? text.count
            if end > start, end + 1 < text.count, text[end] == ":", text[end + 1] != " ", number < mark.line || end + 1 < mark.column {
                return Mark(line: number, column: end + 1)
            }
            if number < mark.line, start < text.count { return nil }
            number -= 1
        }
        return nil
    }

    fileprivate func first(_ character: Character, in line: Int) -> Mark? {
        let text = self.line(line)
        return text.firstIndex(of: character).map {
            Mark(line: line, column: text.unicodeScalars.distance(from: text.startIndex, to: $0) + 1)
        }
    }

    /// The first character that YAML doesn't allow: a control character that is neither tab nor line break.
    var forbidden: (mark: Mark, scalar: Unicode.Scalar)? {
        for number in 1...max(1, count) {
            for (column, scalar) in line(number, upTo: .max).unicodeScalars.enumerated() {
                let isControl =
                    scalar.value < 0x20 && scalar != "\t" || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0xFFFE
                    || scalar.value == 0xFFFF
                if isControl { return (Mark(line: number, column: column + 1), scalar) }
            }
        }
        return nil
    }

    /// The first character that changes the direction of what stands behind it, or that nobody sees at all: a line could say
    /// something else than it shows. Marks that single letters and emoji need are none of them.
    var invisible: (mark: Mark, scalar: Unicode.Scalar)? {
        for number in 1...max(1, count) {
            for (column, scalar) in line(number, upTo: .max).unicodeScalars.enumerated() {
                switch scalar.value {
                case 0x200B, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB, 0xE0001:
                    return (Mark(line: number, column: column + 1), scalar)
                default: continue
                }
            }
        }
        return nil
    }
}
