extension AST {
    /// The tree as text, a node a line, those it is made of indented below it.
    ///
    /// - Parameter note: more about a node, put behind it; nil for nothing.
    package func outline(_ note: (ID) -> String? = { _ in nil }) -> String {
        var lines: [String] = []
        describe(root, "", "", &lines, note)
        return lines.joined(separator: "\n")
    }

    private func describe(
        _ id: ID, _ indent: String, _ role: String, _ lines: inout [String], _ note: (ID) -> String?
    ) {
        lines.append(indent + (role.isEmpty ? "" : role + ": ") + label(id) + (note(id).map { "  \($0)" } ?? ""))
        let roles = roles(id)
        for (position, child) in children(of: id).enumerated() {
            describe(child, indent + "  ", position < roles.count ? roles[position] : "", &lines, note)
        }
    }

    /// What a node is, without those it is made of.
    package func label(_ id: ID) -> String {
        switch self[id].kind {
        case .literal(let value): "literal \(LiteralText.text(value))"
        case .name(let name): "name \(name)"
        case .select(_, let field, let isOptional): "select \(isOptional ? "?" : "")\(LiteralText.field(field))"
        case .has(_, let field): "has \(LiteralText.field(field))"
        case .index(_, _, let isOptional): isOptional ? "index ?" : "index"
        case .and: "and"
        case .or: "or"
        case .conditional: "conditional"
        case .call(let name, let receiver, _): (receiver == nil ? "call " : "method ") + Operator.displayName(name)
        case .list: "list"
        case .map: "map"
        case .record(let name, _): "record \(name)"
        case .comprehension(let loop):
            "loop \(loop.macro) \(loop.variable)" + (loop.secondVariable.map { ", \($0)" } ?? "")
        case .bind(let name, _, _): "bind \(name)"
        case .invalid: "invalid"
        }
    }

    private func roles(_ id: ID) -> [String] {
        switch self[id].kind {
        case .conditional: ["if", "then", "else"]
        case .index: ["of", "key"]
        case .call(_, let receiver, _): receiver == nil ? [] : ["receiver"]
        case .list(let elements): elements.map { $0.isOptional ? "optional" : "" }
        case .map(let entries): entries.flatMap { [$0.isOptional ? "optional key" : "key", "value"] }
        case .record(_, let fields): fields.map { ($0.isOptional ? "optional " : "") + LiteralText.field($0.name) }
        case .comprehension(let loop):
            ["over"] + (loop.condition == nil ? [] : ["condition"]) + (loop.body == nil ? [] : ["body"])
        case .bind: ["value", "in"]
        default: []
        }
    }
}
