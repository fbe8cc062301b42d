import BotLanguage

/// A conversation as people read it.
struct Transcript {
    struct Line {
        enum Content {
            case person(String, place: TestStep.Place, String)
            case bot(TestStep.Place, Chats.Message, isEdit: Bool)
            case note(String, Chats.Note)
            case remark(String)
        }

        var content: Content

        init(_ content: Content) { self.content = content }
    }

    private(set) var lines: [Line] = []

    mutating func add(_ line: Line) { lines.append(line) }

    /// Of a conversation in private chats the place goes without saying.
    func rendered(group: Bool) -> [String] { lines.flatMap { Self.rendered($0, group: group) } }

    private static func rendered(_ line: Line, group: Bool) -> [String] {
        switch line.content {
        case .person(let name, let place, let text):
            let isPrivate = if case .person = place { group } else { false }
            return block(name + (isPrivate ? " (private)" : ""), "", text)
        case .bot(let place, let message, let isEdit):
            var text = message.kind == "text" ? message.text : "<\(message.kind)>" + (message.text.isEmpty ? "" : " " + message.text)
            for row in message.buttons { text += "\n" + row.map { "[\($0.label)]" }.joined(separator: " ") }
            for row in message.menu ?? [] { text += "\n" + row.map { "{\($0.label)}" }.joined(separator: " ") }
            return block("", "→ \(place.name)" + (isEdit ? " (edited)" : ""), text)
        case .note(let name, let note): return block("", "→ \(name) (\(note.isAlert ? "alert" : "note"))", note.text)
        case .remark(let text): return [text]
        }
    }

    /// Who, and a text whose further lines stand below its first.
    private static func block(_ name: String, _ arrow: String, _ text: String) -> [String] {
        let head = name.isEmpty ? "  \(arrow)" : name
        let width = max(16, head.count)
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            let lead = index == 0 ? head + String(repeating: " ", count: width - head.count) : String(repeating: " ", count: width)
            return line.isEmpty && index > 0 ? "" : "\(lead)  \(line)"
        }
    }
}

extension TestStep.Place {
    var name: String {
        switch self {
        case .person(let name): name
        case .group: "group"
        }
    }
}
