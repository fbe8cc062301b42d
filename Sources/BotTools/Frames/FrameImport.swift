package import JSON
import Yams

/// Frames as a definition.
package struct FrameImport: Sendable {
    /// Of bot.yaml.
    package let yaml: String
    /// What was left out, and what is another now; one line each.
    package let remarks: [String]

    private let names: FrameNames

    /// - Throws: ``FrameError`` for what isn't such a bot.
    package init(_ json: JSON) throws(FrameError) {
        let bot = try FrameBot(json)
        var names = FrameNames()
        for frame in bot.frames { names.add(frame.name) }
        self.names = names
        var remarks = bot.remarks + names.renamed.map { "the frame '\($0.old)' is the screen '\($0.new)'" }
        var screens: [Entry] = []
        var handlers = [mapping(("command", .text("start")), ("do", .list([mapping(("go", .text(names[bot.frames[0].name])))])))]
        for frame in bot.frames {
            screens.append((names[frame.name], try Self.screen(frame, names, &remarks)))
            guard let next = frame.next else { continue }
            handlers.append(
                mapping(
                    ("message", .text("any")), ("screen", .text(names[frame.name])),
                    ("do", .list([mapping(("go", .text(names[next])))]))))
        }
        let root = mapping(("bot", .text(FrameNames.bot(bot.name))), ("handlers", .list(handlers)), ("screens", mapping(screens)))
        do { yaml = try Yams.serialize(node: root, width: 120, allowUnicode: true) } catch {
            throw FrameError("the definition can't be written: \(error)")
        }
        self.remarks = remarks
    }

    private static func screen(_ frame: FrameBot.Frame, _ names: FrameNames, _ remarks: inout [String]) throws(FrameError) -> Node {
        var entries: [Entry] = try content(frame)
        if let text = frame.text, !text.isEmpty {
            if frame.kind.hasText {
                entries.append(("text", .text(template(text, frame.mode))))
                switch frame.mode {
                case .none: break
                case .html, .legacyMarkdown: entries.append(("parse", .text("html")))
                case .markdown: entries.append(("parse", .text("markdown")))
                }
                if frame.kind == .text, frame.showsPreview, text.contains("://") { entries.append(("preview", .text("true"))) }
            } else {
                remarks.append("\(frame.path): the text of a \(frame.kind.rawValue) was left out: it has none")
            }
        }
        let rows = frame.buttons.map { row in Node.list(row.map { button($0, frame, names, &remarks) }) }
        if !rows.isEmpty { entries.append(("buttons", .list(rows))) }
        return mapping(entries)
    }

    private static func button(
        _ button: FrameBot.FrameButton, _ frame: FrameBot.Frame, _ names: FrameNames, _ remarks: inout [String]
    ) -> Node {
        let label = ("label", Node.text(escaped(button.text)))
        if let url = button.url { return mapping(label, ("url", .text(escaped(url)))) }
        if let url = button.webApp { return mapping(label, ("web_app", .text(escaped(url)))) }
        guard let next = button.next ?? frame.next else {
            remarks.append("\(frame.path): the button '\(button.text)' led nowhere; it shows the frame again")
            return mapping(label, ("go", .text(names[frame.name])))
        }
        return mapping(label, ("go", .text(names[next])))
    }

    // MARK: What a frame shows

    private static func content(_ frame: FrameBot.Frame) throws(FrameError) -> [Entry] {
        let content = frame.content
        func number(_ names: String...) throws(FrameError) -> Node {
            for name in names { if let value = content[name]?.double { return .text(value.description) } }
            throw FrameError("\(frame.path): '\(names[0])' is missing")
        }
        func text(_ names: String...) throws(FrameError) -> Node {
            for name in names { if let value = content[name]?.string { return .text(escaped(value)) } }
            throw FrameError("\(frame.path): '\(names[0])' is missing")
        }
        switch frame.kind {
        case .text: return []
        case .photo, .audio, .document, .video, .animation, .voice: return [(frame.kind.rawValue, .text(try source(content, frame.path)))]
        case .videoNote: return [("video_note", .text(try source(content, frame.path)))]
        case .mediaGroup: return [("album", .list(try album(frame)))]
        case .location: return [("location", mapping(("latitude", try number("latitude")), ("longitude", try number("longitude"))))]
        case .venue:
            let place: [Entry] = [("latitude", try number("latitude")), ("longitude", try number("longitude"))]
            return [("venue", mapping(place + [("title", try text("title")), ("address", try text("address"))]))]
        case .contact:
            var parts: [Entry] = [
                ("phone", try text("phoneNumber", "phone_number", "phone")), ("first_name", try text("firstName", "first_name")),
            ]
            if let last = content.any("lastName", "last_name")?.string { parts.append(("last_name", .text(escaped(last)))) }
            return [("contact", mapping(parts))]
        case .poll, .quiz: return [try poll(frame)]
        case .dice: return [("dice", .text(content["emoji"]?.string ?? content.string ?? "🎲"))]
        case .webApp: throw FrameError("\(frame.path): a web app is a button: give it 'markup' with 'webApp'")
        }
    }

    private static func source(_ content: JSON, _ path: String) throws(FrameError) -> String {
        guard let source = content.string ?? content.any("source", "url", "fileId", "file_id")?.string, !source.isEmpty else {
            throw FrameError("\(path): the file has no 'source'")
        }
        return escaped(source)
    }

    private static func album(_ frame: FrameBot.Frame) throws(FrameError) -> [Node] {
        guard let items = frame.content.array ?? frame.content["media"]?.array else {
            throw FrameError("\(frame.path): a media group is a list")
        }
        var result: [Node] = []
        for item in items {
            let kind = item["type"]?.string ?? "photo"
            guard ["photo", "video", "audio", "document"].contains(kind) else {
                throw FrameError("\(frame.path): no '\(kind)' in a media group")
            }
            var entry: [Entry] = [(kind, .text(try source(item, frame.path)))]
            if let caption = item["caption"]?.string { entry.append(("text", .text(template(caption, frame.mode)))) }
            result.append(mapping(entry))
        }
        return result
    }

    private static func poll(_ frame: FrameBot.Frame) throws(FrameError) -> Entry {
        let content = frame.content
        guard let question = content["question"]?.string ?? frame.text, let options = content["options"]?.array else {
            throw FrameError("\(frame.path): a poll has a 'question' and 'options'")
        }
        var parts: [Entry] = [
            ("question", .text(escaped(question))),
            ("options", .list(options.map { .text(escaped($0.string ?? $0["text"]?.string ?? "")) })),
        ]
        let isQuiz = frame.kind == .quiz || content["type"]?.string == "quiz"
        if isQuiz {
            guard let correct = content.any("correctOptionId", "correct_option_id")?.int else {
                throw FrameError("\(frame.path): a quiz has a 'correctOptionId'")
            }
            parts.append(("correct", .text(String(correct))))
            if let explanation = content["explanation"]?.string { parts.append(("explanation", .text(escaped(explanation)))) }
        } else if content.any("allowsMultipleAnswers", "allows_multiple_answers")?.bool ?? false {
            parts.append(("several", .text("true")))
        }
        if let isAnonymous = content.any("isAnonymous", "is_anonymous")?.bool {
            parts.append(("anonymous", .text(isAnonymous ? "true" : "false")))
        }
        return (isQuiz ? "quiz" : "poll", mapping(parts))
    }

    // MARK: Texts

    private static func template(_ text: String, _ mode: FrameBot.Mode) -> String {
        escaped(mode == .legacyMarkdown ? LegacyMarkdown.html(text) : text)
    }

    /// What begins an expression here was text there.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${")
    }
}

