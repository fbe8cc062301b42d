/// Values for the free variables of an expression. Cheap to copy and to extend.
public struct CELBindings: Sendable {
    private enum Entry: Sendable {
        case value(CELValue)
        case lazy(@Sendable () throws -> CELValue)
    }

    private final class Parent: Sendable {
        let bindings: CELBindings
        init(_ bindings: CELBindings) { self.bindings = bindings }
    }

    private var entries: [String: Entry]
    private let parent: Parent?

    public init() {
        entries = [:]
        parent = nil
    }

    public init(_ values: [String: CELValue]) {
        entries = values.mapValues { .value($0) }
        parent = nil
    }

    /// Bindings inside others, whose values they hide where names are equal.
    public init(_ values: [String: CELValue] = [:], parent: CELBindings) {
        entries = values.mapValues { .value($0) }
        self.parent = Parent(parent)
    }

    /// - Returns: nil too when the value is a lazy one.
    public subscript(name: String) -> CELValue? {
        get {
            switch entries[name] {
            case .value(let value)?: value
            case .lazy?: nil
            case nil: parent?.bindings[name]
            }
        }
        set { entries[name] = newValue.map { .value($0) } }
    }

    /// Binds a value that is computed when an evaluation first needs it, at most once per evaluation.
    /// An error that isn't a ``CELError`` is reported as `hostFailure`.
    public mutating func setLazy(_ name: String, _ compute: @escaping @Sendable () throws -> CELValue) {
        entries[name] = .lazy(compute)
    }

    /// These bindings, and those of others for names that have none here.
    func filled(from others: CELBindings) -> CELBindings {
        guard let parent else {
            var result = self
            result.entries.merge(others.flattened) { own, _ in own }
            return result
        }
        var result = parent.bindings.filled(from: others)
        result.entries.merge(entries) { _, own in own }
        return result
    }

    private var flattened: [String: Entry] {
        guard let parent else { return entries }
        return parent.bindings.flattened.merging(entries) { _, own in own }
    }

    /// The value bound to a name, computed when it is lazy; nil when there is none.
    public func value(of name: String) throws(CELError) -> CELValue? {
        switch entries[name] {
        case .value(let value)?: return value
        case .lazy(let compute)?:
            do {
                return try compute()
            } catch let error as CELError {
                throw error
            } catch {
                throw CELError(.hostFailure, "the value of '\(name)' couldn't be had")
            }
        case nil: return try parent?.bindings.value(of: name)
        }
    }
}

extension CELBindings: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, CELValue)...) {
        self.init(Dictionary(elements) { _, last in last })
    }
}
