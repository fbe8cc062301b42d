import CEL
import Contracts

/// How long a template may become.
package struct TemplateLength: Sendable {
    /// UTF-16 units of its own words.
    package var own = 0
    /// UTF-16 units in all; nil: something in it has no declared length.
    package var units: Int? = 0
    /// Characters in all; nil as well where a number's size isn't declared.
    package var characters: Int? = 0
    var parts: [Part] = []

    struct Part: Sendable {
        /// As it is written.
        var source: String
        var units: Int
        var characters: Int?
        /// Byte range in the template's source.
        var range: Range<Int>
        /// Whether `cut` can shorten it.
        var isText: Bool

        var shortSource: String { source.count > 40 ? source.prefix(40) + "…" : source }
    }

    package init() {}

    /// What counts against this limit. Labels are cut where they are shown, so of them characters count as they are declared.
    func total(_ limit: Int) -> Int? { limit == Limits.label ? characters : units }
    func total(_ part: Part, _ limit: Int) -> Int { limit == Limits.label ? part.characters ?? part.units : part.units }
}

// The longest texts, from what is declared of the values in them.
extension Loader {
    private var declaredExtents: Extents {
        Extents(
            collections: collections,
            records: structures.merging(RecordType.builtIn.values.map { ($0.name, $0) }) { own, _ in own }, enums: enums)
    }

    /// How long the values of an expression may be.
    func extent(of expression: Expression, _ scope: Scope) -> ValueExtent {
        var estimate = ExtentEstimate(expression.program.checked, declaredExtents, scope.extents)
        return estimate.extent()
    }

    func extent(of type: ValueType, _ bounds: Bounds) -> ValueExtent { declaredExtents.extent(of: type.type, bounds) }

    /// - Parameter parts: as many as the template has pieces.
    func length(of source: String, _ pieces: [TemplateScanner.Piece], _ parts: [Template.Part], _ mode: ParseMode, _ scope: Scope)
        -> TemplateLength
    {
        var skipped: [Int: Int] = [:]
        for case .expression(let range) in pieces { skipped[range.lowerBound - 2] = range.upperBound + 1 }
        // Its last line's end is never shown.
        var shown = source
        while let last = shown.unicodeScalars.last, last == "\n" || last == " " { shown.unicodeScalars.removeLast() }
        let (own, seen) = VisibleText.measure(shown, mode, skipping: skipped)
        var length = TemplateLength()
        // `$${` shows two characters.
        let dollars = max(0, shown.utf8.count - shown.replacingDollars.utf8.count)
        length.own = own - dollars
        (length.units, length.characters) = (length.own, length.own)
        let bytes = Array(source.utf8)
        for (piece, part) in zip(pieces, parts) {
            guard case .expression(let range) = piece, seen.contains(range.lowerBound - 2) else { continue }
            let found: (units: Int?, characters: Int?) =
                switch part {
                case .text: (0, 0)
                case .value(let expression): extent(of: expression, scope).shown
                case .translated(let translation): longest(translation)
                }
            length.units = ValueExtent.both(length.units, found.units) { ValueExtent.plus($0, $1) }
            length.characters = ValueExtent.both(length.characters, found.characters) { ValueExtent.plus($0, $1) }
            var isText = false
            if case .value(let expression) = part { isText = expression.type == .string }
            length.parts.append(
                TemplateLength.Part(
                    source: String(decoding: bytes[range], as: UTF8.self), units: found.units ?? 0, characters: found.characters,
                    range: range,
                    isText: isText))
        }
        return length
    }

    /// In the language, and the form, that needs most.
    private func longest(_ translation: Translation) -> (units: Int?, characters: Int?) {
        let lengths = translation.templates.map(\.length)
        return (
            lengths.reduce(0) { ValueExtent.both($0, $1.units, max) }, lengths.reduce(0) { ValueExtent.both($0, $1.characters, max) }
        )
    }

    /// Reports a template that is, or may become, longer than the platform takes.
    func checkLength(of template: Template, _ what: String, limit: Int, at node: Node) {
        let length = template.length
        if length.own > limit {
            return report("\(what) has \(length.own) characters; \(limit) are allowed", at: node)
        }
        guard let total = length.total(limit), total > limit,
            let largest = length.parts.max(by: { length.total($0, limit) < length.total($1, limit) })
        else { return }
        let parts = length.parts.filter { length.total($0, limit) > 0 }.sorted { length.total($0, limit) > length.total($1, limit) }
        var shown = length.own > 0 ? ["\(length.own) of its own"] : []
        shown += parts.prefix(4).map { "\(length.total($0, limit)) of '\($0.shortSource)'" } + (parts.count > 4 ? ["…"] : [])
        let left = limit - (total - length.total(largest, limit))
        report(
            "\(what) may have \(total) characters; \(limit) are allowed: \(shown.joined(separator: ", "))", in: node,
            largest.range.lowerBound, largest.range.count,
            left > 0 && largest.isText
                ? "write 'cut(\(largest.shortSource), \(left))', or make the 'max' of what it shows smaller" : nil, code: .definition)
    }

    /// A page of rows below a text.
    func checkPage(_ list: ListView?, _ content: Content?, at node: Node?) {
        guard let list, let node, let line = list.line?.length.units else { return }
        let texts = content?.text?.cases.map(\.text.length.units) ?? []
        guard let text = texts.reduce(0, { ValueExtent.both($0, $1, max) }) else { return }
        let limit = content?.media == nil ? Limits.text : Limits.caption
        let gap = text > 0 ? 2 : 0
        let total = ValueExtent.plus(text + gap, ValueExtent.plus(ValueExtent.times(line, list.pageSize), list.pageSize - 1))
        guard total > limit else { return }
        let fitting = (limit - text - gap + 1) / (line + 1)
        report(
            "a page may have \(total) characters; \(limit) are allowed: \(list.pageSize) rows of \(line)\(text > 0 ? ", and \(text) of the text" : "")",
            at: node.mapping?.first { $0.key.text == "row" }?.value ?? node,
            suggestion: fitting > 0 ? "write 'page: \(fitting)', or make the 'max' of what a row shows smaller" : nil)
    }
}

extension String {
    /// With `$${` as it is shown.
    fileprivate var replacingDollars: String {
        guard contains("$${") else { return self }
        return split(separator: "$${", omittingEmptySubsequences: false).joined(separator: "${")
    }
}