private typealias Entry = (key: String, value: Node)

private func mapping(_ entries: [Entry]) -> Node { .mapping(.init(entries.map { (.text($0.key), $0.value) })) }
private func mapping(_ entries: Entry...) -> Node { mapping(entries) }

extension Node {
    fileprivate static func text(_ text: String) -> Node { .scalar(.init(text)) }
    fileprivate static func list(_ nodes: [Node]) -> Node { .sequence(.init(nodes)) }
}

extension FrameBot.Kind {
    fileprivate var hasText: Bool {
        switch self {
        case .text, .photo, .audio, .document, .video, .animation, .voice: true
        case .videoNote, .mediaGroup, .location, .venue, .contact, .poll, .quiz, .dice, .webApp: false
        }
    }
}

/// Names that definitions allow, in place of any text.
struct FrameNames: Sendable {
    private(set) var renamed: [(old: String, new: String)] = []
    private var names: [String: String] = [:]

    subscript(frame: String) -> String { names[frame] ?? frame }

    mutating func add(_ frame: String) {
        var base = String(
            frame.map { character in
                character.isASCII && (character.isLetter || character.isNumber) ? Character(character.lowercased()) : "_"
            }.prefix(24))
        if base.allSatisfy({ $0 == "_" }) { base = "frame" }
        if base.first?.isNumber ?? false { base = "_" + base }
        var name = base
        var number = 2
        while names.values.contains(name) {
            name = "\(base)_\(number)"
            number += 1
        }
        names[frame] = name
        if name != frame { renamed.append((frame, name)) }
    }

    /// The name of a bot has no capitals.
    static func bot(_ name: String) -> String {
        let plain = name.lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber || character == "-") ? character : "_"
        }
        return plain.contains { $0 != "_" } ? String(plain.prefix(32)) : "imported"
    }
}
