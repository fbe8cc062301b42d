/// Names of the functions that operators call.
package enum Operator {
    static let add = "_+_"
    static let subtract = "_-_"
    static let multiply = "_*_"
    static let divide = "_/_"
    static let modulo = "_%_"
    static let equal = "_==_"
    static let notEqual = "_!=_"
    static let less = "_<_"
    static let lessOrEqual = "_<=_"
    static let greater = "_>_"
    static let greaterOrEqual = "_>=_"
    static let contains = "@in"
    static let negate = "-_"
    static let not = "!_"
    static let index = "_[_]"

    /// Binary operators by their text, with how tightly they bind.
    static func binary(_ text: Token.Kind) -> (name: String, precedence: Int)? {
        switch text {
        case .equal: (equal, 3)
        case .notEqual: (notEqual, 3)
        case .less: (less, 3)
        case .lessOrEqual: (lessOrEqual, 3)
        case .greater: (greater, 3)
        case .greaterOrEqual: (greaterOrEqual, 3)
        case .in: (contains, 3)
        case .plus: (add, 4)
        case .minus: (subtract, 4)
        case .star: (multiply, 5)
        case .slash: (divide, 5)
        case .percent: (modulo, 5)
        default: nil
        }
    }

    /// `'+'` for `_+_`; other functions by their name.
    package static func displayName(_ name: String) -> String {
        switch name {
        case contains: "'in'"
        case index: "'[]'"
        default: isOperator(name) ? "'\(name.filter { $0 != "_" })'" : name
        }
    }

    /// `_` and `_a_` are names that a source may contain, so that the form of a name tells nothing.
    static func isOperator(_ name: String) -> Bool {
        guard let first = name.utf8.first, !first.isLetter else { return false }
        return all.contains(name)
    }

    private static let all: Set<String> = [
        add, subtract, multiply, divide, modulo, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contains, negate, not, index,
    ]
}

extension UInt8 {
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    var isIdentifierStart: Bool { isLetter || self == UInt8(ascii: "_") }
    var isIdentifierPart: Bool { isIdentifierStart || isDigit }
    var hexValue: UInt32? {
        switch self {
        case 0x30...0x39: UInt32(self) - 0x30
        case 0x41...0x46: UInt32(self) - 0x41 + 10
        case 0x61...0x66: UInt32(self) - 0x61 + 10
        default: nil
        }
    }
}
