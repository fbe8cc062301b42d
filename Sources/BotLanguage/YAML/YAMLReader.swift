import Yams

/// What a definition's file may be. Beyond it nothing is read.
package enum YAMLLimits {
    /// UTF-8 bytes: a definition with a hundred screens has about 100 KB.
    static let size = 1 << 20
    /// Levels of nesting; honest definitions have about ten.
    static let depth = 64
    static let nodes = 200_000
}

/// Text -> tree, with every mistake of form.
package enum YAMLReader {
    package static func read(_ text: String, file: SourceFile) -> (root: Node?, diagnostics: [Diagnostic]) {
        func failed(_ message: String, _ mark: Mark, _ suggestion: String? = nil) -> (Node?, [Diagnostic]) {
            (nil, [file.diagnostic(message, at: mark, suggestion: suggestion)])
        }
        guard text.utf8.count <= YAMLLimits.size else {
            return failed("the file has \(text.utf8.count) bytes; \(YAMLLimits.size) are allowed", Mark(line: 1, column: 1))
        }
        if let (mark, scalar) = file.forbidden {
            let code = String(scalar.value, radix: 16, uppercase: true)
            return failed(
                "the control character U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code) can't stand in a file", mark,
                "remove it")
        }
        if let (mark, scalar) = file.invisible {
            return failed(
                "U+\(String(scalar.value, radix: 16, uppercase: true)) can't be seen, but changes what is read here", mark,
                "remove it; where a text needs it write '\\u\(String(scalar.value, radix: 16))' in \"…\"")
        }
        if let mark = Nesting.tooDeep(text) {
            return failed("nested deeper than \(YAMLLimits.depth) levels", mark)
        }
        if let mark = Aliases.first(in: file) { return failed(Aliases.message, mark, "write it out") }
        do {
            guard let root = try Yams.compose(yaml: text) else {
                return failed("the file is empty", Mark(line: 1, column: 1), "begin with 'bot: name'")
            }
            var converter = Converter(file: file)
            let node = converter.convert(root, depth: 0)
            return (node, converter.diagnostics)
        } catch let error as YamlError {
            let problem = SyntaxProblem(error, file)
            return failed(problem.message, problem.mark, problem.suggestion)
        } catch {
            return failed("is no YAML", Mark(line: 1, column: 1))
        }
    }
}

/// Refuses documents whose depth would exhaust the parser's stack, before it runs. Counts brackets wherever they
/// stand, so it allows more than the reader does afterwards.
private enum Nesting {
    private static let limit = 100

    static func tooDeep(_ text: String) -> Mark? {
        var open = 0
        var indents: [Int] = []
        for (number, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let indent = line.prefix { $0 == 0x20 }.count
            while let last = indents.last, last >= indent { indents.removeLast() }
            indents.append(indent)
            var dashes = 0
            for (column, byte) in line.enumerated() {
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(0, open - 1)
                case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): dashes += 1
                default: break
                }
                if open + indents.count > limit
                    || (dashes > limit
                        && line.prefix(column).allSatisfy {
                            $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: ":")
                        })
                {
                    return Mark(line: number + 1, column: column + 1)
                }
            }
        }
        return nil
    }
}

/// Finds aliases before the parser multiplies what they stand for.
private enum Aliases {
    static let message = "anchors and aliases ('&', '*') aren't part of the format"

    /// The first `*name` that stands where a value begins, and that `&name` somewhere before defines.
    static func first(in file: SourceFile) -> Mark? {
        var anchors: Set<String> = []
        for number in 1...max(1, file.count) {
            let scalars = Array(file.line(number, upTo: .max).unicodeScalars)
            for (column, scalar) in scalars.enumerated() where scalar == "&" || scalar == "*" {
                guard begins(scalars, at: column) else { continue }
                let rest = scalars[(column + 1)...].prefix {
                    $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-"
                }
                let name = String(String.UnicodeScalarView(rest))
                if scalar == "&" {
                    anchors.insert(name)
                } else if anchors.contains(name) {
                    return Mark(line: number, column: column + 1)
                }
            }
        }
        return nil
    }

    private static func begins(_ line: [Unicode.Scalar], at column: Int) -> Bool {
        guard let before = line[..<column].last(where: { $0 != " " && $0 != "\t" }) else { return true }
        return ":-?,[{".unicodeScalars.contains(before)
    }
}

private struct Converter {
    let file: SourceFile
    var diagnostics: [Diagnostic] = []
    var count = 0

    mutating func convert(_ node: Yams.Node, depth: Int) -> Node {
        let mark = Mark(line: max(1, node.mark?.line ?? 1), column: max(1, node.mark?.column ?? 1))
        count += 1
        switch file.scalar(at: mark) {
        case "&": return refuse(Aliases.message, mark, "write it out; texts that begin with '&' stand in quotes")
        case "!": return refuse("tags ('!') aren't part of the format", mark, "put texts that begin with '!' in quotes")
        default: break
        }
        guard depth <= YAMLLimits.depth else { return refuse("nested deeper than \(YAMLLimits.depth) levels", mark) }
        guard count <= YAMLLimits.nodes else { return refuse("the file has more than \(YAMLLimits.nodes) parts", mark) }
        switch node {
        case .scalar(let scalar): return Node(.scalar(scalar.string, style(scalar.style)), at: mark)
        case .sequence(let sequence): return Node(.sequence(sequence.map { convert($0, depth: depth + 1) }), at: mark)
        case .mapping(let mapping):
            return Node(
                .mapping(
                    mapping.map { entry in
                        Node.Entry(key: convert(entry.key, depth: depth + 1), value: convert(entry.value, depth: depth + 1))
                    }), at: mark)
        case .alias: return refuse(Aliases.message, mark, "write it out")
        }
    }

    private mutating func refuse(_ message: String, _ mark: Mark, _ suggestion: String? = nil) -> Node {
        if diagnostics.last?.message != message { diagnostics.append(file.diagnostic(message, at: mark, suggestion: suggestion)) }
        return Node(.scalar("", .plain), at: mark)
    }

    private func style(_ style: Yams.Node.Scalar.Style) -> Node.Style {
        switch style {
        case .singleQuoted: .singleQuoted
        case .doubleQuoted: .doubleQuoted
        case .literal: .literal
        case .folded: .folded
        default: .plain
        }
    }
}

extension SourceFile {
    package func diagnostic(
        _ message: String, at mark: Mark, length: Int = 1, suggestion: String? = nil, code: Diagnostic.Code = .yaml
    ) -> Diagnostic {
        Diagnostic(
            code, message: message, position: position(mark), length: length, suggestion: suggestion, line: line(mark.line, upTo: 4_000))
    }
}
