/// How large values may be that an expression will meet: what a worst case is reckoned with.
public struct CELSizes: Sendable, Hashable {
    /// UTF-8 bytes of a text, or bytes. 1024 by default.
    public var text: Int
    /// Elements of a list, entries of a map, at every level. 100 by default.
    public var count: Int
    /// Parts in all of a value whose type says nothing about it (`dyn`, or a record of its fields). 10,000 by default.
    public var parts: Int
    /// Bytes, elements or entries of single variables, in the place of `text` and `count`.
    public var variables: [String: Int]
    /// Whether what functions make counts as large as it can be at all, where their arguments don't say. True by default; else
    /// it counts as these sizes say, and the cost is what is known for certain.
    package var areResultsLargest = true

    public init(text: Int = 1024, count: Int = 100, parts: Int = 10_000, variables: [String: Int] = [:]) {
        self.text = text
        self.count = count
        self.parts = parts
        self.variables = variables
    }
}

extension CELProgram {
    /// How many steps an evaluation may take at most, with values no larger than the sizes say; `Int.max` when that is
    /// beyond all bounds. An evaluation with this as its cost limit never fails by the limit.
    ///
    /// Values that functions of the host return are taken to be of the sizes too.
    public func worstCost(_ sizes: CELSizes = CELSizes()) -> Int {
        var estimate = CostEstimate(checked: checked, sizes: sizes)
        return estimate.visit(checked.ast.root).cost.value
    }
}

/// A number of steps or parts that stays at the greatest instead of overflowing.
struct Steps: Hashable, Comparable, ExpressibleByIntegerLiteral {
    let value: Int

    init(_ value: Int) { self.value = max(0, value) }
    init(integerLiteral value: Int) { self.init(value) }

    static func + (a: Steps, b: Steps) -> Steps {
        let (sum, overflow) = a.value.addingReportingOverflow(b.value)
        return Steps(overflow ? .max : sum)
    }

    static func * (a: Steps, b: Steps) -> Steps {
        let (product, overflow) = a.value.multipliedReportingOverflow(by: b.value)
        return Steps(overflow ? .max : product)
    }

    static func / (a: Steps, b: Int) -> Steps { a.value == .max ? a : Steps(a.value / b) }
    static func < (a: Steps, b: Steps) -> Bool { a.value < b.value }
    static func += (a: inout Steps, b: Steps) { a = a + b }
}

/// How large a value is at most.
indirect enum Extent {
    case scalar
    case text(Steps)
    case list(Steps, Extent)
    case map(Steps, Extent, Extent)
    /// Anything, of so many parts in all.
    case any(Steps)

    init(of value: CELValue) {
        switch value {
        case .string(let text): self = .text(Steps(text.utf8.count))
        case .bytes(let bytes): self = .text(Steps(bytes.count))
        case .list(let list): self = .list(Steps(list.count), list.reduce(.scalar) { $0.joined(Extent(of: $1)) })
        case .map(let map):
            self = .map(
                Steps(map.count), map.keys.reduce(.scalar) { $0.joined(Extent(of: $1)) },
                map.values.reduce(.scalar) { $0.joined(Extent(of: $1)) })
        case .optional(let inner?): self = Extent(of: inner)
        case .object(let object): self = object.values.reduce(.any(Steps(object.values.count))) { $0.joined(.any(Extent(of: $1).whole)) }
        default: self = .scalar
        }
    }

    /// What comparing it with an equal value costs at most.
    var whole: Steps {
        switch self {
        case .scalar, .text: 1
        case .list(let count, let element): 2 + count + count * element.whole
        case .map(let count, let key, let value): 2 + count + count * (key.whole + value.whole)
        case .any(let parts): 2 * parts + 2
        }
    }

    /// Elements, entries or bytes.
    var size: Steps {
        switch self {
        case .scalar: 0
        case .text(let size), .list(let size, _), .map(let size, _, _), .any(let size): size
        }
    }

    /// What the interpreter takes for a value just made.
    var charge: Steps {
        switch self {
        case .scalar: 1
        case .text(let bytes): 1 + bytes / 16
        case .list(let count, _), .map(let count, _, _), .any(let count): 1 + count
        }
    }

    /// What the interpreter takes for looking through it.
    var reading: Steps {
        switch self {
        case .text(let bytes): bytes.value > Frame.freeText ? bytes / 16 : 0
        case .list(let count, _): count.value > Frame.freeList ? count / 8 : 0
        case .any(let parts): parts.value > Frame.freeList ? parts / 8 : 0
        case .scalar, .map: 0
        }
    }

    var element: Extent {
        switch self {
        case .list(_, let element): element
        case .map(_, let key, _): key
        case .any: self
        default: .scalar
        }
    }

    var mapped: Extent {
        switch self {
        case .map(_, _, let value): value
        case .any: self
        default: .scalar
        }
    }

    func joined(_ other: Extent) -> Extent {
        switch (self, other) {
        case (.scalar, let other), (let other, .scalar): other
        case (.text(let a), .text(let b)): .text(max(a, b))
        case (.list(let a, let x), .list(let b, let y)): .list(max(a, b), x.joined(y))
        case (.map(let a, let k, let v), .map(let b, let l, let w)): .map(max(a, b), k.joined(l), v.joined(w))
        default: .any(max(max(whole, other.whole), max(size, other.size)))
        }
    }

    /// Both behind each other.
    func appended(_ other: Extent) -> Extent {
        switch (self, other) {
        case (.scalar, .scalar): .scalar
        case (.text(let a), .text(let b)): .text(a + b)
        case (.list(let a, let x), .list(let b, let y)): .list(a + b, x.joined(y))
        default: .any(max(whole, size) + max(other.whole, other.size))
        }
    }
}
