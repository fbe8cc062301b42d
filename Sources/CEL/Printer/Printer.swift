/// Writes a tree as source again, with no more parentheses than its structure needs. Comments and blanks are lost;
/// what definitions stood for is written out.
struct Printer {
    /// How tightly a form binds; what binds looser than its place wants is put in parentheses.
    enum Level: Int, Comparable {
        case conditional, or, and, relation, sum, product, unary, member

        static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    private let ast: AST
    private let types: [CELType]?
    /// Literals that stand for what the checker knew less of: `dyn(…)` keeps it from knowing more.
    private let widened: [AST.ID: Widening]
    private let names: [String: String]
    private(set) var text = ""

    enum Widening: Sendable {
        /// The type was `dyn`, or the value is null where something else was possible.
        case always
        /// The type allowed null, the value isn't.
        case inContainers
    }

    static func print(_ ast: AST, types: [CELType]? = nil, widened: [AST.ID: Widening] = [:]) -> String {
        var printer = Printer(ast: ast, types: types, widened: widened)
        printer.write(ast.root, .conditional)
        return printer.text
    }

    private init(ast: AST, types: [CELType]?, widened: [AST.ID: Widening]) {
        self.ast = ast
        self.types = types
        self.widened = widened
        names = Self.readableNames(in: ast)
    }

    /// Names that definitions introduced and no source can contain, with others that are free.
    private static func readableNames(in ast: AST) -> [String: String] {
        var used: Set<String> = []
        var hidden: Set<String> = []
        func note(_ name: String) {
            if name.hasPrefix("@") { hidden.insert(name) } else { used.insert(name) }
        }
        for node in ast.nodes {
            switch node.kind {
            case .name(let name): note(name)
            case .bind(let name, _, _): note(name)
            case .comprehension(let loop):
                note(loop.variable)
                if let second = loop.secondVariable { note(second) }
            default: break
            }
        }
        var result: [String: String] = [:]
        for name in hidden.sorted() {
            let last = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? String(name.dropFirst())
            let base = LiteralText.isIdentifier(last) && !Parser.reserved.contains(last) ? last : "value"
            var free = base
            var number = 1
            while used.contains(free) {
                number += 1
                free = "\(base)\(number)"
            }
            used.insert(free)
            result[name] = free
        }
        return result
    }

    private mutating func write(_ id: AST.ID, _ least: Level, inContainer: Bool = false) {
        if let widening = widened[id], id != ast.root, widening == .always || inContainer {
            text += "dyn("
            form(id)
            text += ")"
            return
        }
        guard level(id) < least else { return form(id) }
        text += "("
        form(id)
        text += ")"
    }

    private func level(_ id: AST.ID) -> Level {
        switch ast[id].kind {
        case .conditional: .conditional
        case .or: .or
        case .and: .and
        case .call(let name, nil, let arguments): Self.level(of: name, arguments.count)
        default: .member
        }
    }

    private static func level(of name: String, _ count: Int) -> Level {
        guard Operator.isOperator(name) else { return .member }
        if count == 1 { return .unary }
        return switch name {
        case Operator.add, Operator.subtract: .sum
        case Operator.multiply, Operator.divide, Operator.modulo: .product
        default: .relation
        }
    }
}

// One form at a time.
extension Printer {
    private mutating func form(_ id: AST.ID) {
        switch ast[id].kind {
        case .literal(let value): text += LiteralText.text(value, type: types?[id.index])
        case .name(let name): text += names[name] ?? name
        case .select(let operand, let field, let isOptional):
            write(operand, .member)
            text += isOptional ? ".?" : "."
            text += LiteralText.field(field)
        case .has(let operand, let field):
            text += "has("
            write(operand, .member)
            text += ".\(LiteralText.field(field)))"
        case .index(let operand, let key, let isOptional):
            write(operand, .member)
            text += isOptional ? "[?" : "["
            write(key, .conditional)
            text += "]"
        case .and(let parts): chain(parts, " && ", .relation, neutral: "true")
        case .or(let parts): chain(parts, " || ", .and, neutral: "false")
        case .conditional(let condition, let yes, let no):
            write(condition, .or)
            text += " ? "
            write(yes, .or, inContainer: true)
            text += " : "
            write(no, .conditional, inContainer: true)
        case .call(let name, let receiver, let arguments): call(name, receiver, arguments)
        case .list(let elements):
            text += "["
            separated(elements) { printer, element in
                if element.isOptional { printer.text += "?" }
                printer.write(element.value, .conditional, inContainer: true)
            }
            text += "]"
        case .map(let entries):
            text += "{"
            separated(entries) { printer, entry in
                if entry.isOptional { printer.text += "?" }
                printer.write(entry.key, .conditional, inContainer: true)
                printer.text += ": "
                printer.write(entry.value, .conditional, inContainer: true)
            }
            text += "}"
        case .record(let name, let fields):
            text += name + "{"
            separated(fields) { printer, field in
                printer.text += (field.isOptional ? "?" : "") + LiteralText.field(field.name) + ": "
                printer.write(field.value, .conditional, inContainer: true)
            }
            text += "}"
        case .comprehension(let loop): comprehension(loop)
        case .bind(let name, let value, let body):
            text += "cel.bind(\(names[name] ?? name), "
            write(value, .conditional, inContainer: true)
            text += ", "
            write(body, .conditional)
            text += ")"
        case .invalid: text += "<invalid>"
        }
    }

