import CEL
import Contracts

extension Loader {
    /// Reads a text with `${expressions}`; `$${` stands for a literal `${`.
    ///
    /// - Parameter limit: the most UTF-16 units that the platform takes, without the marks of `mode`; checked as far as the
    ///   lengths of values are declared.
    func template(_ node: Node, _ scope: Scope, _ what: String, limit: Int, _ mode: ParseMode = .none) -> Template? {
        guard let source = text(node, what) else { return nil }
        // Longer than anything that could be sent, whatever its expressions are: looking for their places would take long.
        guard source.utf8.count <= Self.templateSize else {
            report("\(what) is written in \(source.utf8.count) bytes; \(Self.templateSize) are allowed", at: node)
            return nil
        }
        let pieces = TemplateScanner.pieces(of: source)
        guard pieces.count <= Self.templatePieces else {
            report("\(what) has more than \(Self.templatePieces / 2) expressions", at: node)
            return nil
        }
        var parts: [Template.Part] = []
        var isValid = true
        for piece in pieces {
            switch piece {
            case .text(let text): parts.append(.text(text))
            case .unclosed(let offset):
                report("'${' has no '}'", in: node, offset, 2, "'$${' writes the characters themselves")
                isValid = false
            case .expression(let range):
                let inner = String(decoding: Array(source.utf8)[range], as: UTF8.self)
                switch translation(inner, in: node, offset: range.lowerBound, scope, what, mode) {
                case .none: break
                case .failed:
                    isValid = false
                    continue
                case .text(let text):
                    parts.append(.translated(text))
                    continue
                }
                if let value = expression(inner, in: node, offset: range.lowerBound, scope), checkShown(value, in: node, range) {
                    parts.append(.value(value))
                } else {
                    isValid = false
                }
            }
        }
        guard isValid else { return nil }
        var template = Template(parts: parts, source: source, position: position(node))
        template.length = length(of: source, pieces, parts, mode, scope)
        checkLength(of: template, what, limit: limit, at: node)
        if let text = template.constant, text.allSatisfy(\.isWhitespace) { report("\(what) is empty", at: node) }
        return template
    }

    static let templateSize = 32_768
    private static let templatePieces = 200

    /// A text, or a list of `{if, text}` of which the first that holds is shown.
    func conditionalText(_ node: Node, _ scope: Scope, _ what: String, limit: Int, _ mode: ParseMode = .none) -> ConditionalText? {
        guard let cases = node.sequence else {
            return template(node, scope, what, limit: limit, mode).map { ConditionalText(cases: [.init(condition: nil, text: $0)]) }
        }
        var result: [ConditionalText.Case] = []
        var isComplete = false
        // Behind a condition it is known that those before it don't hold.
        var scope = scope
        for (index, item) in cases.enumerated() {
            guard let fields = fields(of: item, .textCase), let textNode = fields["text"] ?? missing("text", in: fields) else { continue }
            if isComplete { report("this text is never shown: the one above has no 'if'", at: item) }
            let condition = fields["if"].flatMap { expression($0, scope, expecting: .bool) }
            if fields["if"] == nil { isComplete = true }
            if let text = template(textNode, scope.knowing(condition, true), what, limit: limit, mode) {
                result.append(.init(condition: condition, text: text))
            }
            scope = scope.knowing(condition, false)
            if index == cases.count - 1, !isComplete {
                report("when none of the conditions holds there is nothing to show", at: item, suggestion: "end with a text without 'if'")
            }
        }
        if cases.isEmpty { report("\(what) is empty", at: node) }
        return ConditionalText(cases: result)
    }

    /// Whether people can read a value of this type.
    private func checkShown(_ value: Expression, in node: Node, _ range: Range<Int>) -> Bool {
        guard let (message, hint) = Self.whyNotShown(value.type) else { return true }
        report(message, in: node, range.lowerBound, range.count, hint)
        return false
    }

    /// Nil when people can read values of this type.
    static func whyNotShown(_ type: CELType) -> (message: String, hint: String)? {
        let hint: String
        switch type {
        case .string, .int, .uint, .double, .bool, .enumeration, .timestamp, .duration, .dyn: return nil
        case .nullable, .null: hint = "say what to show then, as in 'x == null ? '–' : string(x)'"
        case .list: hint = "join its elements, as in 'x.join(', ')'"
        case .object: hint = "choose one of its fields"
        case SecretText.type: hint = "only 'run' may take it"
        default: hint = "convert it to a string"
        }
        return (type.isNullable ? "this may be null, which can't be shown" : "\(type) can't be shown", hint)
    }
}

/// Splits `text ${expression} text`.
enum TemplateScanner {
    enum Piece: Equatable {
        case text(String)
        /// Byte range of the expression within the template.
        case expression(Range<Int>)
        case unclosed(Int)
    }

    static func pieces(of source: String) -> [Piece] {
        let bytes = Array(source.utf8)
        var pieces: [Piece] = []
        var text: [UInt8] = []
        func flush() {
            if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
            text = []
        }
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: "$${".utf8) {
                text += Array("${".utf8)
                index += 3
            } else if rest.starts(with: "${".utf8) {
                guard let end = end(bytes, from: index + 2) else { return pieces + [.unclosed(index)] }
                flush()
                pieces.append(.expression(index + 2..<end))
                index = end + 1
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        flush()
        return pieces
    }

    /// The closing brace, past inner braces and quoted texts.
    private static func end(_ bytes: [UInt8], from start: Int) -> Int? {
        var depth = 0
        var quote: UInt8?
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == open { quote = nil }
            } else {
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"):
                    if depth == 0 { return index }
                    depth -= 1
                default: break
                }
            }
            index += 1
        }
        return nil
    }
}
