/// Reads a pattern and makes its program.
struct PatternCompiler {
    indirect enum Node {
        case empty
        case set(CharacterSet)
        case assertion(Pattern.Assertion)
        case sequence([Node])
        case choice([Node])
        case repetition(Node, minimum: Int, maximum: Int?, isLazy: Bool)
        /// A group that captures, by its number from 1.
        case group(Int, Node)
    }

    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
        /// Whether quantifiers are lazy unless a `?` follows them.
        var isUngreedy = false
    }

    private let text: [Unicode.Scalar]
    private var position = 0
    private var flags = Flags()
    private var depth = 0
    private var program: [Pattern.Instruction] = []
    private var groups = 0
    /// Numbers of the groups that have a name.
    private(set) var names: [String: Int] = [:]

    private static let depthLimit = 100
    /// RE2's own bound for `{n,m}`.
    private static let countLimit = 1000

    /// What a pattern is made of.
    static func tree(_ pattern: String) throws(CELError) -> Node { try parse(pattern).node }

    /// The same with the numbers of the groups that have names.
    static func namedTree(_ pattern: String) throws(CELError) -> (node: Node, names: [String: Int]) {
        let (compiler, node) = try parse(pattern)
        return (node, compiler.names)
    }

    static func compile(_ pattern: String) throws(CELError) -> (program: [Pattern.Instruction], groups: Int) {
        var (compiler, node) = try parse(pattern)
        try compiler.emit(node)
        compiler.program.append(.match)
        return (compiler.program, compiler.groups)
    }

    private static func parse(_ pattern: String) throws(CELError) -> (compiler: PatternCompiler, node: Node) {
        var compiler = PatternCompiler(text: Array(pattern.unicodeScalars))
        let node = try compiler.choice()
        guard compiler.position == compiler.text.count else { throw .invalid("the pattern has a ')' too many") }
        return (compiler, node)
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: String) -> Bool {
        guard text[position...].starts(with: word.unicodeScalars) else { return false }
        position += word.unicodeScalars.count
        return true
    }
}

