/// Which functions and macros of the language an environment has.
public struct CELLibrary: Sendable {
    let functions: [String: CELFunction]
    let macros: Set<String>

    init(_ functions: [CELFunction], macros: Set<String> = []) {
        self.init(
            functions: Dictionary(functions.map { ($0.name, $0) }) { a, b in
                CELFunction(a.name, documentation: a.documentation, overloads: a.overloads + b.overloads)
            }, macros: macros)
    }

    private init(functions: [String: CELFunction], macros: Set<String>) {
        self.functions = functions
        self.macros = macros
    }

    package var functionNames: Set<String> { Set(functions.keys) }
    package var macroNames: Set<String> { macros }

    /// Both libraries together; overloads of equal names add up.
    public func adding(_ other: CELLibrary) -> CELLibrary {
        CELLibrary(
            functions: functions.merging(other.functions) { a, b in
                CELFunction(a.name, documentation: a.documentation, overloads: a.overloads + b.overloads)
            }, macros: macros.union(other.macros))
    }

    /// The language's own definition: operators, conversions, `size`, strings, times, the macros `has` to `filter`.
    public static let core = CELLibrary(
        operators + conversions + coreStrings + times, macros: Macros.core)

    /// `core` and the extensions: strings, math, lists, encoders, bindings, optionals, two-variable macros, and the
    /// macros over collections `sortBy`, `one` and `count`.
    public static let standard = core.adding(
        CELLibrary(
            strings + format + math + lists + encoders + optionals,
            macros: Macros.twoVariables.union(Macros.bindings).union(Macros.optionals).union(Macros.collections)))

    /// Bounds for what one call may make, so that memory stays bounded between two looks at the cost.
    static let largestList = 1_000_000
    static let largestText = 4 << 20
}
