/// Where the bytes of an expression stand in the document that contains it, so that issues can be told in its terms.
public struct CELSourceMap: Sendable {
    private let document: SourceText
    /// By offset in the expression, one more for its end: the offset in the document.
    private let offsets: [Int]

    /// - Parameters:
    ///   - document: the whole text.
    ///   - offsets: for each UTF-8 byte of the expression, and its end, the byte in the document it comes from.
    public init(document: String, offsets: [Int]) {
        self.document = SourceText(document)
        self.offsets = offsets.isEmpty ? [0] : offsets
    }

    /// An expression that stands in the document as it is.
    ///
    /// - Parameter start: the UTF-8 offset of its first byte.
    public init(document: String, start: Int, length: Int) {
        self.init(document: document, offsets: Array(start...start + max(0, length)))
    }

    /// An expression that is a scalar of a YAML document, plain, in quotes, or a block after `|` or `>`.
    ///
    /// - Parameters:
    ///   - start: the UTF-8 offset of the scalar's first character, which may be a quote, `|` or `>`.
    ///   - expression: the scalar's value as a YAML parser gives it.
    /// - Returns: nil when the scalar isn't the expression.
    public init?(yaml document: String, scalarAt start: Int, expression: String) {
        let bytes = Array(document.utf8)
        guard start >= 0, start < bytes.count, let offsets = YAMLScalar.offsets(of: Array(expression.utf8), in: bytes, from: start)
        else { return nil }
        self.init(document: document, offsets: offsets)
    }

    /// The offset in the document of an offset in the expression.
    public func offset(of offset: Int) -> Int { offsets[min(max(0, offset), offsets.count - 1)] }

    /// The issue with its range, line and column in the document.
    public func mapped(_ issue: CELIssue) -> CELIssue {
        let start = offset(of: issue.range.lowerBound)
        let end = issue.range.isEmpty ? start : offset(of: issue.range.upperBound - 1) + 1
        return CELIssue(issue.message, at: start..<max(start, end), in: document, suggestion: issue.suggestion)
    }

    /// All issues of an error with their places in the document.
    public func mapped(_ error: CELCompileError) -> CELCompileError { CELCompileError(issues: error.issues.map { mapped($0) }) }
}

/// Reads a scalar of YAML along with its value. What folding and escapes made of the text is followed byte by byte.
enum YAMLScalar {
    static func offsets(of value: [UInt8], in document: [UInt8], from start: Int) -> [Int]? {
        switch document[start] {
        case UInt8(ascii: "'"): flow(value, document, start + 1, quote: UInt8(ascii: "'"))
        case UInt8(ascii: "\""): flow(value, document, start + 1, quote: UInt8(ascii: "\""))
        case UInt8(ascii: "|"), UInt8(ascii: ">"): block(value, document, start)
        default: flow(value, document, start, quote: nil)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// Plain and quoted scalars: a line's end with the blanks around it stands for one blank, or for fewer line's ends.
    private static func flow(_ value: [UInt8], _ document: [UInt8], _ start: Int, quote: UInt8?) -> [Int]? {
        var offsets: [Int] = []
        var place = start
        var position = 0
        while position < value.count {
            guard place < document.count else { return nil }
            let byte = value[position]
            if isBlank(byte), isBlank(document[place]) {
                // All blanks here together stand for all blanks there.
                let blanks = value[position...].prefix { isBlank($0) }.count
                let there = document[place...].prefix { isBlank($0) }.count
                for index in 0..<blanks { offsets.append(place + min(index, there - 1)) }
                position += blanks
                place += there
            } else if quote == UInt8(ascii: "\""), document[place] == UInt8(ascii: "\\") {
                guard let (length, made) = escape(document, place), value[position...].starts(with: made) else { return nil }
                offsets += Array(repeating: place, count: made.count)
                position += made.count
                place += length
            } else {
                guard document[place] == byte else { return nil }
                offsets.append(place)
                position += 1
                place += quote == UInt8(ascii: "'") && byte == quote ? 2 : 1
            }
        }
        return offsets + [place]
    }

    /// How long an escape of a double-quoted scalar is, and what it stands for.
    private static func escape(_ document: [UInt8], _ place: Int) -> (length: Int, made: [UInt8])? {
        guard place + 1 < document.count else { return nil }
        let letter = document[place + 1]
        let digits = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8][letter]
        if let digits {
            guard place + 2 + digits <= document.count else { return nil }
            var code: UInt32 = 0
            for byte in document[place + 2..<place + 2 + digits] {
                guard let digit = byte.hexValue else { return nil }
                code = code << 4 | digit
            }
            return Unicode.Scalar(code).map { (2 + digits, Array(String(Character($0)).utf8)) }
        }
        // A line that ends with a backslash goes on without a blank.
        if letter == 0x0A || letter == 0x0D {
            return (1 + document[(place + 1)...].prefix { isBlank($0) }.count, [])
        }
        let made: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "0"): 0, UInt8(ascii: "a"): 7,
            UInt8(ascii: "b"): 8, UInt8(ascii: "e"): 0x1B, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "v"): 0x0B,
        ]
        return (2, [made[letter] ?? letter])
    }

    /// Blocks: the lines without their indentation; folded ones have blanks where lines were joined.
    private static func block(_ value: [UInt8], _ document: [UInt8], _ start: Int) -> [Int]? {
        guard var place = document[start...].firstIndex(of: 0x0A).map({ $0 + 1 }) else { return value.isEmpty ? [start] : nil }
        let first = document[place...].firstIndex { $0 != 0x0A && $0 != 0x0D } ?? document.count
        let indentation = document[first...].prefix { $0 == 0x20 }.count - value.drop { $0 == 0x0A }.prefix { $0 == 0x20 }.count
        var offsets: [Int] = []
        var position = 0
        var isLineStart = true
        while position < value.count {
            if isLineStart {
                place += min(indentation, document[min(place, document.count)...].prefix { $0 == 0x20 }.count)
                isLineStart = false
            }
            guard place < document.count else {
                // Line's ends that the document's end stands for.
                guard value[position...].allSatisfy({ $0 == 0x0A }) else { return nil }
                offsets += Array(repeating: document.count, count: value.count - position)
                break
            }
            let byte = value[position]
            if document[place] == 0x0D, byte != 0x0D { place += 1 }
            guard place < document.count else { continue }
            if document[place] == byte || (document[place] == 0x0A && byte == 0x20) {
                isLineStart = document[place] == 0x0A
                offsets.append(place)
                position += 1
                place += 1
            } else if document[place] == 0x0A {
                // An empty line that folding has taken.
                isLineStart = true
                place += 1
            } else {
                return nil
            }
        }
        return offsets + [place]
    }
}
