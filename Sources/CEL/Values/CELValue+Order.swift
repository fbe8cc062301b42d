extension CELValue {
    /// The order of two values of one kind, numbers across their types.
    ///
    /// - Returns: nil when one of them is NaN, which is neither less nor greater than anything.
    /// - Throws: `noMatchingOverload` when the two can't be ordered.
    package static func order(_ a: CELValue, _ b: CELValue) throws(CELError) -> Ordering? {
        switch (a, b) {
        case (.int(let a), .int(let b)): return Ordering(a, b)
        case (.string(let a), .string(let b)): return CodePoints.compare(a, b)
        case (.timestamp(let a), .timestamp(let b)): return Ordering(a, b)
        case (.duration(let a), .duration(let b)): return Ordering(a, b)
        case (.bytes(let a), .bytes(let b)): return CodePoints.compare(a, b)
        case (.bool(let a), .bool(let b)): return Ordering(a ? 1 : 0, b ? 1 : 0)
        default:
            guard a.isNumber, b.isNumber else { throw .noOverload("_<_", a, b) }
            return Numbers.compare(a, b)
        }
    }

    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }
}
