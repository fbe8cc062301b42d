import CEL

/// Puts one input through everything the language offers and notes what breaks a promise.
package struct Examination {
    package let source: String
    package private(set) var violations: [String] = []
    /// Whether the checker took it.
    package private(set) var compiles = false
    /// Whether a checked evaluation gave a value.
    package private(set) var hasValue = false

    /// Steps of one evaluation. Small, so that a hang shows itself against the clock.
    private static let limits = CELLimits(cost: 20_000, observesCancellation: false)
    private let sourceSize: Int
    private var random: SeededGenerator

    /// - Parameter random: what the values of the variables are made with.
    package init(_ source: String, random: SeededGenerator) {
        self.source = source
        self.random = random
        sourceSize = source.utf8.count
        let values = FuzzWorld.values(&self.random)
        let right = FuzzWorld.bindings(values)
        let wrong = FuzzWorld.wrongBindings(&self.random)
        let outcome = checked(right, wrong)
        unchecked(right, wrong, checked: outcome)
        if let outcome { split(values, whole: outcome) }
    }

    private mutating func violated(_ what: String) { violations.append(what) }

    /// What the checked expression comes to; nil when it doesn't compile.
    private mutating func checked(_ right: CELBindings, _ wrong: CELBindings) -> Result<CELValue, CELError>? {
        let first = Result { () throws(CELCompileError) in try FuzzWorld.environment.compile(source) }
        let second = Result { () throws(CELCompileError) in try FuzzWorld.environment.compile(source) }
        switch (first, second) {
        case (.failure(let error), .failure(let again)):
            if error != again { violated("other issues the second time: \(error) / \(again)") }
            look(at: error)
        case (.success(let program), .success(let again)):
            compiles = true
            if program.type != again.type { violated("another type the second time") }
            let outcome = evaluated(program, right)
            look(at: program, outcome, again: evaluated(again, right))
            _ = evaluated(program, wrong)
            return outcome
        default: violated("compiles only sometimes")
        }
        return nil
    }

    private mutating func look(at error: CELCompileError) {
        if error.issues.isEmpty { violated("an error without issues") }
        if error.issues.count > 100 { violated("\(error.issues.count) issues") }
        for issue in error.issues {
            if issue.message.isEmpty { violated("an issue without a message") }
            if issue.range.lowerBound < 0 || issue.range.upperBound > sourceSize || issue.line < 1 || issue.column < 1 {
                violated("an issue outside the source: \(issue.range) of \(sourceSize), \(issue)")
            }
        }
        if error.render(source).isEmpty { violated("issues render as nothing") }
    }

    private mutating func look(
        at program: CELProgram, _ outcome: Result<CELValue, CELError>, again: Result<CELValue, CELError>
    ) {
        var comparison = Comparison()
        if !comparison.same(outcome, again) { violated("another outcome the second time") }
        switch outcome {
        case .success(let value):
            hasValue = true
            if !comparison.fits(value, program.type) { violated("gave \(comparison.shown(value)), not \(program.type)") }
            if let constant = program.constant, !comparison.same(constant, value) { violated("is no constant") }
        case .failure(let error):
            // What the checker has ruled out can't happen; where it knew nothing (`dyn`) a field may be missing.
            let isKnown = !source.contains("dyn") && !source.contains("any")
            if error.code == .unboundVariable || error.code == .hostFailure || (error.code == .noSuchField && isKnown) {
                violated("failed with \(error)")
            }
        }
    }

    private mutating func unchecked(_ right: CELBindings, _ wrong: CELBindings, checked: Result<CELValue, CELError>?) {
        guard let program = try? FuzzWorld.environment.compileUnchecked(source) else {
            if compiles { violated("compiles with checks only") }
            return
        }
        _ = evaluated(program, wrong)
        var comparison = Comparison()
        let outcome = evaluated(program, right)
        // Checks rule things out; they don't change what is left.
        if let checked, !comparison.agree(checked, outcome) {
            violated("checked it gives \(comparison.shown(checked)), unchecked \(comparison.shown(outcome))")
        }
        printed(right, outcome)
    }

    /// The expression in its usual form is the same expression, and its own usual form.
    private mutating func printed(_ right: CELBindings, _ outcome: Result<CELValue, CELError>) {
        guard sourceSize < 4000, let text = try? FuzzWorld.environment.formatted(source) else { return }
        var comparison = Comparison()
        let program: CELProgram
        do {
            program = try FuzzWorld.environment.compileUnchecked(text)
        } catch {
            // What definitions stand for is written out, which may be beyond the limits of a source.
            let isTooLarge = error.description.contains("levels") || error.description.contains("allowed")
            if !isTooLarge { violated("is printed as '\(text.prefix(500))', which can't be parsed: \(error)") }
            return
        }
        if (try? FuzzWorld.environment.formatted(text)) != text { violated("is printed as '\(text.prefix(500))', which isn't printed so") }
        let again = Result { () throws(CELError) in try program.evaluate(right, limits: Self.limits) }
        if !comparison.agree(outcome, again) {
            violated("is printed as '\(text.prefix(500))', which gives \(comparison.shown(again)), not \(comparison.shown(outcome))")
        }
    }

    /// Evaluated in two steps, with half of the variables known first, it comes to the same.
    private mutating func split(_ values: [String: CELValue], whole: Result<CELValue, CELError>) {
        if case .failure(let error) = whole, error.code == .costLimit { return }
        guard sourceSize < 4000, let program = try? FuzzWorld.environment.compile(source) else { return }
        let known = Set(values.keys.sorted().filter { _ in random.chance(50) })
        guard
            let residual = try? program.residual(FuzzWorld.bindings(values.filter { known.contains($0.key) }), limits: Self.limits)
        else { return violated("can't be reduced") }
        let rest = FuzzWorld.bindings(values.filter { !known.contains($0.key) })
        var comparison = Comparison()
        // What is written out may cost more than the loop it was; only the same work can be compared.
        let limits = CELLimits(cost: Self.limits.cost * 4, observesCancellation: false)
        let later = Result { () throws(CELError) in try residual.program.evaluate(rest, limits: limits) }
        if !comparison.agree(whole, later) {
            violated("gives \(comparison.shown(whole)), its rest '\(residual.text.prefix(500))' \(comparison.shown(later))")
        }
    }

    private mutating func evaluated(_ program: CELProgram, _ bindings: CELBindings) -> Result<CELValue, CELError> {
        let outcome = Result { () throws(CELError) in try program.evaluate(bindings, limits: Self.limits) }
        if case .failure(let error) = outcome {
            if let offset = error.offset, !(0...sourceSize).contains(offset) {
                violated("an error outside the source: \(offset) of \(sourceSize), \(error)")
            }
            if error.render(source).isEmpty { violated("an error renders as nothing") }
        }
        return outcome
    }
}

