/// A parsed expression: nodes in one flat array, each after those it is made of.
///
/// Later stages keep what they learn in arrays of their own, indexed like the nodes.
package struct AST: Sendable {
    package struct ID: Sendable, Hashable {
        package let index: Int
    }

    package struct Node: Sendable {
        package var kind: Kind
        /// UTF-8 offsets of the whole node.
        package var range: Range<Int>
        /// Where to point when this node fails: its operator or name.
        package var focus: Range<Int>
        /// Levels below and including this node.
        package var depth: Int
    }

    package indirect enum Kind: Sendable {
        case literal(CELValue)
        /// A name; one that begins with a dot is looked up outside the container.
        case name(String)
        case select(ID, field: String, isOptional: Bool)
        /// `has(operand.field)`
        case has(ID, field: String)
        case index(ID, ID, isOptional: Bool)
        case and([ID])
        case or([ID])
        case conditional(ID, ID, ID)
        /// Operators are calls of functions named `_+_`, `!_`, `@in`….
        case call(String, receiver: ID?, arguments: [ID])
        case list([Element])
        case map([Entry])
        case record(String, [FieldValue])
        case comprehension(Comprehension)
        /// `cel.bind(name, value, body)`
        case bind(String, ID, ID)
        /// Stands where the source couldn't be understood; always accompanied by an issue.
        case invalid
    }

    package struct Element: Sendable {
        package let value: ID
        package let isOptional: Bool
    }

    package struct Entry: Sendable {
        package let key: ID
        package let value: ID
        package let isOptional: Bool
    }

    package struct FieldValue: Sendable {
        package let name: String
        package let range: Range<Int>
        package let value: ID
        package let isOptional: Bool
    }

    package var nodes: [Node] = []
    package var root = ID(index: 0)

    package subscript(id: ID) -> Node { nodes[id.index] }

    /// Makes a node the field of a variable.
    package mutating func replace(_ id: ID, withField field: String, of variable: String) {
        var name = self[id]
        name.kind = .name(variable)
        nodes.append(name)
        nodes[id.index].kind = .select(ID(index: nodes.count - 1), field: field, isOptional: false)
        nodes[id.index].depth = name.depth + 1
    }

    /// Makes the root `body` with a name bound to a value.
    package mutating func bind(_ name: String, to value: ID, around body: ID) {
        var node = self[body]
        node.kind = .bind(name, value, body)
        node.depth = max(node.depth, self[value].depth) + 1
        nodes.append(node)
        root = ID(index: nodes.count - 1)
    }
}

/// An expression that is evaluated for every element of something.
package struct Comprehension: Sendable {
    package enum Kind: Sendable, Hashable {
        case all, exists, existsOne
        /// `filter(x, p)`: the elements for which `p` holds.
        case filter
        /// `map(x, t)` and `map(x, p, t)`.
        case map
        /// `transformMap(k, v, t)`: a map with the same keys.
        case transformMap
        /// `transformMapEntry(k, v, {key: value})`
        case transformMapEntry
        /// `sortBy(x, key)`
        case sortBy
        /// `one(x, p)`: the only element for which `p` holds, or null.
        case one
        /// `count(x, p)`
        case count
        /// `optMap(x, t)`, over the value of an optional if it has one.
        case optionalMap
        /// `optFlatMap(x, t)`, where `t` is an optional itself.
        case optionalFlatMap
    }

    package let kind: Kind
    /// As written in the source, for messages.
    package let macro: String
    package let range: AST.ID
    /// The element, or the index or key when there is a second variable.
    package let variable: String
    package let variableRange: Range<Int>
    package let secondVariable: String?
    /// Only elements for which this holds take part; nil means all.
    package let condition: AST.ID?
    /// What is made of each element; nil when only the condition counts.
    package let body: AST.ID?
}
