import BotLanguage

// What is said to somebody who wrote a command wrongly.
extension Phrases {
    func refusal(of problem: CallProblem, _ command: String, _ parameters: [Parameter], members: (String) -> [String]) -> String {
        explain(problem, members) + "\n" + usage(Self.synopsis(command, parameters, members))
    }

    /// `/add <what> [qty] [--tags …]`
    private static func synopsis(_ command: String, _ parameters: [Parameter], _ members: (String) -> [String]) -> String {
        let inOrder = CommandArguments.positional(parameters).map(\.name)
        let words = parameters.map { parameter in
            var name = parameter.name
            if case .enumeration(let type) = parameter.type.type, members(type).count <= 6 {
                name += ": " + members(type).joined(separator: "|")
            }
            if case .list = parameter.type.type { return inOrder.contains(name) ? "[\(name) …]" : "[--\(name) …]" }
            if !inOrder.contains(parameter.name) { return "[-\(name)]" }
            return CommandArguments.isOptional(parameter) ? "[\(name)]" : "<\(name)>"
        }
        return (["/\(command)"] + words).joined(separator: " ")
    }

    private func explain(_ problem: CallProblem, _ members: (String) -> [String]) -> String {
        switch problem {
        case .unknown(let name, let nearest?):
            say("There is no '\(shown(name))'; did you mean '-\(nearest)'?", "Здесь нет «\(shown(name))»; может быть, «-\(nearest)»?")
        case .unknown(let name, nil):
            say(
                "There is no '\(shown(name))'; put it in quotes if it is text.",
                "Здесь нет «\(shown(name))»; если это текст, возьмите его в кавычки.")
        case .missing(let name): say("'\(name)' is missing.", "Не хватает «\(name)».")
        case .twice(let name): say("'\(name)' is there twice.", "«\(name)» указано дважды.")
        case .withoutValue(let name): say("'-\(name)' needs a value behind it.", "После «-\(name)» нужно значение.")
        case .tooMany(let text): say("'\(shown(text))' is too much.", "«\(shown(text))» — лишнее.")
        case .unfit(let name, let text, let type, let bounds):
            say(
                "'\(name)' can't be '\(shown(text))': \(noun(type, bounds, members)) is wanted.",
                "«\(name)» не может быть «\(shown(text))»: нужно \(noun(type, bounds, members)).")
        case .count(let name, let bounds):
            say("'\(name)': \(count(bounds)) wanted.", "«\(name)»: нужно \(count(bounds)).")
        }
    }

    /// What somebody wrote, as far as it is needed to find it again.
    private func shown(_ text: String) -> String { Texts.cut(text, to: 40) }

    private func noun(_ type: FieldType, _ bounds: Bounds, _ members: (String) -> [String]) -> String {
        let range = range(bounds, type)
        switch type {
        case .int: return say("a whole number\(range)", "целое число\(range)")
        case .number: return say("a number\(range)", "число\(range)")
        case .money: return say("an amount such as 12.50\(range)", "сумма, например 12.50\(range)")
        case .bool: return say("yes or no", "да или нет")
        case .date: return say("a date such as 2026-01-31\(range)", "дата, например 2026-01-31\(range)")
        case .time: return say("a time such as 09:30\(range)", "время, например 09:30\(range)")
        case .timestamp: return say("a date and time such as 2026-01-31 09:30\(range)", "дата и время, например 2026-01-31 09:30\(range)")
        case .duration: return say("a duration such as 1h30m\(range)", "длительность, например 1h30m\(range)")
        case .enumeration(let name): return say("one of ", "одно из: ") + members(name).prefix(20).joined(separator: ", ")
        default: return say("a text of ", "текст: ") + length(bounds, say("characters", "символов"))
        }
    }

    private func count(_ bounds: Bounds) -> String { length(bounds, say("values are", "значений")) }

    private func length(_ bounds: Bounds, _ unit: String) -> String {
        switch (bounds.minimum.map { Int($0) }, bounds.maximum.map { Int($0) }) {
        case (let low?, let high?): low == high ? "\(low) \(unit)" : say("\(low) to \(high) \(unit)", "от \(low) до \(high) \(unit)")
        case (let low?, nil): say("at least \(low) \(unit)", "не меньше \(low) \(unit)")
        case (nil, let high?): say("at most \(high) \(unit)", "не больше \(high) \(unit)")
        case (nil, nil): unit
        }
    }
}
