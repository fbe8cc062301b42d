/// The forms of words with a number before them, as CLDR calls them.
package enum PluralCategory: String, Sendable, Hashable, CaseIterable {
    case zero, one, two, few, many, other
}

/// Which form a language takes for which number: the cardinal rules of CLDR.
package struct PluralRules: Sendable {
    /// In the order in which they are tried; `other` is what is left.
    private let conditions: [(category: PluralCategory, condition: PluralCondition)]
    /// Forms that only fractions, or whole millions, take: a translation may leave them out and gets `other`.
    private let optional: Set<PluralCategory>

    /// Nil for a language whose rules aren't known here. The region counts where it makes a difference.
    package static func of(_ language: String) -> PluralRules? {
        var tag = language
        while true {
            if let rules = all[tag] { return rules }
            guard let end = tag.lastIndex(of: "-") else { return nil }
            tag = String(tag[..<end])
        }
    }

    /// All forms that the language has, in the order of CLDR.
    package var categories: [PluralCategory] {
        let own = Set(conditions.map(\.category))
        return PluralCategory.allCases.filter { own.contains($0) || $0 == .other }
    }

    /// Those that a translation must have.
    package var needed: [PluralCategory] { categories.filter { !optional.contains($0) } }

    /// - Parameter number: in decimal digits as people see it, such as `3` or `1.50`.
    package func category(_ number: PluralNumber) -> PluralCategory {
        conditions.first { $0.condition.holds(number) }?.category ?? .other
    }

    private init(_ rules: [(PluralCategory, String)]) {
        conditions = rules.compactMap { category, text in PluralCondition(text).map { (category, $0) } }
        // No whole number below a million takes them.
        optional = Set(
            rules.filter { category, text in
                category == .many && (text == "v != 0" || text == "f != 0" || text.contains("1000000"))
            }.map(\.0))
    }

    // MARK: The table

    /// https://unicode.org/reports/tr35/tr35-numbers.html#Language_Plural_Rules
    private static let all: [String: PluralRules] = {
        var result: [String: PluralRules] = [:]
        for (languages, rules) in table {
            let rules = PluralRules(rules)
            for language in languages.split(separator: " ") { result[String(language)] = rules }
        }
        return result
    }()

    private static let millions = "e = 0 and i != 0 and i % 1000000 = 0 and v = 0 or e != 0..5"
    private static let slavicFew = "v = 0 and i % 10 = 2..4 and i % 100 != 12..14"

    private static let table: [(languages: String, rules: [(PluralCategory, String)])] = [
        ("zh ja ko vi th id ms lo my km yue jv bo", []),
        ("en de nl sv fi et gl fy ia yi ur sw", [(.one, "i = 1 and v = 0")]),
        (
            "tr kk uz az ky tk ka mn hu bg el sq eu eo nb nn no af mr ml ta te ku ckb ug ne or os lb fo so ee ha",
            [(.one, "n = 1")]
        ),
        ("am as bn fa gu hi kn zu", [(.one, "i = 0 or n = 1")]),
        ("hy", [(.one, "i = 0,1")]),
        ("pa ln mg ti wa", [(.one, "n = 0..1")]),
        ("da", [(.one, "n = 1 or t != 0 and i = 0,1")]),
        ("is", [(.one, "t = 0 and i % 10 = 1 and i % 100 != 11 or t % 10 = 1 and t % 100 != 11")]),
        ("mk", [(.one, "v = 0 and i % 10 = 1 and i % 100 != 11 or f % 10 = 1 and f % 100 != 11")]),
        ("es", [(.one, "n = 1"), (.many, millions)]),
        ("it ca pt-pt", [(.one, "i = 1 and v = 0"), (.many, millions)]),
        ("fr", [(.one, "i = 0,1"), (.many, millions)]),
        ("pt", [(.one, "i = 0..1"), (.many, millions)]),
        (
            "ru uk",
            [
                (.one, "v = 0 and i % 10 = 1 and i % 100 != 11"), (.few, slavicFew),
                (.many, "v = 0 and i % 10 = 0 or v = 0 and i % 10 = 5..9 or v = 0 and i % 100 = 11..14"),
            ]
        ),
        (
            "be",
            [
                (.one, "n % 10 = 1 and n % 100 != 11"), (.few, "n % 10 = 2..4 and n % 100 != 12..14"),
                (.many, "n % 10 = 0 or n % 10 = 5..9 or n % 100 = 11..14"),
            ]
        ),
        (
            "pl",
            [
                (.one, "i = 1 and v = 0"), (.few, slavicFew),
                (.many, "v = 0 and i != 1 and i % 10 = 0..1 or v = 0 and i % 10 = 5..9 or v = 0 and i % 100 = 12..14"),
            ]
        ),
        ("cs sk", [(.one, "i = 1 and v = 0"), (.few, "i = 2..4 and v = 0"), (.many, "v != 0")]),
        (
            "sr hr bs sh",
            [
                (.one, "v = 0 and i % 10 = 1 and i % 100 != 11 or f % 10 = 1 and f % 100 != 11"),
                (.few, "\(slavicFew) or f % 10 = 2..4 and f % 100 != 12..14"),
            ]
        ),
        (
            "sl",
            [(.one, "v = 0 and i % 100 = 1"), (.two, "v = 0 and i % 100 = 2"), (.few, "v = 0 and i % 100 = 3..4 or v != 0")]
        ),
        (
            "lt",
            [
                (.one, "n % 10 = 1 and n % 100 != 11..19"), (.few, "n % 10 = 2..9 and n % 100 != 11..19"), (.many, "f != 0"),
            ]
        ),
        (
            "lv",
            [
                (.zero, "n % 10 = 0 or n % 100 = 11..19 or v = 2 and f % 100 = 11..19"),
                (.one, "n % 10 = 1 and n % 100 != 11 or v = 2 and f % 10 = 1 and f % 100 != 11 or v != 2 and f % 10 = 1"),
            ]
        ),
        ("ro mo", [(.one, "i = 1 and v = 0"), (.few, "v != 0 or n = 0 or n != 1 and n % 100 = 1..19")]),
        (
            "ar",
            [
                (.zero, "n = 0"), (.one, "n = 1"), (.two, "n = 2"), (.few, "n % 100 = 3..10"), (.many, "n % 100 = 11..99"),
            ]
        ),
        ("he", [(.one, "i = 1 and v = 0 or i = 0 and v != 0"), (.two, "i = 2 and v = 0")]),
        ("ga", [(.one, "n = 1"), (.two, "n = 2"), (.few, "n = 3..6"), (.many, "n = 7..10")]),
        (
            "cy",
            [(.zero, "n = 0"), (.one, "n = 1"), (.two, "n = 2"), (.few, "n = 3"), (.many, "n = 6")]
        ),
        (
            "mt",
            [(.one, "n = 1"), (.two, "n = 2"), (.few, "n = 0 or n % 100 = 3..10"), (.many, "n % 100 = 11..19")]
        ),
    ]
}

