import BotLanguage
import CEL
import Contracts

// Speaking everybody's language.
extension Interpreter {
    /// The language of the bot's in which a person is spoken to: the one that they chose, else that of their app.
    ///
    /// - Parameter person: a row of `users`; nil: nobody in particular.
    func spoken(to person: CELObject?) -> String {
        let languages = definition.languages
        guard let person else { return languages.language(for: nil) }
        if let chosen = languages.chosen {
            var bindings: CELBindings = ["user": .object(person)]
            bindings["now"] = ValueMapping.timestamp(
                microseconds: event.at.milliseconds.multipliedReportingOverflow(by: 1_000).partialValue)
            // A choice that can't be found out is none.
            if case .string(let tag)? = try? chosen.program.evaluate(bindings, limits: CELLimits(cost: engine.limits.expressionCost)) {
                return languages.language(for: tag)
            }
        }
        if case .string(let tag)? = person["language"] { return languages.language(for: tag) }
        return languages.language(for: event.person.flatMap { person.rowID == user.rowID ? $0.language : nil })
    }

    /// A text of `texts` in the language of `variables`. Its own words are taken as they are, its values are escaped.
    mutating func text(_ translation: Translation, _ variables: Variables, _ escaping: Escaping) throws(Interruption) -> String {
        var inner = variables
        for argument in translation.arguments { inner[argument.name] = try evaluate(argument.value, variables) }
        guard let template = translation.template(in: variables.language, count: { inner[$0] }) else { return "" }
        return try text(template, inner, escaping)
    }
}
