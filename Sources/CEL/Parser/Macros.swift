/// Calls that are rewritten when parsed, because their arguments are not values but names and bodies.
package struct Macros: Sendable {
    /// Which of them are known, by name; `cel.bind` counts as `bind`.
    package var names: Set<String>

    package static let core: Set<String> = ["has", "all", "exists", "exists_one", "existsOne", "map", "filter"]
    package static let twoVariables: Set<String> = ["transformList", "transformMap", "transformMapEntry"]
    package static let bindings: Set<String> = ["bind"]
    package static let optionals: Set<String> = ["optMap", "optFlatMap"]
    package static let collections: Set<String> = ["sortBy", "one", "count"]
    package static let blocks: Set<String> = ["block", "index", "iterVar", "accuVar"]

    package static let all = Macros(names: core.union(twoVariables).union(bindings).union(optionals).union(collections))

    private typealias Kind = Comprehension.Kind

    /// What the call becomes; nil when it is no macro.
    func expand(
        _ name: String, receiver: AST.ID?, arguments: [AST.ID], focus: Range<Int>, parser: inout Parser
    ) throws(Parser.Failed) -> AST.ID? {
        guard names.contains(name) else { return nil }
        guard let receiver else {
            return name == "has" ? try has(arguments, focus: focus, parser: &parser) : nil
        }
        let count = arguments.count
        switch name {
        case "bind":
            guard case .name("cel") = parser.ast[receiver].kind, count == 3 else { return nil }
            let variable = try variable(arguments[0], "the first argument of cel.bind", &parser)
            return try parser.add(
                .bind(variable, arguments[1], arguments[2]), parser.start(receiver)..<parser.end, focus: focus)
        case "block", "index", "iterVar", "accuVar":
            guard case .name("cel") = parser.ast[receiver].kind else { return nil }
            return try block(name, arguments, focus, &parser)
        case "all", "exists", "exists_one", "existsOne":
            let kind: Kind = name == "all" ? .all : name == "exists" ? .exists : .existsOne
            guard count == 2 || (count == 3 && hasTwoVariables) else { return nil }
            return try loop(
                kind, name, receiver, arguments.dropLast(), condition: arguments[count - 1], body: nil, focus, &parser)
        case "filter" where count == 2:
            return try loop(.filter, name, receiver, arguments[..<1], condition: arguments[1], body: nil, focus, &parser)
        case "map" where count == 2:
            return try loop(.map, name, receiver, arguments[..<1], condition: nil, body: arguments[1], focus, &parser)
        case "map" where count == 3:
            return try loop(
                .map, name, receiver, arguments[..<1], condition: arguments[1], body: arguments[2], focus, &parser)
        case "transformList", "transformMap", "transformMapEntry":
            guard count == 3 || count == 4 else { return nil }
            let kind: Kind = name == "transformList" ? .map : name == "transformMap" ? .transformMap : .transformMapEntry
            let condition = count == 4 ? arguments[2] : nil
            return try loop(
                kind, name, receiver, arguments[..<2], condition: condition, body: arguments[count - 1], focus, &parser)
        case "optMap" where count == 2, "optFlatMap" where count == 2:
            let kind: Kind = name == "optMap" ? .optionalMap : .optionalFlatMap
            return try loop(kind, name, receiver, arguments[..<1], condition: nil, body: arguments[1], focus, &parser)
        case "sortBy" where count == 2 && isName(arguments[0], parser):
            return try loop(.sortBy, name, receiver, arguments[..<1], condition: nil, body: arguments[1], focus, &parser)
        case "one" where count == 2 && isName(arguments[0], parser):
            return try loop(.one, name, receiver, arguments[..<1], condition: arguments[1], body: nil, focus, &parser)
        case "count" where count == 2 && isName(arguments[0], parser):
            return try loop(.count, name, receiver, arguments[..<1], condition: arguments[1], body: nil, focus, &parser)
        default: return nil
        }
    }

    /// Blocks become bindings inside each other, under names that no source can contain.
    private func block(
        _ name: String, _ arguments: [AST.ID], _ focus: Range<Int>, _ parser: inout Parser
    ) throws(Parser.Failed) -> AST.ID? {
        guard name == "block" else {
            guard arguments.count == (name == "index" ? 1 : 2) else { return nil }
            let numbers = arguments.compactMap { id -> String? in
                guard case .literal(.int(let number)) = parser.ast[id].kind else { return nil }
                return "\(number)"
            }
            guard numbers.count == arguments.count else { throw parser.fail("\(name) takes literal numbers", at: focus) }
            return try parser.add(.name("@\(name)" + numbers.joined(separator: ":")), focus)
        }
        guard arguments.count == 2, case .list(let values) = parser.ast[arguments[0]].kind else { return nil }
        var id = arguments[1]
        for (position, value) in values.enumerated().reversed() {
            let range = parser.ast[value.value].range
            id = try parser.add(.bind("@index\(position)", value.value, id), range.lowerBound..<parser.end, focus: range)
        }
        return id
    }

    private var hasTwoVariables: Bool { names.contains("transformList") }

    private func has(_ arguments: [AST.ID], focus: Range<Int>, parser: inout Parser) throws(Parser.Failed) -> AST.ID {
        if arguments.count == 1, case .invalid = parser.ast[arguments[0]].kind { throw Parser.Failed() }
        guard arguments.count == 1, case .select(let operand, let field, let isOptional) = parser.ast[arguments[0]].kind,
            !isOptional
        else { throw parser.fail("has() takes one field, as in has(order.note)", at: focus) }
        return try parser.add(
            .has(operand, field: field), focus.lowerBound..<parser.end, focus: parser.ast[arguments[0]].focus)
    }

    private func loop(
        _ kind: Comprehension.Kind, _ macro: String, _ range: AST.ID, _ variables: ArraySlice<AST.ID>,
        condition: AST.ID?, body: AST.ID?, _ focus: Range<Int>, _ parser: inout Parser
    ) throws(Parser.Failed) -> AST.ID {
        var names: [String] = []
        for id in variables {
            let name = try variable(id, "an argument of \(macro)", &parser)
            if names.contains(name) { throw parser.fail("the two variables need different names", at: parser.ast[id].range) }
            names.append(name)
        }
        let loop = Comprehension(
            kind: kind, macro: macro, range: range, variable: names[0],
            variableRange: parser.ast[variables[variables.startIndex]].range,
            secondVariable: names.count > 1 ? names[1] : nil, condition: condition, body: body)
        return try parser.add(.comprehension(loop), parser.start(range)..<parser.end, focus: focus)
    }

    private func isName(_ id: AST.ID, _ parser: Parser) -> Bool {
        if case .name(let name) = parser.ast[id].kind { return !name.hasPrefix(".") }
        return false
    }

    private func variable(_ id: AST.ID, _ role: String, _ parser: inout Parser) throws(Parser.Failed) -> String {
        if case .invalid = parser.ast[id].kind { throw Parser.Failed() }
        guard case .name(let name) = parser.ast[id].kind, !name.hasPrefix(".") else {
            throw parser.fail("\(role) must be a simple name", at: parser.ast[id].range)
        }
        return name
    }
}
