import CEL
import Contracts

/// A text of `texts` with its translations as they are written.
struct TextDraft {
    struct Translated {
        var language: String
        /// The language's tag.
        var key: Node
        /// One without `count`; of plurals one for each form.
        var forms: [(category: PluralCategory?, node: Node)]
    }

    var name: String
    var key: Node
    var parameters: [String]
    /// The parameter by which the form of a word is chosen.
    var count: String?
    var translations: [Translated]
    /// Something in it is wrong and has been reported: who uses it isn't reported as well.
    var isBroken = false
    /// As it is shown where it needs nothing; its lengths differ with the marking.
    var constants: [ParseMode: Translation] = [:]
}

// `texts` and `language`: what the bot says, in every language it speaks.
extension Loader {
    /// Reads texts before there is an environment, and makes them functions of the expression language.
    func readTexts(besides functions: [String]) -> [CELDefinition] {
        var definitions: [CELDefinition] = []
        if let node = textsNode, !node.isEmpty {
            guard let entries = node.mapping else {
                report("write 'name(parameters): {en: …}' for a text, found \(node.kind)", at: node)
                return []
            }
            for entry in bounded(entries, 2_000, "a text", at: node) {
                guard let (name, parameters) = functionHead(entry.key, "a text", isBare: true) else { continue }
                if texts[name] != nil || functions.contains(name) {
                    report("there are two \(texts[name] != nil ? "texts" : "functions") '\(name)'", at: entry.key)
                    continue
                }
                let before = diagnostics.count
                texts[name] = readText(name, parameters, entry)
                texts[name]?.isBroken = diagnostics.count > before
            }
        }
        readLanguage()
        for draft in texts.values.sorted(by: { $0.name < $1.name }) {
            // One that is wrong is there all the same, so that what uses it isn't reported as well.
            definitions.append(
                CELDefinition(draft.name, draft.parameters, form: draft.isBroken ? .source("dyn('')") : form(of: draft)))
        }
        return definitions
    }

    private func readText(_ name: String, _ parameters: [String], _ entry: Node.Entry) -> TextDraft {
        var draft = TextDraft(name: name, key: entry.key, parameters: parameters, translations: [])
        let before = diagnostics.count
        guard let parts = entry.value.mapping else {
            report(
                "a text has a translation for each language, found \(entry.value.kind)", at: entry.value,
                suggestion: "write '{\(languages.all.first ?? "en"): …}'")
            return draft
        }
        let countNode = parts.first { $0.key.text == "count" }?.value
        if let node = countNode, let count = text(node, "'count'") {
            if parameters.contains(count) {
                draft.count = count
            } else {
                report(
                    "'count' names the parameter that counts; '\(name)' has no '\(count.prefix(40))'", at: node,
                    suggestion: didYouMean(count, parameters) ?? (parameters.isEmpty ? "write '\(name)(n)'" : "it has \(list(parameters))"))
            }
        }
        for part in parts where part.key.text != "count" {
            guard let tag = languageTag(part.key) else { continue }
            if let translation = readTranslation(tag, part, count: countNode != nil) { draft.translations.append(translation) }
        }
        if draft.translations.isEmpty, diagnostics.count == before { report("'\(name)' has no translation", at: entry.value) }
        return draft
    }

    /// One language of a text.
    private func readTranslation(_ tag: String, _ entry: Node.Entry, count hasCount: Bool) -> TextDraft.Translated? {
        guard let parts = entry.value.mapping else {
            guard text(entry.value, "a translation") != nil else { return nil }
            let rules = PluralRules.of(tag)
            if hasCount, let rules, rules.needed.count > 1 {
                report(
                    "with 'count' '\(tag)' needs the forms \(list(rules.needed.map(\.rawValue)))", at: entry.value,
                    suggestion: "write '\(tag): {\(rules.needed.map { "\($0.rawValue): …" }.joined(separator: ", "))}'")
                return nil
            }
            return TextDraft.Translated(language: tag, key: entry.key, forms: [(nil, entry.value)])
        }
        guard hasCount else {
            report("forms for numbers need 'count'", at: entry.key, suggestion: "add 'count: n' for the parameter that counts")
            return nil
        }
        guard let rules = PluralRules.of(tag) else {
            report(
                "the forms that '\(tag)' has for numbers aren't known", at: entry.key,
                suggestion: "write one text, and choose with 'n == 1 ? … : …'")
            return nil
        }
        var forms: [(category: PluralCategory?, node: Node)] = []
        for part in parts {
            guard let name = part.key.text else {
                report("a key must be a text", at: part.key)
                continue
            }
            guard let category = PluralCategory(rawValue: name), rules.categories.contains(category) else {
                report(
                    "'\(tag)' has no form '\(name.prefix(40))'", at: part.key,
                    suggestion: didYouMean(name, rules.categories.map(\.rawValue)) ?? "it has \(list(rules.categories.map(\.rawValue)))",
                    code: .unknownKey)
                continue
            }
            if text(part.value, "a form") != nil { forms.append((category, part.value)) }
        }
        let missing = rules.needed.filter { needed in !parts.contains { $0.key.text == needed.rawValue } }
        if !missing.isEmpty {
            report(
                "'\(tag)' needs the form\(missing.count == 1 ? "" : "s") \(list(missing.map(\.rawValue)))", at: entry.key,
                suggestion: missing.contains(.other) && missing.count == 1 ? "'other' is for fractions too, such as 1.5" : nil)
        }
        return TextDraft.Translated(language: tag, key: entry.key, forms: forms)
    }