// Reading.
extension PatternCompiler {
    private mutating func choice() throws(CELError) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw .invalid("the pattern nests too deep") }
        let outer = flags
        defer { flags = outer }
        var options = [try sequence()]
        while take("|" as Unicode.Scalar) { options.append(try sequence()) }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func sequence() throws(CELError) -> Node {
        var parts: [Node] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            if take("\\Q") {
                while position < text.count, !take("\\E") {
                    parts.append(literal(text[position]))
                    position += 1
                }
                continue
            }
            var part = try atom()
            while let (minimum, maximum, isLazy) = try quantifier() {
                if case .repetition = part, minimum > 1 || (maximum ?? 0) > 1 { part = .sequence([part]) }
                part = .repetition(part, minimum: minimum, maximum: maximum, isLazy: isLazy)
            }
            parts.append(part)
        }
        return .sequence(parts)
    }

    private mutating func quantifier() throws(CELError) -> (minimum: Int, maximum: Int?, isLazy: Bool)? {
        let result: (minimum: Int, maximum: Int?)
        switch next {
        case "*": result = (0, nil)
        case "+": result = (1, nil)
        case "?": result = (0, 1)
        case "{":
            guard let counts = try self.counts() else { return nil }
            return (counts.minimum, counts.maximum, take("?" as Unicode.Scalar) != flags.isUngreedy)
        default: return nil
        }
        position += 1
        return (result.minimum, result.maximum, take("?" as Unicode.Scalar) != flags.isUngreedy)
    }

    /// `{2}`, `{2,}` or `{2,5}`; what looks otherwise is plain text.
    private mutating func counts() throws(CELError) -> (minimum: Int, maximum: Int?)? {
        let start = position
        position += 1
        guard let minimum = number() else {
            position = start
            return nil
        }
        var maximum: Int? = minimum
        if take("," as Unicode.Scalar) { maximum = next == "}" ? nil : number() ?? -1 }
        guard take("}" as Unicode.Scalar), maximum != -1 else {
            position = start
            return nil
        }
        guard minimum <= Self.countLimit, maximum.map({ $0 <= Self.countLimit && $0 >= minimum }) ?? true else {
            throw .invalid("the pattern's count is out of range")
        }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        var digits = 0
        var value = 0
        while let scalar = next, scalar.value >= 0x30, scalar.value <= 0x39, digits < 6 {
            value = value * 10 + Int(scalar.value - 0x30)
            digits += 1
            position += 1
        }
        return digits == 0 ? nil : value
    }

    private mutating func atom() throws(CELError) -> Node {
        let scalar = text[position]
        switch scalar {
        case "(": return try group()
        case "[": return .set(cased(try bracket()))
        case ".":
            position += 1
            return .set(flags.dotMatchesNewline ? .any : .notNewline)
        case "^":
            position += 1
            return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$":
            position += 1
            return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\": return try escape()
        case "*", "+", "?": throw .invalid("the pattern repeats nothing with '\(scalar)'")
        default:
            if scalar == "{", let start = Optional(position), try counts() != nil {
                position = start
                throw .invalid("the pattern repeats nothing with '{'")
            }
            position += 1
            return literal(scalar)
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> Node { .set(cased(CharacterSet(scalar))) }

    private func cased(_ set: CharacterSet) -> CharacterSet {
        var set = set
        set.ignoresCase = flags.ignoresCase
        return set
    }

    private mutating func group() throws(CELError) -> Node {
        position += 1
        var number: Int?
        var name: String?
        if !take("?" as Unicode.Scalar) {
            number = 0
        } else {
            if take("P<") || take("<") {
                name = try groupName()
                number = 0
            } else if !take(":" as Unicode.Scalar) {
                return try flagGroup()
            }
        }
        if number != nil {
            groups += 1
            number = groups
        }
        if let name {
            guard names[name] == nil else { throw .invalid("the pattern has two groups '\(name)'") }
            names[name] = groups
        }
        let node = try choice()
        guard take(")" as Unicode.Scalar) else { throw .invalid("the pattern has a '(' that isn't closed") }
        return number.map { .group($0, node) } ?? node
    }

    /// Letters, digits and `_`, up to the `>`.
    private mutating func groupName() throws(CELError) -> String {
        var name = String.UnicodeScalarView()
        while let scalar = next, scalar != ">" {
            name.append(scalar)
            position += 1
        }
        guard take(">" as Unicode.Scalar) else { throw .invalid("the pattern's group name has no end") }
        guard !name.isEmpty, name.allSatisfy({ CharacterSet.word.contains($0) }) else {
            throw .invalid("the pattern has a group whose name isn't made of letters, digits and '_'")
        }
        return String(name)
    }

    /// `(?i)` for what follows, or `(?i:…)` for what is inside.
    private mutating func flagGroup() throws(CELError) -> Node {
        let outer = flags
        var isOn = true
        while let scalar = next {
            position += 1
            switch scalar {
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotMatchesNewline = isOn
            case "U": flags.isUngreedy = isOn
            case "-": isOn = false
            case ")": return .empty
            case ":":
                let node = try choice()
                flags = outer
                guard take(")" as Unicode.Scalar) else { throw .invalid("the pattern has a '(' that isn't closed") }
                return node
            default: throw .invalid("the pattern has an unknown group '(?\(scalar)'")
            }
        }
        throw .invalid("the pattern has a '(' that isn't closed")
    }

    private mutating func escape() throws(CELError) -> Node {
        position += 1
        guard let scalar = next else { throw .invalid("the pattern ends in a backslash") }
        if let set = Self.classEscape(scalar) {
            position += 1
            return .set(set)
        }
        switch scalar {
        case "b":
            position += 1
            return .assertion(.wordBoundary)
        case "B":
            position += 1
            return .assertion(.notWordBoundary)
        case "A":
            position += 1
            return .assertion(.textStart)
        case "z":
            position += 1
            return .assertion(.textEnd)
        default: return literal(try escapedScalar())
        }
    }

    private static func classEscape(_ scalar: Unicode.Scalar) -> CharacterSet? {
        switch scalar {
        case "d": .digit
        case "w": .word
        case "s": .space
        case "D": CharacterSet(CharacterSet.digit.ranges, isNegated: true)
        case "W": CharacterSet(CharacterSet.word.ranges, isNegated: true)
        case "S": CharacterSet(CharacterSet.space.ranges, isNegated: true)
        default: nil
        }
    }

    /// The scalar after a backslash, which is already behind.
    private mutating func escapedScalar() throws(CELError) -> Unicode.Scalar {
        guard let scalar = next else { throw .invalid("the pattern ends in a backslash") }
        position += 1
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "a": return "\u{07}"
        case "x":
            let isBraced = take("{" as Unicode.Scalar)
            var value: UInt32 = 0
            var digits = 0
            while digits < (isBraced ? 6 : 2), let digit = next.flatMap({ UInt8(exactly: $0.value)?.hexValue }) {
                value = value << 4 | digit
                digits += 1
                position += 1
            }
            guard digits > 0, isBraced ? take("}" as Unicode.Scalar) : digits == 2, let result = Unicode.Scalar(value) else {
                throw .invalid("the pattern has a malformed \\x")
            }
            return result
        default:
            guard scalar.value < 0x80, let byte = UInt8(exactly: scalar.value),
                !byte.isIdentifierPart || byte == UInt8(ascii: "_")
            else { throw .invalid("the pattern has an unknown escape '\\\(scalar)'") }
            return scalar
        }
    }

    private mutating func bracket() throws(CELError) -> CharacterSet {
        position += 1
        let isNegated = take("^" as Unicode.Scalar)
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            if take("[:") {
                let isOther = take("^" as Unicode.Scalar)
                guard let name = CharacterSet.named.keys.first(where: { take($0 + ":]") }), let named = CharacterSet.named[name]
                else { throw .invalid("the pattern has an unknown class") }
                ranges += CharacterSet(named, isNegated: isOther).flattened
                continue
            }
            if scalar == "\\", position + 1 < text.count, let set = Self.classEscape(text[position + 1]) {
                position += 2
                ranges += set.flattened
                continue
            }
            let low = try bracketScalar()
            var high = low
            if next == "-", position + 1 < text.count, text[position + 1] != "]" {
                position += 1
                high = try bracketScalar()
            }
            guard low.value <= high.value else { throw .invalid("the pattern has a range that runs backwards") }
            ranges.append(low.value...high.value)
        }
        guard take("]" as Unicode.Scalar) else { throw .invalid("the pattern has a '[' that isn't closed") }
        return CharacterSet(ranges, isNegated: isNegated)
    }

    private mutating func bracketScalar() throws(CELError) -> Unicode.Scalar {
        guard let scalar = next else { throw .invalid("the pattern has a '[' that isn't closed") }
        position += 1
        return scalar == "\\" ? try escapedScalar() : scalar
    }
}

