import BotLanguage

/// The reference of the language as Markdown: a section for each construct with all of its keys. Made from the tables by which
/// definitions are read.
package enum ConstructReference {
    package static var markdown: [String] {
        let steps = Construct.all.filter { $0.id.hasPrefix("step_") }
        let others = Construct.all.filter { !$0.id.hasPrefix("step_") }
        return others.flatMap { section($0, heading: "### \($0.name.capitalizedFirst)") } + ["## Steps", ""]
            + steps.flatMap { section($0, heading: "### `\($0.name)`") }
    }

    private static func section(_ construct: Construct, heading: String) -> [String] {
        var lines = [heading, "", construct.documentation, "", "| key | is | |", "|---|---|---|"]
        for key in construct.keys {
            let name = "`\(key.name)`" + (key.isRequired ? " *" : "")
            lines.append("| \(name) | \(describe(key.shape)) | \(escaped(key.documentation)) |")
        }
        if let others = construct.others {
            lines.append("| any other name | \(describe(others)) | \(escaped(construct.othersDocumentation)) |")
        }
        return lines + [""]
    }

    private static func describe(_ shape: Shape) -> String {
        switch shape {
        case .cel(let type): "CEL: \(type)"
        case .template: "template"
        case .conditionalText: "template, or a list of [`{if, text}`](#\(anchor("text_case")))"
        case .text(let what): escaped(what)
        case .name(let what): "name of \(what.droppingArticle)"
        case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .flag: "`true` or `false`"
        case .whole(let range): "whole number, \(range.lowerBound)–\(range.upperBound)"
        case .number: "number"
        case .type: "type"
        case .range: "`x in …`"
        case .construct(let id): "[\(Construct.named(id)?.name ?? id)](#\(anchor(id)))"
        case .named(let value): "names, each with: \(describe(value))"
        case .functions(let value): "heads such as `name(a, b)`, each with: \(describe(value))"
        case .list(let element): "list of: \(describe(element))"
        case .oneOrMore(let element): "\(describe(element)), or a list"
        case .either(let shapes): shapes.map(describe).joined(separator: " or ")
        case .steps: "[steps](#steps)"
        }
    }

    /// As GitHub and most others make it from the heading.
    private static func anchor(_ id: String) -> String {
        let name = Construct.named(id)?.name ?? id
        return String(name.lowercased().compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil })
    }

    /// A bar ends the cell of a table.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

    fileprivate var droppingArticle: String {
        for article in ["the ", "an ", "a "] where hasPrefix(article) { return String(dropFirst(article.count)) }
        return self
    }
}