    /// A language's tag in small letters; reported when it is something else.
    func languageTag(_ node: Node) -> String? {
        guard let tag = text(node, "a language") else { return nil }
        if Languages.isTag(tag) { return tag }
        let normal = Languages.normalized(tag)
        report(
            "'\(tag.prefix(40))' is no language", at: node,
            suggestion: Languages.isTag(normal) ? "write '\(normal)'" : "languages are 'en', 'ru', 'pt-br'…", code: .unknownName)
        return nil
    }

    // MARK: Languages

    /// The languages of everything that is translated are the same, and one of them is the bot's.
    private func readLanguage() {
        var used: [(language: String, key: Node)] = []
        for draft in texts.values.sorted(by: { ($0.key.mark.line, $0.key.mark.column) < ($1.key.mark.line, $1.key.mark.column) }) {
            for translation in draft.translations where !used.contains(where: { $0.language == translation.language }) {
                used.append((translation.language, translation.key))
            }
        }
        guard used.count <= Self.maximumLanguages else {
            return report("a bot speaks \(Self.maximumLanguages) languages at most", at: used[Self.maximumLanguages].key)
        }
        languages.all = used.map(\.language)
        for draft in texts.values where !draft.isBroken {
            checkLanguages(draft.translations.map(\.language), at: draft.key, "'\(draft.name)'")
            if draft.translations.count < used.count { texts[draft.name]?.isBroken = true }
        }
        guard let node = languageNode else {
            if used.count > 1, let key = textsNode {
                report(
                    "the texts are in \(list(languages.all)), but the bot has no 'language' for everybody else", at: key.mark, length: 1,
                    suggestion: "add 'language: \(languages.all[0])' above")
            }
            languages.own = used.first?.language
            return
        }
        var tagNode = node
        if node.mapping != nil {
            guard let fields = fields(of: node, .language), let own = fields["default"] ?? missing("default", in: fields) else { return }
            tagNode = own
        }
        guard let tag = languageTag(tagNode) else { return }
        languages.own = tag
        if !used.isEmpty, !used.contains(where: { $0.language == tag }) {
            report("there are no texts in '\(tag)'", at: tagNode, suggestion: "they are in \(list(languages.all))")
        }
    }

    private static let maximumLanguages = 40

    /// Reports the languages of the bot that something isn't translated into.
    func checkLanguages(_ given: [String], at node: Node, _ what: String) {
        let missing = languages.all.filter { !given.contains($0) }
        guard !missing.isEmpty else { return }
        report("\(what) has no translation into \(list(missing))", at: node)
    }

    /// `of`, when expressions can be compiled.
    private func readChosenLanguage() {
        guard let node = languageNode?.mapping?.first(where: { $0.key.text == "of" })?.value else { return }
        guard let value = expression(node, Scope(base)) else { return }
        switch value.type {
        case .string, .nullable(.string), .enumeration, .nullable(.enumeration), .dyn:
            guard value.subqueries.isEmpty, value.program.variables.isSubset(of: ["user", "now"]) else {
                return report("a person's language follows from 'user' alone", at: node)
            }
            languages.chosen = value
        default: report("this is \(value.type), but string is wanted", at: node)
        }
    }

    // MARK: As functions

    /// `speaks ru ? … : speaks de ? … : …`
    private func form(of draft: TextDraft) -> CELForm {
        let own = languages.own
        var sorted = draft.translations.filter { $0.language != own }
        sorted += draft.translations.filter { $0.language == own }
        guard let last = sorted.popLast() else { return .text("") }
        return sorted.reversed().reduce(form(of: last, draft)) { rest, translation in
            .conditional(
                .call(HostFunctions.speaksName, [.text(translation.language)]), form(of: translation, draft), rest)
        }
    }

