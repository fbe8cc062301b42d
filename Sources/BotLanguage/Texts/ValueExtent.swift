import CEL

/// How long values may be when they are shown, as far as declarations say.
indirect enum ValueExtent: Sendable {
    /// Nothing is said about it.
    case open
    /// Texts: at most so many UTF-16 units, and so many characters when the author has said so.
    case text(units: Int, characters: Int?)
    /// Whole numbers within these; `isDeclared` when the author has said so.
    case whole(ClosedRange<Int64>, isDeclared: Bool)
    /// Lists of at most so many elements; nil: nothing is said about their number.
    case list(count: Int?, ValueExtent)
    /// Values with named parts that an expression made.
    case record([String: ValueExtent])

    static let anyWhole = ValueExtent.whole(Int64.min...Int64.max, isDeclared: false)
    /// `-1.7976931348623157e+308`
    static let decimal = ValueExtent.text(units: 24, characters: nil)
    static let flag = ValueExtent.text(units: 5, characters: 5)
    static let day = ValueExtent.text(units: 10, characters: 10)
    static let timeOfDay = ValueExtent.text(units: 8, characters: 8)
    /// `2026-01-31 09:30`
    static let moment = ValueExtent.text(units: 16, characters: 16)
    /// `2026-01-31T09:30:00.000000000Z`
    static let wholeMoment = ValueExtent.text(units: 30, characters: 30)
    /// `-315576000000.000000000s`
    static let span = ValueExtent.text(units: 24, characters: nil)

    static func literal(_ text: String) -> ValueExtent { .text(units: text.utf16.count, characters: text.unicodeScalars.count) }

    init(of value: CELValue) {
        switch value {
        case .string(let text): self = .literal(text)
        case .int(let number): self = .whole(number...number, isDeclared: true)
        case .bool: self = .flag
        case .double: self = .decimal
        case .timestamp: self = .moment
        case .duration: self = .span
        case .list(let values):
            self = .list(count: values.count, values.map { ValueExtent(of: $0) }.reduce(nil) { $0?.joined($1) ?? $1 } ?? .open)
        case .null: self = .text(units: 1, characters: 1)
        default: self = .open
        }
    }

    /// What it takes when people read it; nil: nothing is said.
    var shown: (units: Int?, characters: Int?) {
        switch self {
        case .text(let units, let characters): return (units, characters)
        case .whole(let range, let isDeclared):
            let digits = max(String(range.lowerBound).utf8.count, String(range.upperBound).utf8.count)
            return (digits, isDeclared ? digits : nil)
        case .open, .list, .record: return (nil, nil)
        }
    }

    /// As a text.
    var asText: ValueExtent {
        guard case (let units?, let characters) = shown else { return .open }
        return .text(units: units, characters: characters)
    }

    var element: ValueExtent {
        if case .list(_, let element) = self { element } else { .open }
    }

    /// Either of them.
    func joined(_ other: ValueExtent) -> ValueExtent {
        switch (self, other) {
        case (.whole(let a, let x), .whole(let b, let y)):
            return .whole(min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound), isDeclared: x && y)
        case (.list(let a, let x), .list(let b, let y)):
            // What an empty list is made of says nothing.
            if a == 0 { return other }
            if b == 0 { return self }
            return .list(count: Self.both(a, b, max), x.joined(y))
        case (.record(let a), .record(let b)):
            return .record(a.merging(b) { $0.joined($1) })
        default:
            guard case (let a?, let x) = shown, case (let b?, let y) = other.shown else { return .open }
            return .text(units: max(a, b), characters: Self.both(x, y, max))
        }
    }

    /// Both behind each other.
    func appended(_ other: ValueExtent) -> ValueExtent {
        switch (self, other) {
        case (.whole(let a, let x), .whole(let b, let y)):
            return .whole(
                Self.sum(a.lowerBound, b.lowerBound)...Self.sum(a.upperBound, b.upperBound), isDeclared: x && y)
        case (.list(let a, let x), .list(let b, let y)):
            return .list(count: Self.both(a, b) { Self.plus($0, $1) }, a == 0 ? y : b == 0 ? x : x.joined(y))
        case (.text(let a, let x), .text(let b, let y)):
            return .text(units: Self.plus(a, b), characters: Self.both(x, y) { Self.plus($0, $1) })
        default: return .open
        }
    }

    /// So many of it, with something between them.
    func repeated(_ count: Int, between separator: ValueExtent) -> ValueExtent {
        guard case (let units?, let characters) = shown, case (let gap?, let gapCharacters) = separator.shown else { return .open }
        func total(_ one: Int, _ gap: Int) -> Int { Self.plus(Self.times(one, count), Self.times(gap, max(0, count - 1))) }
        return .text(units: total(units, gap), characters: Self.both(characters, gapCharacters, total))
    }

    /// No more than so many units.
    func limited(to limit: Int) -> ValueExtent {
        guard case (let units?, let characters) = shown else { return .text(units: limit, characters: limit) }
        return .text(units: min(units, limit), characters: min(characters ?? limit, limit))
    }

    static func both(_ a: Int?, _ b: Int?, _ join: (Int, Int) -> Int) -> Int? {
        guard let a, let b else { return nil }
        return join(a, b)
    }

    static func plus(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }

    static func times(_ a: Int, _ b: Int) -> Int {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? .max : product
    }

    private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (a < 0 ? .min : .max) : sum
    }
}

/// What declarations say of types, fields and variables.
struct Extents {
    let collections: [String: Collection]
    let records: [String: RecordType]
    let enums: [String: CELEnum]

    func extent(of type: CELType) -> ValueExtent {
        switch type {
        case .int, .uint: .anyWhole
        case .double: .decimal
        case .bool: .flag
        case .timestamp: .moment
        case .duration: .span
        case .enumeration(let name): members(name)
        case .nullable(let inner): extent(of: inner)
        case .list(let element): .list(count: nil, extent(of: element))
        default: .open
        }
    }

    func extent(of type: FieldType, _ bounds: Bounds) -> ValueExtent {
        switch type {
        case .string:
            // A character takes two units at most.
            bounds.maximum.flatMap { Int(exactly: $0.rounded()) }.map { .text(units: ValueExtent.times($0, 2), characters: $0) } ?? .open
        case .int, .money: .whole(Self.range(bounds), isDeclared: bounds.minimum != nil && bounds.maximum != nil)
        case .date: .day
        case .time: .timeOfDay
        case .list(let element):
            .list(count: bounds.maximum.flatMap { Int(exactly: $0.rounded()) }, extent(of: element, .none))
        default: extent(of: type.cel)
        }
    }

    /// Of a row or a record; nil when it has no such field.
    func field(_ name: String, of type: CELType) -> ValueExtent? {
        guard case .object(let object) = type.unwrapped else { return nil }
        if let field = collections[object]?[name] { return extent(of: field.type.type, field.bounds) }
        return records[object]?[name].map { extent(of: $0.type.type, .none) }
    }

    private func members(_ name: String) -> ValueExtent {
        let members = enums[name]?.members ?? []
        let longest = members.map(\.utf16.count).max() ?? 0
        return .text(units: longest, characters: longest)
    }

    private static func range(_ bounds: Bounds) -> ClosedRange<Int64> {
        let low = bounds.minimum.flatMap { Int64(exactly: $0.rounded()) } ?? .min
        let high = bounds.maximum.flatMap { Int64(exactly: $0.rounded()) } ?? .max
        return low...max(low, high)
    }
}
