import CEL
import Contracts

// What a message shows beside texts and single files: `album`, `location`, `venue`, `contact`, `poll`, `quiz`, `dice`.
extension Loader {
    /// The content under one of ``Construct/mediums``.
    ///
    /// - Parameter given: the keys of everything that the message is to show; the first one counts.
    func mediumContent(_ fields: Fields, _ scope: Scope, _ given: [String]) -> Content? {
        guard let kind = given.first, let node = fields[kind] else { return nil }
        if given.count > 1, let second = fields.key(given[1]) {
            report("a message shows one medium: '\(given[0])' or '\(given[1])'", at: second)
        }
        refuseTexts(beside: kind, fields)
        let parse = kind == "album" ? parseMode(fields["parse"]) : .none
        let medium: Medium? =
            switch kind {
            case "album": album(node, scope, parse)
            case "location": place(node, scope).map { .location($0) }
            case "venue": venue(node, scope)
            case "contact": contact(node, scope)
            case "poll": poll(node, scope, .poll).map { .poll($0) }
            case "quiz": poll(node, scope, .quiz).map { .poll($0) }
            default: dice(node)
            }
        return medium.map { Content(text: nil, medium: $0, parseMode: parse) }
    }

    /// Reports texts that Telegram doesn't show beside this.
    func refuseTexts(beside kind: String, _ fields: Fields) {
        for key in ["text", "list", "parse", "preview"] {
            guard let node = fields.key(key), kind != "album" || key != "parse" else { continue }
            switch (key, kind) {
            case ("text", "album"):
                report("the texts of an album stand at its items", at: node, suggestion: "write 'text' beside the file that it belongs to")
            case ("text", _), ("list", _):
                report("nothing is written beside '\(kind)'", at: node, suggestion: "show the text in a message of its own")
            default: report("'\(key)' goes with a text, and '\(kind)' has none", at: node)
            }
        }
    }

    // MARK: Albums

    private func album(_ node: Node, _ scope: Scope, _ parse: ParseMode) -> Medium? {
        let count = node.elements.count
        var entries: [AlbumEntry] = []
        for item in node.elements {
            if let entry = albumEntry(item, scope, parse) { entries.append(entry) }
        }
        guard entries.count == count else { return nil }
        let single = entries.count { $0.each == nil }
        if single == entries.count, single < MediumLimits.album.lowerBound {
            report("an album has 2 to 10 items", at: node, suggestion: single == 1 ? "show the one as it is, without 'album'" : nil)
        } else if single > MediumLimits.album.upperBound {
            report("an album has 2 to 10 items, this one \(single)", at: node)
        }
        for entry in entries.dropFirst() {
            guard let first = entries.first, Self.family(first.kind) != Self.family(entry.kind) else { continue }
            report(
                "'\(entry.kind.rawValue)' can't stand in an album with '\(first.kind.rawValue)': photos and videos mix, audio and documents don't",
                at: Mark(line: entry.position.line, column: entry.position.column), length: 1)
            return nil
        }
        return .album(entries)
    }

    /// Files that may stand in the same album.
    private static func family(_ kind: MediaKind) -> MediaKind { kind == .video ? .photo : kind }

    private func albumEntry(_ node: Node, _ scope: Scope, _ parse: ParseMode) -> AlbumEntry? {
        guard let fields = fields(of: node, .albumItem) else { return nil }
        var inner = scope
        let each = fields["each"].flatMap { listRange($0, &inner) }
        let kinds = Construct.albumMedia.filter { fields[$0] != nil }
        guard let name = kinds.first, let file = fields[name], let kind = MediaKind(rawValue: name) else {
            if !fields.hasUnknown { report("the item has no file", at: node, suggestion: "add one of \(list(Construct.albumMedia))") }
            return nil
        }
        if kinds.count > 1, let second = fields.key(kinds[1]) {
            report("an item is one file: '\(kinds[0])' or '\(kinds[1])'", at: second)
        }
        let source = mediaSource(file, kind, inner, isOptional: false)
        let caption = fields["text"].flatMap { template($0, inner, "a caption", limit: Limits.caption, parse) }
        checkMarkup(fields["text"], parse)
        guard let source, each != nil || fields["each"] == nil, caption != nil || fields["text"] == nil else { return nil }
        return AlbumEntry(each: each, kind: kind, source: source, caption: caption, position: position(file))
    }