    private func form(of translation: TextDraft.Translated, _ draft: TextDraft) -> CELForm {
        let forms = translation.forms
        guard let count = draft.count, let last = forms.first(where: { $0.category == .other }) ?? forms.last else {
            return forms.first.map { form(of: $0.node) } ?? .text("")
        }
        return forms.filter { $0.category != last.category }.reversed().reduce(form(of: last.node)) { rest, one in
            .conditional(
                .equal(
                    .call(HostFunctions.pluralName, [.text(translation.language), .name(count)]), .text(one.category?.rawValue ?? "")),
                form(of: one.node), rest)
        }
    }

    private func form(of node: Node) -> CELForm {
        guard let source = node.text, source.utf8.count <= Self.templateSize else { return .text("") }
        let bytes = Array(source.utf8)
        return .joined(
            TemplateScanner.pieces(of: source).map { piece in
                switch piece {
                case .text(let text): .text(text)
                case .expression(let range):
                    .call(HostFunctions.showName, [.source(String(decoding: bytes[range], as: UTF8.self))])
                case .unclosed: .text("")
                }
            })
    }

    /// Checks every translation for itself: names, and that all of them use the same parameters. The types of parameters are
    /// known only where the text is used.
    func checkTexts() {
        for draft in texts.values.sorted(by: { $0.key.mark.line < $1.key.mark.line }) where !isHopeless {
            let before = diagnostics.count
            if environment.definitionIssues[draft.name]?.issues.contains(where: { $0.message == "the definition uses itself" }) ?? false {
                report("'\(draft.name)' uses itself", at: draft.key)
                texts[draft.name]?.isBroken = true
                continue
            }
            var used: [Set<String>] = []
            for translation in draft.translations {
                used.append(translation.forms.reduce(into: draft.count.map { [$0] } ?? []) { $0.formUnion(parameters(in: $1.node, draft)) })
            }
            if diagnostics.count == before { compare(used, draft) }
            if diagnostics.count > before { texts[draft.name]?.isBroken = true }
        }
        readChosenLanguage()
    }

    /// The text's parameters that a translation uses.
    private func parameters(in node: Node, _ draft: TextDraft) -> Set<String> {
        guard let source = node.text else { return [] }
        guard source.utf8.count <= Self.templateSize else {
            report("a text is written in \(source.utf8.count) bytes; \(Self.templateSize) are allowed", at: node)
            return []
        }
        if source.allSatisfy(\.isWhitespace) { report("a translation is empty", at: node) }
        let scope = base.adding(variables: Dictionary(draft.parameters.map { ($0, CELType.dyn) }) { first, _ in first })
        var used: Set<String> = []
        let bytes = Array(source.utf8)
        for piece in TemplateScanner.pieces(of: source) {
            switch piece {
            case .text: break
            case .unclosed(let offset): report("'${' has no '}'", in: node, offset, 2, "'$${' writes the characters themselves")
            case .expression(let range):
                do throws(CELCompileError) {
                    let checked = try scope.check(String(decoding: bytes[range], as: UTF8.self))
                    guard countNodes(checked.ast.nodes.count, in: node, range.lowerBound) else { return used }
                    noteReferences(checked)
                    used.formUnion(checked.variables.intersection(draft.parameters))
                } catch {
                    for issue in error.issues { report(issue, in: node, range.lowerBound) }
                }
            }
        }
        return used
    }

    private func compare(_ used: [Set<String>], _ draft: TextDraft) {
        guard let all = used.first.map({ used.reduce($0) { $0.union($1) } }) else { return }
        for (translation, own) in zip(draft.translations, used) {
            let missing = draft.parameters.filter { all.contains($0) && !own.contains($0) }
            guard !missing.isEmpty else { continue }
            let others = zip(draft.translations, used).filter { $0.1.isSuperset(of: missing) }.map(\.0.language)
            report(
                "'\(translation.language)' doesn't use \(list(missing))", at: translation.key,
                suggestion: others.first.map { "'\($0)' does" })
        }
        let unused = draft.parameters.filter { !all.contains($0) }
        if !unused.isEmpty { report("no translation uses \(list(unused))", at: draft.key, suggestion: "leave it out") }
    }

    // MARK: In templates

    enum Translating {
        /// It is something else than a text.
        case none
        case failed
        case text(Translation)
    }

