/// What one evaluation has at hand: values found so far and the steps it may still take.
struct Frame {
    /// Variables of comprehensions first, then free variables; nil until they are known.
    var slots: Slots
    let bindings: CELBindings
    private var budget: Int
    private var untilCheck: Int
    private let observesCancellation: Bool

    private static let checkInterval = 1024

    /// Steps it may still take.
    var remaining: Int { budget }

    init(slotCount: Int, bindings: CELBindings, limits: CELLimits) {
        slots = Slots(count: slotCount)
        self.bindings = bindings
        budget = limits.cost
        observesCancellation = limits.observesCancellation
        untilCheck = Self.checkInterval
    }

    @inline(__always)
    mutating func charge(_ steps: Int) throws(CELError) {
        budget &-= steps
        untilCheck &-= steps
        if budget < 0 || untilCheck < 0 { try pause() }
    }

    @inline(never)
    private mutating func pause() throws(CELError) {
        guard budget >= 0 else { throw CELError(.costLimit, "the evaluation takes too many steps") }
        untilCheck = Self.checkInterval
        if observesCancellation, Task.isCancelled { throw CELError(.cancelled, "the task was cancelled") }
    }

    /// Charges for a value just made, by its size.
    mutating func charge(for value: CELValue) throws(CELError) {
        switch value {
        case .string(let text): try charge(1 + text.utf8.count / 16)
        case .bytes(let bytes): try charge(1 + bytes.count / 16)
        case .list(let list): try charge(1 + list.count)
        case .map(let map): try charge(1 + map.count)
        default: try charge(1)
        }
    }

    /// Charges for what a function looks through, besides what it makes.
    @inline(__always)
    mutating func charge(reading value: CELValue) throws(CELError) {
        switch value {
        case .string(let text) where text.utf8.count > Self.freeText: try charge(text.utf8.count / 16)
        case .bytes(let bytes) where bytes.count > Self.freeText: try charge(bytes.count / 16)
        case .list(let list) where list.count > Self.freeList: try charge(list.count / 8)
        default: break
        }
    }

    /// What costs no more to look through than to call.
    static let freeText = 64
    static let freeList = 16

    /// Equality that pays for every element it looks at: parts that are shared are looked at again and again.
    mutating func equal(_ a: CELValue, _ b: CELValue) throws(CELError) -> Bool {
        switch (a, b) {
        case (.list(let a), .list(let b)):
            guard a.count == b.count else { return false }
            try charge(1 + a.count)
            for position in a.indices {
                guard try equal(a[position], b[position]) else { return false }
            }
            return true
        case (.map(let a), .map(let b)):
            guard a.count == b.count else { return false }
            try charge(1 + a.count)
            for (key, value) in a {
                guard let other = b[key], try equal(value, other) else { return false }
            }
            return true
        case (.optional(let a?), .optional(let b?)):
            try charge(1)
            return try equal(a, b)
        case (.object(let a), .object(let b)):
            guard a.id == nil, b.id == nil, a.shape === b.shape else { return a == b }
            try charge(1 + a.values.count)
            for position in a.values.indices {
                guard try equal(a.values[position], b.values[position]) else { return false }
            }
            return true
        default: return a == b
        }
    }
}

/// Places for values. The first few need no memory of their own: most expressions have no more variables.
struct Slots {
    private var first: CELValue?
    private var second: CELValue?
    private var third: CELValue?
    private var fourth: CELValue?
    private var others: [CELValue?]

    private static let inline = 4

    init(count: Int) {
        others = count > Self.inline ? Array(repeating: nil, count: count - Self.inline) : []
    }

    subscript(place: Int) -> CELValue? {
        get {
            switch place {
            case 0: first
            case 1: second
            case 2: third
            case 3: fourth
            default: others[place - Self.inline]
            }
        }
        set {
            switch place {
            case 0: first = newValue
            case 1: second = newValue
            case 2: third = newValue
            case 3: fourth = newValue
            default: others[place - Self.inline] = newValue
            }
        }
    }
}

extension CELError {
    /// Whether the whole evaluation ends, whatever `||` or `&&` it happened in.
    var isFinal: Bool { code == .costLimit || code == .cancelled }
}
