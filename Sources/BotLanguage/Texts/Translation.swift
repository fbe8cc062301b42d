package import CEL

/// A text of `texts` where a template shows it, with the values that it is given.
package struct Translation: Sendable {
    package enum Form: Sendable {
        case plain(Template)
        /// The form that the number in this parameter takes; `other` for one that isn't here.
        case plural(count: String, language: String, [PluralCategory: Template])
    }

    package let name: String
    /// Evaluated where the text is shown; the text's own expressions see them under the names of its parameters.
    package let arguments: [Binding]
    /// By language.
    package let forms: [String: Form]

    /// The template to fill in.
    package func template(in language: String, count value: (String) -> CELValue?) -> Template? {
        switch forms[language] {
        case .plain(let template)?: return template
        case .plural(let count, let tag, let templates)?:
            guard let rules = PluralRules.of(tag), let number = value(count).flatMap(ShownText.number) else { return templates[.other] }
            return templates[rules.category(number)] ?? templates[.other]
        case nil: return nil
        }
    }

    /// Every template of every language.
    package var templates: [Template] {
        forms.sorted { $0.key < $1.key }.flatMap { form in
            switch form.value {
            case .plain(let template): [template]
            case .plural(_, _, let templates): templates.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
            }
        }
    }
}