/// Comparing values with a bound: values may share their parts, so that walking through all of them would never end.
struct Comparison {
    private var steps = 20_000

    private mutating func isExhausted() -> Bool {
        steps -= 1
        return steps < 0
    }

    mutating func same(_ a: Result<CELValue, CELError>, _ b: Result<CELValue, CELError>) -> Bool {
        switch (a, b) {
        case (.success(let a), .success(let b)): same(a, b)
        case (.failure(let a), .failure(let b)): a == b
        default: false
        }
    }

    /// As far as failures go it is enough that both fail.
    mutating func agree(_ a: Result<CELValue, CELError>, _ b: Result<CELValue, CELError>) -> Bool {
        if case (.failure, .failure) = (a, b) { return true }
        return same(a, b)
    }

    /// Not the language's equality: NaN is the same as NaN, 1 is not the same as 1.0.
    mutating func same(_ a: CELValue, _ b: CELValue) -> Bool {
        if isExhausted() { return true }
        switch (a, b) {
        case (.double(let a), .double(let b)): return a == b || (a.isNaN && b.isNaN)
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
        case (.map(let a), .map(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { same($0.0, $1.0) && same($0.1, $1.1) }
        case (.optional(let a?), .optional(let b?)): return same(a, b)
        case (.object(let a), .object(let b)):
            return a.type == b.type && a.values.count == b.values.count && zip(a.values, b.values).allSatisfy { same($0, $1) }
        default: return a.type == b.type && a == b
        }
    }

    /// Whether a value is what its static type says.
    mutating func fits(_ value: CELValue, _ type: CELType) -> Bool {
        if isExhausted() { return true }
        switch (type, value) {
        case (.dyn, _), (.nullable, .null), (.enumeration, .string), (.optional, .optional(nil)): return true
        case (.nullable(let inner), _): return fits(value, inner)
        case (.list(let element), .list(let list)): return list.allSatisfy { fits($0, element) }
        case (.map(let key, let inner), .map(let map)): return map.allSatisfy { fits($0, key) && fits($1, inner) }
        case (.optional(let inner), .optional(let wrapped?)): return fits(wrapped, inner)
        case (.object(let name), .object(let object)): return object.type == name
        default: return value.type == type
        }
    }

    func shown(_ outcome: Result<CELValue, CELError>) -> String {
        switch outcome {
        case .success(let value): shown(value)
        case .failure(let error): "an error (\(error))"
        }
    }

    /// Only the surface of what may be large.
    func shown(_ value: CELValue) -> String {
        switch value {
        case .list(let list): "a list of \(list.count): [\(list.prefix(3).map(flat).joined(separator: ", ")) …]"
        case .map(let map): "a map of \(map.count)"
        default: flat(value)
        }
    }

    private func flat(_ value: CELValue) -> String {
        switch value {
        case .list, .map, .object, .optional: value.type.description
        case .string(let text): "'\(text.prefix(60))'"
        default: "\(value)"
        }
    }
}
