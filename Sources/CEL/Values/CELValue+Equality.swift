#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension CELValue: Hashable {
    public static func == (a: CELValue, b: CELValue) -> Bool {
        switch (a, b) {
        case (.string(let a), .string(let b)): CodePoints.equal(a, b)
        case (.int(let a), .int(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.null, .null): true
        case (.uint(let a), .uint(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.bytes(let a), .bytes(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.type(let a), .type(let b)): a.runtimeName == b.runtimeName
        case (.optional(let a), .optional(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: Numbers.compare(a, b) == .equal
        }
    }

    /// Equal numbers hash alike whatever their types.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0 as UInt8)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(Double(value))
        case .uint(let value): hasher.combine(Double(value))
        case .double(let value): hasher.combine(value)
        case .string(let value): CodePoints.hash(value, into: &hasher)
        case .bytes(let value): hasher.combine(value)
        case .list(let value): hasher.combine(value)
        case .map(let value): hasher.combine(value)
        case .timestamp(let value): hasher.combine(value)
        case .duration(let value): hasher.combine(value)
        case .type(let value): hasher.combine(value.runtimeName)
        case .optional(let value): hasher.combine(value)
        case .object(let value): hasher.combine(value)
        }
    }
}

/// How two values stand to each other.
package enum Ordering: Sendable {
    case less, equal, greater

    init<T: Comparable>(_ a: T, _ b: T) {
        self = a < b ? .less : a == b ? .equal : .greater
    }

    var reversed: Ordering {
        switch self {
        case .less: .greater
        case .equal: .equal
        case .greater: .less
        }
    }
}

/// Comparison of numbers across types. Against a double a whole number counts as the double nearest to it, so that
/// the largest int equals 2^63; beyond the range of its type a double is always greater or less.
package enum Numbers {
    /// Nil when one is no number, or is NaN.
    package static func compare(_ a: CELValue, _ b: CELValue) -> Ordering? {
        switch (a, b) {
        case (.int(let a), .int(let b)): Ordering(a, b)
        case (.uint(let a), .uint(let b)): Ordering(a, b)
        case (.double(let a), .double(let b)): a.isNaN || b.isNaN ? nil : Ordering(a, b)
        case (.int(let a), .uint(let b)): a < 0 ? .less : Ordering(UInt64(a), b)
        case (.uint(let a), .int(let b)): b < 0 ? .greater : Ordering(a, UInt64(b))
        case (.int(let a), .double(let b)): compare(a, b)
        case (.double(let a), .int(let b)): compare(b, a)?.reversed
        case (.uint(let a), .double(let b)): compare(a, b)
        case (.double(let a), .uint(let b)): compare(b, a)?.reversed
        default: nil
        }
    }

    private static func compare(_ whole: Int64, _ number: Double) -> Ordering? {
        number.isNaN ? nil : Ordering(Double(whole), number)
    }

    private static func compare(_ whole: UInt64, _ number: Double) -> Ordering? {
        number.isNaN ? nil : Ordering(Double(whole), number)
    }
}

/// Strings as the sequences of code points they are in this language. Swift's own comparison takes
/// canonically equivalent strings for equal, which the language does not.
package enum CodePoints {
    package static func equal(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && compare(a, b) == .equal
    }

    /// UTF-8 keeps the order of code points, so the bytes decide.
    package static func compare(_ a: String, _ b: String) -> Ordering {
        let fast = a.utf8.withContiguousStorageIfAvailable { left in
            b.utf8.withContiguousStorageIfAvailable { right in compare(left, right) }
        }
        if let inner = fast, let result = inner { return result }
        return compare(Array(a.utf8), Array(b.utf8))
    }

    package static func compare(_ a: [UInt8], _ b: [UInt8]) -> Ordering {
        a.withUnsafeBufferPointer { left in b.withUnsafeBufferPointer { right in compare(left, right) } }
    }

    package static func hash(_ text: String, into hasher: inout Hasher) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        if done == nil { Array(text.utf8).withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    private static func compare(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Ordering {
        let common = min(a.count, b.count)
        if common > 0, let left = a.baseAddress, let right = b.baseAddress {
            let order = memcmp(left, right, common)
            if order != 0 { return order < 0 ? .less : .greater }
        }
        return Ordering(a.count, b.count)
    }
}
