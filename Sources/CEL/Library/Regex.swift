extension CELLibrary {
    /// Regular expressions (RE2 syntax) that find parts of a text.
    static let regex: [CELFunction] = [
        CELFunction(
            "regex.extract", documentation: "The first match, or what its one group matched, if there is one.",
            .global([.string, .string], returns: .optional(.string), .binary { .optional(try extracted($0, $1, limit: 1).first) })),
        CELFunction(
            "regex.extractAll", documentation: "All matches, or what their one group matched.",
            .global([.string, .string], returns: .list(.string), .binary { .list(try extracted($0, $1, limit: .max)) })),
        CELFunction(
            "regex.replace",
            documentation: "The text with all matches replaced, or as many as given; \\1 to \\9 in the replacement stand for groups.",
            .global([.string, .string, .string], returns: .string, .ternary { .string(try replaced($0, $1, $2, count: -1)) }),
            .global(
                [.string, .string, .string, .int], returns: .string,
                .variadic { arguments in
                    .string(try replaced(arguments[0], arguments[1], arguments[2], count: try arguments[3].asInt()))
                })),
    ]

    private static func found(
        _ text: CELValue, _ pattern: CELValue, limit: Int
    ) throws(CELError) -> (scalars: [Unicode.Scalar], pattern: Pattern, matches: [Pattern.Match]) {
        let pattern = try Pattern.compiled(try pattern.asString())
        let scalars = Array(try text.asString().unicodeScalars)
        guard scalars.count.multipliedReportingOverflow(by: pattern.program.count).partialValue <= Pattern.searchLimit / 8 else {
            throw .invalid("the text is too long for this pattern")
        }
        return (scalars, pattern, try pattern.matches(in: scalars, limit: limit))
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func extracted(_ text: CELValue, _ pattern: CELValue, limit: Int) throws(CELError) -> [CELValue] {
        let (scalars, pattern, matches) = try found(text, pattern, limit: limit)
        guard pattern.groups <= 1 else { throw .invalid("the pattern has more than one group") }
        return matches.compactMap { match in
            let range = pattern.groups == 0 ? match.whole : match.group(1)
            return range.map { .string(string(scalars[$0])) }
        }
    }

    private static func replaced(
        _ text: CELValue, _ pattern: CELValue, _ replacement: CELValue, count: Int64
    ) throws(CELError) -> String {
        let limit = count < 0 ? Int.max : Int(clamping: count)
        let (scalars, pattern, matches) = try found(text, pattern, limit: limit)
        let parts = try self.parts(of: try replacement.asString(), groups: pattern.groups)
        var result: [Unicode.Scalar] = []
        var place = 0
        for match in matches {
            result += scalars[place..<match.whole.lowerBound]
            for part in parts {
                switch part {
                case .text(let text): result += text
                case .group(let number): if let range = number == 0 ? match.whole : match.group(number) { result += scalars[range] }
                }
                guard result.count <= largestText / 4 else { throw .invalid("the text would be too long") }
            }
            place = match.whole.upperBound
        }
        return string((result + scalars[place...])[...])
    }

    private enum ReplacementPart {
        case text([Unicode.Scalar])
        case group(Int)
    }

    private static func parts(of text: String, groups: Int) throws(CELError) -> [ReplacementPart] {
        var parts: [ReplacementPart] = []
        var literal: [Unicode.Scalar] = []
        var isEscape = false
        for scalar in text.unicodeScalars {
            if isEscape {
                isEscape = false
                if scalar == "\\" {
                    literal.append(scalar)
                } else if let byte = UInt8(exactly: scalar.value), byte.isDigit {
                    let number = Int(byte - 0x30)
                    guard number <= groups else { throw .invalid("the replacement names a group that the pattern doesn't have") }
                    parts += [.text(literal), .group(number)]
                    literal = []
                } else {
                    throw .invalid("the replacement has a backslash before what is no digit")
                }
            } else if scalar == "\\" {
                isEscape = true
            } else {
                literal.append(scalar)
            }
        }
        guard !isEscape else { throw .invalid("the replacement ends in a backslash") }
        return parts + [.text(literal)]
    }
}
