/// A line and a column, both counted from 1, the column in Unicode scalars.
package struct Mark: Sendable, Hashable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A part of a YAML document. Scalars stay text: what they mean is decided by the key they stand under.
package struct Node: Sendable {
    package enum Style: Sendable, Hashable { case plain, singleQuoted, doubleQuoted, literal, folded }

    package indirect enum Value: Sendable {
        case scalar(String, Style)
        case sequence([Node])
        case mapping([Entry])
    }

    package struct Entry: Sendable {
        package var key: Node
        package var value: Node
    }

    package var value: Value
    package var mark: Mark

    package init(_ value: Value, at mark: Mark) {
        self.value = value
        self.mark = mark
    }

    package var text: String? {
        guard case .scalar(let text, _) = value else { return nil }
        return text
    }

    /// Nothing was written: `key:` with nothing behind it.
    package var isEmpty: Bool {
        guard case .scalar(let text, .plain) = value else { return false }
        return text.isEmpty
    }

    package var sequence: [Node]? {
        guard case .sequence(let nodes) = value else { return nil }
        return nodes
    }

    package var mapping: [Entry]? {
        guard case .mapping(let entries) = value else { return nil }
        return entries
    }

    /// The elements of a list; one thing that isn't a list counts as a list of it.
    package var elements: [Node] { sequence ?? [self] }

    /// For messages: "found a list".
    package var kind: String {
        switch value {
        case .scalar: isEmpty ? "nothing" : "a text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// How much to underline.
    package var length: Int { text.map { text in max(1, text.prefix { $0 != "\n" }.unicodeScalars.count) } ?? 1 }
}