// Making the program.
extension PatternCompiler {
    private mutating func add(_ instruction: Pattern.Instruction) throws(CELError) {
        guard program.count < Pattern.programLimit else { throw .invalid("the pattern is too large") }
        program.append(instruction)
    }

    private mutating func emit(_ node: Node) throws(CELError) {
        switch node {
        case .empty: return
        case .set(let set): try add(.scalar(set))
        case .assertion(let assertion): try add(.assertion(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let options):
            var jumps: [Int] = []
            for (position, option) in options.enumerated() {
                guard position < options.count - 1 else {
                    try emit(option)
                    break
                }
                let split = program.count
                try add(.jump(0))
                try emit(option)
                jumps.append(program.count)
                try add(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for jump in jumps { program[jump] = .jump(program.count) }
        case .group(let number, let body):
            try add(.save(2 * number))
            try emit(body)
            try add(.save(2 * number + 1))
        case .repetition(let body, let minimum, let maximum, let isLazy):
            func split(_ at: Int, _ end: Int) -> Pattern.Instruction { isLazy ? .split(end, at + 1) : .split(at + 1, end) }
            for _ in 0..<minimum { try emit(body) }
            guard let maximum else {
                let start = program.count
                try add(.jump(0))
                try emit(body)
                try add(.jump(start))
                program[start] = split(start, program.count)
                return
            }
            var splits: [Int] = []
            for _ in minimum..<maximum {
                splits.append(program.count)
                try add(.jump(0))
                try emit(body)
            }
            for start in splits { program[start] = split(start, program.count) }
        }
    }
}