    private func listRange(_ node: Node, _ scope: inout Scope) -> ListRange? {
        valueRange(node, &scope).map { ListRange(variable: $0.variable, values: $0.values) }
    }

    // MARK: Places

    private func place(_ node: Node, _ scope: Scope) -> MapPoint? {
        if node.text != nil { return placeValue(node, scope) }
        return fields(of: node, .location).flatMap { point($0, scope) }
    }

    private func point(_ fields: Fields, _ scope: Scope) -> MapPoint? {
        let latitude = (fields["latitude"] ?? missing("latitude", in: fields))
            .flatMap { degrees($0, scope, "latitude", MediumLimits.latitude) }
        let longitude = (fields["longitude"] ?? missing("longitude", in: fields))
            .flatMap { degrees($0, scope, "longitude", MediumLimits.longitude) }
        guard let latitude, let longitude else { return nil }
        return .point(latitude: latitude, longitude: longitude)
    }

    private func placeValue(_ node: Node, _ scope: Scope) -> MapPoint? {
        guard let value = expression(node, scope) else { return nil }
        let wanted = CELType.object(RecordType.location.name)
        guard value.type == wanted else {
            if value.type == .dyn, !diagnostics.isEmpty { return nil }
            let isNullable = value.type.unwrapped == wanted
            report(
                isNullable ? "there may be no location" : "this is \(value.type), but a location is wanted", at: node,
                suggestion: isNullable ? "add '{require: … != null, else: …}' before" : "write '{latitude: …, longitude: …}'")
            return nil
        }
        return .value(value)
    }

    private func degrees(_ node: Node, _ scope: Scope, _ what: String, _ range: ClosedRange<Double>) -> Expression? {
        guard let value = expression(node, scope) else { return nil }
        switch value.type {
        case .double, .int: break
        case .dyn where !diagnostics.isEmpty: return nil
        default:
            report("this is \(value.type), but a \(what) in degrees is wanted", at: node)
            return nil
        }
        let constant: Double? =
            switch value.program.constant {
            case .double(let number): number
            case .int(let number): Double(number)
            default: nil
            }
        if let constant, !range.contains(constant) {
            report("a \(what) is between \(Int(range.lowerBound)) and \(Int(range.upperBound)) degrees", at: node)
            return nil
        }
        return value
    }

    private func venue(_ node: Node, _ scope: Scope) -> Medium? {
        guard let fields = fields(of: node, .venue) else { return nil }
        let place: MapPoint?
        if let at = fields["at"] {
            for key in ["latitude", "longitude"] {
                if let node = fields.key(key) { report("'at' says where it is already", at: node) }
            }
            place = placeValue(at, scope)
        } else if fields["latitude"] == nil, fields["longitude"] == nil, !fields.hasUnknown {
            report("it isn't said where the venue is", at: node, suggestion: "add 'at', or 'latitude' and 'longitude'")
            place = nil
        } else {
            place = point(fields, scope)
        }
        let title = needed("title", fields, scope, "a title")
        let address = needed("address", fields, scope, "an address")
        guard let place, let title, let address else { return nil }
        return .venue(place, title: title, address: address)
    }

    private func contact(_ node: Node, _ scope: Scope) -> Medium? {
        guard let fields = fields(of: node, .contact) else { return nil }
        let phone = needed("phone", fields, scope, "a phone number")
        let first = needed("first_name", fields, scope, "a name")
        let last = fields["last_name"].flatMap { template($0, scope, "a name", limit: Limits.text) }
        guard let phone, let first, last != nil || fields["last_name"] == nil else { return nil }
        return .contact(phone: phone, firstName: first, lastName: last)
    }

