package import CEL

/// What is wrong with the arguments of a command.
package enum CallProblem: Error, Sendable, Hashable {
    /// `-colour` names no argument; perhaps another was meant.
    case unknown(String, nearest: String?)
    case missing(String)
    case twice(String)
    /// `-name` with nothing behind it.
    case withoutValue(String)
    /// There are more words than arguments.
    case tooMany(String)
    case unfit(String, text: String, FieldType, Bounds)
    /// A list with too few or too many elements.
    case count(String, Bounds)
}

/// Gives the words of a command to its arguments: in their order, or by name.
package enum CommandArguments {
    /// What an argument was given.
    enum Given: Hashable {
        /// `-loud`, by itself.
        case on
        /// One, or of a list any number.
        case words([String])
    }

    /// - Returns: a value for each argument that was given.
    /// - Parameter members: of an enum.
    package static func parse(
        _ line: String, _ parameters: [Parameter], members: (String) -> [String]
    ) throws(CallProblem) -> [String: CELValue] {
        let given = try match(line, parameters)
        var values: [String: CELValue] = [:]
        for parameter in parameters {
            guard let own = given[parameter.name] else {
                if !isOptional(parameter) { throw .missing(parameter.name) }
                guard case .list = parameter.type.type, !parameter.isOptional else { continue }
                values[parameter.name] = try list([], parameter, .string, members)
                continue
            }
            switch (own, parameter.type.type) {
            case (.on, _): values[parameter.name] = .bool(true)
            case (.words(let words), .list(let element)): values[parameter.name] = try list(words, parameter, element, members)
            case (.words(let words), let type):
                values[parameter.name] = try value(words.first ?? "", type, parameter.bounds, of: parameter, members)
            }
        }
        return values
    }

    private static func list(
        _ words: [String], _ parameter: Parameter, _ element: FieldType, _ members: (String) -> [String]
    ) throws(CallProblem) -> CELValue {
        var values: [CELValue] = []
        for word in words { values.append(try value(word, element, .none, of: parameter, members)) }
        let list = CELValue.list(values)
        do throws(ValueError) { try ValueMapping.check(list, parameter.bounds, parameter.type.type) } catch {
            throw .count(parameter.name, parameter.bounds)
        }
        return list
    }

    private static func value(
        _ word: String, _ type: FieldType, _ bounds: Bounds, of parameter: Parameter, _ members: (String) -> [String]
    ) throws(CallProblem) -> CELValue {
        let unfit = CallProblem.unfit(parameter.name, text: word, type, bounds)
        switch type {
        // As it is: who puts spaces in quotes means them.
        case .string:
            do throws(ValueError) { try ValueMapping.check(.string(word), bounds, type) } catch { throw unfit }
            return .string(word)
        case .enumeration(let name):
            let known = members(name)
            let alike = known.filter { $0.lowercased() == word.lowercased() }
            guard let member = known.first(where: { $0 == word }) ?? (alike.count == 1 ? alike.first : nil) else { throw unfit }
            return .string(member)
        default:
            do throws(AnswerError) { return try AnswerParser.parse(word, as: type, bounds: bounds) } catch { throw unfit }
        }
    }

    // MARK: Which words are whose

    /// A list may always be left out: it is empty then.
    package static func isOptional(_ parameter: Parameter) -> Bool {
        if case .list = parameter.type.type { true } else { parameter.isOptional }
    }

    /// Yes or no that may be left out is given by its name: `-loud`.
    private static func isFlag(_ parameter: Parameter) -> Bool { parameter.type.type == .bool && parameter.isOptional }

    /// Those that words without a name go to, in this order. The last takes all that is left, if it is a text or a list.
    package static func positional(_ parameters: [Parameter]) -> [Parameter] {
        let inOrder = parameters.filter { !isFlag($0) }
        return inOrder.enumerated().filter { index, parameter in
            if case .list = parameter.type.type { index == inOrder.count - 1 } else { true }
        }.map(\.element)
    }

    static func match(_ line: String, _ parameters: [Parameter]) throws(CallProblem) -> [String: Given] {
        let words = CommandText.words(line)
        var given: [String: Given] = [:]
        /// Indexes of the words without a name.
        var loose: [Int] = []
        var index = 0
        // A single text takes whatever people write.
        let isText = parameters.count == 1 && parameters[0].type.type == .string
        while index < words.count {
            let word = words[index]
            index += 1
            if word.isEnd {
                loose += index..<words.count
                break
            }
            guard let option = CommandText.option(word) else {
                loose.append(index - 1)
                continue
            }
            guard let parameter = find(option.name, parameters) else {
                guard isText else { throw unknown(word.text, option, parameters) }
                loose.append(index - 1)
                continue
            }
            if case .list = parameter.type.type {
                var values = option.value.map { [$0] } ?? []
                if option.value == nil {
                    let following = words[index...].prefix { !$0.isEnd && CommandText.option($0) == nil }
                    let taken = following.prefix(option.isLong ? following.count : 1)
                    if taken.isEmpty, !option.isLong { throw .withoutValue(parameter.name) }
                    values = taken.map(\.text)
                    index += taken.count
                }
                if case .words(let earlier)? = given[parameter.name] { values = earlier + values }
                given[parameter.name] = .words(values)
                continue
            }
            guard given[parameter.name] == nil else { throw .twice(parameter.name) }
            let next = words.indices.contains(index) && !words[index].isEnd ? words[index] : nil
            if let value = option.value {
                given[parameter.name] = .words([value])
            } else if parameter.type.type == .bool {
                let value = next.flatMap { yesOrNo.contains($0.text.lowercased()) ? $0.text : nil }
                if value != nil { index += 1 }
                given[parameter.name] = value.map { .words([$0]) } ?? .on
            } else {
                guard let next, CommandText.option(next) == nil else { throw .withoutValue(parameter.name) }
                given[parameter.name] = .words([next.text])
                index += 1
            }
        }
        try place(loose, words, line, parameters, &given)
        return given
    }

    /// What is taken for the value of `-loud`; everything else is another argument's.
    private static let yesOrNo: Set<String> = ["yes", "no", "true", "false", "on", "off", "да", "нет"]

    private static func place(
        _ loose: [Int], _ words: [CommandText.Word], _ line: String, _ parameters: [Parameter], _ given: inout [String: Given]
    ) throws(CallProblem) {
        var rest = loose[...]
        let inOrder = positional(parameters)
        for (position, parameter) in inOrder.enumerated() where given[parameter.name] == nil {
            guard let first = rest.first else { break }
            let isLast = position == inOrder.count - 1
            if case .list = parameter.type.type {
                given[parameter.name] = .words(rest.map { words[$0].text })
                rest = []
            } else if isLast, parameter.type.type == .string, rest.count > 1 {
                given[parameter.name] = .words([text(of: rest, words, line)])
                rest = []
            } else {
                given[parameter.name] = .words([words[first].text])
                rest = rest.dropFirst()
            }
        }
        for parameter in parameters where isFlag(parameter) && given[parameter.name] == nil {
            guard let first = rest.first, (try? AnswerParser.parse(words[first].text, as: .bool, bounds: .none)) != nil else { break }
            given[parameter.name] = .words([words[first].text])
            rest = rest.dropFirst()
        }
        if let first = rest.first { throw .tooMany(words[first].text) }
    }

    /// Several words as they were written; without what stood between them for others.
    private static func text(of indexes: ArraySlice<Int>, _ words: [CommandText.Word], _ line: String) -> String {
        guard let first = indexes.first, let last = indexes.last else { return "" }
        if last - first + 1 == indexes.count { return CommandText.text(line, words[first].range.lowerBound..<words[last].range.upperBound) }
        return indexes.map { words[$0].text }.joined(separator: " ")
    }

    /// Phones begin words with a capital.
    private static func find(_ name: String, _ parameters: [Parameter]) -> Parameter? {
        parameters.first { $0.name == name } ?? parameters.first { $0.name.lowercased() == name.lowercased() }
    }

    private static func unknown(_ written: String, _ option: CommandText.Option, _ parameters: [Parameter]) -> CallProblem {
        .unknown(
            option.value == nil ? written : String(written.prefix { $0 != "=" }),
            nearest: Suggestion.nearest(to: option.name, among: parameters.map(\.name)))
    }
}