    private mutating func separated<T>(_ items: [T], _ write: (inout Printer, T) -> Void) {
        for (position, item) in items.enumerated() {
            if position > 0 { text += ", " }
            write(&self, item)
        }
    }

    private mutating func chain(_ parts: [AST.ID], _ sign: String, _ least: Level, neutral: String) {
        for (position, part) in parts.enumerated() {
            if position > 0 { text += sign }
            write(part, least)
        }
        // A single part, which must still turn out to be true or false.
        if parts.count == 1 { text += sign + neutral }
        if parts.isEmpty { text += neutral }
    }

    private mutating func call(_ name: String, _ receiver: AST.ID?, _ arguments: [AST.ID]) {
        if receiver == nil, Operator.isOperator(name) {
            if arguments.count == 1 { return prefix(name == Operator.not ? "!" : "-", name, arguments[0]) }
            if arguments.count == 2 { return infix(name, arguments[0], arguments[1]) }
        }
        if let receiver {
            write(receiver, .member)
            text += "."
        }
        text += name + "("
        separated(arguments) { $0.write($1, .conditional) }
        text += ")"
    }

    private mutating func infix(_ name: String, _ left: AST.ID, _ right: AST.ID) {
        let level = Self.level(of: name, 2)
        write(left, level)
        text += name == Operator.contains ? " in " : " \(name.filter { $0 != "_" }) "
        write(right, Level(rawValue: level.rawValue + 1) ?? .member)
    }

    /// Two equal signs may stand in a row; of more the parser would take pairs away.
    private mutating func prefix(_ sign: String, _ name: String, _ operand: AST.ID) {
        text += sign
        if case .call(name, nil, let inner) = ast[operand].kind, inner.count == 1, !isPrefixed(inner[0], name),
            widened[operand] == nil
        {
            return form(operand)
        }
        if needsParentheses(operand, after: name) {
            text += "("
            write(operand, .conditional)
            text += ")"
        } else {
            write(operand, .member)
        }
    }

    private func isPrefixed(_ id: AST.ID, _ name: String) -> Bool {
        if case .call(name, nil, let inner) = ast[id].kind { return inner.count == 1 }
        return false
    }

    /// A number right after a minus would become a negative number; a negative number may follow a minus only.
    private func needsParentheses(_ operand: AST.ID, after name: String) -> Bool {
        guard case .literal(let value) = leftmost(operand) else { return false }
        switch value {
        case .int(let number): return number < 0 ? name == Operator.not : name == Operator.negate
        case .double(let number): return number.sign == .minus ? name == Operator.not : name == Operator.negate
        default: return false
        }
    }

    /// What the text of a node with fields, indices and methods begins with.
    private func leftmost(_ id: AST.ID) -> AST.Kind {
        var id = id
        while true {
            switch ast[id].kind {
            case .select(let operand, _, _), .index(let operand, _, _): id = operand
            case .call(_, let receiver?, _): id = receiver
            case .comprehension(let loop): id = loop.range
            default: return ast[id].kind
            }
        }
    }

    private mutating func comprehension(_ loop: Comprehension) {
        write(loop.range, .member, inContainer: true)
        text += ".\(loop.macro)(\(names[loop.variable] ?? loop.variable)"
        if let second = loop.secondVariable { text += ", \(names[second] ?? second)" }
        for part in [loop.condition, loop.body].compactMap({ $0 }) {
            text += ", "
            write(part, .conditional)
        }
        text += ")"
    }
}
