import CEL

/// The values of a mapping under their keys.
struct Fields {
    let node: Node
    private let entries: [Node.Entry]

    /// Whether a key was refused: what seems to be missing may be it.
    let hasUnknown: Bool

    init(node: Node, entries: [Node.Entry], hasUnknown: Bool) {
        self.node = node
        self.entries = entries
        self.hasUnknown = hasUnknown
    }

    subscript(key: String) -> Node? { entries.first { $0.key.text == key }?.value }
    func key(_ key: String) -> Node? { entries.first { $0.key.text == key }?.key }
    var names: [String] { entries.compactMap(\.key.text) }
}

extension Loader {
    /// The mapping's values; nil, and reported, when it is none. Unknown keys are reported and left out.
    func fields(of node: Node, _ construct: Construct) -> Fields? {
        guard let entries = node.mapping else {
            report("\(construct.name) is written as a mapping ('key: value'), found \(node.kind)", at: node)
            return nil
        }
        var known: [Node.Entry] = []
        for entry in entries {
            guard let key = entry.key.text else {
                report("a key must be a text", at: entry.key)
                continue
            }
            if key == "<<" {
                report("merging with '<<' isn't part of the format", at: entry.key, suggestion: "write it out", code: .yaml)
            } else if construct.names.contains(key) {
                known.append(entry)
            } else if construct.later.contains(key) {
                report("'\(key)' isn't supported by this version yet", at: entry.key, code: .unsupported)
            } else {
                let hint = didYouMean(key, construct.names) ?? "\(construct.name) knows \(list(construct.names))"
                report("\(construct.name) has no key '\(key)'", at: entry.key, suggestion: hint, code: .unknownKey)
            }
        }
        return Fields(node: node, entries: known, hasUnknown: known.count < entries.count)
    }

    func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.map { "'\($0)'" }.joined() }
        return names.dropLast().map { "'\($0)'" }.joined(separator: ", ") + " and '\(last)'"
    }

    /// Named things: each key must be a name that expressions can use. Nothing or `{}` is none.
    ///
    /// - Parameter isVariable: whether expressions use the name as it is, so that it can't be one of their words.
    func declarations(_ node: Node?, _ what: String, isVariable: Bool = true) -> [(name: String, node: Node, key: Node)] {
        guard let node, !node.isEmpty else { return [] }
        guard let entries = node.mapping else {
            report("write 'name: …' for \(what), found \(node.kind)", at: node)
            return []
        }
        return bounded(entries, Self.maximumDeclarations, what, at: node).compactMap { entry in
            guard let name = entry.key.text else {
                report("the name of \(what) must be a text, found \(entry.key.kind)", at: entry.key)
                return nil
            }
            return checkName(name, what, at: entry.key, isVariable: isVariable) ? (name, entry.value, entry.key) : nil
        }
    }

    /// No more than anybody needs: what compares each with all others, or copies all for each, takes long otherwise.
    func bounded<Element>(_ elements: [Element], _ limit: Int, _ what: String, at node: Node) -> [Element] {
        guard elements.count > limit else { return elements }
        report("\(elements.count) times \(what): \(limit) are allowed", at: node)
        return Array(elements.prefix(limit))
    }

    private static let maximumDeclarations = 2_000

    /// Names become variables, columns and parts of SQL names: PostgreSQL's 63 bytes must hold two of them.
    @discardableResult
    func checkName(_ name: String, _ what: String, at node: Node, isVariable: Bool = true) -> Bool {
        let bytes = Array(name.utf8)
        let isWord = bytes.first.map { isLetter($0) } ?? false && bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
        guard isWord, bytes.count <= 30 else {
            report("'\(name.prefix(40))' can't name \(what): 1 to 30 letters, digits and '_' that don't begin with a digit", at: node)
            return false
        }
        guard !isVariable || !Loader.reservedWords.contains(name) else {
            report("'\(name)' is a word of the expression language and can't name \(what)", at: node)
            return false
        }
        return true
    }

    static let reservedWords: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
        "package", "namespace", "return", "var", "void", "while", "int", "uint", "double", "bool", "string", "bytes", "list", "map",
        "type", "timestamp", "duration",
    ]

    private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") }

    // MARK: Scalars

    func text(_ node: Node, _ what: String) -> String? {
        guard let text = node.text else {
            report("\(what) is a text, found \(node.kind)", at: node)
            return nil
        }
        if text.isEmpty {
            report("\(what) is empty", at: node)
            return nil
        }
        return text
    }

    func flag(_ node: Node, _ what: String) -> Bool {
        switch node.text {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default:
            report("\(what) is 'true' or 'false'", at: node)
            return false
        }
    }

    func whole(_ node: Node, in range: ClosedRange<Int>, _ what: String) -> Int? {
        guard let text = node.text, let value = Int(text), range.contains(value) else {
            report("\(what) is a whole number from \(range.lowerBound) to \(range.upperBound)", at: node)
            return nil
        }
        return value
    }

    /// One of a fixed set of words.
    func word(_ node: Node, _ what: String, of words: [String]) -> String? {
        guard let text = node.text, words.contains(text) else {
            let hint = node.text.flatMap { didYouMean($0, words) }
            report("\(what) is one of \(list(words))", at: node, suggestion: hint)
            return nil
        }
        return text
    }

    /// Names that were given, each once.
    func texts(_ node: Node, _ what: String) -> [(text: String, node: Node)] {
        bounded(node.elements, Self.maximumDeclarations, what, at: node).compactMap { element in text(element, what).map { ($0, element) } }
    }
}
