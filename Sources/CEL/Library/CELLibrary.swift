/// Which functions and macros of the language an environment has.
public struct CELLibrary: Sendable {
    let functions: [String: CELFunction]
    let macros: Set<String>
    /// Names of types that the functions make values of.
    let types: [String: CELType]

    init(_ functions: [CELFunction], macros: Set<String> = [], types: [String: CELType] = [:]) {
        self.init(
            functions: Dictionary(functions.map { ($0.name, $0) }) { a, b in
                CELFunction(
                    a.name, documentation: a.documentation.isEmpty ? b.documentation : a.documentation, overloads: a.overloads + b.overloads
                )
            }, macros: macros, types: types)
    }

    private init(functions: [String: CELFunction], macros: Set<String>, types: [String: CELType]) {
        self.functions = functions
        self.macros = macros
        self.types = types
    }

    package var functionNames: Set<String> { Set(functions.keys) }
    package var macroNames: Set<String> { macros }

    /// Both libraries together; overloads of equal names add up.
    public func adding(_ other: CELLibrary) -> CELLibrary {
        CELLibrary(
            functions: functions.merging(other.functions) { a, b in
                CELFunction(
                    a.name, documentation: a.documentation.isEmpty ? b.documentation : a.documentation, overloads: a.overloads + b.overloads
                )
            }, macros: macros.union(other.macros),
            types: types.merging(other.types) { a, _ in a })
    }

    /// The language's own definition: operators, conversions, `size`, strings, times, the macros `has` to `filter`.
    public static let core = CELLibrary(
        operators + conversions + coreStrings + times, macros: Macros.core)

    /// `core` and the extensions: strings, math, lists, sets, encoders, bindings, optionals, two-variable macros, and the
    /// macros over collections `sortBy`, `one` and `count`.
    public static let standard = core.adding(
        CELLibrary(
            strings + format + math + lists + sets + regex + encoders + optionals,
            macros: Macros.twoVariables.union(Macros.bindings).union(Macros.optionals).union(Macros.collections)))

    /// Addresses and networks: `ip`, `cidr` and their methods. Not part of `standard`.
    public static let networking = CELLibrary(network, types: ["net.IP": ipType, "net.CIDR": networkType])

    /// `cel.block([…], …)` with `cel.index(n)` and `cel.iterVar(n, m)`, the form in which optimizers of other
    /// implementations write what parts of an expression have in common. Not part of `standard`.
    public static let blocks = CELLibrary([], macros: Macros.blocks)

    /// Bounds for what one call may make, so that memory stays bounded between two looks at the cost.
    static let largestList = 1_000_000
    static let largestText = 4 << 20
}