    private func needed(_ key: String, _ fields: Fields, _ scope: Scope, _ what: String, limit: Int = Limits.text) -> Template? {
        (fields[key] ?? missing(key, in: fields)).flatMap { template($0, scope, what, limit: limit) }
    }

    // MARK: Polls

    private func poll(_ node: Node, _ scope: Scope, _ construct: Construct) -> PollDeclaration? {
        guard let fields = fields(of: node, construct) else { return nil }
        let question = needed("question", fields, scope, "a question", limit: MediumLimits.question)
        let options = (fields["options"] ?? missing("options", in: fields)).flatMap { pollOptions($0, scope) }
        let isAnonymous = fields["anonymous"].map { flag($0, "'anonymous'") } ?? true
        let several = fields["several"].map { flag($0, "'several'") } ?? false
        var correct: Expression?
        if construct.name == Construct.quiz.name {
            guard let node = fields["correct"] ?? missing("correct", in: fields) else { return nil }
            correct = expression(node, scope, expecting: .int)
            if case .int(let index)? = correct?.program.constant, let options, options.allSatisfy({ $0.each == nil }),
                !options.indices.contains(Int(clamping: index))
            {
                report("'correct' is the place of the right option, from 0 to \(options.count - 1)", at: node)
            }
            guard correct != nil else { return nil }
        }
        let explanation = fields["explanation"].flatMap { template($0, scope, "an explanation", limit: MediumLimits.explanation) }
        if let text = explanation?.constant, let node = fields["explanation"], !MediumLimits.fitsExplanation(text) {
            report("an explanation has \(MediumLimits.explanationLines) lines at most", at: node)
        }
        guard let question, let options, explanation != nil || fields["explanation"] == nil else { return nil }
        return PollDeclaration(
            question: question, options: options, isAnonymous: isAnonymous, allowsSeveralAnswers: several, correct: correct,
            explanation: explanation, position: position(node))
    }

    private func pollOptions(_ node: Node, _ scope: Scope) -> [PollDeclaration.Option]? {
        if node.elements.isEmpty {
            report("a poll has 1 to 12 options", at: node)
            return nil
        }
        var options: [PollDeclaration.Option] = []
        for element in node.elements {
            if element.text != nil {
                if let text = template(element, scope, "an option", limit: MediumLimits.option) {
                    options.append(.init(each: nil, text: text))
                }
                continue
            }
            guard let fields = fields(of: element, .pollOption) else { continue }
            var inner = scope
            let each = (fields["each"] ?? missing("each", in: fields)).flatMap { listRange($0, &inner) }
            let text = needed("text", fields, inner, "an option", limit: MediumLimits.option)
            if let each, let text { options.append(.init(each: each, text: text)) }
        }
        guard options.count == node.elements.count else { return nil }
        let single = options.count { $0.each == nil }
        if single > MediumLimits.options.upperBound { report("a poll has 1 to 12 options, this one \(single)", at: node) }
        return options
    }

    // MARK: Dice

    private func dice(_ node: Node) -> Medium? {
        // Keyboards of phones write an invisible sign behind some of them.
        let emoji = String(String.UnicodeScalarView((node.text ?? "").unicodeScalars.filter { $0 != "\u{FE0F}" }))
        guard MediumLimits.dice.contains(emoji) else {
            report("'dice' is one of \(list(MediumLimits.dice))", at: node)
            return nil
        }
        return .dice(emoji)
    }
}

extension MediumLimits {
    /// Whether a text has no more lines than Telegram takes.
    package static func fitsExplanation(_ text: String) -> Bool {
        text.unicodeScalars.count { $0 == "\n" } < explanationLines
    }
}
