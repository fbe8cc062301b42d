import BotLanguage
import CEL
import Contracts

// What messages show beside texts and single files: albums, places, contacts, polls, dice.
extension Interpreter {
    mutating func content(
        of medium: Medium, _ content: Content, _ variables: Variables
    ) throws(Interruption) -> OutgoingMessage.Content {
        switch medium {
        case .album(let entries): return try album(entries, content.parseMode, variables)
        case .location(let place): return .location(try location(place, variables))
        case .venue(let place, let title, let address):
            let location = try location(place, variables)
            return .venue(
                Venue(
                    location: location, title: try written(title, "the title of a venue", variables),
                    address: try written(address, "the address of a venue", variables)))
        case .contact(let phone, let first, let last):
            var contact = Contact(
                phone: try written(phone, "the phone number of a contact", variables),
                firstName: try written(first, "the name of a contact", variables))
            if let last {
                let name = try text(last, variables)
                if !Self.isBlank(name) { contact.lastName = name }
            }
            return .contact(contact)
        case .poll(let poll): return .poll(try self.poll(poll, variables))
        case .dice(let emoji): return .dice(emoji: emoji)
        }
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    /// A text that must not be empty.
    private mutating func written(
        _ template: Template, _ what: String, limit: Int = Texts.messageLimit, _ variables: Variables
    ) throws(Interruption) -> String {
        let text = try text(template, variables)
        guard !Self.isBlank(text) else { throw fail(.output, "\(what) is empty", at: template.position) }
        guard text.utf16.count <= limit else {
            throw fail(.output, "\(what) has \(text.utf16.count) characters; \(limit) are allowed", at: template.position)
        }
        return text
    }

    /// The variables for each element, or those around when there is no `each`. More than anything takes isn't looked at.
    private mutating func rounds(_ each: ListRange?, _ variables: Variables) throws(Interruption) -> [Variables] {
        guard let each else { return [variables] }
        guard case .list(let elements) = try evaluate(each.values, variables) else { return [] }
        var rounds: [Variables] = []
        for element in elements.prefix(MediumLimits.options.upperBound + 1) {
            var inner = variables
            inner[each.variable] = try whole(element)
            rounds.append(inner)
        }
        return rounds
    }

    // MARK: Albums

    /// A single file is shown as what it is: Telegram has no albums of one.
    private mutating func album(
        _ entries: [AlbumEntry], _ mode: ParseMode, _ variables: Variables
    ) throws(Interruption) -> OutgoingMessage.Content {
        var items: [AlbumItem] = []
        for entry in entries {
            for round in try rounds(entry.each, variables) {
                guard let file = try file(entry.source, round), !file.isBlank else {
                    throw fail(.output, "the \(entry.kind.rawValue) is an empty text", at: entry.position)
                }
                var caption = try entry.caption.map { template throws(Interruption) in try text(template, round, Escaping(mode)) } ?? ""
                if caption.utf16.count > Texts.captionLimit {
                    guard mode == .none else {
                        throw fail(
                            .output, "the caption has \(caption.utf16.count) characters; \(Texts.captionLimit) are allowed",
                            at: entry.position)
                    }
                    caption = Texts.cut(caption, to: Texts.captionLimit)
                }
                items.append(AlbumItem(kind: entry.kind, file: file, caption: Self.isBlank(caption) ? nil : caption))
            }
        }
        let range = MediumLimits.album
        guard (1...range.upperBound).contains(items.count) else {
            let count = items.count > range.upperBound ? "more than \(range.upperBound)" : "no"
            throw fail(.output, "the album has \(count) items; 1 to \(range.upperBound) are allowed", at: entries.first?.position)
        }
        guard items.count >= range.lowerBound else { return .media(items[0].kind, items[0].file, caption: items[0].caption) }
        return .album(items)
    }

    /// Nil for a file that is null.
    mutating func file(_ source: Content.Media.Source, _ variables: Variables) throws(Interruption) -> FileSource? {
        switch source {
        case .template(let template): return Self.source(try text(template, variables))
        case .value(let expression):
            guard case .object(let file) = try evaluate(expression, variables) else { return nil }
            return Self.source(file)
        }
    }

    // MARK: Places

    private mutating func location(_ place: MapPoint, _ variables: Variables) throws(Interruption) -> Location {
        let latitude: CELValue
        let longitude: CELValue
        switch place {
        case .point(let north, let east):
            latitude = try evaluate(north, variables)
            longitude = try evaluate(east, variables)
        case .value(let expression):
            guard case .object(let point) = try evaluate(expression, variables) else {
                throw fail(.value, "there is no location", at: expression.position)
            }
            latitude = point["latitude"] ?? .null
            longitude = point["longitude"] ?? .null
        }
        return Location(
            latitude: try degrees(latitude, "latitude", MediumLimits.latitude, place),
            longitude: try degrees(longitude, "longitude", MediumLimits.longitude, place))
    }

    private func degrees(
        _ value: CELValue, _ what: String, _ range: ClosedRange<Double>, _ place: MapPoint
    ) throws(Interruption) -> Double {
        let degrees: Double =
            switch value {
            case .double(let number): number
            case .int(let number): Double(number)
            default: .nan
            }
        guard range.contains(degrees) else {
            throw fail(
                .output, "the \(what) is not between \(Int(range.lowerBound)) and \(Int(range.upperBound)) degrees", at: place.position)
        }
        return degrees
    }

    // MARK: Polls

    private mutating func poll(_ poll: PollDeclaration, _ variables: Variables) throws(Interruption) -> OutgoingPoll {
        if !poll.isAnonymous, event.chat?.kind == .channel {
            throw fail(.output, "in a channel polls are anonymous", at: poll.position)
        }
        let question = try written(poll.question, "the question of a poll", limit: MediumLimits.question, variables)
        var options: [String] = []
        for option in poll.options {
            for round in try rounds(option.each, variables) {
                options.append(try written(option.text, "an option of a poll", limit: MediumLimits.option, round))
            }
        }
        guard MediumLimits.options.contains(options.count) else {
            let count = options.isEmpty ? "no" : "more than \(MediumLimits.options.upperBound)"
            throw fail(.output, "the poll has \(count) options; 1 to \(MediumLimits.options.upperBound) are allowed", at: poll.position)
        }
        var outgoing = OutgoingPoll(
            question: question, options: options, isAnonymous: poll.isAnonymous, allowsSeveralAnswers: poll.allowsSeveralAnswers)
        guard let correct = poll.correct else { return outgoing }
        guard case .int(let index) = try evaluate(correct, variables), options.indices.contains(Int(clamping: index)) else {
            throw fail(.output, "'correct' is none of the \(options.count) options", at: correct.position)
        }
        outgoing.correctOption = Int(index)
        if let template = poll.explanation {
            let explanation = try text(template, variables)
            guard explanation.utf16.count <= MediumLimits.explanation, MediumLimits.fitsExplanation(explanation) else {
                throw fail(
                    .output,
                    "the explanation has \(explanation.utf16.count) characters; \(MediumLimits.explanation) are allowed, in \(MediumLimits.explanationLines) lines",
                    at: template.position)
            }
            if !Self.isBlank(explanation) { outgoing.explanation = explanation }
        }
        return outgoing
    }
}