    /// `hello(user.name)` as the whole of a `${…}`: the text itself, with its own markup.
    ///
    /// - Parameter offset: where the source begins in the node's value.
    func translation(_ source: String, in node: Node, offset: Int, _ scope: Scope, _ what: String, _ mode: ParseMode) -> Translating {
        guard !texts.isEmpty, let call = CELEnvironment.call(source), let draft = texts[call.name] else { return .none }
        guard !draft.isBroken, !isHopeless else { return .failed }
        let hasPerson = scope.type(of: "user") != nil
        if let constant = draft.constants[mode], hasPerson, call.arguments.isEmpty { return .text(constant) }
        guard call.arguments.count == draft.parameters.count else {
            report(
                "'\(draft.name)' takes \(draft.parameters.isEmpty ? "no arguments" : list(draft.parameters))", in: node, offset,
                source.utf8.count, "write '\(draft.name)(\(draft.parameters.joined(separator: ", ")))'")
            return .failed
        }
        let bytes = Array(source.utf8)
        var arguments: [Binding] = []
        var inner = Scope(hasPerson ? base : baseWithoutPerson)
        for (name, range) in zip(draft.parameters, call.arguments) {
            guard
                let value = expression(String(decoding: bytes[range], as: UTF8.self), in: node, offset: offset + range.lowerBound, scope)
            else { return .failed }
            arguments.append(Binding(name: name, value: value))
            inner.add(name, value.type)
            inner.limit(name, to: extent(of: value, scope))
            if name == draft.count, !isNumber(value.type) {
                report(
                    "'\(draft.name)' counts '\(name)', but this is \(value.type)", in: node, offset + range.lowerBound, range.count, nil)
                return .failed
            }
        }
        var forms: [String: Translation.Form] = [:]
        textDepth += 1
        defer { textDepth -= 1 }
        for translation in draft.translations {
            var plain: Template?
            var plural: [PluralCategory: Template] = [:]
            for form in translation.forms {
                let before = diagnostics.count
                let template = template(form.node, inner, what, limit: .max, mode)
                // What is wrong with these arguments, or in this place, belongs to who uses the text.
                if let first = diagnostics[before...].first {
                    diagnostics.removeSubrange(before...)
                    report(
                        "'\(draft.name)' in '\(translation.language)': \(first.message)", in: node, offset, source.utf8.count,
                        first.suggestion, code: first.code)
                }
                guard let template else { return .failed }
                if let category = form.category { plural[category] = template } else { plain = template }
            }
            if let plain {
                forms[translation.language] = .plain(plain)
            } else if let count = draft.count {
                forms[translation.language] = .plural(count: count, language: translation.language, plural)
            }
        }
        let result = Translation(name: draft.name, arguments: arguments, forms: forms)
        if draft.parameters.isEmpty, hasPerson { texts[draft.name]?.constants[mode] = result }
        return .text(result)
    }

    private func isNumber(_ type: CELType) -> Bool {
        switch type {
        case .int, .uint, .double, .dyn: true
        default: false
        }
    }

    // MARK: In expressions

    /// What a text shows must be what people can read, and what it counts a number: known where it is used.
    func checkTexts(in checked: CheckedAST, _ node: Node, offset: Int) -> Bool {
        guard !texts.isEmpty else { return true }
        for position in checked.ast.nodes.indices {
            guard case .call(let name, nil, let arguments) = checked.ast.nodes[position].kind, name.hasPrefix("@"),
                let last = arguments.last
            else { continue }
            let type = checked.type(of: last)
            let range = checked.ast.nodes[position].range
            if name == HostFunctions.showName, let (message, hint) = Self.whyNotShown(type) {
                report("in this text \(message)", in: node, offset + range.lowerBound, range.count, hint)
                return false
            }
            if name == HostFunctions.pluralName, !isNumber(type) {
                report("the text counts this, but it is \(type)", in: node, offset + range.lowerBound, range.count, nil)
                return false
            }
        }
        return true
    }

    /// The markup of the texts that a template shows, in every language.
    func checkMarkup(ofTextsIn source: String, _ mode: ParseMode, depth: Int = 0) {
        guard !texts.isEmpty, depth < 8 else { return }
        let bytes = Array(source.utf8)
        for case .expression(let range) in TemplateScanner.pieces(of: source) {
            guard let call = CELEnvironment.call(String(decoding: bytes[range], as: UTF8.self)), let draft = texts[call.name],
                checkedMarkup.insert("\(mode.rawValue) \(call.name)").inserted
            else { continue }
            for form in draft.translations.flatMap(\.forms) { checkMarkup(form.node, mode) }
        }
    }
}