/// A number as the rules look at it.
package struct PluralNumber: Sendable, Hashable {
    /// The whole part (CLDR's `i`).
    var whole: UInt64
    /// The digits behind the point as a number, with their zeros at the end and without (`f`, `t`).
    var fraction: UInt64
    var trimmed: UInt64
    /// How many there are (`v`).
    var digits: Int

    package init(_ number: Int64) { self.init(number.magnitude) }

    package init(_ number: UInt64) {
        whole = number
        fraction = 0
        trimmed = 0
        digits = 0
    }

    /// Decimal digits with or without a point, as `1.50`; nil for anything else. Beyond what a number holds only the last
    /// digits count, which are all that rules look at.
    package init?(_ text: String) {
        let bare = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        self.init(Self.number(parts[0]))
        if parts.count == 2 {
            fraction = Self.number(parts[1])
            digits = parts[1].utf8.count
            var rest = parts[1]
            while rest.hasSuffix("0") { rest = rest.dropLast() }
            trimmed = Self.number(rest)
        }
    }

    private static func number(_ digits: Substring) -> UInt64 { digits.suffix(18).utf8.reduce(0) { $0 * 10 + UInt64($1 - 0x30) } }

    fileprivate enum Operand: String { case n, i, v, f, t, e }

    /// - Returns: nil for a number with a fraction, which equals no whole one.
    fileprivate func value(_ operand: Operand) -> UInt64? {
        switch operand {
        case .n: trimmed == 0 ? whole : nil
        case .i: whole
        case .v: UInt64(digits)
        case .f: fraction
        case .t: trimmed
        // Numbers aren't written in a compact form.
        case .e: 0
        }
    }
}

/// `v = 0 and i % 10 = 2..4 and i % 100 != 12..14 or f % 10 = 2..4`
struct PluralCondition: Sendable {
    private struct Relation: Sendable {
        var operand: PluralNumber.Operand
        var modulus: UInt64?
        var isNegated: Bool
        var ranges: [ClosedRange<UInt64>]

        func holds(_ number: PluralNumber) -> Bool {
            guard var value = number.value(operand) else { return isNegated }
            if let modulus { value %= modulus }
            return ranges.contains { $0.contains(value) } != isNegated
        }
    }

    private let alternatives: [[Relation]]

    /// In CLDR's notation; nil when it isn't.
    init?(_ text: String) {
        var alternatives: [[Relation]] = [[]]
        var words = text.split(separator: " ").map(String.init)[...]
        while let name = words.popFirst() {
            guard let operand = PluralNumber.Operand(rawValue: name) else { return nil }
            var relation = Relation(operand: operand, isNegated: false, ranges: [])
            if words.first == "%" {
                words = words.dropFirst()
                guard let modulus = words.popFirst().flatMap({ UInt64($0) }), modulus > 0 else { return nil }
                relation.modulus = modulus
            }
            guard let sign = words.popFirst(), sign == "=" || sign == "!=", let list = words.popFirst() else { return nil }
            relation.isNegated = sign == "!="
            for piece in list.split(separator: ",") {
                let bounds = piece.split(separator: ".").compactMap { UInt64($0) }
                guard let low = bounds.first, let high = bounds.last, low <= high else { return nil }
                relation.ranges.append(low...high)
            }
            alternatives[alternatives.count - 1].append(relation)
            switch words.popFirst() {
            case "or": alternatives.append([])
            case "and", nil: break
            default: return nil
            }
        }
        self.alternatives = alternatives
    }

    func holds(_ number: PluralNumber) -> Bool {
        alternatives.contains { $0.allSatisfy { $0.holds(number) } }
    }
}
