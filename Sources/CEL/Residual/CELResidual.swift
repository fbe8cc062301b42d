/// What is left of an expression when some of its variables are known.
///
/// Evaluated with the other variables it gives what the whole expression gives with all of them, errors included:
/// what fails for the known values alone still fails, where the whole would have reached it.
public struct CELResidual: Sendable {
    /// The rest, ready to be evaluated with the other variables, lowered to SQL, or reduced further.
    public let program: CELProgram
    /// Known variables that `text` still names, because their values can't be written: rows with an id, values of
    /// the host's types, very large ones. `program` has their values and doesn't need them bound.
    public let retained: Set<String>
    private let widened: [AST.ID: Printer.Widening]

    init(program: CELProgram, retained: Set<String>, widened: [AST.ID: Printer.Widening]) {
        self.program = program
        self.retained = retained
        self.widened = widened
    }

    /// The result when nothing is left to learn; nil otherwise.
    public var value: CELValue? { program.constant }
    /// The variables still needed.
    public var variables: Set<String> { program.variables }
    /// The rest as source.
    public var text: String { Printer.print(program.checked.ast, types: program.checked.types, widened: widened) }
}

extension CELProgram {
    /// Evaluates as much as can be with what is known now.
    ///
    /// Variables without a binding are unknown; lazy bindings are computed. Functions that aren't pure are left for
    /// later. Loops over known lists are written out as `||`, `&&` or a list when they are short.
    ///
    /// - Parameter limits: bound the work. Beyond the cost nothing more is evaluated, which is no error.
    /// - Throws: `cancelled` only.
    public func residual(_ known: CELBindings, limits: CELLimits = .default) throws(CELError) -> CELResidual {
        let known = self.known.map { known.filled(from: $0) } ?? known
        var reducer = Reducer(checked, known: known, limits: limits)
        let reduced = try reducer.run()
        let program = CELProgram(reduced.checked, source: source, known: reducer.needsContext ? known : nil)
        return CELResidual(program: program, retained: reduced.retained, widened: reduced.widened)
    }

    /// The expression as source in the usual form: one line, single blanks, no needless parentheses, no comments.
    public var formatted: String { Printer.print(checked.ast) }
}

extension CELEnvironment {
    /// Source in the usual form; see ``CELProgram/formatted``. Names and types aren't looked at.
    public func formatted(_ source: String) throws(CELCompileError) -> String {
        Printer.print(try parse(source).ast)
    }
}
