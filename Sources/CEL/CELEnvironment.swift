/// What expressions may use: variables, record types, enumerations and functions. Immutable and cheap to copy.
public struct CELEnvironment: Sendable {
    /// What all scopes of an environment share.
    final class Declarations: Sendable {
        let container: String
        let records: [String: CELRecord]
        let enums: [String: CELEnum]
        let functions: [String: CELFunction]
        let types: [String: CELType]
        let macros: Macros
        let definitions: Definitions
        let limits: CELParserLimits

        init(
            container: String, records: [CELRecord], enums: [CELEnum], functions: [CELFunction], library: CELLibrary,
            definitions: [CELDefinition], limits: CELParserLimits
        ) {
            self.container = container
            self.records = Dictionary(records.map { ($0.name, $0) }) { first, _ in first }
            self.enums = Dictionary(enums.map { ($0.name, $0) }) { first, _ in first }
            var all = library.functions
            for function in functions {
                let earlier = all[function.name]
                all[function.name] = CELFunction(
                    function.name,
                    documentation: function.documentation.isEmpty ? earlier?.documentation ?? "" : function.documentation,
                    overloads: (earlier?.overloads ?? []) + function.overloads)
            }
            self.functions = all
            types = library.types
            self.macros = Macros(names: library.macros)
            self.definitions = Definitions(definitions, limits: limits, macros: Macros(names: library.macros))
            self.limits = limits
        }
    }

    let declarations: Declarations
    /// The variables in scope with their types.
    public private(set) var variables: [String: CELType]
    /// Variables and fields of theirs (`t`, `t.admin`) that are known not to be null, though their types allow it.
    public private(set) var nonNull: Set<String> = []
    /// Record types of this scope alone.
    private var ownRecords: [String: CELRecord] = [:]

    /// - Parameters:
    ///   - container: the namespace names are looked up in first, e.g. `shop.orders`; empty for none.
    ///   - variables: names with their types; a name may have dots.
    ///   - records: record types; of two with one name the first counts.
    ///   - enums: enumerations, whose members are the constants `Name.member`.
    ///   - functions: what the host adds. Overloads are added to those of the library under the same name.
    ///   - library: which functions and macros of the language there are.
    ///   - definitions: functions written in the language, in any order.
    ///   - limits: how large an expression may be.
    public init(
        container: String = "", variables: [String: CELType] = [:], records: [CELRecord] = [], enums: [CELEnum] = [],
        functions: [CELFunction] = [], library: CELLibrary = .standard, definitions: [CELDefinition] = [],
        limits: CELParserLimits = CELParserLimits()
    ) {
        declarations = Declarations(
            container: container, records: records, enums: enums, functions: functions, library: library,
            definitions: definitions, limits: limits)
        self.variables = variables
    }

    /// A scope inside this one; its variables hide those of the same name.
    public func adding(variables: [String: CELType]) -> CELEnvironment {
        var copy = self
        copy.variables.merge(variables) { _, new in new }
        // A name that means something else now.
        if !copy.nonNull.isEmpty {
            copy.nonNull = copy.nonNull.filter { path in !variables.keys.contains { path == $0 || path.hasPrefix($0 + ".") } }
        }
        return copy
    }

    /// A scope inside this one that knows further record types; they hide those of the same name.
    public func adding(records: [CELRecord]) -> CELEnvironment {
        var copy = self
        for record in records { copy.ownRecords[record.name] = record }
        return copy
    }

    /// With further variables or fields of theirs known not to be null.
    public func knowing(nonNull paths: Set<String>) -> CELEnvironment {
        var copy = self
        copy.nonNull.formUnion(paths)
        return copy
    }

    /// Without knowledge about fields, whose values may have changed, save those of these variables.
    public func forgettingFields(except variables: Set<String> = []) -> CELEnvironment {
        var copy = self
        copy.nonNull = copy.nonNull.filter { path in
            path.firstIndex(of: ".").map { variables.contains(String(path[..<$0])) } ?? true
        }
        return copy
    }

    /// A record type by its full name; nil when there is none.
    public func record(named name: String) -> CELRecord? { ownRecords[name] ?? declarations.records[name] }
    /// An enumeration by its full name; nil when there is none.
    public func enumeration(named name: String) -> CELEnum? { declarations.enums[name] }
    /// Every function, for documentation and editors.
    public var functions: [CELFunction] { declarations.functions.values.sorted { $0.name < $1.name } }

    /// Parses, checks and prepares an expression.
    ///
    /// - Parameter expected: the type the result must have; nil takes any.
    /// - Throws: all issues found.
    public func compile(_ source: String, expecting expected: CELType? = nil) throws(CELCompileError) -> CELProgram {
        try CELProgram(checked: check(source, expecting: expected), environment: self)
    }

