/// A piece of the source with its place.
package struct Token: Sendable {
    package enum Kind: Sendable, Hashable {
        case identifier(String)
        /// A name in backquotes, allowed after a dot only.
        case quotedIdentifier(String)
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case `true`, `false`, null, `in`
        case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
        case dot, comma, colon, question
        case plus, minus, star, slash, percent, not
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        case and, or
        /// Something that has an issue already.
        case unreadable
        case end
    }

    package let kind: Kind
    package let range: Range<Int>
}

extension Token.Kind: CustomStringConvertible {
    /// As it is called in messages.
    package var description: String {
        switch self {
        case .identifier(let name), .quotedIdentifier(let name): "'\(name)'"
        case .int, .uint, .double: "a number"
        case .string: "a string"
        case .bytes: "bytes"
        case .true: "'true'"
        case .false: "'false'"
        case .null: "'null'"
        case .in: "'in'"
        case .leftParenthesis: "'('"
        case .rightParenthesis: "')'"
        case .leftBracket: "'['"
        case .rightBracket: "']'"
        case .leftBrace: "'{'"
        case .rightBrace: "'}'"
        case .dot: "'.'"
        case .comma: "','"
        case .colon: "':'"
        case .question: "'?'"
        case .plus: "'+'"
        case .minus: "'-'"
        case .star: "'*'"
        case .slash: "'/'"
        case .percent: "'%'"
        case .not: "'!'"
        case .equal: "'=='"
        case .notEqual: "'!='"
        case .less: "'<'"
        case .lessOrEqual: "'<='"
        case .greater: "'>'"
        case .greaterOrEqual: "'>='"
        case .and: "'&&'"
        case .or: "'||'"
        case .unreadable: "something unreadable"
        case .end: "the end"
        }
    }
}