    /// Parses and checks, without preparing an evaluation.
    package func check(_ source: String, expecting expected: CELType? = nil) throws(CELCompileError) -> CheckedAST {
        let outcome = Parser.recover(
            source, limits: declarations.limits, macros: declarations.macros, definitions: declarations.definitions)
        guard !outcome.issues.isEmpty else {
            return try Checker.check(outcome.ast, outcome.source, in: self, expecting: expected)
        }
        // Names and types are told as well, where the form is clear.
        var issues = outcome.issues
        if outcome.isWhole {
            do throws(CELCompileError) {
                _ = try Checker.check(outcome.ast, outcome.source, in: self)
            } catch {
                issues += error.issues
            }
        }
        throw CELCompileError(issues: issues.sorted { $0.range.lowerBound < $1.range.lowerBound })
    }

    /// Checks and prepares a tree that was made from that of another expression, in this environment.
    package func compile(_ ast: AST, of other: CheckedAST, expecting expected: CELType? = nil) throws(CELCompileError) -> CELProgram {
        CELProgram(checked: try Checker.check(ast, other.source, in: self, expecting: expected), environment: self)
    }

    /// The function that a source calls, when that is all it does, with the places of the arguments in bytes; nil else.
    package static func call(_ source: String) -> (name: String, arguments: [Range<Int>])? {
        let tokens = Lexer.tokenize(SourceText(source)).tokens.filter { $0.kind != .end }
        guard tokens.count >= 3, case .identifier(let name) = tokens[0].kind, tokens[1].kind == .leftParenthesis else { return nil }
        var arguments: [Range<Int>] = []
        var depth = 0
        var start = tokens[1].range.upperBound
        for (position, token) in tokens.enumerated().dropFirst() {
            switch token.kind {
            case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
            case .comma where depth == 1:
                arguments.append(start..<token.range.lowerBound)
                start = token.range.upperBound
            case .rightParenthesis, .rightBracket, .rightBrace:
                depth -= 1
                guard depth == 0 else { continue }
                // What follows is done with the call's result.
                guard position == tokens.count - 1 else { return nil }
                if position > 2 { arguments.append(start..<token.range.lowerBound) }
            default: break
            }
        }
        return depth == 0 ? (name, arguments) : nil
    }

    func parse(_ source: String) throws(CELCompileError) -> (ast: AST, source: SourceText) {
        try Parser.parse(
            source, limits: declarations.limits, macros: declarations.macros, definitions: declarations.definitions)
    }

    /// What is wrong with the bodies of definitions, by their names. A body's types are checked where it is called.
    public var definitionIssues: [String: CELCompileError] { declarations.definitions.failures }

    /// Prepares an expression without checking it: mistakes in names and types show when it is evaluated.
    public func compileUnchecked(_ source: String) throws(CELCompileError) -> CELProgram {
        let (ast, text) = try parse(source)
        return CELProgram(checked: try Checker.check(ast, text, in: self, isLenient: true), environment: self)
    }
}

// Looking names up.
extension CELEnvironment {
    /// The full names a name may mean, the innermost namespace first. A leading dot means the outermost only.
    func candidates(for name: String) -> [String] {
        if name.hasPrefix(".") { return [String(name.dropFirst())] }
        guard !declarations.container.isEmpty else { return [name] }
        var result: [String] = []
        var namespace = Substring(declarations.container)
        while true {
            result.append("\(namespace).\(name)")
            guard let dot = namespace.lastIndex(of: ".") else { break }
            namespace = namespace[..<dot]
        }
        return result + [name]
    }

    func overloads(named name: String) -> [CELOverload]? { declarations.functions[name]?.overloads }
    var functionNames: [String] { Array(declarations.functions.keys) }

    private static let typeNames: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
        "list": .list(.dyn), "map": .map(.dyn, .dyn), "null_type": .null, "type": .type,
        "optional_type": .optional(.dyn), "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
    ]

    /// Members of enumerations and names of types.
    func constant(named name: String) -> (type: CELType, value: CELValue)? {
        if let dot = name.lastIndex(of: "."), let found = declarations.enums[String(name[..<dot])] {
            let member = String(name[name.index(after: dot)...])
            return found.members.contains(member) ? (.enumeration(found.name), .string(member)) : nil
        }
        if let type = Self.typeNames[name] ?? declarations.types[name] { return (.type, .type(type)) }
        if record(named: name) != nil { return (.type, .type(.object(name))) }
        return nil
    }
}
